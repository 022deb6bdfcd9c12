"""One broadcast whose senders are killed: a campaign, its Bot API, and the senders that are alive."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.privacy.keyring import CampaignKey
from tests.worlds.processes.campaign import LOOK_SECONDS, PATIENCE, Api, Campaign, bot_api, campaign
from tests.worlds.processes.child import Bot, GivenUp, kill

FAST = 2000
"""Sends per second while the rest of a broadcast is sent, when nobody is killed any more."""


@dataclass(kw_only=True)
class Trial:
    """A campaign with an approved broadcast to `people`. `rate`: sends per second of a sender that may be killed."""

    campaign: Campaign
    api: Api
    key: CampaignKey
    people: int
    rate: int
    started: int = 0
    living: list[Bot] = field(default_factory=list)

    def start(self, *, rate: int | None = None) -> Bot:
        """Start a sender, which ends by itself when nothing is left to send."""
        self.started += 1
        sender = self.campaign.bot(
            *("run", "--role", "sender", "--until-idle"),
            environ=self.campaign.environ | {"SEND_RATE": str(rate or self.rate)},
            log=self.campaign.folder / f"sender-{self.started}.log",
        )
        self.living.append(sender.start())
        return sender

    def kill(self, victims: list[Bot]) -> int:
        """Kill these at the same moment. Returns how many were still alive."""
        self.living = [sender for sender in self.living if sender not in victims]
        return kill(*victims)

    def count(self) -> int:
        """Return how many messages the Bot API has accepted."""
        return int(self.api.ask("count")["accepted"])

    async def accepted(self) -> list[tuple[int, int]]:
        """Return what the Bot API has accepted, in order: chat ids and message ids."""
        return [(chat, message) for chat, message in self.api.ask("accepted")["accepted"]]

    async def until_accepted(self, number: int) -> float:
        """Wait until so many were accepted, or the senders have ended. Returns the seconds it took."""
        began = time.monotonic()
        await self.until(
            lambda: self.count() >= number or any(sender.ended for sender in self.living),
            "nothing more is sent",
        )
        return time.monotonic() - began

    async def until_up(self, senders: list[Bot]) -> None:
        """Wait until these have said that they work, or have ended."""
        await self.until(lambda: all(one.started or one.ended for one in senders), "a sender does not start")

    async def until(self, seen: Callable[[], bool], otherwise: str) -> None:
        """Wait for what another process does. Raises GivenUp."""
        began = time.monotonic()
        while not seen():
            if time.monotonic() > began + PATIENCE:
                raise GivenUp(f"{otherwise}:\n" + "\n".join(sender.said for sender in self.living))
            await asyncio.sleep(LOOK_SECONDS)  # another process does the work

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the database as the dead senders left it, changing nothing."""
        url = self.campaign.environ["DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(f"file:{self.campaign.database}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchall()
        reader = await asyncpg.connect(url.removesuffix("?pgbouncer=true"), statement_cache_size=0)
        try:
            return [tuple(row) for row in await reader.fetch(query)]
        finally:
            await reader.close()


@contextmanager
def prepared(
    folder: Path, database_url: str, *, people: int, rate: int, answer_seconds: float
) -> Iterator[Trial]:
    """Prepare a broadcast and the Bot API it goes to; at the end no process is left.

    Each answer comes `answer_seconds` after the message was accepted, so that there is always something on the wire.
    """
    slow = {"kind": "slow", "seconds": answer_seconds, "methods": ["sendMessage"]}
    with bot_api(people, faults={"rules": [slow]}) as api:
        trial_campaign = campaign(api, folder, DATABASE_URL=database_url)
        trial_campaign.prepare(people)
        trial = Trial(campaign=trial_campaign, api=api, key=trial_campaign.key, people=people, rate=rate)
        try:
            yield trial
        finally:
            trial.kill(trial.living)
