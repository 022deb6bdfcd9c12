"""What a person chose: how often they get alerts, at which hours not, and how long not at all.

Hours are those of the person's clocks. As for the rules of alerts (`bot.domain.schedule`), an hour that a change of the
clocks leaves out moves later, and one that comes twice is the first of the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.schedule import instant_of, is_zone

MINUTES = 24 * 60
"""Minutes of a day."""

DAY = timedelta(days=1)

AROUND = 3
"""Days before and after one that are looked at: a zone that changed sides of the date line left one out."""

LONGEST_NOT_BEFORE = timedelta(days=3)
"""No quiet hours last longer, over any change of the clocks: what waits longer was reckoned by a wrong clock."""


class Rhythm(StrEnum):
    """How often alerts come."""

    EVERY = "every"
    DAILY = "daily"
    """One message a day, with all there was."""
    WEEKLY = "weekly"
    URGENT = "urgent"
    """Only alerts that their organizers call urgent."""


DIGESTS = frozenset({Rhythm.DAILY, Rhythm.WEEKLY})
"""Who chose these is in no broadcast; alerts wait for their digest."""


def receives_at_once(rhythm: Rhythm, *, urgent: bool) -> bool:
    """Whether an alert is sent to a person of this rhythm as itself, when it goes out."""
    return rhythm is Rhythm.EVERY or (urgent and rhythm is Rhythm.URGENT)


class Pause(StrEnum):
    """How long a pause lasts that ends by itself."""

    WEEK = "week"
    MONTH = "month"

    @property
    def length(self) -> timedelta:
        """How long that is."""
        return timedelta(days=7 if self is Pause.WEEK else 30)


@dataclass(frozen=True, kw_only=True, slots=True)
class QuietHours:
    """From one minute of the day (0 to 1439) until another, over midnight where that is earlier; never all day."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what is no part of a day.

        Raises ValueError.
        """
        if not (0 <= self.start < MINUTES and 0 <= self.end < MINUTES) or self.start == self.end:
            msg = f"no quiet hours: {self.start} to {self.end}"
            raise ValueError(msg)

    @property
    def is_of_full_hours(self) -> bool:
        """Whether they begin and end when clocks strike."""
        return self.start % 60 == 0 and self.end % 60 == 0

    def allowed_from(self, now: datetime, zone: str) -> datetime:
        """Return `now` where it is not in these hours of the zone, else the instant at which they are over."""
        at = now
        # The hours of two days can touch or overlap where the clocks are changed.
        while (end := self._end_of(at, zone)) is not None:
            at = end
        return at

    def not_before(self, now: datetime, zone: str) -> datetime | None:
        """Return when they are over; None where it is allowed now."""
        at = self.allowed_from(now, zone)
        return None if at == now else at

    def _end_of(self, at: datetime, zone: str) -> datetime | None:
        """Return when the hours end that an instant is in; None where it is in none."""
        return next((end for begin, end in self._around(at, zone) if begin <= at < end), None)

    def _around(self, at: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
        """Yield when they begin and end, of the days around an instant."""
        local = at.astimezone(ZoneInfo(zone)).date()
        over_midnight = 1 if self.end < self.start else 0
        for days in range(-AROUND, AROUND + 1):
            day = local + days * DAY
            yield (
                instant_of(day, clock(self.start), zone),
                instant_of(day + over_midnight * DAY, clock(self.end), zone),
            )


AT_NIGHT = QuietHours(start=21 * 60, end=9 * 60)
"""What a campaign has that says nothing else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignHours:
    """When the bot sends nothing of its own accord to who has chosen nothing, and in which zone."""

    quiet: QuietHours = AT_NIGHT
    zone: str = "UTC"


def clock(minute: int) -> time:
    """Return a minute of the day as clocks show it."""
    return time(minute // 60, minute % 60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What one person chose; without choosing, every alert, at any hour.

    `zone`: None where they never said; whoever has quiet hours or a digest has said, or taken the campaign's.
    `digest_hour`: 0 to 23; `digest_day`: the ISO number of a day of the week (Monday is 1), for a weekly one.
    `locality`: a slug of the campaign's list.
    """

    rhythm: Rhythm = Rhythm.EVERY
    zone: str | None = None
    quiet: QuietHours | None = None
    digest_hour: int | None = None
    digest_day: int | None = None
    locality: str | None = None

    @property
    def known_zone(self) -> str:
        """Their zone, as far as it is one; else UTC."""
        return known_zone(self.zone)

    def not_before(self, now: datetime) -> datetime | None:
        """Return when something may be sent to them; None: now."""
        return None if self.quiet is None else self.quiet.not_before(now, self.known_zone)

    def digest_due(self, now: datetime) -> datetime | None:
        """Return when the next digest after `now` goes out, outside their quiet hours; None for who gets none."""
        if self.rhythm not in DIGESTS or self.digest_hour is None:
            return None
        day_of_week = self.digest_day if self.rhythm is Rhythm.WEEKLY else None
        at = next_hour(now, self.known_zone, hour=self.digest_hour, day_of_week=day_of_week)
        return at if self.quiet is None else self.quiet.allowed_from(at, self.known_zone)


def known_zone(zone: str | None) -> str:
    """Return the zone, where it is one that is known here; else UTC."""
    return zone if zone is not None and is_zone(zone) else "UTC"


def next_hour(now: datetime, zone: str, *, hour: int, day_of_week: int | None = None) -> datetime:
    """Return the first instant after `now` of this full hour in the zone, on such a day of the week if one is given."""
    today: date = now.astimezone(ZoneInfo(zone)).date()
    days = (today + days * DAY for days in range(-AROUND, 7 + AROUND + 1))
    instants = (instant_of(day, time(hour), zone) for day in days if day_of_week in (None, day.isoweekday()))
    return min(at for at in instants if at > now).astimezone(UTC)
