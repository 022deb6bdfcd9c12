"""Bringing a database to this program's schema, and refusing one that is not there."""

from pathlib import Path

import sqlalchemy as sa

from bot.errors import DatabaseHalfFilled, DatabaseNewer, MigrationsPending
from bot.store.columns import columns_that_hold
from bot.store.database import open_database
from bot.store.rekey import MADE_WITH_A_KEY
from bot.store.schema import metadata
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, unreachable

SCRIPTS = Path(__file__).parent / "migrations"

MIGRATING = 20_200_607
"""The number of the lock under which a PostgreSQL is migrated; any other would do."""

REVISIONS = sorted(file.name[:4] for file in (SCRIPTS / "versions").glob("[0-9]*.py"))
"""One after the other; each file begins with the number of its revision."""

NOTED = sa.table("alembic_version", sa.column("version_num", sa.String))
"""Where Alembic notes which revision a database is at."""

_SAMPLED = (
    "SELECT relname, attname, EXISTS (SELECT FROM pg_stats"
    " WHERE schemaname = current_schema() AND tablename = relname AND pg_stats.attname = pg_attribute.attname)"
    " AS has_some FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND coalesce(attstattarget, -1) <> 0"
)
"""The columns of which PostgreSQL keeps samples, once it has some."""

FILLING = "filling"
"""What is noted there while a database is filled from a backup or another database: no revision, so nothing starts."""


def require_current(connection: sa.Connection) -> None:
    """Check that the database is at this program's schema.

    Raises MigrationsPending, DatabaseNewer, DatabaseHalfFilled.
    """
    if _known(connection) == set(REVISIONS[-1:]):
        return
    raise MigrationsPending


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Run the migrations that this database lacks, up to a revision, in the open transaction.

    Raises DatabaseNewer, DatabaseHalfFilled.
    """
    if connection.dialect.name == "postgresql":
        # One after the other, where several processes start at once; SQLite lets but one write anyway.
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
    _known(connection)
    # Loaded when it is needed: it takes a tenth of the seconds in which a sender starts.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if connection.dialect.name == "postgresql":
        keep_no_samples(connection)


def keep_no_samples(connection: sa.Connection) -> None:
    """Let PostgreSQL sample no refs, codes or sealed contents, and drop what samples of these it has.

    ANALYZE, which it does by itself, copies values into its statistics. There they would stay when somebody is erased,
    and the planner has no use for them: each is another.
    """
    sampled = {(row.relname, row.attname): row.has_some for row in connection.exec_driver_sql(_SAMPLED)}
    for column in (each for what in MADE_WITH_A_KEY for each in columns_that_hold(metadata, what)):
        name, table = column.name, column.table.name
        if (has_some := sampled.get((table, name))) is not None:
            # The same type once more: PostgreSQL rewrites nothing for it, and lets go of the statistics.
            anew = f"ALTER COLUMN {name} TYPE bytea, " if has_some else ""
            connection.exec_driver_sql(f"ALTER TABLE {table} {anew}ALTER COLUMN {name} SET STATISTICS 0")


def note(connection: sa.Connection, revision: str) -> None:
    """Note which revision the database is at; `FILLING`: none that anything may start on."""
    connection.execute(sa.update(NOTED).values(version_num=revision))


def _known(connection: sa.Connection) -> set[str]:
    """Return the revision that is noted, if any.

    Raises DatabaseNewer, DatabaseHalfFilled.
    """
    noted = found(connection)
    if FILLING in noted:
        raise DatabaseHalfFilled
    if noted - set(REVISIONS):
        raise DatabaseNewer
    return noted


def found(connection: sa.Connection) -> set[str]:
    """Return what is noted as the database's revision: one, or none where there is no schema."""
    if not sa.inspect(connection).has_table(NOTED.name):
        return set()
    return set(connection.execute(sa.select(NOTED.c.version_num)).scalars())


async def migrate(url: str) -> None:
    """Bring the database at a DATABASE_URL to this program's schema.

    Raises DatabaseUnreachable, DatabaseNewer, DatabaseHalfFilled.
    """
    database = open_database(url)
    try:
        async with database.writing() as connection:
            await connection.run_sync(upgrade)
    except TRANSIENT_DATABASE_ERRORS as error:
        raise unreachable(error) from error
    finally:
        await database.close()
