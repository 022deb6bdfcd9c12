"""A round of the move campaign: a broadcast whose database is moved to another, and back, which is killed at times.

People act, and at times a sender begins, in the very moment of a move: as where somebody has forgotten to stop them.
"""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from bot.errors import DatabaseHalfFilled, DatabaseMoved, DatabaseUnreachable, MigrationsPending
from bot.services.moving import COMPARING, COPYING, MARKING, BotRuns
from bot.store.store import open_store
from tests.faults.command_rounds import (
    RATE,
    CommandRound,
    begin_round,
    check_people,
    living,
    start,
    start_senders,
    why_not,
)
from tests.faults.rounds import NewDatabase, check
from tests.worlds.processes.campaign import bot_api, campaign
from tests.worlds.processes.child import ENDS_WITHIN, Bot, GivenUp, kill
from tests.worlds.processes.trial import FAST, Trial
from tests.worlds.rotation import Crowd

PEOPLE = 1_000

MOST_BETWEEN = 40
"""Messages accepted between two moves, at the most."""

FORGOTTEN = 0.4
"""How often a sender begins during the move."""

MOMENTS = (("", 1.5), (COPYING, 1.0), (COMPARING, 0.5), (MARKING, 1.5))
"""After which of its words `move` is killed, within how many seconds."""

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@dataclass(kw_only=True)
class Journey:
    """Where everything is, and where it goes next. `left`: where it was before."""

    trial: Trial
    new_database: NewDatabase
    kind: str
    target: str = ""
    left: list[str] = field(default_factory=list)
    _places: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.target = self._next()

    @property
    def source(self) -> str:
        """Where everything is."""
        return self.trial.campaign.environ["DATABASE_URL"]

    def arrive(self) -> None:
        """Go on in the new database; the next move leads to one of the other kind."""
        self.left.append(self.source)
        self.trial.campaign.environ["DATABASE_URL"] = self.target
        self.kind, self.target = OTHER[self.kind], ""
        self.target = self._next()

    def _next(self) -> str:
        place = self.trial.campaign.folder / f"place-{next(self._places)}"
        place.mkdir()
        return self.new_database(OTHER[self.kind], place)


async def play_round(
    number: int, *, seed: int, kills: int, new_database: NewDatabase, folder: Path, people: int = PEOPLE
) -> CommandRound:
    """Play one round, from a fresh database to the checks."""
    lot = random.Random(f"{seed} {number}")  # noqa: S311  # a repeatable trial
    played = begin_round(number, people=people, command="move")
    kind = played.sending.database
    try:
        with bot_api(people) as api:
            prepared = campaign(api, folder, DATABASE_URL=new_database(kind, folder))
            prepared.prepare(people)
            trial = Trial(campaign=prepared, api=api, key=prepared.key, people=people, rate=RATE)
            journey = Journey(trial=trial, new_database=new_database, kind=kind)
            try:
                await _play(journey, played, lot, kills)
            finally:
                trial.kill(trial.living)
    except GivenUp as error:
        played.broken.append(str(error))
    played.broken += played.sending.broken
    return played


async def _play(journey: Journey, played: CommandRound, lot: random.Random, kills: int) -> None:
    trial, crowd = journey.trial, Crowd([], seed=lot.randrange(1 << 30))
    while played.kills < kills:
        await _go_on(journey, played, crowd, lot, is_killed=True)
    whole = played.done + 1
    while played.done < whole:
        await _go_on(journey, played, crowd, lot, is_killed=False)
    trial.start(rate=FAST)
    await trial.until(lambda: all(sender.ended for sender in trial.living), "a sender does not end")
    played.crowd = crowd.acts
    await check(trial, played.sending)
    store = await open_store(journey.source, trial.key)
    try:
        await check_people(store, trial, played, crowd)
    finally:
        await store.close()
    for url in journey.left:
        if (found := await why_not(url, trial.key)) is not DatabaseMoved:
            played.broken.append(f"MOVED: one that was left starts again: {found}")


async def _go_on(
    journey: Journey, played: CommandRound, crowd: Crowd, lot: random.Random, *, is_killed: bool
) -> None:
    """Send for a while, stop the senders as an operator does, and move; nobody tells the people.

    What was broken off when the old database was marked already is moved on.
    """
    trial = journey.trial
    if await why_not(journey.source, trial.key) is not None:
        await _move(journey, played, lot, is_killed=is_killed)
        return
    store = await open_store(journey.source, trial.key)
    try:
        async with living(store, crowd, lot):
            start_senders(trial, played.sending.senders)
            await trial.until_accepted(trial.count() + lot.randint(1, MOST_BETWEEN))
            # One that has not begun yet could not end well.
            await trial.until_up(trial.living)
            await asyncio.gather(*(asyncio.to_thread(_stop, sender) for sender in trial.living))
            if failed := [sender.said for sender in trial.living if sender.code]:
                raise GivenUp("\n".join(failed))
            await _move(journey, played, lot, is_killed=is_killed)
    finally:
        await store.close()


async def _move(journey: Journey, played: CommandRound, lot: random.Random, *, is_killed: bool) -> None:
    """Begin, or go on with, a move; kill it at some moment, unless it has ended before."""
    moving = start(journey.trial, played.kills, "move", journey.target)
    words, seconds = lot.choice(MOMENTS)
    forgotten = lot.choice(("", COPYING)) if lot.random() < FORGOTTEN else None
    try:
        if forgotten is not None:
            await _until(journey, moving, forgotten)
            journey.trial.start()
        if is_killed:
            await _until(journey, moving, words)
            await asyncio.sleep(lot.uniform(0, seconds))  # the moment within the step
            played.kills += kill(moving)
        else:
            await _until(journey, moving, None)
    finally:
        _end_forgotten(journey.trial)
    await _look(journey, played)
    if moving.code and moving.code > 0 and str(BotRuns()) not in moving.said:
        raise GivenUp(f"the move has failed:\n{moving.said}")


async def _until(journey: Journey, moving: Bot, words: str | None) -> None:
    """Wait until the move says this, or has ended."""
    said = partial(_has_said, moving, words)
    await journey.trial.until(said, f"the move does not go on: {moving.said}")


def _has_said(moving: Bot, words: str | None) -> bool:
    return moving.code is not None or (words is not None and words in moving.said)


def _end_forgotten(trial: Trial) -> None:
    """Stop whoever was forgotten; they may have ended by themselves for what the move has done."""
    reasons = (DatabaseMoved(), DatabaseUnreachable())
    forgotten, trial.living = trial.living, []
    for sender in forgotten:
        _stop(sender)
        if sender.code == 1 and not any(str(reason) in sender.said for reason in reasons):
            raise GivenUp(f"a sender has ended:\n{sender.said}")


def _stop(sender: Bot) -> None:
    sender.process.terminate()
    sender.process.wait(ENDS_WITHIN)
    sender.close()


async def _look(journey: Journey, played: CommandRound) -> None:
    """Hold that never both of the databases start; where the new one does, all went there."""
    key = journey.trial.key
    source, target = await why_not(journey.source, key), await why_not(journey.target, key)
    if source not in (None, DatabaseMoved) or target not in (DatabaseHalfFilled, MigrationsPending, None):
        played.broken.append(f"MOVED: after a kill: {source}, {target}")
    if source is None and target is None:
        played.broken.append("MOVED: both databases start")
    if target is None:
        played.done += 1
        journey.arrive()
