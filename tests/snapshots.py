"""What stands in the organizers' tables, to see whether something that was done changed it."""

from typing import Any

import sqlalchemy as sa

from bot.store.schema import metadata
from bot.store.store import Transaction

Snapshot = dict[str, list[tuple[Any, ...]]]

NOT_THE_ORGANIZERS = {
    *("audit_entries", "audit_head"),
    *("budget", "installation", "jobs", "workers"),
    *("conversations", "languages", "updates"),
    *("consents", "subscribers", "subscriptions"),
    *("broadcast_counts", "deliveries", "growth", "report_counts"),
    *("action_counts", "outcomes", "steps"),
    *("alert_writers", "looks"),
}
"""Tables of the machinery, of where each chat stands, of people and sums of them, and of who looks at what or writes it
just now: what changes there is no act of the team."""


async def snapshot(tx: Transaction) -> Snapshot:
    """Return every row of the organizers' tables."""
    rows = {}
    for name, table in metadata.tables.items():
        if name not in NOT_THE_ORGANIZERS:
            query = sa.select(table).order_by(*table.primary_key)
            rows[name] = [tuple(row) for row in await tx._connection.execute(query)]
    return rows


def changed_tables(before: Snapshot, after: Snapshot) -> set[str]:
    """Return the tables in which something changed."""
    return {name for name in before if before[name] != after[name]}
