"""How many have each sending in a digest is kept, not counted."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the table and fill it from the digests there are."""
    op.create_table(
        "digest_counts",
        sa.Column("broadcast_id", _ID, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "slot", "state", name=op.f("pk_digest_counts")),
    )
    op.execute(
        "INSERT INTO digest_counts (broadcast_id, slot, state, n)"
        " SELECT broadcast_id, 0, 'waiting', count(*) FROM digest_entries WHERE digest_id IS NULL"
        " GROUP BY broadcast_id"
    )
    op.execute(
        "INSERT INTO digest_counts (broadcast_id, slot, state, n)"
        " SELECT e.broadcast_id, 0, d.state, count(*) FROM digest_entries AS e JOIN deliveries AS d"
        " ON d.broadcast_id = e.digest_id AND d.subscriber_id = e.subscriber_id"
        " WHERE d.state IN ('sent', 'unknown') GROUP BY e.broadcast_id, d.state"
    )
