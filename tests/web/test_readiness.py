"""When a process is ready."""

from pathlib import Path

import pytest

from bot.inbox.hearing import DEAF_SECONDS, Hearing
from bot.store.store import Store
from bot.web.readiness import Readiness


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        """Return the second."""
        return self.now


def test_deaf_without_a_poll() -> None:
    """Who polls is deaf when no poll was answered for minutes, and hears again with the next."""
    clock = Clock()
    hearing = Hearing(clock)
    for now in (DEAF_SECONDS, 3 * DEAF_SECONDS):
        clock.now = now
        assert not hearing.is_deaf
        clock.now = now + 2 * DEAF_SECONDS
        assert hearing.is_deaf
        hearing.note_poll()
        clock.now = 3 * DEAF_SECONDS


def test_deaf_without_a_webhook() -> None:
    """Who is called is deaf until the webhook is set, and then not, however quiet it is."""
    clock = Clock()
    hearing = Hearing(clock)
    clock.now = 2 * DEAF_SECONDS
    assert hearing.is_deaf
    hearing.note_webhook()
    clock.now = 100 * DEAF_SECONDS
    assert not hearing.is_deaf


async def test_ready(store: Store) -> None:
    """A process is ready while its database answers and Telegram is heard."""
    assert await Readiness(store, database=None, is_deaf=lambda: False).missing() is None
    missing = await Readiness(store, database=None, is_deaf=lambda: True).missing()
    assert missing == "Telegram has not answered for minutes"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_database_that_is_gone(store: Store, database_url: str, tmp_path: Path) -> None:
    """A file that was deleted or replaced makes it unready, though it can still be written (S18)."""
    file = Path(database_url.removeprefix("sqlite:///"))
    readiness = Readiness(store, database=file, is_deaf=lambda: False)
    assert await readiness.missing() is None
    _move(file, tmp_path / "kept.db")
    assert await readiness.missing() == "the database file is gone"
    _make(file)
    assert await readiness.missing() == "the database file is gone"
    _move(tmp_path / "kept.db", file)
    assert await readiness.missing() is None


def _move(file: Path, to: Path) -> None:
    file.replace(to)


def _make(file: Path) -> None:
    file.write_bytes(b"another")
