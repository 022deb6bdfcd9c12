"""Alerts with their revisions, and the plans that were approved."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, Json, UtcDateTime, metadata

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
    # When it was last sent to the whole team as a test.
    public("tested_at", UtcDateTime, nullable=True),
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
    # When whoever gave it was told that the alert was edited since: it lets nothing be sent any more.
    public("outdated_at", UtcDateTime, nullable=True),
)

acknowledgements = sa.Table(
    "acknowledgements",
    metadata,
    public("id", BigId, primary_key=True, autoincrement=True),
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False, index=True),
    public("organizer_id", BigId, sa.ForeignKey("organizers.id"), nullable=False),
    # No foreign key: a plan is kept once it is approved, and its warnings are acknowledged before.
    public("plan_sha256", sa.String(64), nullable=False),
    # The keys of the warnings that were shown (see bot.domain.check).
    public("warnings", Json, nullable=False),
    public("acknowledged_at", UtcDateTime, nullable=False),
)
