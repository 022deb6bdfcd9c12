"""Who left or was erased, as keyed marks in a file beside the backups: so that restoring one brings nobody back.

Without the campaign key a mark tells nothing. With it, it can be asked whether somebody is among them, as of a ref. The
file is of a month, lines are added only, and it goes with the last backup that is older (`bot.services.backups`).
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from bot.privacy.cipher import Cipher


class Departed(StrEnum):
    """How somebody went."""

    ERASED = "erased"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody went on a day."""

    day: date
    how: Departed
    mark: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.how.value} {self.mark}\n"


class Departures:
    """Who went by this transaction."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher
        self._noted: list[Mark] = []

    def add(self, chat_id: int, how: Departed, *, day: date) -> None:
        """Note that somebody goes; it is written before the commit."""
        self._noted.append(Mark(day, how, self._cipher.departure_mark(chat_id)))

    def how_went(self, chat_id: int, marks: Mapping[str, Departed]) -> Departed | None:
        """Return how somebody went by these marks, which may be of before or after a change of the key; None: not.

        Whoever left, and was erased later, was erased.
        """
        found = {marks.get(mark) for mark in self._cipher.departure_marks(chat_id)}
        return next((how for how in (Departed.ERASED, Departed.LEFT) if how in found), None)

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Forget what the block has noted if it raises."""
        before = len(self._noted)
        try:
            yield
        except BaseException:
            del self._noted[before:]
            raise

    @property
    def noted(self) -> list[Mark]:
        """What was noted so far."""
        return self._noted


def file_of(folder: Path, day: date) -> Path:
    """Return the file in which those are who went in this month."""
    return folder / f"departures-{day:%Y-%m}.txt"


def write_marks(folder: Path, marks: Iterable[Mark]) -> None:
    """Add marks to the files of their months, readable by their owner only.

    Raises OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file, lines in _by_file(folder, marks).items():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            # At one go, so that lines of several processes never mix.
            os.write(handle, lines.encode())
            os.fsync(handle)
        finally:
            os.close(handle)


def _by_file(folder: Path, marks: Iterable[Mark]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for mark in marks:
        file = file_of(folder, mark.day)
        found[file] = found.get(file, "") + str(mark)
    return found


def read_marks(file: Path, *, since: date) -> dict[str, Departed]:
    """Return the marks of those who went on this day or later. A line that was cut off is left out.

    Raises OSError.
    """
    found: dict[str, Departed] = {}
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            day, how, mark = line.split(" ")
            if date.fromisoformat(day) < since or len(mark) != MARK_LETTERS:
                continue
            # Whoever left, and was erased later, was erased.
            if found.get(mark) is not Departed.ERASED:
                found[mark] = Departed(how)
        except ValueError:
            continue
    return found


MARK_LETTERS = 32
"""Of a mark: 16 bytes in hexadecimal."""
