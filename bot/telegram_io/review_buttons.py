"""The buttons with which an alert is seen, submitted, approved and returned."""

from dataclasses import dataclass

from bot.telegram_io.callbacks import Button, Hash


@dataclass(frozen=True, slots=True)
class Preview(Button, wire="preview"):
    """Show an alert as its readers will see it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class SendToMe(Button, wire="tome"):
    """Send an alert to the organizer alone, as its readers would get it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class AskColleagues(Button, wire="ask"):
    """Ask those who may approve an alert to look at it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Review(Button, wire="review"):
    """Show an alert to somebody who may approve it."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Approve(Button, wire="approve"):
    """Approve an alert whose hash begins like this: what is approved is what was shown."""

    alert_id: int
    seen: Hash


@dataclass(frozen=True, slots=True)
class ReturnAlert(Button, wire="return"):
    """Ask for the note with which an alert whose hash begins like this is returned to its authors."""

    alert_id: int
    seen: Hash
