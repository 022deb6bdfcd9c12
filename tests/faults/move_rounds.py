"""A round of the move campaign: a broadcast whose database is moved to another, and back, which is killed at times.

People act, and at times a sender begins, in the very moment of a move: as where somebody has forgotten to stop them.
"""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.errors import DatabaseHalfFilled, DatabaseMoved, DatabaseUnreachable, MigrationsPending
from bot.services.moving import BotRuns
from bot.store.store import open_store
from tests.faults.command_rounds import (
    RATE,
    CommandRound,
    begin_round,
    check_people,
    living,
    start,
    start_senders,
    until_ended,
    why_not,
)
from tests.faults.rounds import NewDatabase, check
from tests.worlds.processes.campaign import bot_api, campaign
from tests.worlds.processes.child import ENDS_WITHIN, Bot, GivenUp, kill
from tests.worlds.processes.trial import FAST, Trial
from tests.worlds.rotation import Crowd

PEOPLE = 1_500

MOST_BETWEEN = 40
"""Messages accepted between two moves, at the most."""

FORGOTTEN = 0.4
"""How often a sender begins during the move."""

FIRST_SECONDS = 4.0
"""What a move takes, until one has shown it."""

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@dataclass(kw_only=True)
class Journey:
    """Where everything is, and where it goes next. `left`: where it was before."""

    trial: Trial
    new_database: NewDatabase
    kind: str
    target: str = ""
    left: list[str] = field(default_factory=list)
    seconds: float = FIRST_SECONDS
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
        if await why_not(journey.source, trial.key) is None:
            await _live_and_move(journey, played, crowd, lot)
        else:
            await _move(journey, played, lot)
        await _look(journey, played)
    await until_ended(trial, _moving(journey, played))
    played.done += 1
    journey.arrive()
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


async def _live_and_move(journey: Journey, played: CommandRound, crowd: Crowd, lot: random.Random) -> None:
    """Send for a while, stop the senders as an operator does, and move; nobody tells the people."""
    trial = journey.trial
    store = await open_store(journey.source, trial.key)
    try:
        async with living(store, crowd, lot):
            start_senders(trial, played.sending.senders)
            await trial.until_accepted(trial.count() + lot.randint(1, MOST_BETWEEN))
            await asyncio.gather(*(asyncio.to_thread(_stop, sender) for sender in trial.living))
            if failed := [sender.said for sender in trial.living if sender.code]:
                raise GivenUp("\n".join(failed))
            await _move(journey, played, lot)
    finally:
        await store.close()


async def _move(journey: Journey, played: CommandRound, lot: random.Random) -> None:
    """Begin, or go on with, a move, and kill it at some moment, unless it has ended before."""
    began, after = time.monotonic(), lot.uniform(0.1, 1.1) * journey.seconds
    moving = _moving(journey, played)
    with _forgotten(journey, after=lot.uniform(0, after) if lot.random() < FORGOTTEN else None) as forgotten:
        while moving.code is None and time.monotonic() < began + after:
            forgotten.look()
            await asyncio.sleep(0.02)  # another process does the work
        if moving.code is None:
            played.kills += kill(moving)
            journey.seconds *= 1.15
            return
        moving.close()
        journey.seconds = time.monotonic() - began
    if moving.code == 0:
        played.done += 1
        journey.arrive()
    elif str(BotRuns()) not in moving.said:
        raise GivenUp(f"the move has failed:\n{moving.said}")


def _moving(journey: Journey, played: CommandRound) -> Bot:
    return start(journey.trial, played.kills, "move", journey.target, "--json")


class _Forgotten:
    """A sender that nobody has stopped: it begins on the old database at some moment of the move."""

    def __init__(self, trial: Trial, at: float | None) -> None:
        self._trial = trial
        self._at = at
        self._sender: Bot | None = None

    def look(self) -> None:
        """Begin when it is time."""
        if self._at is not None and self._sender is None and time.monotonic() >= self._at:
            self._sender = self._trial.start()

    def end(self) -> None:
        """Stop it; it may have ended by itself for what the move has done."""
        if self._sender is None:
            return
        _stop(self._sender)
        reasons = (DatabaseMoved(), DatabaseUnreachable())
        if self._sender.code == 1 and not any(str(reason) in self._sender.said for reason in reasons):
            raise GivenUp(f"a sender has ended:\n{self._sender.said}")


@contextmanager
def _forgotten(journey: Journey, *, after: float | None) -> Iterator[_Forgotten]:
    forgotten = _Forgotten(journey.trial, None if after is None else time.monotonic() + after)
    try:
        yield forgotten
    finally:
        forgotten.end()
        journey.trial.living.clear()


def _stop(sender: Bot) -> None:
    sender.process.terminate()
    sender.process.wait(ENDS_WITHIN)
    sender.close()


async def _look(journey: Journey, played: CommandRound) -> None:
    """Hold that never both of the databases start, and that one does, or does when the move is called again."""
    key = journey.trial.key
    source, target = await why_not(journey.source, key), await why_not(journey.target, key)
    if source not in (None, DatabaseMoved) or target not in (DatabaseHalfFilled, MigrationsPending, None):
        played.broken.append(f"MOVED: after a kill: {source}, {target}")
    if source is None and target is None:
        played.broken.append("MOVED: both databases start")
    if target is None:
        # Killed in the very last moment: it is done.
        played.done += 1
        journey.arrive()
