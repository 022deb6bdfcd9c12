"""What the processes share: the installation and its keys, the rate budget, heartbeats, jobs that are due."""

import sqlalchemy as sa

from bot.store.columns import public, sealed
from bot.store.schema.kinds import UtcDateTime, metadata

installation = sa.Table(
    "installation",
    metadata,
    public("id", sa.Integer, primary_key=True),
    # The campaign key under which everything is written, by its id; and the one that is to come, once it is announced.
    public("key_id", sa.LargeBinary, nullable=False),
    public("next_key_id", sa.LargeBinary, nullable=True),
    # None where it is the first: nobody noted that.
    public("key_since", UtcDateTime, nullable=True),
    # How often it was begun anew, from a backup, counting the first time.
    public("epoch", sa.Integer, nullable=False, server_default="1"),
    # Restored, and not yet seen to be the only installation that Telegram talks to.
    public("unproven", sa.Boolean, nullable=False, server_default=sa.false()),
    # Everything is in another database by now.
    public("moved", sa.Boolean, nullable=False, server_default=sa.false()),
    public("backed_up_at", UtcDateTime, nullable=True),
)

former_keys = sa.Table(
    "former_keys",
    metadata,
    public("key_id", sa.LargeBinary, primary_key=True),
    public("since", UtcDateTime, nullable=True),
    public("until", UtcDateTime, nullable=False),
    # When nothing was left that it opens.
    public("emptied_at", UtcDateTime, nullable=True),
    # What is to outlive it: the addresses of pages that people have, and what its checkpoints are verified with.
    sealed("kept", nullable=False),
    sqlite_with_rowid=False,
)

budget = sa.Table(
    "budget",
    metadata,
    public("id", sa.Integer, primary_key=True),
    public("tokens", sa.Double, nullable=False),
    public("filled_at", sa.Double, nullable=False),
    public("stopped_until", sa.Double, nullable=False),
    public("stopped_for", sa.Double, nullable=False),
    public("slowdown", sa.Double, nullable=False),
    public("slowed_at", sa.Double, nullable=False),
    public("replies_until", sa.Double, nullable=False),
    public("bulk_until", sa.Double, nullable=False, server_default="0"),
    public("owed", sa.Double, nullable=False, server_default="0"),
    public("reply_load", sa.Double, nullable=False, server_default="0"),
    public("reply_load_at", sa.Double, nullable=False, server_default="0"),
    public("starts", sa.LargeBinary, nullable=False, server_default=""),
    public("refusals", sa.LargeBinary, nullable=False, server_default=""),
)

workers = sa.Table(
    "workers",
    metadata,
    public("id", sa.String(32), primary_key=True),
    public("seen_at", UtcDateTime, nullable=False),
    # The ids of the campaign keys that it has, one after the other.
    public("key_ids", sa.LargeBinary, nullable=False, server_default=""),
)

jobs = sa.Table(
    "jobs",
    metadata,
    public("name", sa.String(32), primary_key=True),
    public("due_at", UtcDateTime, nullable=True),
    public("worker", sa.String(32), nullable=True),
)
