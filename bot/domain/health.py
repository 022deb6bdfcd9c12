"""Whether the campaign is well: signs of life, what is wrong where one is missing, and when the owners hear of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Sign(StrEnum):
    """What happens again and again where all is well; each has the time when it last did."""

    HEARD = "heard"
    """Telegram brought updates, or answered that there are none."""
    SCHEDULER = "scheduler"
    """A scheduler ticked."""
    BACKUP = "backup"
    """A backup was made."""
    WRITTEN = "written"
    """The database took what was written to try it."""


class Trouble(StrEnum):
    """What can be wrong for the whole campaign."""

    TOKEN_REFUSED = "token refused"  # noqa: S105  # its name
    DEAF = "deaf"
    SCHEDULER_DEAD = "scheduler dead"
    BACKUP_OVERDUE = "backup overdue"
    DATABASE_FULL = "database full"
    DATABASE_READ_ONLY = "database read-only"
    DATABASE_AWAY = "database away"


OF_DATABASE = frozenset({Trouble.DATABASE_FULL, Trouble.DATABASE_READ_ONLY, Trouble.DATABASE_AWAY})
"""With these nothing can be written down; one of them takes the place of another."""

UNTELLABLE = frozenset({Trouble.TOKEN_REFUSED})
"""While it lasts nobody can be told in the chat; that it was is told when it is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """When the missing of a sign is trouble: `after` so long.

    `well_within`: how old a sign may be for a trouble to be over. `from_start`: it comes of itself while the bot runs,
    so that a process that has just begun waits as long once more.
    """

    trouble: Trouble
    after: timedelta
    well_within: timedelta
    from_start: bool


def _minutely(trouble: Trouble) -> Lateness:
    return Lateness(
        trouble=trouble, after=timedelta(minutes=5), well_within=timedelta(minutes=3), from_start=True
    )


_TWO_DAYS = timedelta(days=2)

LATENESS: Mapping[Sign, Lateness] = {
    Sign.HEARD: _minutely(Trouble.DEAF),
    Sign.SCHEDULER: _minutely(Trouble.SCHEDULER_DEAD),
    Sign.BACKUP: Lateness(
        trouble=Trouble.BACKUP_OVERDUE, after=_TWO_DAYS, well_within=_TWO_DAYS, from_start=False
    ),
}

OF_MOMENTS = frozenset({Sign.HEARD, Sign.SCHEDULER})
"""These come each minute: that one changes tells more than what it says, which is by its writer's clock."""

CALM = timedelta(minutes=5)
"""How long all must have been well again before it is told: what comes and goes is one trouble."""


def missing(
    signs: Mapping[Sign, datetime], *, began: datetime, now: datetime, known: Collection[Trouble] = ()
) -> dict[Trouble, datetime]:
    """Return what is wrong by the signs, and since when.

    `began`: since when this process looks. `known`: troubles that go on until their sign is there again. Where no
    backup was ever made, none is overdue: `doctor` asks for one.
    """
    found = {}
    for sign, late in LATENESS.items():
        last = signs.get(sign)
        if last is None and not late.from_start:
            continue
        since = last or began
        if late.trouble in known:
            is_late = now - since > late.well_within
        else:
            is_late = now - (max(since, began) if late.from_start else since) > late.after
        if is_late:
            found[late.trouble] = since
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A trouble from its beginning until the owners know that it is over. `told`: they know that it began."""

    trouble: Trouble
    since: datetime
    told: bool = False
    over_at: datetime | None = None

    @property
    def is_to_tell(self) -> bool:
        """Whether the owners are to hear that it began."""
        return not self.told and self.over_at is None and self.trouble not in UNTELLABLE

    def is_over(self, *, now: datetime) -> bool:
        """Whether the owners are to hear that it is over."""
        return self.over_at is not None and now - self.over_at >= CALM


def follow(
    known: Mapping[Trouble, Episode], found: Mapping[Trouble, datetime], *, now: datetime
) -> dict[Trouble, Episode]:
    """Return the episodes as they stand with what is found now: new ones begin, others end or go on."""
    episodes = {
        trouble: _followed(episode, is_there=trouble in found, now=now) for trouble, episode in known.items()
    }
    for trouble, since in found.items():
        episodes.setdefault(trouble, Episode(trouble=trouble, since=since))
    return episodes


def _followed(episode: Episode, *, is_there: bool, now: datetime) -> Episode:
    if is_there:
        return replace(episode, over_at=None)
    return episode if episode.over_at is not None else replace(episode, over_at=now)
