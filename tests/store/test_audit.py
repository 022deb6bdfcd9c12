"""The audit in the database: rows of one transaction commit with it, processes never fork it, tampering is found."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.audit import Difference, Event, Fault
from bot.domain.checkpoint import SignedCheckpoint
from bot.domain.organizer import Role
from bot.services import audit, audit_log, membership, privacy, team
from bot.services.audit_log import Comparison
from bot.store.schema import audit_entries, audit_head
from bot.store.store import Store, Transaction, open_store
from tests.making import CHAT, KEY, NOW

Row = dict[str, Any]


def act(tx: Transaction, number: int) -> None:
    """Record something."""
    audit.record(tx, Event.ALERT_EDITED, audit.alert(number), actor=number % 3 + 1, now=NOW, revision=number)


async def fill(store: Store, entries: int = 7) -> list[SignedCheckpoint]:
    """Record entries, each in its transaction. Returns the checkpoint after each."""
    checkpoints = []
    for number in range(1, entries + 1):
        async with store.transaction() as tx:
            act(tx, number)
        async with store.reading() as tx:
            made = await tx.audit.checkpoint()
        assert made is not None
        checkpoints.append(made)
    return checkpoints


async def check(store: Store, kept: SignedCheckpoint | None = None) -> Comparison:
    """Look at the whole."""
    async with store.reading() as tx:
        return await audit_log.check(tx, kept)


async def rows(store: Store) -> list[Row]:
    """Return what stands in the table."""
    async with store.database.reading() as connection:
        found = await connection.execute(sa.select(audit_entries).order_by(audit_entries.c.number))
        return [dict(row._mapping) for row in found]


async def replace_rows(store: Store, written: list[Row]) -> None:
    """Write other rows in their place."""
    async with store.database.writing() as connection:
        await connection.execute(sa.delete(audit_entries))
        await connection.execute(sa.insert(audit_entries), written)


async def test_every_checkpoint_fits(store: Store) -> None:
    """Whatever was recorded since, each checkpoint that was given fits, and is signed by us."""
    checkpoints = await fill(store)
    assert [each.checkpoint.size for each in checkpoints] == list(range(1, 8))
    for each in checkpoints:
        found = await check(store, each)
        assert (found.holds, found.verdict.size, found.verdict.until) == (True, 7, NOW)
        assert found.signed is not None


async def test_nothing_recorded(store: Store) -> None:
    """An empty audit is whole, and has no checkpoint."""
    async with store.reading() as tx:
        assert await tx.audit.checkpoint() is None
    assert (await check(store)).verdict.difference is None


async def test_an_act_and_its_entry_are_one(store: Store) -> None:
    """What is undone was never recorded: of a transaction, and of a part of one."""
    with suppress(ZeroDivisionError):
        async with store.transaction() as tx:
            act(tx, 1)
            raise ZeroDivisionError
    assert await rows(store) == []
    async with store.transaction() as tx:
        act(tx, 1)
        with suppress(ZeroDivisionError):
            async with tx.savepoint():
                act(tx, 2)
                raise ZeroDivisionError
        async with tx.savepoint():
            act(tx, 3)
    assert [row["about_id"] for row in await rows(store)] == [1, 3]
    assert (await check(store)).holds


async def test_seconds_are_whole(store: Store) -> None:
    """Of the time of an act the second is kept."""
    async with store.transaction() as tx:
        audit.record(tx, Event.INVITED, actor=None, now=NOW + timedelta(milliseconds=999))
    assert (await check(store)).verdict.until == NOW


async def test_salts_differ(store: Store) -> None:
    """The same done twice commits to something else each time: nobody can guess details by trying."""
    async with store.transaction() as tx:
        act(tx, 1)
        act(tx, 1)
    one, other = await rows(store)
    assert one["details"] == other["details"]
    assert one["salt"] != other["salt"]
    assert one["commitment"] != other["commitment"]


async def test_many_at_once(store: Store, database_url: str) -> None:
    """Processes that record at the same moment make one log, without a gap."""
    second = await open_store(database_url, KEY)

    async def some(own: Store) -> None:
        for number in range(1, 11):
            async with own.transaction() as tx:
                act(tx, number)

    try:
        await asyncio.gather(some(store), some(store), some(second), some(second))
    finally:
        await second.close()
    found = await check(store)
    assert (found.holds, found.verdict.size) == (True, 40)


async def test_more_than_is_read_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long log is read piece by piece."""
    monkeypatch.setattr("bot.store.audit.READ_AT_ONCE", 3)
    checkpoints = await fill(store)
    found = await check(store, checkpoints[-1])
    assert (found.holds, found.verdict.size) == (True, 7)


def _another(value: object) -> list[object]:
    """Return values that stand in the place of one: of another kind too, where the database takes them."""
    match value:
        case None:
            return [1, 0]
        case int():
            return [value + 1, -value, None]
        case _:
            text = str(value)
            flipped = [text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :] for at in range(len(text))]
            return [*flipped, "", None]


async def test_every_byte_of_every_row(store: Store) -> None:
    """Any other value, in any column of any row, is found, and it is said where; any letter of any text."""
    checkpoints = await fill(store, 3)
    written = await rows(store)
    tried = 0
    for at, row in enumerate(written):
        for name, value in row.items():
            for other in _another(value):
                if name == "number" or (other is None and not audit_entries.c[name].nullable):
                    continue
                changed = {**row, name: other}
                await replace_rows(store, [*written[:at], changed, *written[at + 1 :]])
                found = (await check(store, checkpoints[-1])).verdict.difference
                assert found == Difference(fault=Fault.CHANGED, number=at + 1), (name, other)
                tried += 1
    assert tried > 700
    await replace_rows(store, written)
    assert (await check(store, checkpoints[-1])).holds


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", [column.name for column in audit_entries.c if column.name != "number"])
@pytest.mark.parametrize("junk", ["'x'", "x'ff00'", "1e300", "9223372036854775807"])
async def test_junk(store: Store, column: str, junk: str) -> None:
    """SQLite takes anything in any column: that is found, too, and is no failure."""
    await fill(store, 2)
    async with store.database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE audit_entries SET {column} = {junk} WHERE number = 2")  # noqa: S608  # of this test
    found = (await check(store)).verdict.difference
    assert found == Difference(fault=Fault.CHANGED, number=2)
    async with store.reading() as tx:
        owner = await tx.audit.page(before=None, limit=5)
    assert [each.is_whole for each in owner] == [False, True]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", ["peaks = 'x'", "peaks = ''", "size = 2", "size = 'x'", "size = 9"])
async def test_another_head(store: Store, change: str) -> None:
    """What is noted of the whole cannot be changed either."""
    await fill(store, 3)
    async with store.database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE audit_head SET {change}")  # noqa: S608  # of this test
    assert (await check(store)).verdict.difference is not None


async def test_begun_anew(store: Store) -> None:
    """A log that was thrown away and begun anew fits no checkpoint of before."""
    checkpoints = await fill(store, 3)
    async with store.database.writing() as connection:
        await connection.execute(sa.delete(audit_entries))
        await connection.execute(sa.delete(audit_head))
    await fill(store, 3)
    found = await check(store, checkpoints[-1])
    assert found.verdict.difference == Difference(fault=Fault.FOREIGN, number=3)
    assert not found.holds


async def test_a_rewritten_log(store: Store) -> None:
    """Whoever replays the whole log with one act left out, with its own name, is found by the checkpoint."""
    checkpoints = await fill(store, 5)
    async with store.reading() as tx:
        head = await tx.audit.head()
    async with store.database.writing() as connection:
        await connection.execute(sa.delete(audit_entries))
        await connection.execute(sa.update(audit_head).values(size=0, peaks=""))
    for number in (1, 2, 4, 5, 6):
        async with store.transaction() as tx:
            act(tx, number)
    assert (await check(store)).holds
    async with store.reading() as tx:
        assert (await tx.audit.head()).origin == head.origin
    found = await check(store, checkpoints[-1])
    assert found.verdict.difference == Difference(fault=Fault.REWRITTEN, number=5)


@pytest.fixture
async def team_of_two(store: Store) -> tuple[int, int]:
    """Return the numbers of an owner, and of somebody whom they removed."""
    async with store.transaction() as tx:
        owner = await team.claim(tx, CHAT, await team.invite(tx, Role.OWNER, now=NOW), now=NOW)
        code = await team.invite_colleague(tx, Role.EDITOR, actor=owner, now=NOW)
        gone = await team.claim(tx, CHAT + 1, code, now=NOW)
        await membership.change_role(tx, gone.id, Role.VIEWER, actor=owner, now=NOW)
        await membership.remove(tx, gone.id, actor=owner, now=NOW)
    return owner.id, gone.id


async def test_who_is_erased(store: Store, team_of_two: tuple[int, int]) -> None:
    """Salt and details of what they did, and of what was done to them, go; each checkpoint fits all the same."""
    owner, gone = team_of_two
    async with store.reading() as tx:
        before = await tx.audit.checkpoint()
    assert before is not None
    async with store.transaction() as tx:
        await privacy.erase(tx, CHAT + 1, now=NOW)
    left = await rows(store)
    about_them = [row for row in left if gone in (row["actor_id"], row["about_id"])]
    assert len(about_them) == 4
    *earlier, erased = about_them
    assert [(row["salt"], row["details"]) for row in earlier] == [(None, None)] * 3
    assert (erased["event"], erased["details"]) == (Event.ERASED, "{}")
    assert all(row["salt"] for row in left if row not in about_them)
    assert [row["actor_id"] for row in left if row["event"] == Event.REMOVED] == [owner]
    assert (await check(store, before)).holds
