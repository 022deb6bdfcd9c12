"""Everything from one database to another, of either kind, compared row by row before it counts."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.audit import Event
from bot.errors import CampaignError
from bot.store.audit import Act, AuditLog
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.dump_form import Head, read_blocks
from bot.store.dumping import head_of, lines_of
from bot.store.installation import Installation
from bot.store.keys import nobody_writes
from bot.store.loading import begin_filling, end_filling, fill
from bot.store.migrate import FILLING, found
from bot.store.schema import metadata, workers

ALIVE = timedelta(seconds=30)
"""A process of ours that was seen within this is taken to run now."""


COPYING, COMPARING = "copying everything", "comparing each row"
MARKING = "marking the old database, from which nothing starts from now on"


class BotRuns(CampaignError):
    """The bot runs on this database. Stop it, then move."""


class MovedAlready(CampaignError):
    """Everything was moved from this database before. Set DATABASE_URL to the one it is in."""


class SameDatabase(CampaignError):
    """Both addresses are of the same database. Give the address of an empty one."""

    exit_code = 2


class NotTheSame(CampaignError):
    """What arrived is not what was there. Nothing was marked as moved: go on with the old database, and report this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """What was moved: rows by table."""

    rows: Counter[str]


async def move(
    source: Database, target: Database, *, now: datetime, told: Callable[[str], None] = lambda _line: None
) -> Moved:
    """Move everything, and mark the source as moved. `told`: hears what comes next.

    Nobody writes into the source meanwhile. It is marked first; until what arrived is noted as whole, neither database
    starts, and broken off, it is begun anew by calling it again.
    Raises BotRuns, MovedAlready, DatabaseNotEmpty, NotTheSame, and what `head_of` raises.
    """
    async with _held(source, now=now) as holding:
        async with source.snapshot() as snapshot:
            head = await head_of(snapshot, now=now)
            if (await Installation(snapshot).standing()).moved and not await _is_filling(target):
                raise MovedAlready
            told(COPYING)
            await begin_filling(target, head)
            rows = await _copy(snapshot, target, head)
            told(COMPARING)
            await _compare(snapshot, target, head)
        told(MARKING)
        await Installation(holding).set_moved(moved=True)
    async with target.writing() as connection:
        await end_filling(connection, head)
        await Installation(connection).set_moved(moved=False)
        await _record(connection, rows, now=now)
    return Moved(rows=rows)


async def _record(connection: Connection, rows: Counter[str], *, now: datetime) -> None:
    """Let the audit say from when it goes on here; what the source has is left as it was."""
    log = AuditLog(connection)
    log.add(Act(event=Event.MOVED, about=None, actor=None, at=now, details={"rows": rows.total()}))
    await log.flush()


@asynccontextmanager
async def _held(source: Database, *, now: datetime) -> AsyncIterator[Connection]:
    """Let nobody write into the source until the block ends; who reads is not kept. Who waited sees the mark."""
    async with nobody_writes(source) as connection:
        if source.dialect == "postgresql":
            names = ", ".join(table.name for table in metadata.sorted_tables)
            await connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        seen = sa.select(workers.c.id).where(workers.c.seen_at > now - ALIVE).limit(1)
        if (await connection.execute(seen)).first():
            raise BotRuns
        yield connection


async def _is_filling(target: Database) -> bool:
    async with target.reading() as connection:
        return FILLING in await connection.run_sync(found)


async def _copy(snapshot: Connection, target: Database, head: Head) -> Counter[str]:
    """Fill the target. Returns the rows by table."""
    lines = lines_of(snapshot, head)
    await anext(lines)  # the head
    return await fill(target, read_blocks(head, lines))


async def _compare(snapshot: Connection, target: Database, head: Head) -> None:
    """Write both down, and compare every line: the rows, their number, their sums."""
    async with target.snapshot() as arrived:
        theirs = lines_of(arrived, head)
        async for line in lines_of(snapshot, head):
            if await anext(theirs, None) != line:
                raise NotTheSame
