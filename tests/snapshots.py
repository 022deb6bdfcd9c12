"""What stands in the organizers' tables, to see whether something that was done changed it."""

from collections.abc import Collection
from functools import cache
from typing import Any

import sqlalchemy as sa

from bot.domain.source import FRIENDS
from bot.store.schema import metadata, sources
from bot.store.store import Transaction

Snapshot = dict[str, list[tuple[Any, ...]]]

NOT_THE_ORGANIZERS = {
    *("audit_entries", "audit_head"),
    *("budget", "installation", "jobs", "workers"),
    *("conversations", "languages", "updates"),
    *("consents", "subscribers", "subscriptions", "threads"),
    *("broadcast_counts", "deliveries", "digest_counts", "growth", "report_counts"),
    *("action_counts", "outcomes", "steps"),
    *("alert_writers", "looks"),
    *("alert_links", "friend_links"),
}
"""Tables of the machinery, of where each chat stands, of people and sums of them, and of who looks at what or writes it
just now: what changes there is no act of the team."""


async def snapshot(tx: Transaction, *, also: Collection[str] = ()) -> Snapshot:
    """Return every row of the organizers' tables, and of those that are named."""
    rows = {}
    for name, table in metadata.tables.items():
        if name not in NOT_THE_ORGANIZERS or name in also:
            rows[name] = [tuple(row) for row in await tx._connection.execute(_rows_of(table))]
    return rows


@cache
def _rows_of(table: sa.Table) -> sa.Select[Any]:
    query = sa.select(table).order_by(*table.primary_key)
    # That of all supporters' own links is made by whoever is the first to come by one.
    return query.where(sources.c.code != FRIENDS) if table is sources else query


async def rows_written(tx: Transaction) -> int:
    """Return how many rows of whatever table this connection to SQLite has written: far less to ask than a snapshot."""
    return int((await tx._connection.execute(sa.text("SELECT total_changes()"))).scalar_one())


def changed_tables(before: Snapshot, after: Snapshot) -> set[str]:
    """Return the tables in which something changed."""
    return {name for name in before if before[name] != after[name]}
