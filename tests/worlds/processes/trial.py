"""One round of the kill campaign: a database, a Bot API in its own process, and senders that are killed."""

import asyncio
import json
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.commands.prepare import FIRST_CHAT_ID
from bot.privacy.keyring import CampaignKey, write_key_file
from bot.rehearsal.world.world import REHEARSAL_TOKEN

ROOT = Path(__file__).parents[3]

PATIENCE = 90.0
"""Seconds to wait for another process before the trial is given up; starting is slow on a busy machine."""

LOOK_SECONDS = 0.01
"""How often to look at what the other processes have come to."""

FAST = 2000
"""Sends per second while the rest of a broadcast is sent, when nobody is killed any more."""

ALERT = """
kind = "sign"
[en]
title = "Ask your council"
text = "One ask, one reason."
"""


class GivenUp(Exception):
    """A process of the trial does not do what it should; what it said is in the message."""


@dataclass(kw_only=True)
class SenderProcess:
    """The real sender, `campaign-bot run --role sender --until-idle`, and what it says."""

    process: asyncio.subprocess.Process
    log: Path

    @property
    def started(self) -> bool:
        """Whether it has said that it works."""
        return "bot_started" in self.log.read_text()

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself. Raises GivenUp if that was not for want of work."""
        code = self.process.returncode
        if code is not None and code != 0:
            raise GivenUp(f"a sender ended with {code}:\n{self.log.read_text()}")
        return code == 0

    async def kill(self) -> bool:
        """Kill it with SIGKILL. Returns whether it was still alive."""
        if self.process.returncode is None:
            self.process.kill()
        return await self.process.wait() < 0


@dataclass(kw_only=True)
class Trial:
    """A database with an approved broadcast to `people`, a Bot API where they are, and the senders.

    `rate` in sends per second; each answer comes `answer_seconds` after the message was accepted, so that there
    is always something on the wire.
    """

    folder: Path
    database_url: str
    key: CampaignKey
    people: int
    rate: int
    api: aiohttp.ClientSession
    environment: dict[str, str]
    started: int = 0
    living: list[SenderProcess] = field(default_factory=list)

    async def bot(self, log: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
        """Start the real command line."""
        with log.open("ab") as written:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *arguments),
                cwd=self.folder,
                env=self.environment | settings,
                stdout=written,
                stderr=written,
            )

    async def prepare(self) -> None:
        """Fill the database."""
        (self.folder / "alert.toml").write_text(ALERT, encoding="utf-8")
        log = self.folder / "prepare.log"
        process = await self.bot(log, "prepare", "--people", str(self.people), "--alert", "alert.toml")
        if await process.wait() != 0:
            raise GivenUp(log.read_text())

    async def start(self, *, rate: int | None = None) -> SenderProcess:
        """Start a sender, which ends by itself when nothing is left to send."""
        self.started += 1
        log = self.folder / f"sender-{self.started}.log"
        process = await self.bot(
            log, "run", "--role", "sender", "--until-idle", SEND_RATE=str(rate or self.rate)
        )
        self.living.append(SenderProcess(process=process, log=log))
        return self.living[-1]

    async def count(self) -> int:
        """Return how many messages the Bot API has accepted."""
        return int((await self._told("count"))["accepted"])

    async def accepted(self) -> list[tuple[int, int]]:
        """Return what the Bot API has accepted, in order: chat ids and message ids."""
        return [(chat, message) for chat, message in (await self._told("accepted"))["accepted"]]

    async def until_accepted(self, number: int) -> float:
        """Wait until so many were accepted, or the senders have ended. Returns the seconds it took."""
        began = time.monotonic()
        while await self.count() < number and not any(sender.ended for sender in self.living):
            await self._look_away(began, "nothing more is sent")
        return time.monotonic() - began

    async def until(self, seen: Callable[[], bool], otherwise: str) -> None:
        """Wait for what another process does."""
        began = time.monotonic()
        while not seen():
            await self._look_away(began, otherwise)

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the database as the dead senders left it, changing nothing."""
        if self.database_url.startswith("sqlite"):
            file = self.database_url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchall()
        reader = await asyncpg.connect(self.database_url)
        try:
            return [tuple(row) for row in await reader.fetch(query)]
        finally:
            await reader.close()

    async def _look_away(self, began: float, otherwise: str) -> None:
        if time.monotonic() > began + PATIENCE:
            said = "\n".join(sender.log.read_text() for sender in self.living)
            raise GivenUp(f"{otherwise}:\n{said}")
        await asyncio.sleep(LOOK_SECONDS)  # another process does the work

    async def _told(self, action: str) -> Any:
        async with self.api.get(f"/control/{action}") as answer:
            return await answer.json()


@asynccontextmanager
async def bot_api(people: int, *, answer_seconds: float) -> AsyncIterator[str]:
    """Run a Bot API in a process of its own, with everybody in it. Gives its URL."""
    slow = {"kind": "slow", "seconds": answer_seconds, "methods": ["sendMessage"]}
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.rehearsal.api.server"),
        *("--crowd", str(people), "--first-id", str(FIRST_CHAT_ID)),
        *("--faults", json.dumps({"rules": [slow]})),
        stdout=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            url = (await server.stdout.readline()).decode().strip()
        yield url
    finally:
        server.kill()
        await server.communicate()


@asynccontextmanager
async def prepared(
    folder: Path, database_url: str, *, people: int, rate: int, answer_seconds: float
) -> AsyncIterator[Trial]:
    """Prepare a broadcast and the Bot API it goes to; at the end no process is left."""
    key_file = folder / "key" / "campaign.key"
    key = write_key_file(key_file)
    async with (
        bot_api(people, answer_seconds=answer_seconds) as url,
        aiohttp.ClientSession(url) as session,
    ):
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": REHEARSAL_TOKEN,
            "BOT_API_URL": url,
            "DATABASE_URL": database_url,
            "CAMPAIGN_KEY_FILE": str(key_file),
        }
        trial = Trial(
            folder=folder,
            database_url=database_url,
            key=key,
            people=people,
            rate=rate,
            api=session,
            environment=environment,
        )
        try:
            await trial.prepare()
            yield trial
        finally:
            for sender in trial.living:
                await sender.kill()
