"""Erasing reaches every table in which somebody can be, whatever the tables are."""

import asyncio
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey
from bot.services.privacy import erase
from bot.store.columns import Holds, WhenErased, columns_that_hold, when_erased
from bot.store.inbox import NewUpdate
from bot.store.migrate import keep_no_samples
from bot.store.rekey import MADE_WITH_A_KEY
from bot.store.schema import metadata
from bot.store.store import Store, open_store
from tests.making import CHAT, KEY, NOW, begin_broadcast, consent
from tests.store.test_nobody_is_named import KEPT_TABLES, use

NEW_KEY = CampaignKey(b"new" + bytes(61), previous=(KEY,))


async def about(store: Store, column: sa.Column[bytes] | sa.Column[int], ids: list[int]) -> int:
    """Return in how many rows a column is about the person: by their refs, or by their ids."""
    refs: list[bytes] = []
    if column.table.name in set(Table):
        refs = [*Cipher(NEW_KEY).refs(Table(column.table.name), CHAT)]
    wanted = refs if column in columns_that_hold(metadata, Holds.REF) else ids
    query = sa.select(sa.func.count()).select_from(column.table).where(column.in_(wanted))
    async with store.database.reading() as connection:
        return int((await connection.execute(query)).scalar_one())


def columns_about_people() -> list[sa.Column[bytes] | sa.Column[int]]:
    """Return every column that says who a row is about."""
    return [*columns_that_hold(metadata, Holds.REF), *columns_that_hold(metadata, Holds.PERSON)]


async def test_every_table(store: Store) -> None:
    """Whoever is in every table there is about people is in none afterwards, but for a role, and as nobody's count."""
    await use(store)
    async with store.transaction() as tx:
        ids = await tx.erasing.ids(CHAT)
    for column in columns_about_people():
        assert await about(store, column, ids), f"the test writes nobody into {column}: add to `use`"
    async with store.transaction() as tx:
        assert (await erase(tx, CHAT, now=NOW)).was_kept
        await tx.updates.done(1, 2)
    left = [column for column in columns_about_people() if await about(store, column, ids)]
    assert [when_erased(column) for column in left] == [WhenErased.STAYS, WhenErased.COUNTS]
    async with store.database.reading() as connection:
        deliveries = metadata.tables["deliveries"]
        theirs = sa.select(deliveries).where(deliveries.c.subscriber_id.in_(ids))
        for row in await connection.execute(theirs):
            assert row.message_id is None


async def test_others_stay(store: Store) -> None:
    """Of everybody else nothing goes."""
    await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.languages.choose(CHAT + 1, "ar")
        await erase(tx, CHAT, now=NOW)
    async with store.reading() as tx:
        assert await tx.languages.chosen(CHAT + 1) == "ar"
        assert await tx.subscribers.find(CHAT + 1) is not None
        assert sum((await tx.subscribers.count_states()).values()) == 2


async def test_while_a_key_is_changed(database_url: str) -> None:
    """Who still stands under the key of before is erased, too."""
    await (await open_store(database_url, KEY)).close()
    store = await open_store(database_url, NEW_KEY)
    async with store.transaction() as tx:
        person = await tx.subscribers.add(CHAT, locale="en", today=NOW.date())
        await tx.consents.add(person.id, consent())
        await tx.conversations.save(CHAT, {"at": "x"}, now=NOW)
    async with store.transaction() as tx:
        assert await tx.keys.switch(old=KEY, new=NEW_KEY, now=NOW)
    async with store.transaction() as tx:
        assert (await erase(tx, CHAT, now=NOW)).was_kept
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) is None
        assert await tx.conversations.step(CHAT) is None
    await store.close()


async def test_a_role_alone(store: Store) -> None:
    """An organizer who never joined has nothing to erase."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        assert not (await erase(tx, CHAT, now=NOW)).was_kept
        assert await tx.organizers.find(CHAT) is not None


@pytest.mark.parametrize("column", columns_about_people(), ids=str)
def test_every_column_says(column: sa.Column[bytes] | sa.Column[int]) -> None:
    """What is about people says what becomes of it; what goes with a subscriber refers to them, so that it does."""
    becomes = when_erased(column)
    if column in columns_that_hold(metadata, Holds.PERSON) and becomes is WhenErased.GOES:
        [key] = column.foreign_keys
        assert (key.target_fullname, key.ondelete) == ("subscribers.id", "CASCADE")


def test_every_reference_is_marked() -> None:
    """A column called after a subscriber, or that refers to one, is marked as a person."""
    persons = {str(column) for column in columns_that_hold(metadata, Holds.PERSON)}
    for table in metadata.sorted_tables:
        for column in table.c:
            refers = any(key.target_fullname == "subscribers.id" for key in column.foreign_keys)
            if refers or column.name == "subscriber_id":
                assert str(column) in persons


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_where_rows_moved(store: Store, tmp_path: Path) -> None:
    """Rows that moved from page to page leave bytes where they stood; once the file was copied, none is left."""
    chats, chance = list(range(CHAT, CHAT + 200)), random.Random(3)  # noqa: S311  # the same each time
    for first in range(0, len(chats), 20):
        some = chats[first : first + 20]
        async with store.transaction() as tx:
            arrived = [NewUpdate(update_id=each, chat_id=each, payload=bytes(200)) for each in some]
            await tx.updates.receive(arrived, now=NOW)
        for chat_id in chance.sample(some, len(some)):
            # What is to be posted takes more room than what arrived: SQLite shares the rows out among pages anew.
            async with store.transaction() as tx:
                replies = bytes(chance.randrange(300, 1700))
                await tx.updates.applied([(chat_id, replies, "worker")], now=NOW)
        async with store.transaction() as tx:
            await tx.updates.done(*some)
    refs = [bytes(Cipher(KEY).ref(Table.UPDATES, chat_id)) for chat_id in chats]

    def left() -> int:
        files = b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
        return sum(ref in files for ref in refs)

    assert await store.compact()
    assert left() > 0, "SQLite overwrites what it moves by now: nothing needs to be copied any more"
    assert all(await asyncio.gather(*(store.expunge() for _ in range(9))))
    assert await store.compact()
    assert left() == 0


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_postgresql_lets_go_within_a_day(store: Store) -> None:
    """On PostgreSQL the refs of who was erased are in no table's or index's file once the tables were rewritten."""
    await use(store)
    refs = [bytes(Cipher(KEY).ref(table, CHAT)) for table in Table if table not in KEPT_TABLES]
    assert all([await _in_files(store, ref) for ref in refs])
    async with store.transaction() as tx:
        await erase(tx, CHAT, now=NOW)
        await tx.updates.done(1, 2)
    assert not await store.compact()
    assert all([await store.rewrite(what) for what in store.rewritten()])
    assert not any([await _in_files(store, ref) for ref in refs])


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_postgresql_samples_nobody(store: Store) -> None:
    """What PostgreSQL keeps of the tables to plan by has no ref and nothing sealed, nor has it of before."""
    chats = range(CHAT, CHAT + 60)
    await use(store)
    async with store.transaction() as tx:
        for chat_id in chats:
            await tx.languages.choose(chat_id, "en")
            await tx.conversations.save(chat_id, {"at": "x"}, now=NOW)
    sampled = sa.text("SELECT tablename || '.' || attname FROM pg_stats WHERE schemaname = 'public'")
    made = {str(column) for what in MADE_WITH_A_KEY for column in columns_that_hold(metadata, what)}
    async with store.database.writing() as connection:
        await connection.exec_driver_sql("ANALYZE")
        found = set((await connection.execute(sampled)).scalars())
        assert "languages.locale" in found
        assert found & made == set()
        await connection.exec_driver_sql("ALTER TABLE languages ALTER COLUMN ref SET STATISTICS 100")
        await connection.exec_driver_sql("ANALYZE languages")
        assert "languages.ref" in set((await connection.execute(sampled)).scalars())
        await connection.run_sync(keep_no_samples)
        await connection.exec_driver_sql("ANALYZE languages")
        assert "languages.ref" not in set((await connection.execute(sampled)).scalars())


async def _in_files(store: Store, ref: bytes) -> bool:
    """Look into the files of every table and index that there are now; the server's log is not among them."""
    async with store.database.writing() as connection:
        await connection.exec_driver_sql("CHECKPOINT")
        folder = Path((await connection.exec_driver_sql("SHOW data_directory")).scalar_one())
        paths = await connection.exec_driver_sql(
            "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
            " AND relnamespace = 'public'::regnamespace"
        )
        return any(ref in (folder / path).read_bytes() for path in paths.scalars())


async def test_a_long_list_is_not_rewritten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would keep everybody waiting is left as it is."""
    for module in ("sqlite", "postgres"):
        monkeypatch.setattr(f"bot.store.{module}.REWRITTEN_BYTES", 0)
    assert not any([await store.rewrite(what) for what in store.rewritten()])
    assert not await store.expunge()
