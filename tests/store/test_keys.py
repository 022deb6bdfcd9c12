"""Two keys at once: whoever stands under the one or the other is found, and has one row."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.errors import DatabaseMoved
from bot.privacy.cipher import Table
from bot.privacy.keyring import CampaignKey
from bot.store.columns import Holds, columns_that_hold
from bot.store.database import open_database
from bot.store.inbox import NewUpdate
from bot.store.installation import Installation
from bot.store.keys import nobody_writes
from bot.store.schema import metadata, updates
from bot.store.store import Store, open_store
from tests.making import CHAT, KEY, NOW
from tests.worlds.rotation import KINDS, chats_in, do, found_of, opened_by

NEW = CampaignKey(b"new" + bytes(61), previous=(KEY,))


@pytest.fixture
async def both(database_url: str) -> AsyncIterator[Store]:
    """Open a database that is under the one key and comes to be under the other."""
    await (await open_store(database_url, KEY)).close()
    store = await open_store(database_url, NEW)
    yield store
    await store.close()


async def switch(store: Store) -> None:
    """Let the moment come at which the key changes."""
    async with store.transaction() as tx:
        assert await tx.keys.switch(old=KEY, new=NEW, now=NOW)


def test_every_table_is_tried() -> None:
    """A table in which people are looked up by their refs is among those that are tried here."""
    known = {column.table.name for column in columns_that_hold(metadata, Holds.REF)}
    assert known == {*KINDS, "updates"}, (
        "a lookup by a chat asks for both keys: add it to tests/worlds/rotation.py"
    )


@pytest.mark.parametrize("table", KINDS)
async def test_found_under_either(both: Store, table: str) -> None:
    """Who stands under the old key is found by who reads and by who writes, and stays one when something is written."""
    async with both.transaction() as tx:
        said = await do(tx, table, CHAT, "es")
        await do(tx, table, CHAT + 1, "es")
    await switch(both)
    async with both.reading() as tx:
        assert await found_of(tx, table, CHAT) == said
        assert await found_of(tx, table, CHAT + 2) is None
    async with both.transaction() as tx:
        assert await found_of(tx, table, CHAT) == said
        said = await do(tx, table, CHAT, "fr")
        assert await found_of(tx, table, CHAT) == said
        await do(tx, table, CHAT + 2, "fr")
    assert (await chats_in(both, NEW))[table] == [CHAT, CHAT + 1, CHAT + 2]


async def test_many_at_once(both: Store) -> None:
    """Of many chats those on the list are known, under whichever key."""
    async with both.transaction() as tx:
        await tx.subscribers.add(CHAT, locale="en", today=NOW.date())
    await switch(both)
    async with both.transaction() as tx:
        await tx.subscribers.add(CHAT + 1, locale="en", today=NOW.date())
        assert await tx.subscribers.known([CHAT, CHAT + 1, CHAT + 2]) == {CHAT, CHAT + 1}


async def test_a_code_is_nobody_elses(both: Store) -> None:
    """A code that somebody has under the old key is not given to another under the new one."""
    async with both.transaction() as tx:
        await tx.friend_links.add(CHAT, "k2k3")
    await switch(both)
    async with both.transaction() as tx:
        await tx.friend_links.add(CHAT + 1, "k2k3")
        assert await tx.friend_links.find(CHAT + 1) is None
        assert await tx.friend_links.find(CHAT) == ("k2k3", 0)


async def test_the_moment(both: Store) -> None:
    """At the moment the key changes once: what waits is called by its new name, the rest is under the old key."""
    async with both.transaction() as tx:
        await tx.languages.choose(CHAT, "ar")
        await tx.updates.receive([NewUpdate(update_id=1, chat_id=CHAT, payload=b"{}")], now=NOW)
        [before] = await tx.updates.claim("worker", limit=9)
    await switch(both)
    async with both.transaction() as tx:
        assert not await tx.keys.switch(old=KEY, new=NEW, now=NOW)
        [after] = await tx.updates.claim("worker", limit=9)
        assert (after.chat, after.payload) == (before.chat, b"{}")
        standing, [former] = await tx.keys.standing(), await tx.keys.former()
        assert (standing.current, standing.since, standing.announced) == (NEW.id, NOW, None)
        assert (former.id, former.since, former.until, former.emptied_at) == (KEY.id, None, NOW, None)
    async with both.database.reading() as connection:
        [ref] = (await connection.execute(sa.select(updates.c.chat_ref))).scalars()
        assert bytes(ref) == both.keys.cipher.ref(Table.UPDATES, CHAT)
    assert (await opened_by(both, KEY))[True] == 2  # the language, and the payload


async def test_one_key_is_announced(both: Store) -> None:
    """A second key is not announced beside the first; the same one may be."""
    async with both.transaction() as tx:
        assert await tx.keys.announce(b"first")
        assert await tx.keys.announce(b"first")
        assert not await tx.keys.announce(b"second")
        assert (await tx.keys.standing()).announced == b"first"


async def test_who_has_which(both: Store) -> None:
    """A heartbeat says which keys its process has."""
    async with both.transaction() as tx:
        await tx.workers.seen("w", now=NOW)
        assert await tx.workers.keys_of() == {"w": (NOW, KEY.id + NEW.id)}


WAITS = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def test_who_waited_sees_what_was_done(store: Store, database_url: str) -> None:
    """Who began to write while a database was being left is refused, however short that was."""

    async def write() -> None:
        async with store.transaction():
            pass

    mover = open_database(database_url)
    try:
        async with nobody_writes(mover) as connection:
            writing = asyncio.create_task(write())
            if mover.dialect == "postgresql":
                while not (await connection.exec_driver_sql(WAITS)).first():
                    assert not writing.done()
            await Installation(connection).set_moved(moved=True)
        with pytest.raises(DatabaseMoved):
            await writing
    finally:
        await mover.close()


LOCKED = (
    "SELECT relation::regclass::text FROM pg_locks WHERE locktype = 'relation' AND mode <> 'AccessShareLock'"
    " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_who_waits_keeps_nobody(database_url: str) -> None:
    """Who opens a database in this moment has nothing locked while they wait: the mover locks its tables next."""
    mover = open_database(database_url)
    try:
        async with nobody_writes(mover) as connection:
            opening = asyncio.create_task(open_store(database_url, KEY))
            while not (await connection.exec_driver_sql(WAITS)).first():
                assert not opening.done()
            assert (await connection.exec_driver_sql(LOCKED)).all() == []
        await (await opening).close()
    finally:
        await mover.close()
