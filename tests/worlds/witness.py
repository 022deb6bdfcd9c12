"""What PostgreSQL itself saw of a campaign: each change of a row that matters, and the moment of its commit.

The moments are the server's, whatever the clocks of the bot's processes say.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg  # type: ignore[import-untyped]  # it ships no types

WATCHED: Mapping[str, tuple[str, str, str]] = {
    "deliveries": ("broadcast_id::text || ' ' || NEW.subscriber_id", "state", "worker"),
    "updates": ("update_id::text", "state", "chat_ref"),
    "subscribers": ("id::text", "state", "ref"),
    "broadcasts": ("id::text", "status", "kind"),
    "outcomes": ("alert_id::text || ' ' || NEW.subscriber_id", "outcome", "outcome"),
    "budget": ("id::text", "refusals", "id"),
}
"""What names a row of each table, its state, and what is noted beside that."""

BEGIN = """
CREATE SCHEMA witness;
CREATE TABLE witness.changes (
    number bigserial PRIMARY KEY, xid xid NOT NULL, source text NOT NULL,
    what text NOT NULL, row_id text NOT NULL, before text, after text NOT NULL, beside text
);
"""

TRIGGER = """
CREATE FUNCTION witness.{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witness.changes (xid, source, what, row_id, before, after, beside)
    VALUES (
        pg_current_xact_id()::xid, current_setting('application_name'), '{table}', NEW.{key},
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.{state} END, NEW.{state}, NEW.{beside}::text
    );
    RETURN NULL;
END $$;
CREATE TRIGGER witness_inserts AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION witness.{table}();
CREATE TRIGGER witness_updates AFTER UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.{state} IS DISTINCT FROM NEW.{state}) EXECUTE FUNCTION witness.{table}();
"""

ERASED = "erased"
"""The state of a subscriber whose row is gone."""

ERASING = """
CREATE FUNCTION witness.erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witness.changes (xid, source, what, row_id, before, after, beside)
    VALUES (
        pg_current_xact_id()::xid, current_setting('application_name'), 'subscribers', OLD.id::text,
        OLD.state, 'erased', OLD.ref::text
    );
    RETURN NULL;
END $$;
CREATE TRIGGER witness_deletes AFTER DELETE ON subscribers FOR EACH ROW EXECUTE FUNCTION witness.erasing();
"""

READ = """
SELECT number, extract(epoch FROM pg_xact_commit_timestamp(xid))::float8, source, what, row_id, before, after, beside
FROM witness.changes ORDER BY pg_xact_commit_timestamp(xid), number
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that came, or changed its state. `at`: epoch seconds of the commit; `source`: whose connection it was."""

    number: int
    at: float
    source: str
    table: str
    row: str
    before: str | None
    after: str
    beside: str | None


async def watch(connection: asyncpg.Connection) -> None:
    """Note what changes from now on. The server must have `track_commit_timestamp` on."""
    await connection.execute(BEGIN)
    for table, (key, state, beside) in WATCHED.items():
        row = {"table": table, "key": key, "state": state, "beside": beside}
        await connection.execute(TRIGGER.format(**row))
    await connection.execute(ERASING)


async def changes(connection: asyncpg.Connection) -> list[Change]:
    """Return what was noted, in the order of the commits."""
    return [Change(*row) for row in await connection.fetch(READ)]
