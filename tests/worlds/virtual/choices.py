"""What people of a virtual campaign chose, what digests brought them, and what must not be of either."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.broadcast import BroadcastKind
from bot.domain.preferences import Preferences, Rhythm
from tests.worlds.virtual.telegram import Telegram, What

A_MOMENT = timedelta(seconds=5)
"""What was claimed before quiet hours began may arrive so long after."""

HEARD = frozenset({BroadcastKind.SEND, BroadcastKind.RESEND, BroadcastKind.DIGEST})
"""These reach people: never in their quiet hours."""


@dataclass(kw_only=True)
class Choices:
    """The truth of what people chose and got; what is wrong is noted in `telegram.broken`."""

    telegram: Telegram
    chosen: dict[int, Preferences] = field(default_factory=dict)
    on_the_way: set[What] = field(default_factory=set)
    """What was in flight when somebody chose."""
    first_of: dict[int, int] = field(default_factory=dict)
    """Of each alert, the sending that brought it, or that it corrects."""
    words_of: dict[int, int] = field(default_factory=dict)
    """Of each sending, the alert that people are to have by now."""
    recalled: set[int] = field(default_factory=set)
    brought: Counter[What] = field(default_factory=Counter)
    """How often each sending came to each chat, as itself or in a digest."""

    def choose(self, chat_id: int, chosen: Preferences, on_the_way: set[What]) -> None:
        """Note what somebody chose, and what was on its way to them then."""
        self.chosen[chat_id] = chosen
        self.on_the_way |= on_the_way

    def forbids(self, broadcast_id: int, kind: BroadcastKind, chat_id: int, *, now: datetime) -> str | None:
        """Return what is wrong with sending this to them now."""
        chosen = self.chosen.get(chat_id)
        if chosen is None or kind not in HEARD:
            return None
        if (broadcast_id, chat_id) in self.on_the_way:
            self.on_the_way.discard((broadcast_id, chat_id))
            return None
        if all(_is_quiet(chosen, at) for at in (now, now - A_MOMENT)):
            return "I5: sent in somebody's quiet hours"
        if kind is BroadcastKind.SEND and chosen.rhythm is not Rhythm.EVERY:
            return "I5: sent as itself to somebody who wants it otherwise"
        if kind is BroadcastKind.DIGEST and chosen.rhythm is Rhythm.URGENT:
            return "I5: a digest to somebody who wants none"
        return None

    def note_brought(
        self, broadcast_id: int, kind: BroadcastKind, chat_id: int, alerts: Sequence[int]
    ) -> None:
        """Note what was accepted: no alert comes to anybody twice."""
        if kind is BroadcastKind.SEND:
            sendings = [broadcast_id]
        elif kind is BroadcastKind.DIGEST:
            sendings = [self.first_of[alert_id] for alert_id in alerts]
        else:
            return
        for sending in sendings:
            self.brought[sending, chat_id] += 1
            if self.brought[sending, chat_id] > 1:
                self.telegram.violated("I1", "an alert came twice, as itself or in digests")

    def inspect_shown(self) -> None:
        """Hold that each digest that somebody has says what is true by now, once everything has ended."""
        for alerts, struck in self.telegram.in_digests.values():
            for alert_id in alerts:
                sending = self.first_of[alert_id]
                if alert_id != self.words_of[sending]:
                    self.telegram.violated("digest", "one says what was corrected since")
                if (sending in self.recalled) != (alert_id in struck):
                    self.telegram.violated("digest", "one does not strike out just what was recalled")

    def expect_brought(self, sending: int, chats: Sequence[int], times: Sequence[int]) -> None:
        """Hold that a sending came to these so many times."""
        got = [self.brought[sending, chat_id] for chat_id in chats]
        if got != list(times):
            self.telegram.violated("I3", f"the people have it {got} times, not {list(times)}")


def _is_quiet(chosen: Preferences, at: datetime) -> bool:
    """Whether it is quiet for them, told by their clocks alone; on days on which no clock is changed."""
    if chosen.quiet is None:
        return False
    local = at.astimezone(ZoneInfo(chosen.zone or "UTC"))
    minute, (start, end) = local.hour * 60 + local.minute, (chosen.quiet.start, chosen.quiet.end)
    return start <= minute < end if start < end else minute >= start or minute < end
