"""A round of the rotation campaign: a broadcast, during which the key is changed, and everything is killed at times.

The processes are real: one or two senders, `keys rotate`, and this one, in which people join and write meanwhile.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.privacy.keyring import CampaignKey, new_key, read_key
from bot.store.store import Store
from tests.faults.rounds import NewDatabase, Round, check
from tests.worlds.processes.campaign import bot_api, campaign
from tests.worlds.processes.child import Bot, GivenUp, kill
from tests.worlds.processes.trial import FAST, Trial
from tests.worlds.rotation import Crowd, chats_in, key_file, opened, opened_by, process

KINDS = (("sqlite", 1), ("postgresql", 2), ("postgresql", 1), ("sqlite", 2))
"""Which database, and how many senders."""

PEOPLE = 4_000
RATE = 100
"""Sends per second: the broadcast outlasts the kills."""

CROWD = [8_000_000_000 + number for number in range(24)]
"""Who joins meanwhile; they are in nobody's audience."""

MOMENTS = (("", 2.0), ("is made", 0.5), ("waiting until", 5.0), ("writing everything", 1.0))
"""After which of its words `keys rotate` is killed, within how many seconds."""

WITH_A_SENDER = 0.4
"""How often a sender is killed at the same moment."""


@dataclass(kw_only=True)
class RotationRound:
    """What came of a round. `changed`: how often the key was changed; `crowd`: what people did meanwhile."""

    sending: Round
    kills: int = 0
    changed: int = 0
    crowd: int = 0
    broken: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return the round in one line."""
        about = self.sending
        words = (
            f"round {about.number}: {about.database}, {about.senders} senders: {self.kills} kills of the rotation,"
            f" {about.kills} of senders, key changed {self.changed} times, {self.crowd} acts meanwhile,"
            f" {about.sent} sent, {about.unknown} unknown"
        )
        return "\n  BROKEN: ".join([words, *self.broken])


async def play_round(
    number: int, *, seed: int, kills: int, new_database: NewDatabase, folder: Path, people: int = PEOPLE
) -> RotationRound:
    """Play one round, from a fresh database to the checks."""
    lot = random.Random(f"{seed} {number}")  # noqa: S311  # a repeatable trial
    database, senders = KINDS[number % len(KINDS)]
    sending = Round(number=number, database=database, senders=senders, rate=RATE, people=people)
    played = RotationRound(sending=sending)
    key, _ = new_key()
    file = key_file(folder, key)
    try:
        with bot_api(people) as api:
            prepared = campaign(
                api,
                folder,
                DATABASE_URL=new_database(database, folder),
                CAMPAIGN_KEY="",
                CAMPAIGN_KEY_FILE=str(file),
            )
            prepared.prepare(people)
            trial = Trial(campaign=prepared, api=api, key=key, people=people, rate=RATE)
            try:
                await _play(trial, played, lot, kills, file)
            finally:
                trial.kill(trial.living)
    except GivenUp as error:
        played.broken.append(str(error))
    played.broken += sending.broken
    return played


async def _play(trial: Trial, played: RotationRound, lot: random.Random, kills: int, file: Path) -> None:
    url, keys = trial.campaign.environ["DATABASE_URL"], [trial.key]
    async with process(url, file) as store:
        async with _living(store, lot) as crowd:
            while played.kills < kills:
                _start_senders(trial, played.sending.senders)
                await _kill_once(trial, played, lot)
                keys += [
                    key for key in read_key(text=None, file=file).ring if key.id not in {k.id for k in keys}
                ]
            await _ended(trial, _rotation(trial, played.kills))
            played.changed += 1
            trial.key = read_key(text=None, file=file)
            keys += [key for key in trial.key.ring if key.id not in {k.id for k in keys}]
        trial.start(rate=FAST)
        await trial.until(lambda: all(sender.ended for sender in trial.living), "a sender does not end")
        played.crowd = crowd.acts
    await check(trial, played.sending)
    await _check_keys(trial, played, crowd, file=file, keys=keys)


@asynccontextmanager
async def _living(store: Store, lot: random.Random) -> AsyncIterator[Crowd]:
    """Let people act in this process as long as the block lasts."""
    crowd, over = Crowd([store], seed=lot.randrange(1 << 30)), asyncio.Event()
    living = asyncio.create_task(crowd.live(CROWD, until=over, pause=0.05))
    try:
        yield crowd
    finally:
        over.set()
        await living


def _start_senders(trial: Trial, number: int) -> None:
    trial.living = [sender for sender in trial.living if not sender.ended]
    for _ in range(number - len(trial.living)):
        trial.start()


def _rotation(trial: Trial, number: int) -> Bot:
    return trial.campaign.bot("keys", "rotate", log=trial.campaign.folder / f"rotation-{number}.log").start()


async def _kill_once(trial: Trial, played: RotationRound, lot: random.Random) -> None:
    """Begin, or go on with, a change of the key; kill that, and perhaps a sender."""
    rotating = _rotation(trial, played.kills + 100 * played.changed)
    words, seconds = lot.choice(MOMENTS)
    await _until(
        trial,
        rotating,
        lambda: words in rotating.said or "writing everything" in rotating.said or rotating.ended,
    )
    await asyncio.sleep(lot.uniform(0, seconds))  # the moment within the step
    victims = [lot.choice(trial.living)] if trial.living and lot.random() < WITH_A_SENDER else []
    if rotating.ended:
        rotating.close()
        played.changed += 1
        return
    played.kills += kill(rotating)
    if victims:
        played.sending.kills += trial.kill(victims)
        states = "('inflight', 'unknown')"
        query = f"SELECT worker, subscriber_id FROM deliveries WHERE state IN {states}"  # noqa: S608  # our own words
        for worker, subscriber in await trial.rows(query):
            played.sending.caught[worker].add(subscriber)


async def _ended(trial: Trial, rotating: Bot) -> None:
    await _until(trial, rotating, lambda: rotating.ended)
    rotating.close()


async def _until(trial: Trial, rotating: Bot, seen: Callable[[], bool]) -> None:
    try:
        await trial.until(seen, "the rotation does not go on")
    except GivenUp as error:
        kill(rotating)
        raise GivenUp(f"{rotating.said}\n{error}") from error


async def _check_keys(
    trial: Trial, played: RotationRound, crowd: Crowd, *, file: Path, keys: list[CampaignKey]
) -> None:
    """Hold that the last key opens everything, no other one anything, and that everybody is there once."""
    if trial.key.previous:
        played.broken.append("KEYS: the old key is still in the file")
    async with opened(trial.campaign.environ["DATABASE_URL"], file) as store:
        if closed := (await opened_by(store, trial.key))[False]:
            played.broken.append(f"KEYS: {closed} values do not open")
        for key in keys:
            if key.id != trial.key.id and (open_still := (await opened_by(store, key))[True]):
                played.broken.append(f"KEYS: {open_still} values open with an old key")
        there = await chats_in(store, trial.key)
        if len(set(there["subscribers"])) != len(there["subscribers"]):
            played.broken.append("ROWS: somebody is there twice")
        theirs = {table: [chat for chat in chats if chat in CROWD] for table, chats in there.items()}
        played.broken += crowd.broken(theirs)
        if sum(chat not in CROWD for chat in there["subscribers"]) != trial.people:
            played.broken.append("ROWS: somebody is lost")
