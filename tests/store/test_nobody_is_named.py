"""A stolen database names no supporter: no id, however written, and no text is in its files (I11)."""

from pathlib import Path
from typing import Literal

import pytest

from bot.domain.organizer import Role
from bot.domain.outcome import Outcome, Standing
from bot.domain.preferences import Preferences, Rhythm
from bot.privacy.cipher import Cipher, Table
from bot.services import threads
from bot.services.privacy import erase
from bot.store.inbox import NewUpdate
from bot.store.notices import NoticeKind
from bot.store.schema import metadata
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW, begin_broadcast, consent

KEPT_TABLES = {Table.ORGANIZERS, Table.REVIEWS, Table.SIGHTINGS, Table.FORMER_KEYS}
"""Who is on the team stays there, and is a number in what they wrote; nobody is in what outlives a campaign key."""

SAID = "I live at number seven"

FRIEND_CODE = "k2k3k4k5"
"""What a supporter's own link carries: whoever was shown it knows whose it is."""


async def use(store: Store) -> None:
    """Do all that writes something about a person."""
    broadcast_id, people = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.consents.add(people[0].id, consent())
        await tx.languages.choose(CHAT, "ar")
        await tx.friend_links.add(CHAT, FRIEND_CODE)
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        # Somebody else answers what they ask.
        await tx.organizers.add(CHAT + 100, Role.OWNER, today=NOW.date())
        await tx.conversations.save(CHAT, {"said": SAID}, now=NOW)
        await threads.pass_on(tx, CHAT, SAID, locale="ar", now=NOW)
        await tx.updates.receive(
            [NewUpdate(update_id=number, chat_id=CHAT, payload=SAID.encode()) for number in (1, 2)], now=NOW
        )
        await tx.updates.applied([(2, SAID.encode(), None)], now=NOW)
        await tx.claims.claim(broadcast_id, worker="w", limit=2, now=NOW)
        alert_id = (await tx.broadcasts.get(broadcast_id)).alert_id
        did = Standing().open(today=NOW.date()).say(Outcome.DONE, today=NOW.date())
        await tx.outcomes.save(alert_id, people[0], did)
        await tx.sightings.add(alert_id, people[0].id, locale="en", answers=[SAID], today=NOW.date())
        chosen = Preferences(rhythm=Rhythm.DAILY, zone="Asia/Gaza", digest_hour=18, locality="madrid")
        await tx.subscribers.save_preferences(people[0].with_preferences(chosen))
        await tx.digests.add(broadcast_id, people[0].id, due_at=NOW)
        await tx.notices.add(people[0].id, NoticeKind.PAUSE_OVER, due_at=NOW)


def spellings(chat_id: int) -> list[bytes]:
    """Return the ways in which a chat id could be written."""
    made = [str(chat_id).encode(), f"{chat_id:x}".encode(), f"{chat_id:X}".encode()]
    orders: tuple[Literal["big", "little"], ...] = ("big", "little")
    for order in orders:
        whole = chat_id.to_bytes(8, order)
        made += [whole, whole.hex().encode(), whole.strip(b"\0")]
    return made


def files_of(store_folder: Path) -> bytes:
    """Return everything that is in the database's files."""
    return b"".join(file.read_bytes() for file in sorted(store_folder.rglob("*")) if file.is_file())


async def dump(store: Store) -> bytes:
    """Return all rows of all tables, as bytes and as text."""
    parts = []
    async with store.database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(table.select()):
                parts += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\0".join(parts)


async def test_nobody_in_the_files(store: Store, dialect: str, tmp_path: Path) -> None:
    """While it is used and after it is closed, the files hold no id and no word of anybody."""
    await use(store)
    rows = await dump(store)
    everything = rows
    if dialect == "sqlite":
        everything += files_of(tmp_path)
        await store.close()
        everything += files_of(tmp_path)
    assert b"https://example.org" in everything
    for person in range(3):
        assert [written for written in spellings(CHAT + person) if written in everything] == []
    assert SAID.encode() not in everything
    assert FRIEND_CODE.encode() not in everything
    assert KEY.secret not in everything


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_erased_leaves_no_byte(store: Store, tmp_path: Path, dialect: str) -> None:
    """After an erasure and a compaction not even the ref is anywhere in the files (I13)."""
    assert dialect == "sqlite"
    await use(store)
    cipher = Cipher(KEY)
    refs = [bytes(cipher.ref(table, CHAT)) for table in Table if table not in KEPT_TABLES]
    refs.append(cipher.code(Table.FRIEND_LINKS, FRIEND_CODE))
    everywhere = files_of(tmp_path)
    assert [ref for ref in refs if ref not in everywhere] == []
    async with store.transaction() as tx:
        await erase(tx, CHAT, now=NOW)
        await tx.updates.done(1, 2)
    assert await store.compact()
    left = files_of(tmp_path)
    assert [ref for ref in refs if ref in left] == []
