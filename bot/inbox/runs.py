"""One answer to a run: ten messages that cannot be understood are told so once, and a double tap brings one card."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.telegram_io.replies import Reply

RUN = timedelta(seconds=10)
"""So soon after the first of a run nothing more is said; who takes the time to say it in other words is answered."""

CHATS_KEPT = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    of: str
    began: datetime
    first: int


class Runs:
    """Which chats are in a run, as far as this process has answered them."""

    def __init__(self) -> None:
        self._runs: OrderedDict[bytes, _Run] = OrderedDict()

    def cut(self, chat: bytes | None, update_id: int, replies: list[Reply], *, now: datetime) -> list[Reply]:
        """Return the replies that are to be posted; asked again of the same update, the same."""
        if chat is None or not replies:
            return replies
        run = self._runs.get(chat)
        of = next((reply.run for reply in replies if reply.once), None)
        if of is None:
            self._runs.pop(chat, None)
            return replies
        if run is None or run.of != of or now - run.began >= RUN:
            self._runs[chat] = _Run(of=of, began=now, first=update_id)
            if len(self._runs) > CHATS_KEPT:
                self._runs.popitem(last=False)
            return replies
        return replies if run.first == update_id else [reply for reply in replies if not reply.once]
