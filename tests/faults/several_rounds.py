"""A life of several processes: seven of the bot on one PostgreSQL, hit by faults until what was to be done is done."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.rehearsal.world.faults import Faults as ApiFaults
from bot.rehearsal.world.limits import UNLIMITED
from tests.faults.several_checks import check
from tests.faults.several_facts import facts_of
from tests.faults.several_faults import EVERYTHING, Aim
from tests.faults.several_late import posted_later
from tests.faults.several_stage import CLOCK_AT_END, FAST, LEASE_SECONDS, Stage, staged
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.child import GivenUp
from tests.worlds.processes.fleet import Way

MOST_WAITING = 16
"""Updates that wait to be applied, beyond which people wait, too."""

DUE = """
SELECT (
    SELECT count(*) FROM digest_entries e JOIN subscribers s ON s.id = e.subscriber_id
    WHERE e.digest_id IS NULL AND e.due_at < now() + interval '10 minutes' AND s.state = 'active'
) + (
    SELECT count(*) FROM reminders WHERE remind_id IS NULL AND due_at < now() + interval '10 minutes'
)
"""
"""What is due by the clocks of the end."""

WAITING = "SELECT count(*) FROM updates WHERE state = 'received'"


LATE = "late"
"""What came after others had settled it, and was asked for in time: see `several_late`."""


@dataclass(kw_only=True)
class LifeOfSeveral:
    """What happened in one life, and what is not as it must be."""

    number: int
    faults: int
    seconds: float = 0.0
    hit: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return the life in one line."""
        kinds = ", ".join(f"{many} {kind}" for kind, many in sorted(self.hit.items()))
        counts = ", ".join(f"{many} {what}" for what, many in self.counts.items())
        line = f"life {self.number}: {self.faults} faults in {self.seconds:.0f} s ({kinds}): {counts}"
        line = "\n  LATE: ".join([line, *self.late])
        return "\n  BROKEN: ".join([line, *self.broken])


async def play_life(
    number: int,
    *,
    seed: int,
    faults: int,
    postgres: PostgresServer,
    folder: Path,
    aim: Aim = EVERYTHING,
    wrong: str | None = None,
) -> LifeOfSeveral:
    """Play one life, from an empty database to the checks. `wrong`: what all processes are wrong in on purpose."""
    played, began = LifeOfSeveral(number=number, faults=faults), time.monotonic()
    lot = random.Random(f"{seed} {number}")  # noqa: S311  # a repeatable trial
    way = Way(lease=LEASE_SECONDS, wrong=wrong)
    async with staged(postgres, folder, lot=lot, faults=faults, way=way, aim=aim) as stage:
        try:
            await _live(stage, faults)
            await _come_to_an_end(stage)
        except GivenUp as error:
            played.broken.append(f"ENDED: {error}")
            await stage.faults.heal()
        played.hit = dict(stage.faults.hit)
        facts = await facts_of(
            stage.url,
            stage.world,
            stage.people,
            rate=aim.rate,
            until=stage.kept_until,
            lost_calls=stage.faults.calls_lost,
            folder=folder,
        )
        played.late = [str(each) for each in posted_later(facts)]
        played.counts = {**facts.counts(), LATE: len(played.late)}
        played.broken += check(facts)
    played.seconds = time.monotonic() - began
    return played


async def _live(stage: Stage, faults: int) -> None:
    """Let everybody act and every process work, while faults strike."""
    for one in stage.fleet.members:
        stage.fleet.start(one, stage.faults.way)
    await stage.fleet.until_up()
    striking = asyncio.create_task(stage.faults.strike(faults))
    beside = [
        asyncio.create_task(stage.fleet.keep()),
        asyncio.create_task(_act(stage)),
    ]
    try:
        await asyncio.wait({striking, *beside}, return_when=asyncio.FIRST_COMPLETED)
        for task in (striking, *beside):
            if task.done():
                task.result()
        await stage.faults.heal()
    finally:
        for task in (striking, *beside):
            task.cancel()
        await asyncio.gather(striking, *beside, return_exceptions=True)


async def _act(stage: Stage) -> None:
    """Let people act for as long as the bot follows: what waits is to be hit by faults, not to pile up."""
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(stage.url)
            try:
                while await connection.fetchval(WAITING) <= MOST_WAITING:
                    stage.people.act()
                    await asyncio.sleep(stage.faults.aim.act_seconds)
            finally:
                connection.terminate()
        await asyncio.sleep(stage.faults.aim.act_seconds)


async def _come_to_an_end(stage: Stage) -> None:
    """Kill them all once more, and let those that take their places finish everything. Raises GivenUp."""
    stage.fleet.kill_all()
    stage.kept_until = time.monotonic()
    stage.world.gate.limits, stage.world.faults = UNLIMITED, ApiFaults.from_plan({})
    stage.fleet.environ = {**stage.fleet.environ, "SEND_RATE": str(FAST)}
    for one in stage.fleet.members:
        stage.fleet.start(one, replace(stage.faults.way, ahead=CLOCK_AT_END.total_seconds()))
    keeping = asyncio.create_task(stage.fleet.keep())
    until = time.monotonic() + stage.faults.aim.ends_within
    connection = await _connected(stage, until)
    try:
        while (left := await _left(stage, connection)) and time.monotonic() < until:
            if keeping.done():
                keeping.result()
            await asyncio.sleep(0.1)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await connection.close()
    if left:
        raise GivenUp(f"it does not end: {left}")
    await stage.fleet.end()


async def _connected(stage: Stage, until: float) -> asyncpg.Connection:
    """Wait until the database, which may just have been started again, takes connections. Raises GivenUp."""
    while True:
        try:
            return await asyncpg.connect(stage.url)
        except (OSError, asyncpg.PostgresError) as error:
            if time.monotonic() > until:
                said = stage.faults.postgres.said_last
                raise GivenUp(f"the database is away: {type(error).__name__}\n{said}") from error
        await asyncio.sleep(0.1)


async def _left(stage: Stage, connection: asyncpg.Connection) -> str:
    """Return what is still to be done; nothing when all is done."""
    going = await connection.fetchval("SELECT count(*) FROM broadcasts WHERE status IN ('queued', 'sending')")
    waiting = await connection.fetchval("SELECT count(*) FROM updates WHERE state != 'done'")
    begun = await connection.fetchval("SELECT count(*) FROM occurrences")
    due = await connection.fetchval(DUE)
    pending = len(stage.world.updates)
    if not going and not waiting and not pending and not due and begun:
        return ""
    return (
        f"{going} broadcasts, {waiting} updates, {pending} to be brought, {due} digests and reminders due,"
        f" {begun} occurrences begun"
    )
