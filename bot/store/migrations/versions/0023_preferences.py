"""What each person chose: how often, when not, from where, and what waits for a digest."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
PANEL = sa.text("id % 10 = 0")


def upgrade() -> None:
    """Add the columns, their indexes and the table; everybody gets every alert at any hour, as before."""
    op.add_column("subscribers", sa.Column("rhythm", sa.String(8), nullable=False, server_default="every"))
    for name in ("quiet_from", "quiet_until", "digest_hour", "digest_day"):
        op.add_column("subscribers", sa.Column(name, sa.SmallInteger(), nullable=True))
    op.add_column("subscribers", sa.Column("locality", sa.String(40), nullable=True))
    op.add_column("subscribers", sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_subscribers_panel", "subscribers")
    op.create_index(
        "ix_subscribers_panel",
        "subscribers",
        ["state", "locale", "joined_on", "source_id", "rhythm", "locality", "id"],
        sqlite_where=PANEL,
        postgresql_where=PANEL,
    )
    _index("quiet", ["zone", "quiet_from", "quiet_until"], "quiet_from")
    _index(
        "digest",
        ["rhythm", "zone", "digest_hour", "digest_day", "quiet_from", "quiet_until"],
        "digest_hour",
    )
    _index("paused_until", ["paused_until"], "paused_until")
    _index("locality", ["locality"], "locality")
    op.create_table(
        "digest_entries",
        sa.Column("subscriber_id", _ID, primary_key=True),
        sa.Column("broadcast_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name="fk_digest_entries_subscriber_id",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_digest_entries_due", "digest_entries", ["due_at", "subscriber_id"])
    op.create_index("ix_digest_entries_broadcast", "digest_entries", ["broadcast_id"])


def _index(name: str, columns: list[str], given: str) -> None:
    where = sa.text(f"{given} IS NOT NULL")
    op.create_index(
        f"ix_subscribers_{name}", "subscribers", columns, sqlite_where=where, postgresql_where=where
    )
