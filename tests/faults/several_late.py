"""What was posted after others had settled it as *unknown*: by whom it was not asked for in time, or in time and late.

A process can be stopped between its last look at the claim and the write, or what it wrote can be on its way for
seconds. Both are what *unknown* says; neither can be prevented by who sends.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.domain.delivery import DeliveryState
from tests.faults.several_facts import Delivery, Facts
from tests.worlds.processes.looks import Look
from tests.worlds.watched_api import Moment

SURELY_LATER = 0.05
"""Seconds by which a message must have come later to be told from one that came at the same time."""


READ_WITHIN = 0.5
"""Seconds within which what has come is read: `at` is when it came at the earliest, and its look may be after that."""


@dataclass(frozen=True, kw_only=True)
class Late:
    """A message that came at `at` and whose delivery others had settled at `settled`; in seconds since 1970.

    `look`: when whoever sent it last looked whether it was still its own.
    """

    kind: str
    chat_id: int = field(repr=False)
    settled: float
    at: float
    look: Look | None

    @property
    def was_asked_for_in_time(self) -> bool:
        """Whether it was still to be sent when that was asked for the last time."""
        return self.look is not None and self.look.asked < self.settled

    def __str__(self) -> str:
        """Say when what happened, in seconds from when others settled it."""
        asked, written = self.look or (float("nan"), None)
        said = "never" if written is None else f"{written - self.settled:+.4f}"
        return f"{self.kind} asked {asked - self.settled:+.4f}, written {said}, came {self.at - self.settled:+.4f}"


def posted_later(facts: Facts) -> Iterator[Late]:
    """Yield what came after others had settled it; of who is erased, only what surely is that message."""
    got, settled = facts.got(), _settled(facts)
    for brought, mine in facts.by_what_they_bring().items():
        came = dict(got.get(brought, {}))
        lost = [settled[each.row] for each in mine if each.row in settled]
        for each in mine:
            # Whoever had it may hear the answer later all the same.
            at = came.pop(each.message_id or 0, None)
            if at is not None and each.row in settled:
                yield from _late(facts, each, settled[each.row], at)
        nameless = sum(each.state == DeliveryState.SENT and each.message_id is None for each in mine)
        if lost and not nameless:
            for at in came.values():
                yield from _late(facts, mine[0], max(lost), at)


def in_time(facts: Facts) -> list[Moment]:
    """Return when requests came, but for what is late: nobody counts that any more."""
    late = Counter(each.at for each in posted_later(facts))
    moments = []
    for each in facts.moments:
        if late[each.earliest + facts.epoch]:
            late[each.earliest + facts.epoch] -= 1
        else:
            moments.append(each)
    return moments


def _late(facts: Facts, delivery: Delivery, settled: float, at: float) -> Iterator[Late]:
    if at > settled + SURELY_LATER:
        text = next(
            each.text
            for each in facts.arrivals
            if (each.chat_id, each.moment.earliest + facts.epoch) == (delivery.chat_id, at)
        )
        look = facts.looks.last(delivery.chat_id, text, before=at + READ_WITHIN)
        yield Late(kind=delivery.kind, chat_id=delivery.chat_id, settled=settled, at=at, look=look)


def _settled(facts: Facts) -> Mapping[str, float]:
    """Return when others settled what is *unknown*, by row."""
    claimed: dict[str, str] = {}
    settled: dict[str, float] = {}
    for change in facts.of("deliveries"):
        if change.after == DeliveryState.INFLIGHT:
            claimed[change.row] = change.source
        elif change.after == DeliveryState.UNKNOWN:
            if claimed[change.row] != change.source:
                settled[change.row] = change.at
        elif change.before == DeliveryState.UNKNOWN and change.after == DeliveryState.PENDING:
            # Whoever had it knows for certain that it was not written: it is sent again.
            settled.pop(change.row, None)
    return settled
