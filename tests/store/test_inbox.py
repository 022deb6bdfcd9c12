"""Updates between being received and being done."""

from datetime import timedelta

import sqlalchemy as sa

from bot.store.inbox import UpdateState
from bot.store.schema import updates
from bot.store.store import Store
from tests.making import CHAT, NOW

RECEIVED, APPLIED, DONE = UpdateState


async def receive(store: Store, *update_ids: int, payload: bytes = b"{}") -> None:
    """Receive updates from one chat."""
    async with store.transaction() as tx:
        await tx.updates.receive([(update_id, CHAT, payload) for update_id in update_ids], now=NOW)


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
        (update,) = await tx.updates.open(after=0, limit=10)
        assert (update.update_id, update.state, update.payload) == (7, RECEIVED, b"hello")
        assert await tx.updates.is_open(7, RECEIVED)
        assert await tx.updates.replies(7) is None
        await tx.updates.applied(7, b"replies")
    async with store.transaction() as tx:
        assert not await tx.updates.is_open(7, RECEIVED)
        assert await tx.updates.is_open(7, APPLIED)
        assert await tx.updates.replies(7) == b"replies"
        (update,) = await tx.updates.open(after=0, limit=10)
        assert (update.state, update.payload) == (APPLIED, b"replies")
        await tx.updates.done(7)
    async with store.reading() as tx:
        assert await tx.updates.open(after=0, limit=10) == []
        assert await tx.updates.replies(7) is None
        assert await tx.updates.count_open() == 0
    assert await rows(store) == [(7, None, DONE, None)]


async def test_repeated_ids_are_ignored(store: Store) -> None:
    """An update that comes again changes nothing, however far the first one has come."""
    await receive(store, 1, 2, payload=b"first")
    async with store.transaction() as tx:
        await tx.updates.applied(1, b"replies")
        await tx.updates.done(1)
    await receive(store, 1, 2, 3, payload=b"again")
    async with store.reading() as tx:
        found = await tx.updates.open(after=0, limit=10)
    assert [(update.update_id, update.payload) for update in found] == [(2, b"first"), (3, b"again")]
    await receive(store)


async def test_order_and_pages(store: Store) -> None:
    """Open updates come by id, in pages."""
    await receive(store, 5, 3, 4, 9)
    async with store.reading() as tx:
        page = await tx.updates.open(after=3, limit=2)
        assert [update.update_id for update in page] == [4, 5]
        assert await tx.updates.count_open() == 4


async def test_chats_are_told_apart(store: Store) -> None:
    """Updates of one chat share an opaque name; an update may have no chat."""
    async with store.transaction() as tx:
        arrived = [(1, CHAT, b"a"), (2, CHAT + 1, b"b"), (3, CHAT, b"c"), (4, None, b"d")]
        received = await tx.updates.receive(arrived, now=NOW)
        assert received == await tx.updates.open(after=0, limit=10)
        one, two, again, nobody = (update.chat for update in received)
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
        assert await tx.updates.forget(before=NOW) == 0
        assert await tx.updates.forget(before=NOW + timedelta(days=2)) == 1
        assert await tx.updates.count_open() == 1
