"""Approval by two: reviews with their notes, what each organizer last saw, the switch of a team of one, cooling."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables and the columns.

    Whoever is on the team may approve at once, as before. Nobody works alone: an owner without colleagues is asked to
    say so at their next sending, and what they approved before and has not begun waits for that.
    """
    op.create_table(
        "reviews",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("alert_id", _ID, nullable=False),
        sa.Column("submitted_by", _ID, nullable=False),
        sa.Column("plan_sha256", sa.String(64), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_by", _ID, nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_reviews_alert_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["submitted_by"], ["organizers.id"], name="fk_reviews_submitted_by"),
        sa.ForeignKeyConstraint(["returned_by"], ["organizers.id"], name="fk_reviews_returned_by"),
    )
    op.create_index("ix_reviews_alert_id", "reviews", ["alert_id"])
    op.create_table(
        "looks",
        sa.Column("alert_id", _ID, primary_key=True),
        sa.Column("organizer_id", _ID, primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_looks_alert_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name="fk_looks_organizer_id"),
    )
    op.create_table(
        "working_alone",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("organizer_id", _ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name="fk_working_alone_organizer_id"),
    )
    op.add_column("organizers", sa.Column("approves_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("approvals", sa.Column("outdated_at", sa.DateTime(timezone=True), nullable=True))
