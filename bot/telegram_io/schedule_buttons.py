"""The buttons about when an alert goes out, and of what is due. How they are written: `callbacks`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from bot.domain.schedule import Late
from bot.telegram_io.callbacks import Button, Page
from bot.telegram_io.organizer_buttons import Answer

Day = Annotated[int, 1]
"""A day of the week by its ISO number: Monday is 1."""


class When(StrEnum):
    """By what kind of rule an alert goes out."""

    NOW = "now"
    MOMENT = "moment"
    LOCAL_HOUR = "local"
    WEEKLY = "weekly"


class Then(StrEnum):
    """What something is taken off the schedule for."""

    CHANGE = "change"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class OpenWhen(Button, wire="when"):
    """Ask when an alert goes out; with a kind of rule, take it or ask what it needs."""

    alert_id: int
    when: When | None = None


@dataclass(frozen=True, slots=True)
class ChooseLate(Button, wire="late"):
    """Say what becomes of people whose hour is past, for the hour that was typed."""

    alert_id: int
    late: Late


@dataclass(frozen=True, slots=True)
class ChooseDay(Button, wire="weekday"):
    """Choose a day of the week, or choose it no more; without one, go on with those that are chosen."""

    alert_id: int
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class ChooseZones(Button, wire="weekzone"):
    """Say whose hour it is that was typed for each week: the campaign's or, with `own`, that of each person's zone."""

    alert_id: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class OpenSchedule(Button, wire="schedule"):
    """Show what is due, a page at a time."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class TakeOff(Button, wire="takeoff"):
    """Ask whether to take a broadcast off the schedule, and what for; with the answer, do it or leave it."""

    broadcast_id: int
    then: Then
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class EndSeries(Button, wire="series:end"):
    """Ask whether to end what repeats; with the answer, do it or leave it."""

    series_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class GoOnSeries(Button, wire="series:goon"):
    """Let what repeats and was halted go on."""

    series_id: int
