"""Threads: found by who asks or by their id; their words are sealed, and as long as the longest of their size."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.thread import LABELS, Said, Side, Thread
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.either import either
from bot.store.padding import padded, unpadded
from bot.store.schema import thread_switch, threads

LAST_ID = 10**18 - 1
"""Ids are drawn from 1 to this: a button has room for so many digits."""

DRAWS = 20
"""How often an id is drawn whose name among organizers is no other thread's; then one of two alike is taken."""

OF = sa.select(threads).where(either(threads.c.ref))
REMOVE = sa.delete(threads).where(either(threads.c.ref))
_OPEN = threads.c.words.is_not(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A thread as the queue shows it, without its words."""

    id: int
    locale: str
    waits_since: datetime | None
    taken_by: int | None
    taken_at: datetime | None


class Threads:
    """The threads. Where one is loaded by itself, its row is ours until the commit."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def of(self, chat_id: int) -> Thread | None:
        """Return the thread of a chat, open or closed."""
        refs = self._cipher.stands_at(Table.THREADS, chat_id)
        row = (await self._connection.run_locked(OF, **refs)).one_or_none()
        return None if row is None else self._thread(row)

    async def get(self, thread_id: int) -> Thread | None:
        """Return the open thread of this id."""
        query = self._connection.locked(sa.select(threads).where(threads.c.id == thread_id, _OPEN))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else self._thread(row)

    async def chat_id(self, thread_id: int) -> int | None:
        """Return whose thread it is, to write to them."""
        query = sa.select(threads.c.ref).where(threads.c.id == thread_id)
        ref = (await self._connection.execute(query)).scalar_one_or_none()
        return None if ref is None else self._cipher.chat_id(Table.THREADS, ref)

    async def draw_id(self) -> int:
        """Return an id that no thread has, with a name that none goes by."""
        drawn = 1
        for _ in range(DRAWS):
            drawn = 1 + secrets.randbelow(LAST_ID)
            alike = sa.select(threads.c.id).where(threads.c.id % LABELS == drawn % LABELS).limit(1)
            if (await self._connection.execute(alike)).scalar_one_or_none() is None:
                break
        return drawn

    async def put(self, chat_id: int, thread: Thread) -> None:
        """Keep a chat's new thread, in the place of the one it had."""
        refs = self._cipher.stands_at(Table.THREADS, chat_id)
        await self._connection.run(REMOVE, **refs)
        await self._connection.execute(
            sa.insert(threads).values({"id": thread.id, "ref": refs["ref"], **self._values(thread)})
        )

    async def save(self, thread: Thread) -> None:
        """Write what may have changed."""
        changed = sa.update(threads).where(threads.c.id == thread.id).values(self._values(thread))
        await self._connection.execute(changed)

    async def queue(self, *, skipped: int, limit: int) -> list[Waiting]:
        """Return open threads, those that wait for an answer first, the oldest in front."""
        shown = (threads.c[name] for name in Waiting.__dataclass_fields__)
        order = (threads.c.waits_since.is_(None), threads.c.waits_since, threads.c.touched_at, threads.c.id)
        query = sa.select(*shown).where(_OPEN).order_by(*order).offset(skipped).limit(limit)
        rows = await self._connection.heavy(query)
        return [Waiting(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name

    async def count(self) -> tuple[int, int]:
        """Return how many threads are open, and how many of them wait for an answer."""
        query = sa.select(sa.func.count(), sa.func.count(threads.c.waits_since)).where(_OPEN)
        open_ones, waiting = (await self._connection.heavy(query)).one()
        return int(open_ones), int(waiting)

    async def release(self, organizer_id: int) -> int:
        """Let anybody take what an organizer has in hand. Returns how many threads that were."""
        mine = threads.c.taken_by == organizer_id
        freed = sa.update(threads).where(mine).values(taken_by=None, taken_at=None)
        return (await self._connection.execute(freed)).rowcount

    async def forget(self, *, before: datetime, today: date) -> int:
        """Erase open threads without a message since `before`, and closed ones of days that are over.

        Of a time no more than its hour is kept: a thread goes in the hour after its week, and never sooner.
        """
        silent = sa.and_(_OPEN, threads.c.touched_at < before)
        over = sa.and_(sa.not_(_OPEN), threads.c.day < today)
        return (await self._connection.heavy(sa.delete(threads).where(sa.or_(silent, over)))).rowcount

    async def is_on(self) -> bool:
        """Return whether the campaign takes questions; it does until an owner switches that off."""
        return (
            await self._connection.execute(sa.select(thread_switch.c.is_on))
        ).scalar_one_or_none() is not False

    async def switch(self, *, on: bool) -> None:
        """Note whether the campaign takes questions."""
        await self._connection.upsert(thread_switch, {"id": 1}, {"is_on": on})

    def _values(self, thread: Thread) -> dict[str, Any]:
        words = self._cipher.seal(Table.THREADS, padded(dumped(thread.said))) if thread.is_open else None
        return {
            "locale": thread.locale,
            "words": words,
            "waits_since": thread.waits_since,
            "touched_at": thread.touched_at,
            "taken_by": thread.taken_by,
            "taken_at": thread.taken_at,
            "day": thread.day,
            "sent": thread.sent,
        }

    def _thread(self, row: Any) -> Thread:
        return Thread(
            id=row.id,
            locale=row.locale,
            said=() if row.words is None else loaded(self._cipher.unseal(Table.THREADS, row.words)),
            waits_since=row.waits_since,
            touched_at=row.touched_at,
            taken_by=row.taken_by,
            taken_at=row.taken_at,
            day=row.day,
            sent=row.sent,
            is_open=row.words is not None,
        )


def dumped(said: Sequence[Said]) -> bytes:
    """Write messages down."""
    written = json.dumps([[each.by, each.text] for each in said], ensure_ascii=False)
    return written.encode("utf-8", "surrogatepass")


def loaded(content: bytes) -> tuple[Said, ...]:
    """Read what `dumped` wrote, padded."""
    read = json.loads(unpadded(content).decode("utf-8", "surrogatepass"))
    return tuple(Said(by=Side(by), text=text) for by, text in read)
