"""The rate budget: one row, from which every process takes what it spends."""

import struct
from typing import Any

import sqlalchemy as sa

from bot.domain.budget import Budget
from bot.domain.pacing import RateState, Refusal, Refusals, Starts
from bot.store import shared_clock
from bot.store.connection import Connection
from bot.store.schema import budget
from bot.store.shared_clock import epoch_second
from bot.store.statements import ByDialect, Rows

ONLY = 1
"""The row's id."""

START = struct.Struct("<dI")
"""How a start is kept: its epoch second, and how many."""

REFUSAL = struct.Struct("<idd")
"""How a refusal is kept: the chat's mark, its epoch second, and for how long."""

NO_CHAT = -1

PLAIN = (
    "stopped_for",
    "slowdown",
    "slowed_at",
    "replies_until",
    "bulk_until",
    "owed",
    "reply_load",
    "reply_load_at",
)
"""What the row keeps as the budget has it."""


_GIVEN = sa.bindparam("clock", type_=sa.Double)
_ROW = budget.c.id == ONLY


def _with_its_clock() -> sa.Select[Any]:
    """Return the query for the row and PostgreSQL's own second."""
    return sa.select(budget, epoch_second(_GIVEN).label("now")).where(_ROW)


LOOK = ByDialect(
    sqlite=sa.select(budget, _GIVEN.label("now")).where(_ROW),
    postgresql=_with_its_clock(),
)
LOAD = ByDialect(sqlite=LOOK.sqlite, postgresql=_with_its_clock().with_for_update())
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
        return _budget(row), float(row.now)

    async def look(self) -> tuple[Budget, float]:
        """Return the budget and the present epoch second without making it ours: it may change at once."""
        row = (await self._load(LOOK)).one_or_none()
        return (_full(), 0.0) if row is None else (_budget(row), float(row.now))

    async def save(self, changed: Budget) -> None:
        """Write the budget back."""
        await self._connection.run(SAVE, **_values(changed))

    async def _load(self, statement: ByDialect = LOAD) -> Rows:
        return await self._connection.run(
            statement, clock=shared_clock.shared_clock(self._connection.dialect)
        )


def _budget(row: Any) -> Budget:
    state = RateState(tokens=row.tokens, filled_at=row.filled_at, stopped_until=row.stopped_until)
    return Budget(
        state=state,
        starts=_unpacked(row.starts),
        refusals=_unpacked_refusals(row.refusals),
        **{name: getattr(row, name) for name in PLAIN},
    )


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
        **{name: getattr(values, name) for name in PLAIN},
    }
