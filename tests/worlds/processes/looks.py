"""When a sender last looked whether what it is about to send is still its own, and when it had written it.

Between that look and the write lie microseconds in which a process can be stopped, and nothing can close them: the Bot
API knows of no lease. So what comes late is told apart: was it asked for in time, or not.
"""

import asyncio
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from bot.delivery.sender import Prepared, Sender

ASKED, WRITTEN = "asked", "written"

LOOKS = ".looks"
"""How the files are called in which they are noted."""


class Look(NamedTuple):
    """When it was asked for, and when it was written if it was, in seconds since 1970."""

    asked: float
    written: float | None


def note_looks(path: Path) -> None:
    """Let this process write down each look, and each write: of which message, by a sum that names nobody."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    send = Sender.send

    def noting(
        self: Sender,
        chat_id: int,
        message_id: int | None,
        prepared: Prepared,
        *,
        if_still: Callable[[], bool],
    ) -> Any:
        message = sum_of(chat_id, text_of(prepared))

        def note(what: str) -> None:
            os.write(file, f"{time.time():.6f} {message} {what}\n".encode())

        def look() -> bool:
            # Before the look: whoever is killed after it has said so.
            note(ASKED)
            is_ours = if_still()
            if is_ours:
                # The write follows at once, before anything else of the loop.
                asyncio.get_running_loop().call_soon(note, WRITTEN)
            return is_ours

        return send(self, chat_id, message_id, prepared, if_still=look)

    pytest.MonkeyPatch().setattr(Sender, "send", noting)


class Looks:
    """The looks of all processes that have noted theirs in a folder."""

    def __init__(self, folder: Path) -> None:
        self._of: dict[str, list[Look]] = {}
        for file in folder.glob(f"*{LOOKS}"):
            for line in file.read_text(encoding="ascii").splitlines():
                at, message, what = line.split()
                self._note(self._of.setdefault(message, []), float(at), what)

    @staticmethod
    def _note(looks: list[Look], at: float, what: str) -> None:
        if what == ASKED:
            looks.append(Look(at, None))
        elif looks:
            looks[-1] = looks[-1]._replace(written=at)

    def last(self, chat_id: int, text: str, *, before: float) -> Look | None:
        """Return the last look for a message to a chat before this moment."""
        looks = [each for each in self._of.get(sum_of(chat_id, text), ()) if each.asked <= before]
        return max(looks, key=lambda each: each.asked, default=None)


def sum_of(chat_id: int, text: str) -> str:
    """Return what stands for a message to a chat in these files."""
    return f"{zlib.crc32(f'{chat_id} {text}'.encode()):08x}"


def text_of(prepared: Prepared) -> str:
    """Return the text of a message, or what stands under its picture; nothing where it has neither."""
    # A body begins with the chat, and goes on with this.
    body = orjson.loads(b'{"chat_id":0' + prepared.rest)
    return str(body.get("text") or body.get("caption") or "")
