"""Bringing a database to this program's schema, and refusing one that is not there."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseNewer, DatabaseUnreachable, MigrationsPending
from bot.store.engine import open_database

SCRIPTS = Path(__file__).parent / "migrations"

MIGRATING = 20_200_607
"""The number of the lock under which a PostgreSQL is migrated; any other would do."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config


def require_current(connection: sa.Connection) -> None:
    """Check that the database is at this program's schema.

    Raises MigrationsPending, DatabaseNewer.
    """
    script = ScriptDirectory.from_config(_config())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found == set(script.get_heads()):
        return
    if found - {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseNewer
    raise MigrationsPending


def upgrade(connection: sa.Connection) -> None:
    """Run the migrations that this database lacks, in the open transaction.

    Raises DatabaseNewer.
    """
    if connection.dialect.name == "postgresql":
        # One after the other, where several processes start at once; SQLite lets but one write anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
    script = ScriptDirectory.from_config(_config())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if found - {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseNewer
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def migrate(url: str) -> None:
    """Bring the database at a DATABASE_URL to this program's schema.

    Raises DatabaseUnreachable, DatabaseNewer.
    """
    database = open_database(url)
    try:
        async with database.writing() as connection:
            await connection.run_sync(upgrade)
    except (OSError, DBAPIError) as error:
        raise DatabaseUnreachable from error
    finally:
        await database.close()
