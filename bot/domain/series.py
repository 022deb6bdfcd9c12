"""A series: an alert that repeats each week. Each occurrence is a broadcast of its own, of the approved plan."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.schedule import Weekly


class SeriesStatus(StrEnum):
    """Where a series stands."""

    ACTIVE = "active"
    NOT_APPROVED = "not_approved"
    """Its alert was edited: nothing goes out until it is approved anew."""
    HALTED = "halted"
    """An organizer said /halt: nothing goes out until somebody lets it go on."""
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One alert's repetition. `next_day`: of its next occurrence, which begins at `next_at`; None where none is left.

    `organizer_id`: who confirmed it. `tzdata`: the version of the zones that `next_at` was reckoned by.
    """

    id: int
    alert_id: int
    organizer_id: int | None
    rule: Weekly
    status: SeriesStatus
    next_day: date | None
    next_at: datetime | None
    tzdata: str

    def following(self, rule: Weekly, *, after: datetime, tzdata: str) -> "Series":
        """Return the series with this rule, and its first day that begins after this; ended, where there is none."""
        day = next(rule.days(after=after), None)
        return replace(
            self,
            rule=rule,
            status=SeriesStatus.ENDED if day is None else self.status,
            next_day=day,
            next_at=None if day is None else rule.begins(day),
            tzdata=tzdata,
        )

    def but(self, status: SeriesStatus) -> "Series":
        """Return the series in this state; one that has ended stays so."""
        return self if self.status is SeriesStatus.ENDED else replace(self, status=status)

    def last_due(self, *, now: datetime) -> date | None:
        """Return the last of its days that has begun by now; earlier ones were slept through. None where none has."""
        if self.next_day is None or self.next_at is None or self.next_at > now:
            return None
        last = self.next_day
        for day in self.rule.days(after=self.next_at):
            if self.rule.begins(day) > now:
                break
            last = day
        return last
