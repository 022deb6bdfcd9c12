"""A campaign whose key is changed: what is kept, whom it is about, and which key opens it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.delivery.key_watch import KeyWatch
from bot.delivery.liveness import Heartbeat
from bot.domain.organizer import Role
from bot.domain.thread import begin
from bot.errors import WrongKey
from bot.jobs.rotation import Rotated, Rotation
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey, read_key, text_of
from bot.privacy.keys import Keys
from bot.store.columns import Holds, holds
from bot.store.rekey import MADE_WITH_A_KEY, tables_to_rekey
from bot.store.store import Store, Transaction, open_store
from tests.making import KEY, NOW

KINDS = ("subscribers", "languages", "conversations", "friend_links", "threads", "organizers")
"""The tables in which a person has one row at the most."""


def key_file(folder: Path, key: CampaignKey = KEY) -> Path:
    """Write a key file. Returns it."""
    file = folder / "keys" / "campaign.key"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text_of(key))
    file.chmod(0o600)
    return file


@asynccontextmanager
async def opened(url: str, file: Path) -> AsyncIterator[Store]:
    """Open the database as a process does that has this key file."""
    store = await open_store(url, Keys(read_key(text=None, file=file), file=file))
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def process(url: str, file: Path) -> AsyncIterator[Store]:
    """Open the database, and follow the key as a running bot does."""
    async with opened(url, file) as store:
        heartbeat = Heartbeat(store=store, clock=_Clock())
        watching = asyncio.create_task(KeyWatch(store=store, heartbeat=heartbeat).run())
        try:
            yield store
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await heartbeat.end()


class _Clock:
    """A clock that goes on at every look, so that each heartbeat is another."""

    def __init__(self) -> None:
        self._looks = 0

    def __call__(self) -> Any:
        self._looks += 1
        return NOW.replace(microsecond=self._looks)


async def rotate(store: Store, file: Path, told: Callable[[str], None] = lambda _line: None) -> Rotated:
    """Change the key."""
    return await Rotation(store=store, file=file, clock=lambda: NOW, told=told).run()


async def opened_by(store: Store, key: CampaignKey) -> Counter[bool]:
    """Return how many values there are that this key alone opens, and how many that it does not."""
    cipher, found = Cipher(CampaignKey(key.secret)), Counter[bool]()
    opens: dict[Holds, Callable[[Table, bytes], object]] = {
        Holds.REF: cipher.chat_id,
        Holds.SEALED: cipher.unseal,
        Holds.CODE: cipher.read_code,
    }
    async with store.database.reading() as connection:
        for table in tables_to_rekey():
            for column in table.c:
                if holds(column) not in MADE_WITH_A_KEY:
                    continue
                query = sa.select(column).where(column.is_not(None))
                for value in (await connection.execute(query)).scalars():
                    try:
                        opens[holds(column)](Table(table.name), bytes(value))
                    except WrongKey:
                        found[False] += 1
                    else:
                        found[True] += 1
    return found


async def chats_in(store: Store, key: CampaignKey) -> dict[str, list[int]]:
    """Return whose rows there are, by tables in which each has one at the most."""
    cipher, found = Cipher(key), {}
    async with store.database.reading() as connection:
        for table in tables_to_rekey():
            if "ref" in table.c:
                refs = (await connection.execute(sa.select(table.c.ref))).scalars()
                found[table.name] = sorted(_chats(cipher, Table(table.name), refs))
    return found


def _chats(cipher: Cipher, table: Table, refs: Iterable[bytes]) -> Iterator[int]:
    for ref in refs:
        with suppress(WrongKey):  # what does not open is counted apart
            yield cipher.chat_id(table, bytes(ref))


class Crowd:
    """People who do what they like while the key is changed; and what must be kept of them."""

    def __init__(self, stores: list[Store], *, seed: int) -> None:
        self._lot = random.Random(seed)  # noqa: S311  # a repeatable trial
        self._stores = stores
        self._kept: dict[str, dict[int, Any]] = {table: {} for table in KINDS}
        self.wrong: list[str] = []
        self.acts = 0
        self._acted = asyncio.Condition()

    def act_in(self, *stores: Store) -> None:
        """Let people act in these processes from now on."""
        self._stores = list(stores)

    async def more_acts(self, number: int) -> None:
        """Wait until people have done so many things more."""
        until = self.acts + number
        async with self._acted:
            await self._acted.wait_for(lambda: self.acts >= until)

    async def live(self, chats: list[int], *, until: asyncio.Event, pause: float = 0.0) -> None:
        """Let these people act, one after the other and each in any process, until told otherwise."""
        while not until.is_set():
            await self._act(self._lot.choice(chats))
            await asyncio.sleep(pause)

    async def join_twice(self, chats: list[int], *, until: asyncio.Event) -> None:
        """Let these people join, each in every process at once."""
        while not until.is_set():
            chat = self._lot.choice(chats)
            await asyncio.gather(*(self._join(store, chat) for store in self._stores))
            self._kept["subscribers"][chat] = True

    async def _join(self, store: Store, chat: int) -> None:
        async with store.transaction() as tx:
            await tx.subscribers.add(chat, locale="en", today=NOW.date())

    async def _act(self, chat: int) -> None:
        table, value = self._lot.choice(KINDS), self._lot.choice(("ar", "es", "fr"))
        kept = self._kept[table]
        async with self._lot.choice(self._stores).transaction() as tx:
            if (found := await found_of(tx, table, chat)) != kept.get(chat):
                self.wrong.append(f"LOOKUP: of {table} {found} is found, not {kept.get(chat)}")
            value = await do(tx, table, chat, value)
        kept[chat] = value
        self.acts += 1
        async with self._acted:
            self._acted.notify_all()

    def broken(self, chats_in: Mapping[str, list[int]]) -> list[str]:
        """Return what is wrong: seen on the way, or of whose rows there are at the end."""
        rows = {
            table: sorted(chat for chat, value in kept.items() if value) for table, kept in self._kept.items()
        }
        return [*self.wrong, *(f"ROWS: {table}" for table in KINDS if chats_in[table] != rows[table])]


async def found_of(tx: Transaction, table: str, chat: int) -> Any:
    """Return what is found of a person in a table."""
    match table:
        case "subscribers":
            return (await tx.subscribers.find(chat) is not None) or None
        case "languages":
            return await tx.languages.chosen(chat)
        case "conversations":
            return (await tx.conversations.step(chat) or {}).get("at")
        case "friend_links":
            link = await tx.friend_links.find(chat)
            return link and link[0]
        case "threads":
            thread = await tx.threads.of(chat)
            return thread and thread.said[0].text
        case _:
            organizer = await tx.organizers.find(chat)
            return organizer and organizer.role


async def do(tx: Transaction, table: str, chat: int, value: str) -> Any:
    """Write something of a person. Returns what is to be found of them now."""
    match table:
        case "subscribers":
            await tx.subscribers.add(chat, locale="en", today=NOW.date())
            return True
        case "languages":
            await tx.languages.choose(chat, value)
        case "conversations":
            if value == "ar":
                await tx.conversations.end(chat)
                return None
            await tx.conversations.save(chat, {"at": value}, now=NOW)
        case "friend_links":
            await tx.friend_links.add(chat, value := f"{chat:x}")
        case "threads":
            begun = begin(await tx.threads.draw_id(), locale="en", now=NOW)
            await tx.threads.put(chat, begun.ask(value, locale="en", now=NOW))
        case _:
            role = {"ar": Role.VIEWER, "es": Role.EDITOR, "fr": Role.APPROVER}[value]
            await tx.organizers.add(chat, role, today=NOW.date())
            return role
    return value
