"""A round of the rotation campaign: a broadcast, during which the key is changed, and everything is killed at times."""

import asyncio
import random
from pathlib import Path

from bot.privacy.keyring import CampaignKey, new_key, read_key
from tests.faults.command_rounds import (
    RATE,
    CommandRound,
    begin_round,
    check_people,
    living,
    start,
    start_senders,
    until,
    until_ended,
)
from tests.faults.rounds import NewDatabase, check
from tests.worlds.processes.campaign import bot_api, campaign
from tests.worlds.processes.child import Bot, GivenUp, kill
from tests.worlds.processes.trial import FAST, Trial
from tests.worlds.rotation import Crowd, key_file, opened, opened_by, process

PEOPLE = 4_000

MOMENTS = (("", 2.0), ("is made", 0.5), ("waiting until", 5.0), ("writing everything", 1.0))
"""After which of its words `keys rotate` is killed, within how many seconds."""

WITH_A_SENDER = 0.4
"""How often a sender is killed at the same moment."""


async def play_round(
    number: int, *, seed: int, kills: int, new_database: NewDatabase, folder: Path, people: int = PEOPLE
) -> CommandRound:
    """Play one round, from a fresh database to the checks."""
    lot = random.Random(f"{seed} {number}")  # noqa: S311  # a repeatable trial
    played = begin_round(number, people=people, command="keys rotate")
    key, _ = new_key()
    file = key_file(folder, key)
    try:
        with bot_api(people) as api:
            prepared = campaign(
                api,
                folder,
                DATABASE_URL=new_database(played.sending.database, folder),
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
    played.broken += played.sending.broken
    return played


async def _play(trial: Trial, played: CommandRound, lot: random.Random, kills: int, file: Path) -> None:
    url, keys = trial.campaign.environ["DATABASE_URL"], [trial.key]
    crowd = Crowd([], seed=lot.randrange(1 << 30))
    async with process(url, file) as store:
        async with living(store, crowd, lot):
            while played.kills < kills:
                start_senders(trial, played.sending.senders)
                await _kill_once(trial, played, lot)
                keys += [
                    key for key in read_key(text=None, file=file).ring if key.id not in {k.id for k in keys}
                ]
            await until_ended(trial, _rotation(trial, played.kills))
            played.done += 1
            trial.key = read_key(text=None, file=file)
            keys += [key for key in trial.key.ring if key.id not in {k.id for k in keys}]
        trial.start(rate=FAST)
        await trial.until(lambda: all(sender.ended for sender in trial.living), "a sender does not end")
        played.crowd = crowd.acts
    await check(trial, played.sending)
    await _check_keys(trial, played, crowd, file=file, keys=keys)


def _rotation(trial: Trial, number: int) -> Bot:
    return start(trial, number, "keys", "rotate")


async def _kill_once(trial: Trial, played: CommandRound, lot: random.Random) -> None:
    """Begin, or go on with, a change of the key; kill that, and perhaps a sender."""
    rotating = _rotation(trial, played.kills + 100 * played.done)
    words, seconds = lot.choice(MOMENTS)
    await until(
        trial,
        rotating,
        lambda: words in rotating.said or "writing everything" in rotating.said or rotating.ended,
    )
    await asyncio.sleep(lot.uniform(0, seconds))  # the moment within the step
    victims = [lot.choice(trial.living)] if trial.living and lot.random() < WITH_A_SENDER else []
    if rotating.ended:
        rotating.close()
        played.done += 1
        return
    played.kills += kill(rotating)
    if victims:
        played.sending.kills += trial.kill(victims)
        states = "('inflight', 'unknown')"
        query = f"SELECT worker, subscriber_id FROM deliveries WHERE state IN {states}"  # noqa: S608  # our own words
        for worker, subscriber in await trial.rows(query):
            played.sending.caught[worker].add(subscriber)


async def _check_keys(
    trial: Trial, played: CommandRound, crowd: Crowd, *, file: Path, keys: list[CampaignKey]
) -> None:
    """Hold that the last key opens everything, no other one anything, and that everybody is there once."""
    if trial.key.previous:
        played.broken.append("KEYS: the old key is still in the file")
    async with opened(trial.campaign.environ["DATABASE_URL"], file) as store:
        for key in keys:
            if key.id != trial.key.id and (open_still := (await opened_by(store, key))[True]):
                played.broken.append(f"KEYS: {open_still} values open with an old key")
        await check_people(store, trial, played, crowd)
