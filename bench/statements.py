"""What the way to one statement costs: the writer's three ways side by side, in turn, and a transaction around one."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bench.report import Figure, Goal
from bot.privacy.keyring import new_key
from bot.store.connection import Connection, unbroken
from bot.store.migrate import migrate
from bot.store.schema import languages
from bot.store.store import open_store
from bot.store.subscribers import CHOSEN

ROUNDS = 20
REF = b"a reference of nobody"

Ask = Callable[[], Awaitable[Any]]


def measure(samples: int) -> list[Figure]:
    """Ask so many times in each way, in rounds by turns, of a SQLite file of its own."""
    return asyncio.run(_measure(max(1, samples // ROUNDS)))


async def _measure(each: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "campaign.db"
        await migrate(f"sqlite:///{file}")
        store = await open_store(f"sqlite:///{file}", new_key()[0])
        before = create_async_engine(f"sqlite+aiosqlite:///{file}")
        async with before.connect() as thread, store.database.writing() as connection:
            ways = _ways(thread, connection)
            took = dict.fromkeys(ways, 0.0)
            for _ in range(ROUNDS):
                for name in ways:
                    took[name] += await _in_turn(ways, name, each)
        alone = time.perf_counter()
        for chat in range(each):
            async with store.transaction() as tx:
                await tx.languages.choose(chat, "en")
        alone = (time.perf_counter() - alone) / each
        await store.close()
        await before.dispose()
    micro = {name: seconds / ROUNDS * 1e6 for name, seconds in took.items()}
    through, text = micro["through aiosqlite's thread"], micro["constant, run by the driver"]
    return [
        *(Figure(what=name, value=value, unit="µs") for name, value in micro.items()),
        Figure(
            what="aiosqlite's thread over a constant", value=through / text, unit="×", goal=Goal(at_least=10)
        ),
        Figure(what="a transaction alone, durable", value=alone * 1e3, unit="ms"),
    ]


def _ways(thread: Any, connection: Connection) -> dict[str, Ask]:
    def built() -> sa.Select[Any]:
        return sa.select(languages.c.locale).where(languages.c.ref == REF)

    return {
        "through aiosqlite's thread": lambda: unbroken(thread.execute(built())),
        "heavy": lambda: connection.heavy(built()),
        "on the loop's thread, built each time": lambda: connection.execute(built()),
        "on the loop's thread, a constant": lambda: connection.execute(CHOSEN, {"ref": REF}),
        "constant, run by the driver": lambda: connection.run(CHOSEN, ref=REF),
    }


async def _in_turn(ways: dict[str, Ask], name: str, each: int) -> float:
    """Return the seconds that one takes."""
    ask = ways[name]
    began = time.perf_counter()
    for _ in range(each):
        await ask()
    return (time.perf_counter() - began) / each
