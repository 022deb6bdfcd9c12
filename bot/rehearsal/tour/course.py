"""When things happen on a tour: three days, which its clock leaps through from one hour to the next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import LocalHour, instant_of

MORNING = time(9)
"""What clocks show in the zone furthest behind when it begins: elsewhere among its people it is still before 21:00."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

QUIET = (20, 10)
"""Hours of the night in which some people want nothing: they are over when the chosen hour comes."""

DIGEST_HOURS = frozenset({7, 8, 9, 12, 13, 17, 18, 19, 20, 21})
"""The hours at which a digest can come, as the settings offer them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """The instants of a tour. `behind`: the zone of its people that is furthest behind."""

    begins: datetime
    behind: str

    @classmethod
    def of(cls, zones: Collection[str], *, today: date) -> "Course":
        """Let it begin tomorrow morning of the zone of these that is furthest behind."""
        tomorrow = today + DAY
        begins = {zone: instant_of(tomorrow, MORNING, zone).astimezone(UTC) for zone in sorted(zones)}
        behind = max(begins, key=lambda zone: begins[zone])
        return cls(begins=begins[behind], behind=behind)

    @property
    def hour(self) -> datetime:
        """When the last people's hour comes for the first alert, quiet hours are over, and digests are due."""
        return self.begins + HOUR

    @property
    def moment(self) -> datetime:
        """The instant at which everybody acts together."""
        return self.begins + 2 * HOUR

    @property
    def next_day(self) -> datetime:
        """When the moment is over, and who has begun something is reminded: a morning there, also as clocks change."""
        tomorrow = self.begins.astimezone(ZoneInfo(self.behind)).date() + DAY
        return instant_of(tomorrow, MORNING, self.behind).astimezone(UTC) + timedelta(minutes=15)

    @property
    def deadline(self) -> datetime:
        """Until when people can act on the second alert: a day after its reminder."""
        return self.next_day + DAY

    @property
    def ends(self) -> datetime:
        """When the first alert would remind, had it not been recalled; and nothing else is left."""
        return self.begins + 3 * DAY + HOUR

    def local_hour(self, zone: str) -> LocalHour:
        """Return the hour that organizers choose for the first alert. `zone`: of who never said where they live."""
        local = self.hour.astimezone(ZoneInfo(self.behind))
        return LocalHour(day=local.date(), hour=local.time(), zone=zone)

    def digest_hour(self, zone: str) -> int | None:
        """Return at which hour of a zone's clocks digests come at `hour`; None where they cannot."""
        local = self.hour.astimezone(ZoneInfo(zone))
        return local.hour if local.minute == 0 and local.hour in DIGEST_HOURS else None
