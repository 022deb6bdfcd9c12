"""The book of an attack: what may go out by the rules as people know them, kept without a line of the bot's own code.

Whatever the services let happen is entered here; what the rules do not allow is `broken`.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.organizer import Role

APPROVES = (Role.OWNER, Role.APPROVER)
COOLS, ALONE_AFTER = timedelta(hours=1), timedelta(hours=24)


@dataclass(kw_only=True)
class Person:
    """Somebody who is or was on the team. `may_from`: from when on they may use the right to approve."""

    number: int
    role: Role | None
    may_from: datetime
    lost_at: datetime | None = None


@dataclass(kw_only=True)
class Given:
    """An approval. `alone`: under which setting of the switch its author gave it; None where another person did."""

    by: int
    content: Any
    alone: int | None
    holds: bool = True


@dataclass(kw_only=True)
class Written:
    """An alert. `writers`: who changed it since another person approved it."""

    content: Any
    writers: set[int]
    given: list[Given] = field(default_factory=list)
    begun: bool = False


@dataclass(kw_only=True)
class Book:
    """What has happened, and what of it should not have."""

    people: dict[int, Person] = field(default_factory=dict)
    alerts: dict[int, Written] = field(default_factory=dict)
    alone: int | None = None
    switched: int = 0
    broken: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def has_role(self, number: int, role: Role | None, *, now: datetime) -> None:
        """Enter that somebody has this role from now on; None: they are off the team."""
        person = self.people.get(number)
        if person is None:
            person = self.people[number] = Person(number=number, role=None, may_from=now)
            came = len(self.people)
        else:
            came = 1 + list(self.people).index(number)
        could, can = person.role in APPROVES, role in APPROVES
        person.role = role
        if can and not could:
            person.may_from = now if came <= 2 else now + COOLS
        if could and not can:
            person.lost_at = now
            self._end([each for each in self._open() if each.by == number])
        if self.alone is not None and self._approvers() != {self.alone}:
            self._end_alone()

    def edits(self, alert: int, content: Any, by: int) -> None:
        """Enter what an alert says now."""
        known = self.alerts.setdefault(alert, Written(content=None, writers=set()))
        if known.content != content:
            known.content = content
            known.writers.add(by)
            self._end(known.given)

    def returns(self, alert: int, by: int) -> None:
        """Enter that an alert was returned."""
        self._end(self.alerts[alert].given)
        if self.people[by].role not in APPROVES:
            self.broken.append("returned without the right")

    def switches(self, by: int, *, on: bool, now: datetime) -> None:
        """Enter that somebody has said that they work alone, or that they do not."""
        if not on:
            self._end_alone()
            return
        lost = [each.lost_at for each in self.people.values() if each.number != by and each.lost_at]
        if self.people[by].role is not Role.OWNER or self._approvers() != {by}:
            self.broken.append("works alone with others")
        elif any(now < each + ALONE_AFTER for each in lost):
            self.broken.append("works alone too soon")
        elif self.alone != by:
            self.alone, self.switched = by, self.switched + 1

    def approves(self, alert: int, by: int, *, seen: Any, now: datetime) -> None:
        """Enter an approval of what was seen."""
        known, person = self.alerts[alert], self.people[by]
        alone = by in known.writers
        if known.content != seen:
            self.broken.append("approved unseen")
        if person.role not in APPROVES:
            self.broken.append("approved without the right")
        elif now < person.may_from:
            self.broken.append("approved while cooling")
        if alone and self.alone != by:
            self.broken.append("approved alone")
            return
        switched = self.switched if alone else None
        known.given.append(Given(by=by, content=known.content, alone=switched))
        if not alone:
            known.writers = set()
        self.done["approved alone" if alone else "approved by another"] += 1

    def confirms(self, alert: int) -> None:
        """Enter that the sending of an alert was confirmed."""
        self._require(alert, "confirmed")

    def begins(self, alert: int) -> None:
        """Enter that an alert begins to go out."""
        self._require(alert, "sent")
        self.alerts[alert].begun = True
        self.done["sent"] += 1

    def _require(self, alert: int, how: str) -> None:
        known = self.alerts[alert]
        if not any(each.holds and each.content == known.content for each in known.given):
            self.broken.append(f"{how} alone" if known.given else f"{how} unapproved")

    def _approvers(self) -> set[int]:
        return {each.number for each in self.people.values() if each.role in APPROVES}

    def _open(self) -> list[Given]:
        return [each for alert in self.alerts.values() if not alert.begun for each in alert.given]

    def _end(self, given: list[Given]) -> None:
        for each in given:
            each.holds = False

    def _end_alone(self) -> None:
        self.alone = None
        self._end([each for each in self._open() if each.alone is not None])
