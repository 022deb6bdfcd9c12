"""Vectors of phrasings that were read before are not read again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.faq import vectors
from bot.faq.classifiers import Vector
from bot.faq.weights import DIMENSIONS

TEXTS = ["who leads it", "when is it", "who leads it", "why them"]


class Counting:
    """A network whose vectors are the texts' lengths, and which remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vector]]:
        """Give the last text first."""
        self.given += texts
        for at in reversed(range(len(texts))):
            yield [at], np.full((1, DIMENSIONS), len(texts[at]) + 0.1, np.float32)


def _read(path: Path, texts: Sequence[str], made_by: str = "one") -> tuple[Vector, list[str], int]:
    network, done = Counting(), list[int]()
    rows = vectors.read(network, texts, done.append, kept_in=path, made_by=made_by)  # type: ignore[arg-type]
    return rows, network.given, sum(done)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "below" / vectors.FILE


def test_once(path: Path) -> None:
    """Each text is read once, whatever the order and however often it stands; the rows are the same to the bit."""
    first, given, done = _read(path, TEXTS)
    assert given == ["who leads it", "when is it", "why them"]
    assert done == len(TEXTS)
    again, given, done = _read(path, TEXTS[::-1])
    assert given == []
    assert done == len(TEXTS)
    assert first.tobytes() == again[::-1].tobytes()


def test_changed(path: Path) -> None:
    """Only what is new is read, and what is gone is kept no longer."""
    _read(path, TEXTS)
    rows, given, _ = _read(path, ["why them", "where is it"])
    assert given == ["where is it"]
    assert rows[:, 0].tolist() == pytest.approx([8.1, 11.1])
    assert _read(path, TEXTS)[1] == ["who leads it", "when is it"]


def test_another_engine(path: Path) -> None:
    """Vectors of another engine, or of another kind of processor, are not taken."""
    _read(path, TEXTS)
    assert len(_read(path, TEXTS, made_by="two")[1]) == len(set(TEXTS))


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"no archive"])
def test_damaged(path: Path, damage: bytes) -> None:
    """A file that cannot be read is written anew."""
    path.parent.mkdir()
    path.write_bytes(damage)
    assert len(_read(path, TEXTS)[1]) == len(set(TEXTS))
    assert _read(path, TEXTS)[1] == []


def test_no_room(tmp_path: Path) -> None:
    """Where nothing can be kept, everything is read each time."""
    (tmp_path / "file").touch()
    for _ in range(2):
        rows, given, _ = _read(tmp_path / "file" / vectors.FILE, TEXTS)
        assert len(given) == len(set(TEXTS))
        assert rows.shape == (len(TEXTS), DIMENSIONS)


def test_of_whom() -> None:
    """What vectors are made by is the same each time, and of the cache there is one for each user."""
    assert vectors.engine() == vectors.engine()
    assert vectors.cache().name == vectors.FILE
