"""A screen as data: a text and what can be done below it, for the chat and for pages alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.rich_text import RichText
from bot.telegram_io.callbacks import Button


@dataclass(frozen=True, slots=True)
class Press:
    """A button that does something here."""

    label: str
    does: Button


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens a page; http and https only."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies a text, of at most 256 characters (Bot API, CopyTextButton)."""

    label: str
    text: str


Control = Press | Link | Copy
Row = tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown, and the rows of buttons below it. `picture`: Telegram's name for what it stands under, if any."""

    text: RichText
    rows: tuple[Row, ...] = ()
    picture: str = ""


def in_rows(controls: Sequence[Control], each: int) -> list[list[Control]]:
    """Return the controls in rows of so many."""
    return [list(controls[at : at + each]) for at in range(0, len(controls), each)]


def screen(text: RichText | str, rows: Iterable[Iterable[Control]] = (), *, picture: str = "") -> Screen:
    """Return a screen; rows without a button are left out."""
    rich = RichText(text) if isinstance(text, str) else text
    return Screen(rich, tuple(row for row in map(tuple, rows) if row), picture)
