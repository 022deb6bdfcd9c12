"""Who has left lately: Telegram may bring again, after that, what it could not bring before.

A webhook that was answered with an error brings its update again for a day, while later ones of the chat come through.
By then the withdrawal is done, and its row does not say whose it was. So it is remembered here, as long as this process
lives; another process does not know of it.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.rank import Treatment
from bot.store.inbox import ReceivedUpdate, Withdrawal
from bot.telegram_io.updates import Incoming, Kind

BROUGHT_AGAIN = timedelta(days=1)
"""For so long Telegram brings an update again; a week later its ids may begin anew."""

CHATS_KEPT = 16_384


NEVER_TOO_LATE = frozenset({(Kind.COMMAND, "halt"), (Kind.BUTTON, "erase")})
"""These let nobody in, and are answered and take effect however late they come."""


def comes_too_late(incoming: Incoming) -> bool:
    """Whether what was done before somebody left must not take effect as usual once they have left."""
    return (incoming.kind, incoming.name) not in NEVER_TOO_LATE


@dataclass(slots=True)
class _Departure:
    """A chat's last withdrawal. `has_gone_on`: something that was sent after it has been applied."""

    noted_at: datetime
    update_id: int
    withdrawal: Withdrawal
    has_gone_on: bool = False


class Departures:
    """The last withdrawal of each chat that this process has applied, by the chat's opaque name."""

    def __init__(self) -> None:
        self._left: OrderedDict[bytes, _Departure] = OrderedDict()

    def note(self, committed: Iterable[ReceivedUpdate], *, now: datetime) -> None:
        """Remember the withdrawals among these, and who has gone on since."""
        for update in committed:
            if update.chat is None:
                continue
            known = self._left.get(update.chat)
            is_later = known is None or known.update_id < update.update_id
            if is_later and update.withdrawal is not None:
                self._left[update.chat] = _Departure(now, update.update_id, update.withdrawal)
                self._left.move_to_end(update.chat)
            elif is_later and known is not None:
                known.has_gone_on = True
        while self._left and (
            len(self._left) > CHATS_KEPT or self._is_over(next(iter(self._left.values())), now)
        ):
            self._left.popitem(last=False)

    def overtaken(self, update: ReceivedUpdate, *, now: datetime) -> ReceivedUpdate:
        """Return an update that comes too late as overtaken, and as one without an answer: the last word was said."""
        known = None if update.overtaken_by is not None else self._departure_after(update)
        if known is None or self._is_over(known, now):
            return update
        treatment = update.treatment or Treatment.SILENT
        return replace(update, overtaken_by=known.withdrawal, treatment=treatment)

    def is_outdated(self, update: ReceivedUpdate) -> bool:
        """Whether an update that was overtaken has no effect any more: its chat has gone on, and may be in again."""
        known = self._departure_after(update)
        return update.overtaken_by is not None and known is not None and known.has_gone_on

    def _departure_after(self, update: ReceivedUpdate) -> _Departure | None:
        known = None if update.chat is None else self._left.get(update.chat)
        return None if known is None or known.update_id < update.update_id else known

    @staticmethod
    def _is_over(known: _Departure, now: datetime) -> bool:
        return now - known.noted_at > BROUGHT_AGAIN
