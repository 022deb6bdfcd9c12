"""The schema, one for SQLite and PostgreSQL. Nobody is named in it: people are refs (see `bot.privacy.cipher`).

Every column says what it holds (see `bot.store.columns`).
"""

from bot.store.schema.alerts import alert_revisions, alerts, approvals, plans
from bot.store.schema.broadcasts import broadcast_counts, broadcasts, deliveries
from bot.store.schema.inbox import conversations, languages, updates
from bot.store.schema.kinds import DAY, MINUTE, Age, BigId, Json, UtcDateTime, metadata
from bot.store.schema.people import consents, sources, subscribers, subscriptions
from bot.store.schema.reviews import looks, reviews, working_alone
from bot.store.schema.team import invitations, organizers
from bot.store.schema.work import budget, installation, jobs, workers

__all__ = [
    "DAY",
    "MINUTE",
    "Age",
    "BigId",
    "Json",
    "UtcDateTime",
    "alert_revisions",
    "alerts",
    "approvals",
    "broadcast_counts",
    "broadcasts",
    "budget",
    "consents",
    "conversations",
    "deliveries",
    "installation",
    "invitations",
    "jobs",
    "languages",
    "looks",
    "metadata",
    "organizers",
    "plans",
    "reviews",
    "sources",
    "subscribers",
    "subscriptions",
    "updates",
    "workers",
    "working_alone",
]
