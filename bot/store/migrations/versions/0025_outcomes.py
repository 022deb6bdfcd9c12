"""What people say came of an alert, how far they came, and the sums of both."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables; of alerts of before nobody has said anything."""
    for table, said in (("outcomes", "outcome"), ("steps", "step")):
        op.create_table(
            table,
            sa.Column("alert_id", _ID, primary_key=True),
            sa.Column("subscriber_id", _ID, primary_key=True),
            sa.Column(said, sa.String(16), nullable=False),
            sa.Column("locale", sa.String(16), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            sa.ForeignKeyConstraint(
                ["alert_id"], ["alerts.id"], name=f"fk_{table}_alert_id", ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                ["subscriber_id"], ["subscribers.id"], name=f"fk_{table}_subscriber_id", ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("alert_id", "subscriber_id", name=f"pk_{table}"),
            sqlite_with_rowid=False,
        )
        op.create_index(f"ix_{table}_subscriber_id", table, ["subscriber_id"])
    op.create_table(
        "action_counts",
        sa.Column("alert_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("locale", sa.String(16), primary_key=True),
        sa.Column("source_id", _ID, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), primary_key=True),
        sa.Column("slot", sa.SmallInteger(), primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
    )
