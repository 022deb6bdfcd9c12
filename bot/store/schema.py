"""The schema, one for SQLite and PostgreSQL. Nobody is named in it: people are refs (see `bot.privacy.cipher`)."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; SQLite itself keeps no zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        """Give the zone back."""
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is called INTEGER."""

Json = sa.JSON()

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key_id", sa.LargeBinary, nullable=False),
)

subscribers = sa.Table(
    "subscribers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("ref", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("joined_on", sa.Date, nullable=False),
    sa.Index("ix_subscribers_state_locale", "state", "locale"),
    # The number of who was erased is never given again: their deliveries are still counted under it.
    sqlite_autoincrement=True,
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("topic", sa.String(32), primary_key=True),
    sa.Column("subscriber_id", BigId, sa.ForeignKey("subscribers.id", ondelete="CASCADE"), primary_key=True),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("wording_version", sa.String(32), nullable=False),
    sa.Column("wording_sha256", sa.String(64), nullable=False),
    sa.Column("locale", sa.String(16), nullable=False),
    sa.Column("method", sa.String(16), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
)

organizers = sa.Table(
    "organizers",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("ref", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("code_sha256", sa.LargeBinary, primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("ref", sa.LargeBinary, primary_key=True),
    sa.Column("step", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
)

languages = sa.Table(
    "languages",
    metadata,
    sa.Column("ref", sa.LargeBinary, primary_key=True),
    sa.Column("locale", sa.String(16), nullable=False),
)

updates = sa.Table(
    "updates",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("chat_ref", sa.LargeBinary, nullable=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=True),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Index(
        "ix_updates_open",
        "update_id",
        sqlite_where=sa.text("state != 'done'"),
        postgresql_where=sa.text("state != 'done'"),
    ),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("author_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("base", sa.String(16), nullable=False),
    sa.Column("topic", sa.String(32), nullable=False),
    sa.Column("link", sa.String(2048), nullable=True),
    sa.Column("deadline", UtcDateTime, nullable=True),
    sa.Column("details", Json, nullable=False),
    # No foreign key: broadcasts point here already, and the two would wait for each other.
    sa.Column("corrects_id", BigId, nullable=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

translations = sa.Table(
    "translations",
    metadata,
    sa.Column("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("locale", sa.String(16), primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("button", sa.Text, nullable=True),
)

approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("by_author", sa.Boolean, nullable=False),
    sa.Column("approved_at", UtcDateTime, nullable=False),
)

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("alert_id", BigId, sa.ForeignKey("alerts.id"), nullable=False),
    sa.Column("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("of_id", BigId, sa.ForeignKey("broadcasts.id"), nullable=True),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("because", sa.String(16), nullable=True),
    sa.Column("audience", sa.Integer, nullable=False),
    sa.Column("canary", sa.Integer, nullable=True),
    sa.Column("progress_message_id", sa.BigInteger, nullable=True),
    sa.Column("progress_final", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=True),
    sa.Column("ended_at", UtcDateTime, nullable=True),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    # No foreign keys. A freeze would look its one broadcast up a million times, whose row it holds already;
    # and who was erased stays counted, as a number that points at nobody.
    sa.Column("broadcast_id", BigId, primary_key=True),
    sa.Column("subscriber_id", BigId, primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("due_at", UtcDateTime, nullable=True),
    sa.Column("worker", sa.String(32), nullable=True),
    sa.Column("message_id", sa.BigInteger, nullable=True),
    sa.Column("error", sa.String(64), nullable=True),
    sa.Index(
        "ix_deliveries_pending",
        "broadcast_id",
        "subscriber_id",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
    sa.Index(
        "ix_deliveries_inflight",
        "worker",
        sqlite_where=sa.text("state = 'inflight'"),
        postgresql_where=sa.text("state = 'inflight'"),
    ),
    # In SQLite the rows stand in the tree of the key itself: a freeze writes half as much.
    sqlite_with_rowid=False,
)

budget = sa.Table(
    "budget",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tokens", sa.Double, nullable=False),
    sa.Column("filled_at", sa.Double, nullable=False),
    sa.Column("stopped_until", sa.Double, nullable=False),
    sa.Column("stopped_for", sa.Double, nullable=False),
    sa.Column("slowdown", sa.Double, nullable=False),
    sa.Column("slowed_at", sa.Double, nullable=False),
    sa.Column("replies_until", sa.Double, nullable=False),
    sa.Column("starts", sa.LargeBinary, nullable=False, server_default=""),
    sa.Column("refusals", sa.LargeBinary, nullable=False, server_default=""),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)
