"""Whether the campaign is well: the last signs of life, troubles that the owners hear of, totals for the metrics."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import UtcDateTime, metadata

signs = sa.Table(
    "signs",
    metadata,
    public("name", sa.String(16), primary_key=True),
    public("seen_at", UtcDateTime, nullable=False),
)

troubles = sa.Table(
    "troubles",
    metadata,
    public("kind", sa.String(32), primary_key=True),
    public("since", UtcDateTime, nullable=False),
    # Whether the owners know that it began, and when it was over, until they know that as well.
    public("told", sa.Boolean, nullable=False, server_default=sa.false()),
    public("over_at", UtcDateTime, nullable=True),
)

totals = sa.Table(
    "totals",
    metadata,
    # A figure of `bot.figures`, and the values of its labels.
    public("name", sa.String(64), primary_key=True),
    public("labels", sa.String(128), primary_key=True),
    public("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("n", sa.BigInteger, nullable=False),
)
