"""Counts of deliveries are kept; a canary knows its last id; two columns get the names they have in code."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the counts and fill them from the deliveries there are; find the last person of each canary."""
    op.create_table(
        "broadcast_counts",
        sa.Column("broadcast_id", big_id, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "slot", "state", name=op.f("pk_broadcast_counts")),
    )
    op.execute(
        "INSERT INTO broadcast_counts (broadcast_id, slot, state, n)"
        " SELECT broadcast_id, 0, state, count(*) FROM deliveries GROUP BY broadcast_id, state"
    )
    op.add_column("broadcasts", sa.Column("canary_last_id", big_id, nullable=True))
    _find_canaries(op.get_bind())
    # Alembic would copy the table for this in SQLite, which has long been able to do it in place.
    op.execute("ALTER TABLE broadcasts RENAME COLUMN because TO stop_reason")
    op.execute("ALTER TABLE broadcasts RENAME COLUMN of_id TO follows_id")


def _find_canaries(connection: sa.Connection) -> None:
    begun = "SELECT id, canary FROM broadcasts WHERE canary IS NOT NULL AND started_at IS NOT NULL"
    last = (
        "UPDATE broadcasts SET canary_last_id = (SELECT subscriber_id FROM deliveries WHERE broadcast_id = :id"
        " ORDER BY subscriber_id LIMIT 1 OFFSET :before) WHERE id = :id"
    )
    for broadcast_id, canary in connection.execute(sa.text(begun)).all():
        connection.execute(sa.text(last), {"id": broadcast_id, "before": canary - 1})
