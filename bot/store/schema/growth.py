"""How the list grows, and what came of broadcasts: sums over people, in which nobody is to be found."""

import sqlalchemy as sa

from bot.store.columns import count, public
from bot.store.schema.kinds import BigId, metadata

growth = sa.Table(
    "growth",
    metadata,
    # The Monday of the week.
    public("week", sa.Date, primary_key=True),
    public("locale", sa.String(16), primary_key=True),
    # 0: by no link that says so.
    public("source_id", BigId, primary_key=True, autoincrement=False),
    public("event", sa.String(16), primary_key=True),
    # The broadcast after which they left; 0: after none.
    public("broadcast_id", BigId, primary_key=True, autoincrement=False),
    public("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    count("n", nullable=False),
)

report_counts = sa.Table(
    "report_counts",
    metadata,
    public("broadcast_id", BigId, primary_key=True, autoincrement=False),
    # Empty: of people who were erased before they were counted.
    public("locale", sa.String(16), primary_key=True),
    public("source_id", BigId, primary_key=True, autoincrement=False),
    public("state", sa.String(16), primary_key=True),
    count("n", nullable=False),
)
