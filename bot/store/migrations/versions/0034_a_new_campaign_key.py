"""The campaign key can be changed: which is to come, which have been, and what each process knows of them."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note nothing: the key in use is the first."""
    op.add_column("installation", sa.Column("next_key_id", sa.LargeBinary(), nullable=True))
    op.add_column("installation", sa.Column("key_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("workers", sa.Column("key_ids", sa.LargeBinary(), nullable=False, server_default=""))
    op.create_table(
        "former_keys",
        sa.Column("key_id", sa.LargeBinary(), primary_key=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
