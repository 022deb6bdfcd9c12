"""A screen as data: a text and what can be done below it, for the chat and for pages alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.bidi import FSI, PDI
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


@dataclass(frozen=True, slots=True)
class OtherChat:
    """A button that lets another chat be chosen, where the bot is asked this in inline mode."""

    label: str
    query: str


ROW_LETTERS = 40
"""Letters that the buttons of a row have room for together, on a small phone."""

MANY, MANY_LETTERS = 4, 7
"""From so many buttons in a row on, each has room for so many letters at the most."""

ISOLATES = FSI + PDI

Control = Press | Link | Copy | OtherChat
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


def packed(controls: Iterable[Control], *, at_most: int) -> list[list[Control]]:
    """Return the controls in as few rows as their labels need, in their order, so many in each at the most."""
    return _parted(controls, at_most)


def screen(text: RichText | str, rows: Iterable[Iterable[Control]] = (), *, picture: str = "") -> Screen:
    """Return a screen; rows without a button are left out, and those too wide for a phone are parted."""
    rich = RichText(text) if isinstance(text, str) else text
    return Screen(rich, tuple(tuple(part) for row in rows for part in _parted(row)), picture)


def _fits(row: list[Control]) -> bool:
    longest = max(map(_letters, row))
    # The more buttons share a row, the more of it is the space around their labels.
    return len(row) * longest <= ROW_LETTERS and (len(row) < MANY or longest <= MANY_LETTERS)


def _parted(row: Iterable[Control], at_most: int = ROW_LETTERS) -> list[list[Control]]:
    """Return a row as the rows in which all of each label is seen: its buttons share it evenly."""
    parts: list[list[Control]] = []
    for control in row:
        wider = [*parts[-1], control] if parts else [control]
        if parts and len(wider) <= at_most and _fits(wider):
            parts[-1] = wider
        else:
            parts.append([control])
    return parts


def _letters(control: Control) -> int:
    return sum(letter not in ISOLATES for letter in control.label)
