"""The schema, one for SQLite and PostgreSQL. Nobody is named in it: people are refs (see `bot.privacy.cipher`).

Every column says what it holds (see `bot.store.columns`).
"""

from bot.store.schema.alerts import acknowledgements, alert_revisions, alerts, approvals, plans
from bot.store.schema.audit import audit_entries, audit_head
from bot.store.schema.broadcasts import broadcast_counts, broadcasts, deliveries
from bot.store.schema.digests import digest_counts, digest_entries
from bot.store.schema.growth import growth, report_counts
from bot.store.schema.health import signs, totals, troubles
from bot.store.schema.inbox import conversations, languages, updates
from bot.store.schema.kinds import DAY, HOUR, MINUTE, Age, BigId, Json, UtcDateTime, metadata
from bot.store.schema.moments import moments
from bot.store.schema.notices import notices
from bot.store.schema.outcomes import action_counts, outcomes, steps
from bot.store.schema.people import consents, sources, subscribers, subscriptions
from bot.store.schema.reminders import reminders
from bot.store.schema.reviews import looks, reviews, working_alone
from bot.store.schema.schedules import occurrences, series
from bot.store.schema.segments import segments
from bot.store.schema.sharing import alert_links, friend_links
from bot.store.schema.sightings import sightings
from bot.store.schema.team import invitations, organizers
from bot.store.schema.threads import thread_switch, threads
from bot.store.schema.work import budget, former_keys, installation, jobs, workers
from bot.store.schema.writing import alert_writers

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "Age",
    "BigId",
    "Json",
    "UtcDateTime",
    "acknowledgements",
    "action_counts",
    "alert_links",
    "alert_revisions",
    "alert_writers",
    "alerts",
    "approvals",
    "audit_entries",
    "audit_head",
    "broadcast_counts",
    "broadcasts",
    "budget",
    "consents",
    "conversations",
    "deliveries",
    "digest_counts",
    "digest_entries",
    "former_keys",
    "friend_links",
    "growth",
    "installation",
    "invitations",
    "jobs",
    "languages",
    "looks",
    "metadata",
    "moments",
    "notices",
    "occurrences",
    "organizers",
    "outcomes",
    "plans",
    "reminders",
    "report_counts",
    "reviews",
    "segments",
    "series",
    "sightings",
    "signs",
    "sources",
    "steps",
    "subscribers",
    "subscriptions",
    "thread_switch",
    "threads",
    "totals",
    "troubles",
    "updates",
    "workers",
    "working_alone",
]
