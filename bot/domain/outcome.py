"""What people do about an alert, as far as the bot knows: that they opened or pledged it, and what they say came of it.

Nothing is ever measured: an outcome is what somebody says. Each person has one of an alert at most, and undoing it
leaves everything as if it had never been said.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.action_fields import FieldName, field_of, fields_of, starts_at, value_for
from bot.domain.alert import ActionKind, Alert
from bot.domain.disclosure import FEW
from bot.errors import CampaignError


class Outcome(StrEnum):
    """What somebody says came of an action."""

    DONE = "done"
    COULD_NOT = "could_not"
    NOT_FOR_ME = "not_for_me"


class Step(StrEnum):
    """How far somebody came who has not said what came of it."""

    OPENED = "opened"
    """They pressed the main button."""
    PLEDGED = "pledged"
    """They said that they will."""


ActionEvent = Outcome | Step
"""What is counted."""


class AlreadySaid(CampaignError):
    """Somebody has said what came of this already: `outcome`. It can be undone, not said twice."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"An outcome stands: {outcome}.")


class TooEarly(CampaignError):
    """It begins later, at `begins` in `zone`: nobody can have done it."""

    def __init__(self, begins: datetime, zone: str) -> None:
        self.begins = begins
        self.zone = zone
        super().__init__("This has not begun.")


class ActionOver(CampaignError):
    """Its deadline has passed."""


class NothingSaid(CampaignError):
    """There is nothing to undo."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where one person stands with one alert. `step_on`, `said_on`: the days; nothing more exact is kept."""

    step: Step | None = None
    step_on: date | None = None
    outcome: Outcome | None = None
    said_on: date | None = None

    @property
    def may_be_reminded(self) -> bool:
        """Whether they began and have not said what came of it: nobody else is ever reminded."""
        return self.step is not None and self.outcome is None

    def open(self, *, today: date) -> "Standing":
        """Press the main button; a second time it changes nothing, nor does it take a pledge back."""
        return self if self.step is not None else replace(self, step=Step.OPENED, step_on=today)

    def pledge(self, *, today: date) -> "Standing":
        """Say that they will; a second time it changes nothing."""
        return self if self.step is Step.PLEDGED else replace(self, step=Step.PLEDGED, step_on=today)

    def take_back_pledge(self) -> "Standing":
        """Undo the pledge.

        Raises NothingSaid.
        """
        if self.step is not Step.PLEDGED:
            raise NothingSaid
        return replace(self, step=None, step_on=None)

    def say(self, outcome: Outcome, *, today: date) -> "Standing":
        """Say what came of it.

        Raises AlreadySaid.
        """
        if self.outcome is not None:
            raise AlreadySaid(self.outcome)
        return replace(self, outcome=outcome, said_on=today)

    def undo(self) -> "Standing":
        """Take back what was said: the step before it stands again.

        Raises NothingSaid.
        """
        if self.outcome is None:
            raise NothingSaid
        return replace(self, outcome=None, said_on=None)


def changes(before: Standing, after: Standing) -> Counter[ActionEvent]:
    """Return what is to be added to the counts where somebody's standing changes from one to the other."""
    changed: Counter[ActionEvent] = Counter()
    for was, now in ((before.step, after.step), (before.outcome, after.outcome)):
        if was is not now:
            if was is not None:
                changed[was] -= 1
            if now is not None:
                changed[now] += 1
    return changed


def require_begun(alert: Alert, *, now: datetime) -> None:
    """Look whether it can have been done by now: a call or a letter at any time, an event once it has begun.

    Raises TooEarly.
    """
    if field_of(alert.kind, FieldName.STARTS_AT) is None:
        return
    begins = starts_at(alert)
    if begins is not None and now < begins:
        raise TooEarly(begins, alert.details.get(FieldName.ZONE) or "UTC")


def require_open(alert: Alert, *, now: datetime) -> None:
    """Look whether there is still time for it. What was done in time may be said later.

    Raises ActionOver.
    """
    if alert.deadline is not None and now > alert.deadline:
        raise ActionOver


def opens_something(alert: Alert, locale: str) -> bool:
    """Whether the main button has anything to lead to."""
    if alert.kind in (ActionKind.PLEDGE, ActionKind.SHARE) or alert.link:
        return True
    return any(value_for(alert, field, locale) for field in fields_of(alert.kind))


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionCount:
    """So many people of a locale and a source did or said this. `source_id`: None of no link."""

    locale: str
    source_id: int | None
    event: ActionEvent
    n: int


Key = TypeVar("Key")


def events_by(
    counts: Sequence[ActionCount], by: Callable[[ActionCount], Key]
) -> dict[Key, Counter[ActionEvent]]:
    """Return how many did or said what, by a key."""
    sums: dict[Key, Counter[ActionEvent]] = {}
    for count in counts:
        sums.setdefault(by(count), Counter())[count.event] += count.n
    return sums


def in_all(counts: Sequence[ActionCount]) -> Counter[ActionEvent]:
    """Return how many did or said what."""
    return events_by(counts, lambda _: None).get(None, Counter())


def told(n: int) -> int | None:
    """Return a count as supporters are told it; None where it is small enough to tell on somebody."""
    return n if n >= FEW else None
