"""The rate budget: one row, from which every process takes what it spends."""

import struct
import time
from typing import Any

import sqlalchemy as sa

from bot.domain.pacing import Budget, RateState, Refusal, Refusals, Starts
from bot.store.connection import Connection
from bot.store.schema import budget
from bot.store.statements import ByDialect, Rows

ONLY = 1
"""The row's id."""

START = struct.Struct("<dI")
"""How a start is kept: its epoch second, and how many."""

REFUSAL = struct.Struct("<idd")
"""How a refusal is kept: the chat's mark, its epoch second, and for how long."""

NO_CHAT = -1


def shared_clock(dialect: str) -> float | None:
    """Return the present epoch second by the clock that all processes share; None where it is PostgreSQL's own."""
    return None if dialect == "postgresql" else time.time()


_GIVEN = sa.bindparam("clock", type_=sa.Double)
LOAD = ByDialect(
    sqlite=sa.select(budget, _GIVEN.label("now")).where(budget.c.id == ONLY),
    postgresql=sa.select(
        budget, sa.func.coalesce(_GIVEN, sa.extract("epoch", sa.func.clock_timestamp())).label("now")
    )
    .where(budget.c.id == ONLY)
    .with_for_update(),
)
SAVE = (
    sa.update(budget)
    .where(budget.c.id == ONLY)
    .values({column.name: sa.bindparam(column.name) for column in budget.c if column.name != "id"})
)


class Budgets:
    """The one budget. Between `load` and the commit it is ours alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load(self) -> tuple[Budget, float]:
        """Return the budget and the present epoch second, by the clock that all processes share."""
        row = (await self._load()).one_or_none()
        if row is None:
            await self._connection.insert_new(budget, {"id": ONLY, **_values(_full())})
            row = (await self._load()).one()
        state = RateState(tokens=row.tokens, filled_at=row.filled_at, stopped_until=row.stopped_until)
        found = Budget(
            state=state,
            starts=_unpacked(row.starts),
            refusals=_unpacked_refusals(row.refusals),
            stopped_for=row.stopped_for,
            slowdown=row.slowdown,
            slowed_at=row.slowed_at,
            replies_until=row.replies_until,
        )
        return found, float(row.now)

    async def save(self, changed: Budget) -> None:
        """Write the budget back."""
        await self._connection.run(SAVE, **_values(changed))

    async def _load(self) -> Rows:
        return await self._connection.run(LOAD, clock=shared_clock(self._connection.dialect))


def _full() -> Budget:
    return Budget(state=RateState(tokens=0.0, filled_at=0.0))


def _unpacked(starts: bytes) -> Starts:
    return tuple((at, count) for at, count in START.iter_unpack(starts))


def _unpacked_refusals(refusals: bytes) -> Refusals:
    chats = ((None if mark == NO_CHAT else mark, *when) for mark, *when in REFUSAL.iter_unpack(refusals))
    return {chat: Refusal(chat=chat, at=at, seconds=seconds) for chat, at, seconds in chats}


def _values(values: Budget) -> dict[str, Any]:
    return {
        "starts": b"".join(START.pack(at, count) for at, count in values.starts),
        "refusals": b"".join(
            REFUSAL.pack(NO_CHAT if one.chat is None else one.chat, one.at, one.seconds)
            for one in values.refusals.values()
        ),
        "tokens": values.state.tokens,
        "filled_at": values.state.filled_at,
        "stopped_until": values.state.stopped_until,
        "stopped_for": values.stopped_for,
        "slowdown": values.slowdown,
        "slowed_at": values.slowed_at,
        "replies_until": values.replies_until,
    }
