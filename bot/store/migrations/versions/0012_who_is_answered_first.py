"""Updates have a rank, by which they are applied and answered, and some are not answered like others."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEXES = {"ix_updates_received": "state = 'received'", "ix_updates_applied": "state = 'applied'"}
ORDINARY = "2"


def upgrade() -> None:
    """Add the columns; what is open is nobody's in particular."""
    op.add_column("updates", sa.Column("rank", sa.SmallInteger(), nullable=True, server_default=ORDINARY))
    op.add_column("updates", sa.Column("treatment", sa.String(length=8), nullable=True))
    for name, which in INDEXES.items():
        op.drop_index(name, "updates")
        op.create_index(
            name,
            "updates",
            ["rank", "update_id"],
            unique=False,
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )
