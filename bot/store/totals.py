"""The totals behind the metrics: what all processes have counted, ever."""

from collections import Counter

import sqlalchemy as sa

from bot.figures import Key
from bot.store.connection import Connection
from bot.store.gathering import Gathering
from bot.store.schema import totals

BETWEEN = "\t"
"""Between the values of labels."""


class Totals(Gathering):
    """The totals, with what this transaction adds to them."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, totals)

    def add(self, counted: Counter[Key]) -> None:
        """Add what a process has counted."""
        for (name, labels), n in counted.items():
            self._changed[name, BETWEEN.join(labels)] += n

    async def all(self) -> dict[Key, int]:
        """Return every total."""
        query = sa.select(totals.c.name, totals.c.labels, sa.func.sum(totals.c.n)).group_by(
            totals.c.name, totals.c.labels
        )
        found = await self._connection.execute(query)
        return {(name, tuple(labels.split(BETWEEN)) if labels else ()): int(n) for name, labels, n in found}
