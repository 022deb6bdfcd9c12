"""The buttons of asking a person of the campaign, for both sides. How they are written: `callbacks`.

What somebody wrote is in none of them: until their yes it stays in their chat, as the message that is answered.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.telegram_io.callbacks import Button, Page, WordsHash


@dataclass(frozen=True, slots=True)
class AskPerson(Button, wire="person"):
    """Show what would be passed on to a person of the campaign; where nothing is known yet, ask for it."""


@dataclass(frozen=True, slots=True)
class PassOn(Button, wire="person:yes"):
    """The yes to passing on these words, told by their hash."""

    seen: WordsHash


@dataclass(frozen=True, slots=True)
class KeepBack(Button, wire="person:no"):
    """Pass nothing on."""


@dataclass(frozen=True, slots=True)
class WriteBack(Button, wire="person:write"):
    """Let the next texts go into this thread."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class StopWriting(Button, wire="person:done"):
    """Let the next texts go into no thread."""


@dataclass(frozen=True, slots=True)
class CloseOwn(Button, wire="person:close"):
    """Close and erase one's own thread."""

    thread_id: int


class Switched(StrEnum):
    """Where a switch is put."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class OpenThreads(Button, wire="threads"):
    """Show a page of the threads."""

    page: Page = 0


@dataclass(frozen=True, slots=True)
class SwitchThreads(Button, wire="threads:switch"):
    """Let people ask a person, or let nobody begin to."""

    to: Switched


@dataclass(frozen=True, slots=True)
class OpenThread(Button, wire="thread"):
    """Show a thread, with its words if it is in one's hands."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class TakeThread(Button, wire="thread:take"):
    """Take a thread in hand, and read it."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class AnswerThread(Button, wire="thread:answer"):
    """Ask for the answer to a thread."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class HandBack(Button, wire="thread:back"):
    """Let anybody take a thread."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class CloseThread(Button, wire="thread:close"):
    """Close and erase a thread."""

    thread_id: int
