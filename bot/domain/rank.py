"""Who is answered first, and what of a chat's flood is answered at all.

A chat has a share of each minute. Within it everything is read, and the more a chat has had of its minute the later
its next turn comes. Beyond it nothing is read but a withdrawal of consent, and that is said once.
"""

from dataclasses import dataclass
from enum import StrEnum

ORGANIZER = 0
"""An organizer's: what they do concerns everybody."""

FIRST = 1
"""A withdrawal, and what people begin with: the first /start, and the first taps."""

ORDINARY = 2
"""The first thing of a chat in its minute; the second ranks one lower, and so on."""

FIRST_TAPS = 4
"""So many things of a chat, if they are taps, are answered ahead of what is written: a button waits visibly."""

CEILING, ORGANIZERS_CEILING = 30, 120
"""Things of one chat in a minute that are read and answered; an organizer may paste an alert in nine languages."""

LAST = 1000
"""What nobody waits for; no rank is lower."""

MINUTE = 60.0


class Treatment(StrEnum):
    """What is done with an update that is not answered like others."""

    UNREAD = "unread"
    """It is beyond its chat's share, and has no effect. The answer, once in a minute, says so."""
    SILENT = "silent"
    """It takes effect without an answer: there was one moments ago."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where an update stands among all others; a lower rank comes first.

    Behind earlier updates of its chat that still wait it stands no better than those (`bot.store.inbox`).
    """

    rank: int
    treatment: Treatment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What a chat has had of its minute. `was_told`, `has_left`: what was still answered beyond the ceiling."""

    since: float
    sent: int = 0
    was_told: bool = False
    has_left: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """What decides about an update's place: a withdrawal, a /start, a tap; whose it is."""

    leaves: bool = False
    begins: bool = False
    taps: bool = False
    of_organizer: bool = False


def place(share: Share, thing: Thing) -> tuple[Share, Place | None]:
    """Return where a chat's next update stands, or None for what is dropped; and the chat's share after it."""
    ceiling = ORGANIZERS_CEILING if thing.of_organizer else CEILING
    sent = share.sent + 1
    if share.sent < ceiling:
        taken = Share(since=share.since, sent=sent, was_told=share.was_told, has_left=share.has_left)
        return taken, Place(rank=_rank(thing, sent))
    if thing.leaves:
        after = Share(since=share.since, sent=share.sent, was_told=share.was_told, has_left=True)
        return after, Place(rank=FIRST, treatment=Treatment.SILENT if share.has_left else None)
    if share.was_told:
        return share, None
    after = Share(since=share.since, sent=share.sent, was_told=True, has_left=share.has_left)
    return after, Place(rank=min(ORDINARY + sent, LAST), treatment=Treatment.UNREAD)


def _rank(thing: Thing, sent: int) -> int:
    """Return the rank of what is a chat's thing; `sent` counts those of its minute."""
    if thing.of_organizer:
        return ORGANIZER
    if thing.leaves or (thing.begins and sent == 1) or (thing.taps and sent <= FIRST_TAPS):
        return FIRST
    return min(ORDINARY + sent - 1, LAST)
