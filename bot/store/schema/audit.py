"""The audit: what was done, and what is noted of the whole."""

import sqlalchemy as sa

from bot.store.columns import public
from bot.store.schema.kinds import BigId, UtcDateTime, metadata

# Rows are added; none is ever removed, and none changed, but for salt and details, which go with who erases themselves.
# Hashes are text and moments are numbers: whatever somebody writes into them can be read, and is found.
audit_entries = sa.Table(
    "audit_entries",
    metadata,
    public("number", BigId, primary_key=True, autoincrement=False),
    # Seconds of the epoch.
    public("at", sa.BigInteger, nullable=False),
    # Organizers by number. No foreign key: a row must not change because another does.
    public("actor_id", sa.BigInteger, nullable=True),
    public("event", sa.String(32), nullable=False),
    public("about", sa.String(16), nullable=True),
    public("about_id", sa.BigInteger, nullable=True),
    public("commitment", sa.String(64), nullable=False),
    public("leaf", sa.String(64), nullable=False),
    public("salt", sa.String(64), nullable=True),
    public("details", sa.Text, nullable=True),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    public("id", sa.Integer, primary_key=True),
    # What tells this log from every other, in its checkpoints.
    public("log_id", sa.String(32), nullable=False),
    public("size", BigId, nullable=False),
    public("peaks", sa.Text, nullable=False),
    # Of the last checkpoint that owners were sent.
    public("sent_size", sa.BigInteger, nullable=False, server_default="0"),
    public("sent_at", UtcDateTime, nullable=True),
)
