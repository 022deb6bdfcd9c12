"""The schema, one for SQLite and PostgreSQL. Nobody is named in it: people are refs (see `bot.privacy.cipher`).

Every column says what it holds (see `bot.store.columns`).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.columns import WhenErased, count, person, public, ref, sealed


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


class Age(UtcDateTime):
    """A moment of which only the age is asked: cut down to `unit`, it tells little of who did what when."""

    cache_ok = True

    def __init__(self, unit: timedelta) -> None:
        super().__init__()
        self.unit = unit

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Cut it down; what it is compared with as well."""
        at = super().process_bind_param(value, dialect)
        return at if at is None else at - (at - _BEGIN) % self.unit


_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

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
    public("id", sa.Integer, primary_key=True),
    public("key_id", sa.LargeBinary, nullable=False),
)

# Nothing here tells who came before whom: people's ids are drawn at random, and in SQLite the rows about them stand
# in the tree of their key, without row numbers.

subscribers = sa.Table(
    "subscribers",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=False),
    ref("ref", nullable=False, unique=True),
    public("state", sa.String(16), nullable=False),
    public("locale", sa.String(16), nullable=False),
    public("joined_on", sa.Date, nullable=False),
    sa.Index("ix_subscribers_state_locale", "state", "locale"),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    public("topic", sa.String(32), primary_key=True),
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sqlite_with_rowid=False,
)

consents = sa.Table(
    "consents",
    metadata,
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    # Of this person's records, from 1 on.
    public("number", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("event", sa.String(16), nullable=False),
    public("wording_version", sa.String(32), nullable=False),
    public("wording_sha256", sa.String(64), nullable=False),
    public("locale", sa.String(16), nullable=False),
    public("method", sa.String(16), nullable=False),
    public("day", sa.Date, nullable=False),
    sqlite_with_rowid=False,
)

organizers = sa.Table(
    "organizers",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    ref("ref", nullable=False, unique=True, erased=WhenErased.STAYS),
    public("role", sa.String(16), nullable=False),
    public("since", sa.Date, nullable=False),
    sealed("name", nullable=True),
    # Who was removed stays known by number: what they wrote is still theirs, should they come back; unless they erase
    # themselves, for then the ref is nobody's.
    public("removed_on", sa.Date, nullable=True),
    # When they last lost the right to approve, if ever.
    public("approved_until", UtcDateTime, nullable=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    public("code_sha256", sa.LargeBinary, primary_key=True),
    public("role", sa.String(16), nullable=False),
    public("expires_at", UtcDateTime, nullable=False),
)

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
        "ix_updates_applied",
        "rank",
        "update_id",
        sqlite_where=sa.text("state = 'applied'"),
        postgresql_where=sa.text("state = 'applied'"),
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

alerts = sa.Table(
    "alerts",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("author_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    # No foreign key: broadcasts point here already, and the two would wait for each other.
    public("corrects_id", BigId, nullable=True),
    public("created_at", UtcDateTime, nullable=False),
    # A number is never given again: buttons and flows in people's chats may still carry it.
    public("discarded_at", UtcDateTime, nullable=True),
)

alert_revisions = sa.Table(
    "alert_revisions",
    metadata,
    # The campaign's words are made for everybody to read. Rows are added, none is ever changed.
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    public("number", sa.Integer, primary_key=True),
    public("content", Json, nullable=False),
    public("editor_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    public("at", UtcDateTime, nullable=False),
    # The editor's message that the words of a locale were read from: an edit of it edits them.
    public("words_message_id", sa.BigInteger, nullable=True),
    public("words_locale", sa.String(16), nullable=True),
)

plans = sa.Table(
    "plans",
    metadata,
    # The hash is of the body as it stands here, its canonical JSON.
    public("sha256", sa.String(64), primary_key=True),
    public("body", sa.Text, nullable=False),
)

approvals = sa.Table(
    "approvals",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    # No foreign key: approvals of before there were plans may be of words that are gone.
    public("plan_sha256", sa.String(64), nullable=False),
    public("revision", sa.Integer, nullable=True),
    public("by_author", sa.Boolean, nullable=False),
    public("approved_at", UtcDateTime, nullable=False),
    public("voided_at", UtcDateTime, nullable=True),
)

broadcasts = sa.Table(
    "broadcasts",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("alert_id", BigId, sa.ForeignKey("alerts.id"), nullable=False),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=True),
    public("kind", sa.String(16), nullable=False),
    public("follows_id", BigId, sa.ForeignKey("broadcasts.id"), nullable=True),
    public("status", sa.String(16), nullable=False, index=True),
    public("stop_reason", sa.String(16), nullable=True),
    count("audience", nullable=False),
    public("canary", sa.Integer, nullable=True),
    public("canary_last_id", BigId, nullable=True),
    public("progress_message_id", sa.BigInteger, nullable=True),
    public("progress_final", sa.Boolean, nullable=False, server_default=sa.false()),
    public("created_at", UtcDateTime, nullable=False),
    public("starts_at", UtcDateTime, nullable=False),
    public("started_at", UtcDateTime, nullable=True),
    public("ended_at", UtcDateTime, nullable=True),
    public("stopped_by", sa.BigInteger, nullable=True),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    # No foreign keys. A freeze would look its one broadcast up a million times, whose row it holds already;
    # and who was erased stays counted, as a number that points at nobody.
    public("broadcast_id", BigId, primary_key=True),
    person("subscriber_id", BigId, primary_key=True, erased=WhenErased.COUNTS),
    public("state", sa.String(16), nullable=False),
    public("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    public("due_at", UtcDateTime, nullable=True),
    public("worker", sa.String(32), nullable=True),
    public("message_id", sa.BigInteger, nullable=True),
    public("error", sa.String(64), nullable=True),
    public("waited", sa.SmallInteger, nullable=False, server_default="0"),
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

broadcast_counts = sa.Table(
    "broadcast_counts",
    metadata,
    public("broadcast_id", BigId, primary_key=True, autoincrement=False),
    public("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    public("state", sa.String(16), primary_key=True),
    count("n", nullable=False),
)

budget = sa.Table(
    "budget",
    metadata,
    public("id", sa.Integer, primary_key=True),
    public("tokens", sa.Double, nullable=False),
    public("filled_at", sa.Double, nullable=False),
    public("stopped_until", sa.Double, nullable=False),
    public("stopped_for", sa.Double, nullable=False),
    public("slowdown", sa.Double, nullable=False),
    public("slowed_at", sa.Double, nullable=False),
    public("replies_until", sa.Double, nullable=False),
    public("bulk_until", sa.Double, nullable=False, server_default="0"),
    public("owed", sa.Double, nullable=False, server_default="0"),
    public("reply_load", sa.Double, nullable=False, server_default="0"),
    public("reply_load_at", sa.Double, nullable=False, server_default="0"),
    public("starts", sa.LargeBinary, nullable=False, server_default=""),
    public("refusals", sa.LargeBinary, nullable=False, server_default=""),
)

workers = sa.Table(
    "workers",
    metadata,
    public("id", sa.String(32), primary_key=True),
    public("seen_at", UtcDateTime, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    public("name", sa.String(32), primary_key=True),
    public("due_at", UtcDateTime, nullable=True),
    public("worker", sa.String(32), nullable=True),
)
