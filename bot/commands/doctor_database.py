"""The part of `doctor` that says why a database cannot be opened or used, by its driver's own name of the error."""

from collections.abc import Awaitable, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands.output import Finding
from bot.errors import CampaignError, DatabaseUnreachable
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, name_of

POOLER = (
    "A pooler in transaction mode gave away our prepared statements. PgBouncer 1.21 and newer: set "
    "max_prepared_statements = 200; older: pool_mode = session; or connect to PostgreSQL itself."
)

MENDS = {
    "CannotConnectNowError": "PostgreSQL is just starting: try again in a minute.",
    "ConnectionRefusedError": "Nothing listens there: start PostgreSQL, or correct host and port in DATABASE_URL.",
    "DiskFullError": "Make room on the disk of PostgreSQL.",
    "DuplicatePreparedStatementError": POOLER,
    "InsufficientPrivilegeError": "Let this user make tables: GRANT CREATE, USAGE ON SCHEMA public TO the user.",
    "InvalidAuthorizationSpecificationError": "The server lets nobody in so: user, or TLS: add ?sslmode=require.",
    "InvalidCatalogNameError": "There is no database of that name: make it with createdb, or correct DATABASE_URL.",
    "InvalidPasswordError": "User or password in DATABASE_URL are wrong; write @ and / in it as %40 and %2F.",
    "InvalidSQLStatementNameError": POOLER,
    "ReadOnlySQLTransactionError": "This is a standby: set DATABASE_URL to the primary.",
    "SQLITE_BUSY": "Another program holds the database: end it, or try again in a minute.",
    "SQLITE_CANTOPEN": "This user may not open it: look at the folder's owner and permissions.",
    "SQLITE_CORRUPT": "The file is damaged: keep a copy of it, and restore the newest backup.",
    "SQLITE_FULL": "Make room on the disk.",
    "SQLITE_IOERR": "The disk fails, or does not lock as SQLite needs it: move the file to a disk of this machine.",
    "SQLITE_NOTADB": "The file is no database: correct DATABASE_URL, or restore the newest backup.",
    "SQLITE_READONLY": "This user may not write it: look at the owner of the file and of its folder.",
    "TimeoutError": "Nobody answers there: a firewall, or another host than DATABASE_URL says.",
    "TooManyConnectionsError": "Raise max_connections (a process takes up to 30), or put PgBouncer before it.",
    "gaierror": "The host in DATABASE_URL cannot be looked up: correct it, or this machine's DNS.",
}
"""What mends it, by the beginning of the error's name."""


def database_trouble(error: CampaignError) -> Finding:
    """Say why the database cannot be opened, and what mends that."""
    found, _, mend = str(error).partition(". ")
    name = name_of(error.__cause__) if isinstance(error.__cause__, Exception) else ""
    known = next((mend for known, mend in MENDS.items() if name.startswith(known)), None)
    if isinstance(error, DatabaseUnreachable) and known is not None:
        return Finding(subject="database", found=f"{found} ({name}).", mend=known)
    return Finding(subject="database", found=f"{found}.", mend=mend or "See docs/operating.md.")


async def postgres_findings(store: Store) -> list[Finding]:
    """Look at what is between this and PostgreSQL; of SQLite there is nothing to say."""
    engine = getattr(store.database, "engine", None)
    if store.database.dialect != "postgresql" or engine is None:
        return []
    try:
        async with engine.connect() as one, engine.connect() as other:
            is_pooled = await shares_servers(_backend_of(one), _backend_of(other))
            is_standby = bool((await one.execute(sa.text("SELECT pg_is_in_recovery()"))).scalar_one())
    except TRANSIENT_DATABASE_ERRORS as error:
        known = next((mend for known, mend in MENDS.items() if name_of(error).startswith(known)), "")
        found = f"a second connection fails ({name_of(error)})."
        return [Finding(subject="connections", found=found, mend=known or "See the log of PostgreSQL.")]
    if is_standby:
        mend = MENDS["ReadOnlySQLTransactionError"]
        return [Finding(subject="connections", found="this PostgreSQL is a standby.", mend=mend)]
    said = "through a pooler in transaction mode" if is_pooled else "each our own"
    return [Finding(subject="connections", found=said)]


Backend = Callable[[], Awaitable[object]]


async def shares_servers(one: Backend, other: Backend) -> bool:
    """Whether two connections that are both open were served by one process of PostgreSQL, one after the other.

    Only a pooler that takes servers away between transactions does so.
    """
    return await one() == await other()


def _backend_of(connection: AsyncConnection) -> Backend:
    async def backend() -> object:
        found = (await connection.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
        await connection.rollback()
        return found

    return backend
