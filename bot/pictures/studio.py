"""Makes files in a process of their own: no update waits for a drawing, and its memory goes when it is done.

matplotlib takes some 110 MB and more than a second to load and draw; a bot of a million people takes less.
"""

import asyncio
import os
import sys
from pathlib import Path

import orjson

from bot.telegram_io.uploads import AS_THEY_STAND, Upload

DRAWING_SECONDS = 60.0
"""A drawing that takes longer is given up; one takes two on a small machine, and more where it is busy."""

AT_ONCE = 1
"""Drawings at a time: whoever asks for many gets them one after the other."""

_ROOT = Path(__file__).parents[2]

_INHERITED = ("PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "XDG_CACHE_HOME", "MPLCONFIGDIR", "LANG")
"""Of the environment: what finds Python and a place for matplotlib's list of fonts. No token, no key."""


class DrawingFailed(Exception):
    """No picture came of it."""


class Studio:
    """Makes the files that replies carry."""

    def __init__(self, *, seconds: float = DRAWING_SECONDS) -> None:
        self._seconds = seconds
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def make(self, upload: Upload) -> bytes:
        """Return the file.

        Raises DrawingFailed.
        """
        if upload.kind in AS_THEY_STAND:
            return str(upload.of["text"]).encode("utf-8", "replace")
        async with self._at_once:
            return await self._drawn(orjson.dumps({"kind": upload.kind, "of": upload.of}))

    async def _drawn(self, asked: bytes) -> bytes:
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot.pictures"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=_ROOT,
                env=environment,
            )
        except OSError as error:  # no room for another process, or no descriptor left
            raise DrawingFailed from error
        try:
            async with asyncio.timeout(self._seconds):
                drawn, _ = await process.communicate(asked)
        except TimeoutError as error:
            raise DrawingFailed from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode or not drawn:
            raise DrawingFailed
        return drawn
