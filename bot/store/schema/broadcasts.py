"""Broadcasts, their deliveries and their counts."""

import sqlalchemy as sa

from bot.store.columns import WhenErased, count, person, public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

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
    public("ended_at", UtcDateTime, nullable=True, index=True),
    public("stopped_by", sa.BigInteger, nullable=True),
    # When it was summed up by language and source, and when its report was sent by itself.
    public("counted_at", UtcDateTime, nullable=True),
    public("reported_at", UtcDateTime, nullable=True),
    # Of one for an hour of each person's zone; see `bot.domain.broadcast`.
    public("day", sa.Date, nullable=True),
    public("next_at", UtcDateTime, nullable=True),
    public("left_before", UtcDateTime, nullable=True),
    public("tzdata", sa.String(16), nullable=True),
    # Of thanks: how many had taken part when they went out.
    count("took_part", nullable=True),
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
    # Of who was in their quiet hours: when these are over. Until then it is not looked at.
    public("not_before", UtcDateTime, nullable=True),
    public("worker", sa.String(32), nullable=True),
    public("message_id", sa.BigInteger, nullable=True),
    public("error", sa.String(64), nullable=True),
    public("waited", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Index(
        "ix_deliveries_pending",
        "broadcast_id",
        "subscriber_id",
        sqlite_where=sa.text("state = 'pending' AND not_before IS NULL"),
        postgresql_where=sa.text("state = 'pending' AND not_before IS NULL"),
    ),
    # Apart from what may be sent now, or each claim would go through all that waits for the morning.
    sa.Index(
        "ix_deliveries_later",
        *("broadcast_id", "not_before", "subscriber_id"),
        sqlite_where=sa.text("state = 'pending' AND not_before IS NOT NULL"),
        postgresql_where=sa.text("state = 'pending' AND not_before IS NOT NULL"),
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
