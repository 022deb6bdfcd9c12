"""The clock by which moments are written that another process will judge: one for all of them.

PostgreSQL's own, since the clocks of the machines that share it may be minutes apart. SQLite is one machine's: there it
is the clock of whichever process asks.
"""

import time
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.schema import UtcDateTime


def shared_clock(dialect: str) -> float | None:
    """Return the present epoch second by the clock that all processes share; None where it is PostgreSQL's own."""
    return None if dialect == "postgresql" else time.time()


def epoch_second(given: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    """Return PostgreSQL's present epoch second, in the place of which another may be `given`."""
    return sa.func.coalesce(given, sa.extract("epoch", sa.func.clock_timestamp()))


def minute(given: sa.ColumnElement[Any], *, ago: timedelta = timedelta()) -> sa.ColumnElement[datetime]:
    """Return the minute that PostgreSQL's clock shows, or showed some time `ago`; for `given` see `epoch_second`."""
    then = sa.func.to_timestamp(epoch_second(given)) - sa.literal(ago, sa.Interval)
    return sa.func.date_trunc("minute", then, "UTC", type_=UtcDateTime())


def present(dialect: str, now: datetime) -> sa.ColumnElement[datetime]:
    """Return the present moment. `now`: by the clock of this process."""
    if dialect != "postgresql":
        return sa.literal(now, UtcDateTime())
    return sa.func.to_timestamp(
        epoch_second(sa.literal(shared_clock(dialect), sa.Double)), type_=UtcDateTime()
    )
