"""On PostgreSQL, what whoever writes asks first: it takes the lock, and looks then."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

WRITING_UNDER = """
CREATE OR REPLACE FUNCTION writing_under(OUT key_id bytea, OUT moved boolean) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20220610);
    SELECT found.key_id, found.moved INTO key_id, moved FROM installation AS found WHERE found.id = 1;
END
$$
"""
"""It may be there: whoever begins to fill a database anew takes its tables away, and no more.

A statement sees what was committed when it began, so one that waits for a lock has looked before it has it.

Each statement of a VOLATILE function begins anew (postgresql.org, Function Volatility Categories), and all of them are
one trip to the server.
"""


def upgrade() -> None:
    """Add the function. SQLite has one writer: who begins to write has waited already."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(WRITING_UNDER)
