"""Updates between being received and being done."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite

from bot.store import shared_clock
from bot.store.inbox import NewUpdate, Withdrawal
from bot.store.posting import UpdateState
from bot.store.schema import updates
from bot.store.store import Store
from tests.making import CHAT, NOW

RECEIVED, APPLIED, DONE = UpdateState
STOP, BLOCKED = Withdrawal
ONE, OTHER = "one", "other"


@pytest.fixture(autouse=True)
def by_one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL's clock show what the tests' does."""
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: NOW.timestamp())


def new(
    update_id: int, chat_id: int | None = CHAT, payload: bytes = b"{}", withdrawal: Withdrawal | None = None
) -> NewUpdate:
    """Return an update as it arrives."""
    return NewUpdate(update_id=update_id, chat_id=chat_id, payload=payload, withdrawal=withdrawal)


async def receive(store: Store, *arrived: NewUpdate | int, payload: bytes = b"{}") -> None:
    """Receive updates; those that are only an id come from one chat."""
    async with store.transaction() as tx:
        made = [new(one, payload=payload) if isinstance(one, int) else one for one in arrived]
        await tx.updates.receive(made, now=NOW)


async def claimable(store: Store, *, but: tuple[int, ...] = (), limit: int = 10) -> list[int]:
    """Return what a process would apply now."""
    async with store.transaction() as tx:
        return [update.update_id for update in await tx.updates.claim(ONE, limit=limit, but=but)]


async def apply(store: Store, *update_ids: int, worker: str | None = None) -> None:
    """Mark updates as applied, with replies."""
    async with store.transaction() as tx:
        await tx.updates.applied([(one, b"replies", worker) for one in update_ids], now=NOW)


async def finish(store: Store, *update_ids: int) -> None:
    """Mark updates as done."""
    async with store.transaction() as tx:
        await tx.updates.done(*update_ids)


async def lease(store: Store, worker: str, limit: int = 10) -> list[int]:
    """Lease replies to post."""
    async with store.transaction() as tx:
        return [one.update_id for one in await tx.updates.claim_replies(worker, limit=limit, now=NOW)]


async def rows(store: Store) -> list[tuple[int, bytes | None, str, bytes | None]]:
    """Return the rows as they are stored."""
    columns = (updates.c.update_id, updates.c.chat_ref, updates.c.state, updates.c.payload)
    async with store.database.reading() as connection:
        found = await connection.execute(sa.select(*columns).order_by(updates.c.update_id))
        return [tuple(row) for row in found]


async def test_life_of_an_update(store: Store) -> None:
    """Received with its payload, applied with its replies, done with nothing."""
    await receive(store, 7, payload=b"hello")
    async with store.transaction() as tx:
        (update,) = await tx.updates.claim(ONE, limit=10)
        assert (update.update_id, update.payload, update.in_order) == (7, b"hello", True)
        assert await tx.updates.claim_replies(ONE, limit=10, now=NOW) == []
        await tx.updates.applied([(7, b"replies", None)], now=NOW)
    async with store.transaction() as tx:
        assert await tx.updates.claim(ONE, limit=10) == []
        (applied,) = await tx.updates.claim_replies(ONE, limit=10, now=NOW)
        assert (applied.update_id, applied.replies, applied.applied_at) == (7, b"replies", NOW)
        assert applied.chat == update.chat
        await tx.updates.done(7)
    async with store.reading() as tx:
        assert await tx.updates.work() == set()
        assert await tx.updates.count_open() == 0
    assert await rows(store) == [(7, None, DONE, None)]


async def test_repeated_ids_are_ignored(store: Store) -> None:
    """An update that comes again changes nothing, however far the first one has come."""
    await receive(store, 1, 2, payload=b"first")
    await apply(store, 1)
    await finish(store, 1)
    await receive(store, 1, 2, new(3, CHAT + 1), payload=b"again")
    async with store.transaction() as tx:
        found = await tx.updates.claim(ONE, limit=10)
    assert [(update.update_id, update.payload) for update in found] == [(2, b"first"), (3, b"{}")]
    await receive(store)


async def test_oldest_of_each_chat(store: Store) -> None:
    """One update of each chat can be applied, the oldest; those of no chat stand alone."""
    await receive(store, 5, 3, 9, new(4, CHAT + 1), new(6, CHAT + 1), new(7, None), new(8, None))
    assert await claimable(store) == [3, 4, 7, 8]
    assert await claimable(store, limit=2) == [3, 4]
    assert await claimable(store, but=(3, 7)) == [4, 8]
    await apply(store, 3)
    assert await claimable(store) == [4, 5, 7, 8]
    async with store.reading() as tx:
        assert await tx.updates.has_received(but=(4, 5, 7))
        assert not await tx.updates.has_received(but=(4, 5, 7, 8))


async def test_withdrawals_first(store: Store) -> None:
    """A withdrawal is applied ahead of all, also of what its own chat sent before; that one is told of it."""
    await receive(store, 1, 2, new(3, CHAT + 1), new(4, withdrawal=STOP), 5, new(6, CHAT + 2, b"{}", BLOCKED))
    assert await claimable(store) == [4, 6, 1, 3]
    assert await claimable(store, limit=2) == [4, 6]
    await apply(store, 4)
    async with store.transaction() as tx:
        found = {one.update_id: one.overtaken_by for one in await tx.updates.claim(ONE, limit=10)}
    assert found == {6: None, 1: STOP, 3: None}
    await apply(store, 1, 2)
    async with store.transaction() as tx:
        found = {one.update_id: one.overtaken_by for one in await tx.updates.claim(ONE, limit=10)}
    assert found == {6: None, 5: None, 3: None}


async def test_replies_in_order(store: Store) -> None:
    """Nobody leases replies while earlier ones of the chat are to be applied or posted; who posts those may go on."""
    await receive(store, 1, 2, new(3, withdrawal=STOP), new(4, CHAT + 1))
    await apply(store, 3)
    assert await lease(store, ONE) == []
    await apply(store, 1, worker=ONE)
    async with store.transaction() as tx:
        assert [one.in_order for one in await tx.updates.claim(ONE, limit=1)] == [True]
        assert [one.in_order for one in await tx.updates.claim(OTHER, limit=1)] == [False]
    await apply(store, 2, 4)
    assert await lease(store, OTHER) == [4]
    assert await lease(store, ONE) == []
    await finish(store, 1)
    assert await lease(store, OTHER, limit=1) == [2]
    await finish(store, 2)
    assert await lease(store, ONE) == [3]


async def test_leases_end(store: Store) -> None:
    """What a process held is anybody's when its lease ends, but for what it still holds."""
    await receive(store, 1, new(2, CHAT + 1), new(3, CHAT + 2))
    await apply(store, 1, 2, worker=ONE)
    await apply(store, 3, worker=OTHER)
    async with store.transaction() as tx:
        assert await tx.updates.work() == {(APPLIED, ONE), (APPLIED, OTHER)}
        assert await tx.updates.holders() == {ONE, OTHER}
        assert await tx.updates.release([ONE], but=[1]) == 1
        assert await tx.updates.release([]) == 0
    assert await lease(store, OTHER) == [2]


async def test_replies_expire(store: Store) -> None:
    """Replies that nobody posts are given up when they are old; those that somebody posts are not."""
    await receive(store, 1, new(2, CHAT + 1))
    await apply(store, 1)
    await apply(store, 2, worker=ONE)
    async with store.transaction() as tx:
        assert await tx.updates.expire(after=timedelta(), now=NOW) == 0
        assert await tx.updates.expire(after=timedelta(minutes=-1), now=NOW) == 1
        assert await tx.updates.count_open() == 1


async def test_a_withdrawal_stays_while_it_overtakes(store: Store) -> None:
    """However old, a withdrawal is known until all that its chat sent before it is applied; then it expires."""
    late = timedelta(minutes=-12)
    await receive(store, 1, 2, new(3, withdrawal=STOP), new(4, CHAT + 1, withdrawal=BLOCKED))
    await apply(store, 3, 4)
    for update_id in (1, 2):
        async with store.transaction() as tx:
            assert await tx.updates.expire(after=late, now=NOW) == (1 if update_id == 1 else 0)
            (found,) = await tx.updates.claim(ONE, limit=10)
        assert (found.update_id, found.overtaken_by) == (update_id, STOP)
        await finish(store, update_id)
    async with store.transaction() as tx:
        assert await tx.updates.expire(after=late, now=NOW) == 1
        assert await tx.updates.count_open() == 0


async def test_chats_are_told_apart(store: Store) -> None:
    """Updates of one chat share an opaque name; an update may have no chat."""
    await receive(store, new(1), new(2, CHAT + 1), new(3), new(4, None))
    one, two, again, nobody = (row[1] for row in await rows(store))
    assert one == again != two
    assert nobody is None


async def test_payload_is_sealed(store: Store) -> None:
    """Nothing that somebody wrote is in the table."""
    await receive(store, 1, payload=b"a private word")
    ((_, chat_ref, _, payload),) = await rows(store)
    assert payload is not None
    assert b"private" not in payload
    assert chat_ref is not None
    assert str(CHAT).encode() not in chat_ref


async def test_forgotten_when_done_and_old(store: Store) -> None:
    """Done updates go after their time; open ones never do."""
    await receive(store, 1, 2)
    async with store.transaction() as tx:
        await tx.updates.done(1)
        assert await tx.updates.forget(after=timedelta(), now=NOW) == 0
        assert await tx.updates.forget(after=-timedelta(days=2), now=NOW) == 1
        assert await tx.updates.count_open() == 1


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_what_was_overtaken_is_waited_for(store: Store) -> None:
    """A withdrawal is claimed only when nobody has an earlier update of its chat in an open transaction."""
    await receive(store, 1)
    async with store.transaction() as other:
        assert [update.update_id for update in await other.updates.claim(OTHER, limit=9)] == [1]
        await receive(store, new(2, withdrawal=STOP))
        leaving = asyncio.create_task(claimable(store))
        done, _ = await asyncio.wait({leaving}, timeout=0.3)
        assert not done
        await other.updates.done(1)
    assert await asyncio.wait_for(leaving, 5) == [2]


async def test_replies_in_hand_are_not_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for replies that nobody posts reads nothing of what is being posted, however much that is."""
    many = range(1, 2001)
    await receive(store, *(new(number, CHAT + number) for number in many))
    await apply(store, *many, worker=OTHER)
    asked: list[sa.Select[Any]] = []
    async with store.transaction() as tx:
        connection = tx.updates._connection
        execute = connection.execute

        async def noting(query: Any, *given: Any) -> Any:
            asked.append(query)
            return await execute(query, *given)

        monkeypatch.setattr(connection, "execute", noting)
        assert await tx.updates.claim_replies(ONE, limit=10, now=NOW) == []
    index = "ix_updates_unleased"
    async with store.database.writing() as connection:
        made_for: Any = aiosqlite if connection.dialect == "sqlite" else asyncpg
        query = asked[0].compile(dialect=made_for.dialect(), compile_kwargs={"literal_binds": True})
        if connection.dialect == "sqlite":
            steps = [row.detail for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
            assert steps[0] == f"SEARCH updates USING INDEX {index} (rank<?)"
        else:
            await connection.exec_driver_sql("ANALYZE updates")
            steps = [row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {query}")]
            assert any(f"Index Scan using {index} on updates" in step for step in steps), steps
