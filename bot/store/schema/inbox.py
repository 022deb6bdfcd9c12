"""Updates on their way, and where each chat stands."""

import sqlalchemy as sa

from bot.store.columns import WhenErased, public, ref, sealed
from bot.store.schema.kinds import DAY, MINUTE, Age, metadata

conversations = sa.Table(
    "conversations",
    metadata,
    ref("ref", primary_key=True),
    sealed("step", nullable=False),
    public("updated_at", Age(DAY), nullable=False),
    sqlite_with_rowid=False,
)

languages = sa.Table(
    "languages",
    metadata,
    ref("ref", primary_key=True),
    public("locale", sa.String(16), nullable=False),
    sqlite_with_rowid=False,
)

updates = sa.Table(
    "updates",
    metadata,
    public("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    ref("chat_ref", nullable=True, erased=WhenErased.ENDS),
    public("state", sa.String(16), nullable=False),
    sealed("payload", nullable=True),
    public("received_at", Age(MINUTE), nullable=False),
    public("withdrawal", sa.String(8), nullable=True),
    # Processes of the version before may still be receiving while this one starts.
    public("rank", sa.SmallInteger, nullable=True, server_default="2"),
    public("treatment", sa.String(8), nullable=True),
    public("worker", sa.String(32), nullable=True),
    public("applied_at", Age(MINUTE), nullable=True),
    sa.Index(
        "ix_updates_received",
        "rank",
        "update_id",
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    ),
    sa.Index(
        "ix_updates_unleased",
        "rank",
        "update_id",
        sqlite_where=sa.text("state = 'applied' AND worker IS NULL"),
        postgresql_where=sa.text("state = 'applied' AND worker IS NULL"),
    ),
    sa.Index(
        "ix_updates_withdrawal",
        "update_id",
        sqlite_where=sa.text("withdrawal IS NOT NULL"),
        postgresql_where=sa.text("withdrawal IS NOT NULL"),
    ),
    sa.Index(
        "ix_updates_chat",
        "chat_ref",
        "update_id",
        sqlite_where=sa.text("state != 'done'"),
        postgresql_where=sa.text("state != 'done'"),
    ),
    sa.Index(
        "ix_updates_work",
        "state",
        "worker",
        sqlite_where=sa.text("state != 'done'"),
        postgresql_where=sa.text("state != 'done'"),
    ),
)
