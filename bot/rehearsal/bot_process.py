"""The real bot as a process of its own: only its environment tells it that Telegram is on this machine."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

import orjson

from bot.config import ROOT
from bot.errors import CampaignError

INHERITED: Final = ("LANG", "LC_ALL", "LC_CTYPE", "PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "TZ")
"""What a program needs of its surroundings; nothing of an operator's settings is among it."""

STARTS_WITHIN, ENDS_WITHIN = 90.0, 12.0
"""Seconds. A start takes two, and far longer where a machine has much else to do. A stop loses nothing within 10."""

LOOK_AGAIN = 0.05


class BotStopped(CampaignError):
    """The rehearsal's bot has stopped. Start the rehearsal again."""


class BotChild:
    """A running `python -m`, of the bot or of that of a tour. Its log goes to a file."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(
        cls, environment: Mapping[str, str], *, program: Sequence[str], folder: Path, log: Path
    ) -> "BotChild":
        """Start it in a folder without a `.env`, with nothing of this process's settings."""
        surroundings = {name: os.environ[name] for name in INHERITED if name in os.environ}
        with log.open("ab") as written:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *program),
                cwd=folder,
                env={**surroundings, "PYTHONPATH": str(ROOT), **environment},  # the same program as this one
                stdin=asyncio.subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                start_new_session=True,  # Ctrl-C is for us: the bot ends when we say so
            )
        return cls(process, log)

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait until the bot is seen to work.

        Raises BotStopped.
        """
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                while not ready():
                    if self._process.returncode is not None:
                        await self.watch()
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            raise BotStopped(
                f"The bot did not start within {STARTS_WITHIN:.0f} seconds. Is this machine very busy? Try again."
            ) from None

    async def watch(self) -> NoReturn:
        """Wait for as long as it runs.

        Raises BotStopped with what it said last.
        """
        code = await self._process.wait()
        if code < 0:
            raise BotStopped(
                f"The bot was ended from outside ({signal.Signals(-code).name}). Start the rehearsal again."
            )
        raise BotStopped(f"The bot has stopped (exit {code}). {self.last_words()}")

    def last_words(self) -> str:
        """Return what went wrong last by the bot's log, else the last it said."""
        return last_words(self._log.read_text(encoding="utf-8", errors="replace"))

    async def end(self) -> None:
        """Stop it as an operator does, and wait; what does not stop is killed."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(ENDS_WITHIN):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def last_words(log: str) -> str:
    """Return the last sentence printed, which says the mend, or else the last event that is not a success."""
    said = [line.strip() for line in log.splitlines() if line.strip()]
    for line in reversed(said):
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            return line
        if event.get("level") != "info":
            return f"Its last trouble: {event.get('event')} {event.get('error', '')}".rstrip() + "."
    return "Its log tells of no trouble."
