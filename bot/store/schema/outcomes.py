"""What people did about an alert, as they say; and the sums of it.

An outcome or a step keeps the locale under which it was counted: so undoing it takes back exactly that, whatever
language the person reads by then. Their source never changes.
"""

import sqlalchemy as sa

from bot.store.columns import count, person, public
from bot.store.schema.kinds import BigId, metadata

outcomes = sa.Table(
    "outcomes",
    metadata,
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    # done, could_not, not_for_me: what they say.
    public("outcome", sa.String(16), nullable=False),
    public("locale", sa.String(16), nullable=False),
    public("day", sa.Date, nullable=False),
    sqlite_with_rowid=False,
)

steps = sa.Table(
    "steps",
    metadata,
    public("alert_id", BigId, sa.ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True),
    person(
        "subscriber_id",
        BigId,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    # opened, pledged. It stays when an outcome is said, and holds again when that is undone.
    public("step", sa.String(16), nullable=False),
    public("locale", sa.String(16), nullable=False),
    public("day", sa.Date, nullable=False),
    sqlite_with_rowid=False,
)

action_counts = sa.Table(
    "action_counts",
    metadata,
    public("alert_id", BigId, primary_key=True, autoincrement=False),
    public("locale", sa.String(16), primary_key=True),
    # 0: by no link that says so.
    public("source_id", BigId, primary_key=True, autoincrement=False),
    # An outcome or a step.
    public("event", sa.String(16), primary_key=True),
    public("slot", sa.SmallInteger, primary_key=True, autoincrement=False),
    count("n", nullable=False),
)
