"""Why a database cannot be opened or used, each with its mend."""

import asyncio
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.commands.doctor_database import MENDS, database_trouble, postgres_findings, shares_servers
from bot.errors import DatabaseUnreachable, WrongKey
from bot.store.store import Store, open_store
from tests.making import KEY
from tests.worlds.postgres import PostgresServer


def of_driver(name: str) -> Exception:
    """Return an error as SQLAlchemy passes it on."""
    if name.startswith("SQLITE"):
        original = Exception()
        original.sqlite_errorname = name  # type: ignore[attr-defined]
        return OperationalError("", {}, original)
    kind: type[Exception] | None = getattr(asyncpg, name, None)
    if kind is None:
        made: Exception = type(name, (OSError,), {})()
        return made
    original = Exception()
    original.__cause__ = kind("words that may name somebody")
    return DBAPIError("", {}, original)


@pytest.mark.parametrize("name", MENDS)
def test_each_has_its_mend(name: str) -> None:
    """Whatever keeps the database shut is named by its driver's name of it, with what mends it."""
    error = DatabaseUnreachable()
    error.__cause__ = of_driver(name)
    finding = database_trouble(error)
    assert (name in finding.found, finding.mend) == (True, MENDS[name])
    assert "somebody" not in str(finding)


def test_postgresql_knows_these() -> None:
    """The names of PostgreSQL's errors are those of the driver, so that none is misspelt."""
    of_python = {"ConnectionRefusedError", "TimeoutError", "gaierror"}
    for name in MENDS:
        assert name.startswith("SQLITE") or name in of_python or hasattr(asyncpg, name)


def test_pgbouncer() -> None:
    """A pooler that gives our prepared statements away is told with what it is to be set to."""
    error = DatabaseUnreachable()
    error.__cause__ = of_driver("DuplicatePreparedStatementError")
    assert "max_prepared_statements" in database_trouble(error).mend


def test_what_is_unknown() -> None:
    """Of what has no mend of its own, the error's sentence is said."""
    assert "CampaignError" not in str(database_trouble(WrongKey()))
    error = DatabaseUnreachable()
    error.__cause__ = of_driver("SQLITE_NOLFS")
    assert "DATABASE_URL" in database_trouble(error).mend


@pytest.mark.parametrize(("pids", "shared"), [((7, 8), False), ((7, 7), True)])
async def test_a_pooler_in_transaction_mode(pids: tuple[int, int], shared: bool) -> None:
    """Two connections that are open at once are served by one process only behind such a pooler."""

    async def one() -> int:
        return pids[0]

    async def other() -> int:
        return pids[1]

    assert await shares_servers(one, other) is shared


async def test_connections(store: Store, dialect: str) -> None:
    """Of SQLite nothing is said; of PostgreSQL itself, that each connection is our own."""
    findings = await postgres_findings(store)
    if dialect == "sqlite":
        assert findings == []
    else:
        assert [(one.ok, one.found) for one in findings] == [(True, "each our own")]


async def trouble_at(url: str) -> str:
    """Return what is said of a database that cannot be opened."""
    with pytest.raises(DatabaseUnreachable) as raised:
        await open_store(url, KEY)
    return str(database_trouble(raised.value))


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_for_real(dialect: str, postgres: PostgresServer) -> None:
    """A database that is not there, and a server that is not, are told from each other."""
    assert dialect
    right = postgres.create("doctor_of_databases")
    assert "createdb" in await trouble_at(right.replace("doctor_of_databases", "not_there"))
    refused = "postgresql://somebody:hunter2@127.0.0.1:9/campaign"
    said = await trouble_at(refused)
    assert "Nothing listens there" in said
    assert "hunter2" not in said


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """A file that is no database is told."""
    (tmp_path / "campaign.db").write_bytes(b"no database" * 1000)
    said = asyncio.run(trouble_at(f"sqlite:///{tmp_path}/campaign.db"))
    assert "SQLITE_NOTADB" in said
