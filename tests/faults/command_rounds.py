"""Rounds in which a command of the operator's is killed during a broadcast: what they share.

The processes are real: one or two senders, the command, and this one, in which people join and write meanwhile.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from bot.errors import CampaignError, DatabaseMoved
from bot.privacy.keyring import CampaignKey
from bot.store.store import Store, open_store
from tests.faults.rounds import NewDatabase, Round
from tests.worlds.processes.child import Bot, GivenUp, kill
from tests.worlds.processes.trial import Trial
from tests.worlds.rotation import Crowd, chats_in, opened_by

KINDS = (("sqlite", 1), ("postgresql", 2), ("postgresql", 1), ("sqlite", 2))
"""Which database, and how many senders, from round to round."""

RATE = 100
"""Sends per second: the broadcast outlasts the kills."""

CROWD = [8_000_000_000 + number for number in range(24)]
"""Who joins meanwhile; they are in nobody's audience."""


@dataclass(kw_only=True)
class CommandRound:
    """What came of a round. `done`: how often the command came to its end; `crowd`: what people did meanwhile."""

    sending: Round
    command: str
    kills: int = 0
    done: int = 0
    crowd: int = 0
    broken: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return the round in one line."""
        about = self.sending
        words = (
            f"round {about.number}: {about.database}, {about.senders} senders: {self.kills} kills of"
            f" {self.command}, {about.kills} of senders, done {self.done} times, {self.crowd} acts meanwhile,"
            f" {about.sent} sent, {about.unknown} unknown"
        )
        return "\n  BROKEN: ".join([words, *self.broken])


class PlayRound(Protocol):
    """Plays one round, from a fresh database to the checks."""

    async def __call__(
        self, number: int, *, seed: int, kills: int, new_database: NewDatabase, folder: Path
    ) -> CommandRound:
        """Play it."""
        ...


def begin_round(number: int, *, people: int, command: str) -> CommandRound:
    """Return a round of which nothing is played yet."""
    database, senders = KINDS[number % len(KINDS)]
    sending = Round(number=number, database=database, senders=senders, rate=RATE, people=people)
    return CommandRound(sending=sending, command=command)


@asynccontextmanager
async def living(store: Store, crowd: Crowd, lot: random.Random) -> AsyncIterator[None]:
    """Let people act in this process as long as the block lasts, or until everything is moved away from them."""
    over = asyncio.Event()

    async def live() -> None:
        with suppress(DatabaseMoved, DBAPIError):  # whoever is kept from it has done nothing
            await crowd.live(lot.sample(CROWD, len(CROWD)), until=over, pause=0.05)

    acting = asyncio.create_task(live())
    crowd.act_in(store)
    try:
        yield
    finally:
        over.set()
        await acting


def start_senders(trial: Trial, number: int) -> None:
    """Start as many as are missing."""
    trial.living = [sender for sender in trial.living if not sender.ended]
    for _ in range(number - len(trial.living)):
        trial.start()


def start(trial: Trial, number: int, *arguments: str) -> Bot:
    """Start the command."""
    return trial.campaign.bot(*arguments, log=trial.campaign.folder / f"command-{number}.log").start()


async def until(trial: Trial, running: Bot, seen: Callable[[], bool]) -> None:
    """Wait for what the command does. Raises GivenUp."""
    try:
        await trial.until(seen, "the command does not go on")
    except GivenUp as error:
        kill(running)
        raise GivenUp(f"{running.said}\n{error}") from error


async def until_ended(trial: Trial, running: Bot) -> None:
    """Wait until it has come to its end. Raises GivenUp."""
    await until(trial, running, lambda: running.ended)
    running.close()


async def check_people(store: Store, trial: Trial, played: CommandRound, crowd: Crowd) -> None:
    """Hold that everybody is there once, can be read, and is found with all that they did."""
    if closed := (await opened_by(store, trial.key))[False]:
        played.broken.append(f"KEYS: {closed} values do not open")
    there = await chats_in(store, trial.key)
    if len(set(there["subscribers"])) != len(there["subscribers"]):
        played.broken.append("ROWS: somebody is there twice")
    theirs = {table: [chat for chat in chats if chat in CROWD] for table, chats in there.items()}
    played.broken += crowd.broken(theirs)
    if sum(chat not in CROWD for chat in there["subscribers"]) != trial.people:
        played.broken.append("ROWS: somebody is lost")


async def why_not(url: str, key: CampaignKey) -> type[CampaignError] | None:
    """Return why the bot does not start on a database; None where it does."""
    try:
        await (await open_store(url, key)).close()
    except CampaignError as error:
        return type(error)
    return None
