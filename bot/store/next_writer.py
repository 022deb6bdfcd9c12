"""Which process writes to a SQLite file next. SQLite's lock knows no order: who has just had it, has it again.

So one process that writes on and on kept another from writing for seconds, which was then taken for dead. Whoever wants
to write takes the place of the next, waits there for SQLite's lock, and leaves the place once it has it: who has just
written comes after whoever waits. The place is the lock of an empty file beside the database; who dies leaves it.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LOOK_SECONDS = 0.005
"""How often to look whether the place is free. Whoever has it waits for one transaction."""

PATIENCE = 1.0
"""Seconds after which who has it may have been stopped there. Only the order hangs on it: it is done without."""


class NextWriter:
    """The place of the next, as one connection asks for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._is_held = False

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Have the place for as long as the block takes."""
        until = asyncio.get_running_loop().time() + PATIENCE
        while not self._take():
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            self._leave()

    def _take(self) -> bool:
        """Take the place. Returns whether that is settled: where the system has no such locks, there is none."""
        if sys.platform == "win32":
            return True
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self._is_held = True
        return True

    def _leave(self) -> None:
        if sys.platform != "win32" and self._file is not None and self._is_held:
            fcntl.flock(self._file, fcntl.LOCK_UN)
            self._is_held = False

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
