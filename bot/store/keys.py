"""The campaign keys as the database knows them: which is current, which is to come, which have been.

A key is named by its id. Which is current is asked for at the beginning of every transaction: so there is one moment
at which everybody changes from the one to the other, also a process that slept through it.
"""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.errors import DatabaseMoved
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey
from bot.privacy.page_codes import page_secret
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.schema import former_keys, installation, updates
from bot.store.statements import ByDialect

ONLY = 1
"""The id of the installation's row."""

CHANGING = 20_220_610
"""The number of the lock under which a PostgreSQL's key changes, or it is moved: everybody who writes shares it."""

_OURS = installation.c.id == ONLY
KEY_ID = sa.select(installation.c.key_id, installation.c.moved).where(_OURS)
KEY_ID_TO_WRITE = ByDialect(
    # It has one writer.
    sqlite=KEY_ID,
    # Takes the lock, and looks then: what was done under the lock while this one waited is seen (migration 0038).
    postgresql=sa.select(
        sa.func.writing_under().table_valued(
            sa.column("key_id", sa.LargeBinary), sa.column("moved", sa.Boolean), name="found"
        )
    ),
)


async def require_current_key(connection: Connection, *, writes: bool) -> bytes:
    """Return the id of the current key, and let it stay current until this transaction ends if it writes.

    Raises DatabaseMoved where it would write into a database from which everything was moved.
    """
    found = (await connection.run(KEY_ID_TO_WRITE if writes else KEY_ID)).one()
    if writes and found.moved:
        raise DatabaseMoved
    return bytes(found.key_id)


async def require_key(connection: Connection, key_id: bytes) -> bytes:
    """Let this be the current key of a database that has none. Returns what `require_current_key` does.

    The lock comes before anything is written: under it whoever moves everything locks the tables.
    Raises DatabaseMoved.
    """
    await connection.run(KEY_ID_TO_WRITE)
    await connection.insert_new(installation, {"id": ONLY, "key_id": key_id})
    return await require_current_key(connection, writes=True)


@asynccontextmanager
async def nobody_writes(database: Database) -> AsyncIterator[Connection]:
    """Open a transaction for which who writes is waited for, and in which nobody else begins to.

    Whoever waited sees what it committed. SQLite has one writer.
    """
    async with database.holding() as connection:
        if database.dialect == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGING)))
        yield connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """The key in use since `since` (None: from the beginning), and the one to come, by their ids."""

    current: bytes
    since: datetime | None
    announced: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormerKey:
    """A key that was in use until then. `emptied_at`: when it opened nothing any more.

    `page`: what codes of pages were made with; `verifies`: the public key of what its checkpoints were signed with.
    """

    id: bytes
    since: datetime | None
    until: datetime
    emptied_at: datetime | None
    page: bytes
    verifies: bytes


class KeyRecords:
    """What is noted of the keys."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def standing(self) -> Standing:
        """Return which key is in use."""
        row = (await self._connection.execute(sa.select(installation).where(_OURS))).one()
        announced = None if row.next_key_id is None else bytes(row.next_key_id)
        return Standing(current=bytes(row.key_id), since=row.key_since, announced=announced)

    async def announce(self, key_id: bytes) -> bool:
        """Note which key is to come; from now on everybody who lives says which keys they have.

        Returns False where another one is to come.
        """
        free = sa.or_(installation.c.next_key_id.is_(None), installation.c.next_key_id == key_id)
        announced = sa.update(installation).where(_OURS, free).values(next_key_id=key_id)
        return (await self._connection.execute(announced)).rowcount == 1

    async def switch(
        self, *, old: CampaignKey, new: CampaignKey, now: datetime, patience: float = 1.0
    ) -> bool:
        """Make the new key the current one from this commit on. Returns False where it is not the old one's turn.

        Nobody else writes meanwhile. What waits to be applied or posted is in the order of its chat, so it changes at
        once; everything else does row by row, later. `patience`: seconds for which everybody may be kept waiting for
        those who still write under the old key.
        Raises DBAPIError where that was not enough.
        """
        if self._connection.dialect == "postgresql":
            await self._connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
            await self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGING)))
            await self._connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        standing = await self.standing()
        if standing.current != old.id:
            return False
        # Loaded here: a sender starts without it.
        from bot.privacy.signing import verifying_key  # noqa: PLC0415

        values = {"key_id": new.id, "next_key_id": None, "key_since": now}
        await self._connection.execute(sa.update(installation).where(_OURS).values(values))
        kept = {
            "page": base64.b64encode(page_secret(old)).decode(),
            "verifies": base64.b64encode(verifying_key(old)).decode(),
        }
        sealed = Cipher(new).seal(Table.FORMER_KEYS, json.dumps(kept).encode())
        row = {"key_id": old.id, "since": standing.since, "until": now, "emptied_at": None, "kept": sealed}
        await self._connection.execute(sa.insert(former_keys).values(row))
        await self._rename_chats(Cipher(CampaignKey(new.secret, previous=(old,))))
        return True

    async def _rename_chats(self, cipher: Cipher) -> None:
        query = sa.select(updates.c.update_id, updates.c.chat_ref).where(updates.c.chat_ref.is_not(None))
        rows = [
            {"of": row.update_id, "ref": cipher.renewed_ref(Table.UPDATES, row.chat_ref)}
            for row in await self._connection.heavy(query)
        ]
        if rows:
            renamed = sa.update(updates).where(updates.c.update_id == sa.bindparam("of"))
            await self._connection.heavy(renamed.values(chat_ref=sa.bindparam("ref")), rows)

    async def emptied(self, *, now: datetime) -> bool:
        """Note that the former keys open nothing any more. Returns whether that is new."""
        emptied = sa.update(former_keys).where(former_keys.c.emptied_at.is_(None)).values(emptied_at=now)
        return (await self._connection.execute(emptied)).rowcount > 0

    async def former(self) -> list[FormerKey]:
        """Return the keys that were in use before, the latest first."""
        query = sa.select(former_keys).order_by(former_keys.c.until.desc())
        found = []
        for row in (await self._connection.execute(query)).all():
            kept = json.loads(self._cipher.unseal(Table.FORMER_KEYS, row.kept))
            found.append(
                FormerKey(
                    id=bytes(row.key_id),
                    since=row.since,
                    until=row.until,
                    emptied_at=row.emptied_at,
                    page=base64.b64decode(kept["page"]),
                    verifies=base64.b64decode(kept["verifies"]),
                )
            )
        return found
