"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.Double(), nullable=False),
        sa.Column("stopped_until", sa.Double(), nullable=False),
        sa.Column("stopped_for", sa.Double(), nullable=False),
        sa.Column("slowdown", sa.Double(), nullable=False),
        sa.Column("slowed_at", sa.Double(), nullable=False),
        sa.Column("replies_until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
    )
    op.create_table(
        "conversations",
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_conversations")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "invitations",
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_invitations")),
    )
    op.create_table(
        "languages",
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_languages")),
    )
    op.create_table(
        "organizers",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizers")),
        sa.UniqueConstraint("ref", name=op.f("uq_organizers_ref")),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("ref", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("ref", name=op.f("uq_subscribers_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscribers_state_locale", "subscribers", ["state", "locale"], unique=False)
    op.create_table(
        "updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_ref", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_updates")),
    )
    op.create_index(
        "ix_updates_open",
        "updates",
        ["update_id"],
        unique=False,
        sqlite_where=sa.text("state != 'done'"),
        postgresql_where=sa.text("state != 'done'"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )
    op.create_table(
        "alerts",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("author_id", big_id, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("link", sa.String(length=2048), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("corrects_id", big_id, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["organizers.id"], name=op.f("fk_alerts_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_table(
        "consents",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("wording_version", sa.String(length=32), nullable=False),
        sa.Column("wording_sha256", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscribers.id"], name=op.f("fk_consents_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_subscriber_id"), "consents", ["subscriber_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name=op.f("fk_subscriptions_subscriber_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic", "subscriber_id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("alert_id", big_id, nullable=False),
        sa.Column("organizer_id", big_id, nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("by_author", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_approvals_alert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name=op.f("fk_approvals_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_alert_id"), "approvals", ["alert_id"], unique=False)
    op.create_table(
        "broadcasts",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("alert_id", big_id, nullable=False),
        sa.Column("organizer_id", big_id, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("of_id", big_id, nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("because", sa.String(length=16), nullable=True),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("canary", sa.Integer(), nullable=True),
        sa.Column("progress_message_id", sa.BigInteger(), nullable=True),
        sa.Column("progress_final", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_broadcasts_alert_id")),
        sa.ForeignKeyConstraint(["of_id"], ["broadcasts.id"], name=op.f("fk_broadcasts_of_id")),
        sa.ForeignKeyConstraint(["organizer_id"], ["organizers.id"], name=op.f("fk_broadcasts_organizer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(op.f("ix_broadcasts_status"), "broadcasts", ["status"], unique=False)
    op.create_table(
        "translations",
        sa.Column("alert_id", big_id, nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("button", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_translations_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "locale", name=op.f("pk_translations")),
    )
    op.create_table(
        "deliveries",
        sa.Column("broadcast_id", big_id, nullable=False),
        sa.Column("subscriber_id", big_id, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name=op.f("fk_deliveries_broadcast_id")),
        sa.PrimaryKeyConstraint("broadcast_id", "subscriber_id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_inflight",
        "deliveries",
        ["worker"],
        unique=False,
        sqlite_where=sa.text("state = 'inflight'"),
        postgresql_where=sa.text("state = 'inflight'"),
    )
    op.create_index(
        "ix_deliveries_pending",
        "deliveries",
        ["broadcast_id", "subscriber_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index("ix_deliveries_subscriber_id", "deliveries", ["subscriber_id"], unique=False)
