"""Statements that are constants: what they are, and that both databases run them alike."""

import importlib
import pkgutil
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

import bot.store
from bot.store.schema import conversations, invitations, organizers
from bot.store.statements import ByDialect, insert_new, text_of, upsert
from bot.store.store import Store, Transaction
from tests.making import NOW

STEP = sa.select(conversations).where(conversations.c.ref == sa.bindparam("ref"))
SAVE = upsert(conversations, key=("ref",), values=("step", "updated_at"))
INVITE = upsert(invitations, key=("code_sha256",), values=("role", "expires_at"))
INVITED = sa.select(invitations).where(invitations.c.code_sha256 == sa.bindparam("code_sha256"))
ADD = insert_new(organizers, "ref", "role", "since")
ROLES = sa.select(organizers.c.role, organizers.c.since).order_by(organizers.c.role)
MOVE = sa.update(organizers).where(organizers.c.role == "viewer").values(role=sa.bindparam("role"))


async def test_values_come_back_as_they_were(store: Store) -> None:
    """Moments, days and bytes go in and come out as SQLAlchemy has them."""
    async with store.database.writing() as connection:
        for minutes in (0, 5):
            moment = NOW + timedelta(minutes=minutes)
            await connection.run(INVITE, code_sha256=b"\x00c", role="viewer", expires_at=moment)
            row = (await connection.run(INVITED, code_sha256=b"\x00c")).one()
            assert (bytes(row.code_sha256), row.role, row.expires_at) == (b"\x00c", "viewer", moment)
        assert (await connection.run(INVITED, code_sha256=b"other")).one_or_none() is None


async def test_age_is_cut_down(store: Store) -> None:
    """Of a moment whose age alone is asked, no more than that is kept."""
    async with store.database.writing() as connection:
        await connection.run(SAVE, ref=b"r", step=b"s", updated_at=NOW + timedelta(hours=5, seconds=7))
        row = (await connection.run(STEP, ref=b"r")).one()
    assert row.updated_at == NOW.replace(hour=0)


async def test_rows(store: Store) -> None:
    """Rows have names and numbers; what was there already is not new; a statement's own values stay in it."""
    async with store.database.writing() as connection:
        new = [
            (await connection.run(ADD, ref=ref, role=role, since=date(2026, 1, 2))).rowcount
            for ref, role in ((b"a", "viewer"), (b"b", "owner"), (b"a", "editor"))
        ]
        assert new == [1, 1, 0]
        assert (await connection.run(MOVE, role="editor")).rowcount == 1
        rows = await connection.run(ROLES)
        assert [(row.role, row[1]) for row in rows] == [
            ("editor", date(2026, 1, 2)),
            ("owner", date(2026, 1, 2)),
        ]
        assert rows.scalars() == ["editor", "owner"]
        with pytest.raises(LookupError):
            rows.one()
        with pytest.raises(LookupError):
            rows.scalar_one_or_none()


async def test_refused(store: Store) -> None:
    """What the database or a column refuses is SQLAlchemy's error, without the values."""
    async with store.database.writing() as connection:
        with pytest.raises(StatementError) as raised:
            await connection.run(SAVE, ref=b"r", step=b"secret", updated_at=NOW.replace(tzinfo=None))
        assert "secret" not in str(raised.value)
    with pytest.raises(IntegrityError) as raised:
        async with store.database.writing() as connection:
            await connection.run(ADD, ref=b"secret", role=None, since=NOW.date())
    assert "secret" not in str(raised.value).partition("DETAIL")[0]


async def test_savepoint_is_undone_alone(store: Store) -> None:
    """A part of a transaction that raises is undone, and what came before and after it is kept."""

    async def fail(tx: Transaction) -> None:
        async with tx.savepoint():
            await tx.languages.choose(2, "ar")
            raise LookupError

    async with store.transaction() as tx:
        await tx.languages.choose(1, "en")
        with pytest.raises(LookupError):
            await fail(tx)
        async with tx.savepoint():
            await tx.languages.choose(3, "he")
    async with store.reading() as tx:
        assert [await tx.languages.chosen(chat) for chat in (1, 2, 3)] == ["en", None, "he"]


def _constants() -> list[tuple[str, Any]]:
    """Return every statement that stands at the top of a module of the store."""
    found = []
    for module in pkgutil.iter_modules(bot.store.__path__, "bot.store."):
        if module.ispkg or module.name.endswith((".statements", ".schema")):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, ByDialect | sa.sql.base.Executable):
                found.append((f"{module.name.rpartition('.')[2]}.{name}", value))
    return found


CONSTANTS = _constants()


def test_constants_are_found() -> None:
    """The statements of a /start, a join and a /stop are among them."""
    hot = {"subscribers.FIND", "subscribers.CHOSEN", "conversations.STEP", "team.FIND", "budget.LOAD"}
    assert hot <= {name for name, _ in CONSTANTS}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", [one for _, one in CONSTANTS], ids=[name for name, _ in CONSTANTS])
async def test_constant_is_a_point_statement(store: Store, statement: Any) -> None:
    """What runs on the loop's own thread finds its rows by a key: it goes through no table, and sorts nothing."""
    text = text_of(statement)
    async with store.database.reading() as connection:
        nothing = (None,) * text.sql.count("?")
        steps = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text.sql}", nothing)
        found = [row.detail for row in steps]
    assert not [step for step in found if step.startswith("SCAN") or "TEMP B-TREE" in step]
