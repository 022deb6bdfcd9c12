"""Threads in the database: kept sealed and padded, in the order in which they wait, and gone when they are to be."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.thread import KEPT, Said, Side, Thread, begin
from bot.jobs.scheduler import run_housekeeping
from bot.privacy.cipher import Cipher, Table
from bot.services import threads
from bot.store.padding import STEP_BYTES, padded
from bot.store.schema import threads as table
from bot.store.store import Store
from bot.store.threads import dumped, loaded
from tests.making import CHAT, KEY, NOW, OWNER

HOUR = timedelta(hours=1)


def asked(number: int, *, hours: int = 0) -> Thread:
    """Return a thread that waits since so many hours ago."""
    at = NOW - hours * HOUR
    return begin(number, locale="en", now=at).ask("What now?", locale="en", now=at)


async def test_kept_as_it_is(store: Store) -> None:
    """What is put is found, by the chat and by the id; its times by their hours."""
    at = NOW + timedelta(minutes=17)
    thread = begin(7, locale="ar", now=at).ask("ما العمل؟ 😀", locale="ar", now=at)
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT + 1, OWNER.role, today=NOW.date())
        await tx.threads.put(CHAT, thread)
        found = await tx.threads.of(CHAT)
        assert found == await tx.threads.get(7)
        assert found is not None
        assert found.said == thread.said
        assert (found.touched_at, found.waits_since) == (NOW, NOW)
        await tx.threads.save(found.take(1, now=at + timedelta(seconds=9)))
        taken = await tx.threads.get(7)
        assert taken is not None
        assert (taken.taken_by, taken.taken_at) == (1, at)
        assert await tx.threads.chat_id(7) == CHAT
        assert await tx.threads.release(1) == 1
        assert (await tx.threads.get(7)) == found
        await tx.threads.save(found.close())
        assert await tx.threads.get(7) is None
        closed = await tx.threads.of(CHAT)
        assert closed is not None
        assert not closed.is_open
        await tx.threads.put(CHAT, asked(8))
        assert (await tx.threads.count()) == (1, 1)


async def test_who_waits_longest_is_first(store: Store) -> None:
    """First who waits, the oldest in front; then what is answered. Closed ones are nowhere."""
    async with store.transaction() as tx:
        for number, hours in ((1, 2), (2, 5), (3, 9), (4, 1)):
            await tx.threads.put(CHAT + number, asked(number, hours=hours))
        await tx.threads.save(asked(3, hours=9).answer("So.", by=1, now=NOW).hand_back())
        await tx.threads.save(asked(4, hours=1).close())
        assert [each.id for each in await tx.threads.queue(skipped=0, limit=9)] == [2, 1, 3]
        assert [each.id for each in await tx.threads.queue(skipped=1, limit=1)] == [1]
        assert await tx.threads.count() == (3, 2)


async def test_erased_after_a_week_of_silence(store: Store) -> None:
    """An open thread goes in the hour after its seventh day without a message; a closed one after its day."""
    quiet, day_over = asked(1, hours=20), asked(3, hours=20).close()
    async with store.transaction() as tx:
        await tx.threads.put(CHAT + 1, quiet)
        await tx.threads.put(CHAT + 2, asked(2))
        await tx.threads.put(CHAT + 3, day_over)
        await tx.threads.put(CHAT + 4, asked(4).close())
        assert await threads.forget(tx, now=NOW) == 1
    # Since no more than the hour is kept, at the hour's end and not before the week's.
    silent_since = quiet.touched_at
    async with store.transaction() as tx:
        before = silent_since + KEPT + timedelta(minutes=59)
        assert await threads.forget(tx, now=before) == 1  # the closed one of the day before
        assert await tx.threads.get(1) is not None
    await run_housekeeping(store, lambda: silent_since + KEPT + HOUR)
    async with store.reading() as tx:
        assert await tx.threads.of(CHAT + 1) is None
        assert await tx.threads.get(2) is not None


async def test_the_names_differ(store: Store) -> None:
    """No two threads go by one name among organizers, as long as there are names."""
    async with store.transaction() as tx:
        for number in range(200):
            await tx.threads.put(CHAT + number, asked(await tx.threads.draw_id()))
        found = await tx.threads.queue(skipped=0, limit=500)
    assert len({each.id % 16**4 for each in found}) == 200


async def test_the_switch(store: Store) -> None:
    """It is on until somebody switches it off."""
    async with store.transaction() as tx:
        states = [await tx.threads.is_on()]
        for on in (False, False, True):
            await tx.threads.switch(on=on)
            states.append(await tx.threads.is_on())
    assert states == [True, False, False, True]


TEXTS = st.text(st.characters(exclude_categories=[]), max_size=300)


@given(said=st.lists(st.builds(Said, by=st.sampled_from(Side), text=TEXTS), max_size=5))
def test_padded(said: list[Said]) -> None:
    """Whatever was said is read back, and is as long as everything of its step."""
    written = padded(dumped(said))
    assert loaded(written) == tuple(said)
    assert len(written) % STEP_BYTES == 0


async def test_the_key_alone_reads_it(store: Store) -> None:
    """The row has no word, and a ref that stands in no other table."""
    async with store.transaction() as tx:
        await tx.threads.put(CHAT, asked(1))
    async with store.database.reading() as connection:
        [row] = (await connection.execute(sa.select(table))).all()
    assert b"What now" not in bytes(row.words)
    assert bytes(row.ref) == Cipher(KEY).ref(Table.THREADS, CHAT)
    assert len({bytes(Cipher(KEY).ref(each, CHAT)) for each in Table}) == len(Table)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_week_over_no_byte_is_left(store: Store, tmp_path: Path) -> None:
    """After the job has run, neither the ref nor the sealed words are in the files, the log included."""
    async with store.transaction() as tx:
        await tx.threads.put(CHAT, asked(1))
    async with store.database.reading() as connection:
        [row] = (await connection.execute(sa.select(table))).all()

    def left() -> list[bool]:
        files = b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))
        return [bytes(row.ref) in files, bytes(row.words)[-64:] in files]

    assert left() == [True, True]
    await run_housekeeping(store, lambda: NOW + KEPT + HOUR)
    assert left() == [False, False]
