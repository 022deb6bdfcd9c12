"""The clock of a tour: the machine's, put forward by so much as its file says, for the world and for its bot alike.

Only a tour has such a file, in a folder of its own that goes with it; it alone puts the clock forward.
"""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_AHEAD = struct.Struct("=d")
"""How the file says it: seconds."""


class SharedClock:
    """The time by a file. What one process puts forward is so in every other with its next look."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("r+b") as opened:
            self._ahead = mmap.mmap(opened.fileno(), _AHEAD.size)

    @classmethod
    def create(cls, file: Path) -> "SharedClock":
        """Write a clock's file that shows the machine's time."""
        file.write_bytes(_AHEAD.pack(0.0))
        return cls(file)

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time() + float(_AHEAD.unpack(self._ahead[:])[0])

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def put_forward(self, to: datetime) -> None:
        """Let it be this instant, unless it is later already: this clock never goes back."""
        ahead = to.timestamp() - time.time()
        if ahead > _AHEAD.unpack(self._ahead[:])[0]:
            self._ahead[:] = _AHEAD.pack(ahead)
