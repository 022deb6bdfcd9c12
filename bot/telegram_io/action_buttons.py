"""The buttons under an alert and on what they open, and those with which reports are moderated.

`here`: the button stands on a card that changes; without it, on the alert itself, which stays as it is.
"""

from dataclasses import dataclass

from bot.domain.outcome import Outcome
from bot.domain.sighting import SightingState
from bot.telegram_io.callbacks import Button, Page


@dataclass(frozen=True, slots=True)
class Act(Button, wire="act"):
    """The main button: open what the action needs; of a pledge, make it."""

    alert_id: int
    here: bool = False


@dataclass(frozen=True, slots=True)
class MoreOutcomes(Button, wire="act:more"):
    """Offer what else can be said of an alert, in the place of its buttons."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class FewerOutcomes(Button, wire="act:less"):
    """Give an alert its first buttons back."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class ReadAlert(Button, wire="act:read"):
    """Show all of an alert of which a digest shows the beginning."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class SendCalendar(Button, wire="act:ics"):
    """Send the event as a file for calendars."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class SayOutcome(Button, wire="did"):
    """Say what came of the action."""

    alert_id: int
    outcome: Outcome
    here: bool = False


@dataclass(frozen=True, slots=True)
class UndoOutcome(Button, wire="did:undo"):
    """Take back what was said."""

    alert_id: int
    here: bool = False


@dataclass(frozen=True, slots=True)
class UndoPledge(Button, wire="act:undo"):
    """Take a pledge back."""

    alert_id: int
    here: bool = False


@dataclass(frozen=True, slots=True)
class EndSighting(Button, wire="sighting:end"):
    """Answer none of the questions: nothing is kept."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class OpenQueue(Button, wire="sightings"):
    """Show what was reported and waits for an editor, one at a time."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenAccepted(Button, wire="sightings:seen"):
    """Show what was reported and accepted by an editor, one at a time."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class DecideSighting(Button, wire="sighting"):
    """Accept what was reported, or reject it."""

    sighting_id: int
    state: SightingState
