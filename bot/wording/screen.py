"""A screen as data: a text and what can be done below it, for the chat and for pages alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

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


ROOM = {2: 20, 3: 13, 4: 7, 5: 5}
"""Letters that each of so many buttons in a row has room for, on a small phone. With more in a row there is none."""

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
    """Return the controls in as few rows as their labels need, in their order, so many in each at the most.

    The rows are as even as the labels allow: none is left alone below a full one.
    """
    each = list(controls)
    best = [_Parting(rows=0, unevenness=0, sizes=())]
    for ends in range(1, len(each) + 1):
        sizes = (size for size in range(1, min(at_most, ends) + 1) if _fits(each[ends - size : ends]))
        best.append(min((best[ends - size].with_row(size) for size in sizes), key=_Parting.rank))
    rest = iter(each)
    return [list(islice(rest, size)) for size in best[-1].sizes]


def screen(text: RichText | str, rows: Iterable[Iterable[Control]] = (), *, picture: str = "") -> Screen:
    """Return a screen; rows without a button are left out, and those too wide for a phone are parted."""
    rich = RichText(text) if isinstance(text, str) else text
    return Screen(
        rich, tuple(tuple(part) for row in rows for part in packed(row, at_most=max(ROOM))), picture
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parting:
    """So many buttons in each row; of as many rows, the squares of even ones add up to the least."""

    rows: int
    unevenness: int
    sizes: tuple[int, ...]

    def with_row(self, size: int) -> "_Parting":
        return _Parting(rows=self.rows + 1, unevenness=self.unevenness + size**2, sizes=(*self.sizes, size))

    def rank(self) -> tuple[int, int, tuple[int, ...]]:
        return self.rows, self.unevenness, tuple(-size for size in self.sizes)


def _fits(row: list[Control]) -> bool:
    return len(row) == 1 or max(map(_letters, row)) <= ROOM.get(len(row), 0)


def _letters(control: Control) -> int:
    return sum(letter not in ISOLATES for letter in control.label)
