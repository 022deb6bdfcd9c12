"""Subscribers, what they subscribed to and consented to.

Nothing here tells who came before whom: people's ids are drawn at random, and in SQLite the rows about them stand
in the tree of their key, without row numbers.
"""

import sqlalchemy as sa

from bot.store.columns import person, public, ref
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

subscribers = sa.Table(
    "subscribers",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=False),
    ref("ref", nullable=False, unique=True),
    public("state", sa.String(16), nullable=False),
    public("locale", sa.String(16), nullable=False),
    public("joined_on", sa.Date, nullable=False),
    # Where they came from, if by a link that says so. No foreign key: a source is never removed.
    public("source_id", sa.BigInteger, nullable=True),
    # An IANA name; without one, the campaign's.
    public("zone", sa.String(64), nullable=True),
    # What they chose (see `bot.domain.preferences`). How often: every alert, a digest by day or week, or urgent ones.
    public("rhythm", sa.String(8), nullable=False, server_default="every"),
    # Minutes of their clocks between which nothing is sent to them; both or neither.
    public("quiet_from", sa.SmallInteger, nullable=True),
    public("quiet_until", sa.SmallInteger, nullable=True),
    # The hour of their clocks at which a digest comes, and the day of the week by its ISO number.
    public("digest_hour", sa.SmallInteger, nullable=True),
    public("digest_day", sa.SmallInteger, nullable=True),
    # A slug of the campaign's list.
    public("locality", sa.String(40), nullable=True),
    # When a pause ends by itself; of the paused only.
    public("paused_until", UtcDateTime, nullable=True),
    sa.Index("ix_subscribers_state_locale", "state", "locale"),
    # The tenth of the people that is counted while an audience is built, with all that its terms ask of them.
    sa.Index(
        "ix_subscribers_panel",
        *("state", "locale", "joined_on", "source_id", "rhythm", "locality", "id"),
        sqlite_where=sa.text("id % 10 = 0"),
        postgresql_where=sa.text("id % 10 = 0"),
    ),
    # The few who have quiet hours, a digest, a pause that ends: each found without going through the others.
    sa.Index(
        "ix_subscribers_quiet",
        *("zone", "quiet_from", "quiet_until"),
        sqlite_where=sa.text("quiet_from IS NOT NULL"),
        postgresql_where=sa.text("quiet_from IS NOT NULL"),
    ),
    sa.Index(
        "ix_subscribers_digest",
        *("rhythm", "zone", "digest_hour", "digest_day", "quiet_from", "quiet_until"),
        sqlite_where=sa.text("digest_hour IS NOT NULL"),
        postgresql_where=sa.text("digest_hour IS NOT NULL"),
    ),
    sa.Index(
        "ix_subscribers_paused_until",
        "paused_until",
        sqlite_where=sa.text("paused_until IS NOT NULL"),
        postgresql_where=sa.text("paused_until IS NOT NULL"),
    ),
    sa.Index(
        "ix_subscribers_locality",
        "locality",
        sqlite_where=sa.text("locality IS NOT NULL"),
        postgresql_where=sa.text("locality IS NOT NULL"),
    ),
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

sources = sa.Table(
    "sources",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    # What the link carries: drawn at random, it tells nothing.
    public("code", sa.String(16), nullable=False, unique=True),
    public("name", sa.String(64), nullable=False),
    public("created_at", UtcDateTime, nullable=False),
)
