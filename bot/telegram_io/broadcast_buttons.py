"""The buttons with which a broadcast is begun, steered and followed up."""

from dataclasses import dataclass
from enum import StrEnum

from bot.telegram_io.callbacks import Button
from bot.telegram_io.organizer_buttons import Answer


class Verb(StrEnum):
    """What can be done with a broadcast under way."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    LEAVE = "leave"
    """Do not send any more what was slept through."""


@dataclass(frozen=True, slots=True)
class AskToSend(Button, wire="send"):
    """Show the number of people an alert reaches, to be typed."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class CanaryFirst(Button, wire="careful"):
    """Ask for the number, with the first few to go alone."""

    alert_id: int


@dataclass(frozen=True, slots=True)
class Move(Button, wire="broadcast"):
    """Start, pause, resume or cancel a broadcast."""

    verb: Verb
    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Correct(Button, wire="after:correct"):
    """Begin a corrected version of what was sent."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Recall(Button, wire="after:recall"):
    """Ask for the number of chats to delete what was sent from; with a no, leave it."""

    broadcast_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Resend(Button, wire="after:resend"):
    """Ask whether to send again to those of whom nothing is known; with the answer, do it or leave it."""

    broadcast_id: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class CopyAlert(Button, wire="after:copy"):
    """Begin a new alert with the words of one that was sent."""

    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Halt(Button, wire="halt"):
    """Stop everything that is queued or goes out."""
