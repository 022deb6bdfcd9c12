"""The campaign's team: organizers, and the invitations to join it."""

from contextlib import suppress
from datetime import date, datetime

import sqlalchemy as sa

from bot.domain.organizer import APPROVERS, Organizer, Role
from bot.errors import WrongKey
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.schema import invitations, organizers

FIND = sa.select(organizers).where(organizers.c.ref == sa.bindparam("ref"))


class Organizers:
    """The organizers, found by chat id; only refs are stored."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def find(self, chat_id: int) -> Organizer | None:
        """Return the organizer of this chat, if they are one."""
        ref = self._cipher.ref(Table.ORGANIZERS, chat_id)
        row = (await self._connection.run(FIND, ref=ref)).one_or_none()
        return None if row is None else Organizer(id=row.id, role=Role(row.role), since=row.since)

    async def add(self, chat_id: int, role: Role, *, today: date) -> None:
        """Add a person in a role, or give them that role."""
        ref = self._cipher.ref(Table.ORGANIZERS, chat_id)
        await self._connection.upsert(organizers, {"ref": ref}, {"role": role, "since": today})

    async def chat_id(self, organizer_id: int) -> int | None:
        """Return the chat of an organizer."""
        query = sa.select(organizers.c.ref).where(organizers.c.id == organizer_id)
        ref = (await self._connection.execute(query)).scalar_one_or_none()
        return None if ref is None else self._cipher.chat_id(Table.ORGANIZERS, ref)

    async def chat_ids(self) -> set[int]:
        """Return the chats of all organizers; one whose ref is under a key that we do not have yet is left out."""
        refs = (await self._connection.execute(sa.select(organizers.c.ref))).scalars()
        found = set()
        for ref in refs:
            with suppress(WrongKey):
                found.add(self._cipher.chat_id(Table.ORGANIZERS, ref))
        return found

    async def approvers(self) -> set[int]:
        """Return the ids of the organizers who may approve alerts."""
        query = sa.select(organizers.c.id).where(organizers.c.role.in_(list(APPROVERS)))
        return set((await self._connection.execute(query)).scalars())


class Invitations:
    """One-time codes. Only their SHA-256 is stored: the codes have 128 random bits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, code_sha256: bytes, role: Role, *, expires_at: datetime) -> None:
        """Keep an invitation until it is used or expires."""
        values = {"code_sha256": code_sha256, "role": role, "expires_at": expires_at}
        await self._connection.execute(sa.insert(invitations).values(values))

    async def take(self, code_sha256: bytes, *, now: datetime) -> Role | None:
        """Use the invitation up. Returns its role, or None where there is none (any more)."""
        query = (
            sa.delete(invitations)
            .where(invitations.c.code_sha256 == code_sha256)
            .returning(invitations.c.role, invitations.c.expires_at)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None or row.expires_at <= now else Role(row.role)

    async def forget(self, *, now: datetime) -> int:
        """Remove the expired ones."""
        gone = sa.delete(invitations).where(invitations.c.expires_at <= now)
        return (await self._connection.heavy(gone)).rowcount
