"""The buttons that organizers find in several rooms, and what an answer is. How they are written: `callbacks`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.telegram_io.callbacks import Button, Page


class Answer(StrEnum):
    """An answer to what was asked before something is done."""

    YES = "yes"
    NO = "no"


class Shelf(StrEnum):
    """A part of the list of alerts."""

    NOW = "now"
    DRAFTS = "drafts"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class OpenAlert(Button, wire="alert"):
    """Show an alert's board; `below`, in a message of its own, since a job edits the one with the button."""

    alert_id: int
    below: bool = False


@dataclass(frozen=True, slots=True)
class OpenAlerts(Button, wire="alerts"):
    """Show what is going on, the drafts or what was sent, a page at a time."""

    shelf: Shelf = Shelf.NOW
    page: Page = 0


@dataclass(frozen=True, slots=True)
class OpenReport(Button, wire="report"):
    """Show where a broadcast stands now."""

    broadcast_id: int
