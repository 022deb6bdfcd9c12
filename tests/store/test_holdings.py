"""What is read of one person: every table that knows them, every column but those left out for a reason."""

import json

from bot.store.columns import Holds, WhenErased, columns_that_hold, holds, when_erased
from bot.store.holdings import LEFT_OUT, is_told
from bot.store.schema import metadata
from bot.store.store import Store, open_store
from bot.wording.held_file import SECTIONS
from tests.making import CHAT, KEY, NOW
from tests.store.test_erasing import NEW_KEY, columns_about_people
from tests.store.test_nobody_is_named import FRIEND_CODE, SAID, use

PERSONAL = {
    column.table.name for column in columns_about_people() if when_erased(column) is not WhenErased.ENDS
}


async def test_every_table(store: Store) -> None:
    """Whoever is in every table there is about people reads a row of each, with its words opened."""
    await use(store)
    async with store.reading() as tx:
        found = await tx.holdings.of(CHAT)
    assert set(found) == PERSONAL == set(SECTIONS), (
        "a table about people is in no export: add to `use`, SECTIONS"
    )
    assert [name for name, rows in found.items() if len(rows) != 1] == []
    assert found["conversations"][0]["step"] == {"said": SAID}
    assert found["sightings"][0]["answers"] == [SAID]
    assert found["threads"][0]["words"] == [{"by": "person", "text": SAID}]
    assert found["friend_links"] == [{"code": FRIEND_CODE}]
    assert found["subscribers"][0]["locality"] == "madrid"
    assert found["outcomes"][0]["day"] == NOW.date()
    assert found["deliveries"][0]["day"] == NOW.date()


async def test_of_nobody_else(store: Store) -> None:
    """Who is next on the list reads their own rows alone; somebody unknown reads nothing."""
    await use(store)
    async with store.reading() as tx:
        neighbour, nobody = await tx.holdings.of(CHAT + 1), await tx.holdings.of(CHAT + 50)
    assert {name for name, rows in neighbour.items() if rows} == {
        "subscribers",
        "subscriptions",
        "deliveries",
    }
    assert SAID not in json.dumps(neighbour, default=str)
    assert [name for name, rows in nobody.items() if rows] == []


async def test_while_a_key_is_changed(database_url: str) -> None:
    """Who still stands under the key of before reads the same."""
    await (await open_store(database_url, KEY)).close()
    store = await open_store(database_url, NEW_KEY)
    await use(store)
    async with store.reading() as tx:
        before = await tx.holdings.of(CHAT)
    async with store.transaction() as tx:
        assert await tx.keys.switch(old=KEY, new=NEW_KEY, now=NOW)
    async with store.reading() as tx:
        assert await tx.holdings.of(CHAT) == before
    await store.close()


async def test_no_organizer_is_named(store: Store) -> None:
    """Who has a thread in hand, and since when, is not told; nor what somebody else asks, in whose flow it stands."""
    await use(store)
    async with store.transaction() as tx:
        thread = await tx.threads.of(CHAT)
        helper = await tx.organizers.find(CHAT + 100)
        assert thread is not None
        assert helper is not None
        await tx.threads.save(thread.answer("Soon", by=helper.id, now=NOW))
        await tx.conversations.save(CHAT + 100, {"at": "answer", "thread_id": thread.id}, now=NOW)
        theirs, helpers = await tx.holdings.of(CHAT), await tx.holdings.of(CHAT + 100)
    told = theirs["threads"][0]
    assert told["words"][-1] == {"by": "campaign", "text": "Soon"}
    assert set(told) == {"locale", "words", "touched_at", "day", "sent"}
    assert helpers["conversations"][0]["step"] == {"at": "answer"}


def test_what_is_left_out() -> None:
    """A column of a person's rows is told, says whose the row is, names an organizer, or is left out for a reason."""
    columns = {str(column): column for name in PERSONAL for column in metadata.tables[name].c}
    assert set(LEFT_OUT) <= set(columns)
    assert all(LEFT_OUT.values())
    whose = {
        str(c) for c in [*columns_that_hold(metadata, Holds.REF), *columns_that_hold(metadata, Holds.PERSON)]
    }
    untold = {name for name, column in columns.items() if not is_told(column)}
    assert untold - whose - set(LEFT_OUT) == {"threads.taken_by"}
    assert not any(holds(column) is Holds.COUNT for column in columns.values() if is_told(column))
