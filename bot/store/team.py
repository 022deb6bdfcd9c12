"""The campaign's team: organizers, and the invitations to join it."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.approval import Approvers, WorkingAlone
from bot.domain.organizer import APPROVERS, Organizer, Role
from bot.errors import WrongKey
from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.either import bring_over, either
from bot.store.schema import invitations, organizers, working_alone

FIND = sa.select(organizers).where(either(organizers.c.ref))

_PRESENT = organizers.c.removed_on.is_(None)

_NOBODY = 1 << 62
"""From this number on there is no chat: ids of Telegram have 52 bits."""

MARK_LENGTH = 32
"""Digits of the hash of an invitation's code that tell it from every other."""


class Organizers:
    """The organizers, found by chat id; only refs are stored, and the name each chose is sealed."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    async def find(self, chat_id: int) -> Organizer | None:
        """Return the organizer of this chat, if they are one."""
        refs = self._cipher.stands_at(Table.ORGANIZERS, chat_id)
        row = (await self._connection.run(FIND, **refs)).one_or_none()
        return None if row is None or row.removed_on is not None else self._organizer(row)

    async def was_here(self, chat_id: int) -> bool:
        """Return whether this person is, or ever was, on the team."""
        refs = self._cipher.stands_at(Table.ORGANIZERS, chat_id)
        return (await self._connection.run(FIND, **refs)).one_or_none() is not None

    async def get(self, organizer_id: int, *, lock: bool = False) -> Organizer | None:
        """Return the organizer of this number, if they are on the team; locked, the row is ours until the commit."""
        query = sa.select(organizers).where(organizers.c.id == organizer_id, _PRESENT)
        query = self._connection.locked(query) if lock else query
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else self._organizer(row)

    async def all(self, *, lock: bool = False) -> list[Organizer]:
        """Return everybody on the team, by number; locked, the rows are ours until the commit."""
        query = sa.select(organizers).where(_PRESENT).order_by(organizers.c.id)
        query = self._connection.locked(query) if lock else query
        return [self._organizer(row) for row in await self._connection.execute(query)]

    async def readable(self) -> list[tuple[Organizer, int]]:
        """Return everybody on the team, with their chat; whoever is under a key that we do not have is left out."""
        found = []
        for row in await self._connection.execute(
            sa.select(organizers).where(_PRESENT).order_by(organizers.c.id)
        ):
            with suppress(WrongKey):
                found.append((self._organizer(row), self._cipher.chat_id(Table.ORGANIZERS, row.ref)))
        return found

    async def add(self, chat_id: int, role: Role, *, today: date) -> None:
        """Add a person in a role, or give them that role."""
        await bring_over(self._connection, self._cipher, organizers.c.ref, chat_id)
        ref = self._cipher.ref(Table.ORGANIZERS, chat_id)
        values = {"role": role, "since": today, "removed_on": None}
        await self._connection.upsert(organizers, {"ref": ref}, values)

    async def set_role(self, organizer_id: int, role: Role, *, today: date) -> None:
        """Give an organizer another role."""
        await self._set(organizer_id, role=role, since=today)

    async def set_name(self, organizer_id: int, name: str | None) -> None:
        """Keep the name by which an organizer wants to be known to the team."""
        sealed = None if name is None else self._cipher.seal(Table.ORGANIZERS, name.encode())
        await self._set(organizer_id, name=sealed)

    async def forget_name(self, chat_id: int) -> bool:
        """Forget the name of whoever chose one in this chat. Returns whether there was one."""
        organizer = await self.find(chat_id)
        if organizer is None or organizer.name is None:
            return False
        await self.set_name(organizer.id, None)
        return True

    async def remove(self, organizer_id: int, *, today: date) -> None:
        """Take an organizer off the team, and their name with them."""
        await self._set(organizer_id, removed_on=today, name=None)

    async def removed(self, chat_id: int) -> int | None:
        """Return the number of whoever was removed from the team, and is known by this chat still."""
        refs = self._cipher.refs(Table.ORGANIZERS, chat_id)
        query = sa.select(organizers.c.id).where(organizers.c.ref.in_(refs), sa.not_(_PRESENT))
        return (await self._connection.execute(query)).scalars().first()

    async def forget_removed(self, organizer_id: int) -> None:
        """Make the ref of somebody who was removed nobody's; their number stays in what they wrote.

        It is the ref of a made-up chat, so that a new campaign key finds nothing amiss.
        """
        nobody = _NOBODY + secrets.randbelow(_NOBODY)
        await self._set(organizer_id, ref=self._cipher.ref(Table.ORGANIZERS, nobody))

    async def chat_id(self, organizer_id: int, *, former: bool = False) -> int | None:
        """Return the chat of an organizer, if they are on the team; `former`: or were, to take something back."""
        query = sa.select(organizers.c.ref).where(organizers.c.id == organizer_id)
        query = query if former else query.where(_PRESENT)
        ref = (await self._connection.execute(query)).scalar_one_or_none()
        chat_id = None if ref is None else self._cipher.chat_id(Table.ORGANIZERS, ref)
        return None if chat_id is None or chat_id >= _NOBODY else chat_id

    async def chat_ids(self) -> set[int]:
        """Return the chats of the team; one whose ref is under a key that we do not have yet is left out."""
        refs = (await self._connection.execute(sa.select(organizers.c.ref).where(_PRESENT))).scalars()
        found = set()
        for ref in refs:
            with suppress(WrongKey):
                found.add(self._cipher.chat_id(Table.ORGANIZERS, ref))
        return found

    async def approvers(self) -> set[int]:
        """Return the ids of the organizers who may approve alerts."""
        query = sa.select(organizers.c.id).where(organizers.c.role.in_(list(APPROVERS)), _PRESENT)
        return set((await self._connection.execute(query)).scalars())

    async def approving(self) -> Approvers:
        """Return who may approve alerts, when anybody else last lost that, and who has said that they work alone."""
        ids = await self.approvers()
        lost = organizers.c.approved_until.is_not(None)
        query = sa.select(organizers.c.approved_until).where(organizers.c.id.not_in(ids), lost)
        last_lost = max((await self._connection.execute(query)).scalars(), default=None)
        return Approvers(ids=frozenset(ids), last_lost=last_lost, alone=await self._alone())

    async def lost_approval(self, organizer_id: int, *, now: datetime) -> None:
        """Note that an organizer may not approve any more."""
        await self._set(organizer_id, approved_until=now)

    async def wait_to_approve(self, organizer_id: int, *, until: datetime | None) -> None:
        """Note from when on an organizer may approve; None where they need not wait."""
        await self._set(organizer_id, approves_from=until)

    async def came_before(self, organizer_id: int) -> int:
        """Return how many people were ever on the team before this one."""
        query = sa.select(sa.func.count()).select_from(organizers).where(organizers.c.id < organizer_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def work_alone(self, organizer_id: int, *, now: datetime) -> None:
        """Note that an organizer works alone from now on."""
        values = {"organizer_id": organizer_id, "since": now}
        await self._connection.execute(sa.insert(working_alone).values(values))

    async def end_working_alone(self, *, now: datetime) -> None:
        """Note that nobody works alone any more."""
        on = working_alone.c.until.is_(None)
        await self._connection.execute(sa.update(working_alone).where(on).values(until=now))

    async def _alone(self) -> WorkingAlone | None:
        on = sa.select(working_alone).where(working_alone.c.until.is_(None))
        row = (await self._connection.execute(on.order_by(working_alone.c.id.desc()).limit(1))).one_or_none()
        return None if row is None else WorkingAlone(organizer_id=row.organizer_id, since=row.since)

    async def _set(self, organizer_id: int, **values: Any) -> None:
        changed = sa.update(organizers).where(organizers.c.id == organizer_id).values(**values)
        await self._connection.execute(changed)

    def _organizer(self, row: Any) -> Organizer:
        name = None if row.name is None else self._cipher.unseal(Table.ORGANIZERS, row.name).decode()
        return Organizer(
            id=row.id,
            role=Role(row.role),
            since=row.since,
            name=name,
            approves_from=row.approves_from,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """An invitation that nobody has used yet. `mark`: the beginning of its code's hash, by which it is withdrawn."""

    mark: str
    role: Role
    expires_at: datetime


class Invitations:
    """One-time codes. Only their SHA-256 is stored: the codes have a hundred random bits."""

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

    async def open(self, *, now: datetime) -> list[Invitation]:
        """Return the invitations that can still be used, those that expire first in front."""
        query = (
            sa.select(invitations).where(invitations.c.expires_at > now).order_by(invitations.c.expires_at)
        )
        return [_invitation(row) for row in await self._connection.execute(query)]

    async def revoke(self, mark: str, *, now: datetime) -> Invitation | None:
        """Withdraw the open invitation of this mark. Returns it; None where there is none (any more)."""
        query = sa.select(invitations).where(invitations.c.expires_at > now)
        for row in (await self._connection.execute(query)).all():
            found = _invitation(row)
            if found.mark == mark:
                gone = sa.delete(invitations).where(invitations.c.code_sha256 == row.code_sha256)
                await self._connection.execute(gone)
                return found
        return None

    async def revoke_all(self) -> int:
        """Withdraw every invitation. Returns how many there were."""
        return (await self._connection.execute(sa.delete(invitations))).rowcount

    async def forget(self, *, now: datetime) -> int:
        """Remove the expired ones."""
        gone = sa.delete(invitations).where(invitations.c.expires_at <= now)
        return (await self._connection.heavy(gone)).rowcount


def _invitation(row: Any) -> Invitation:
    mark = bytes(row.code_sha256).hex()[:MARK_LENGTH]
    return Invitation(mark=mark, role=Role(row.role), expires_at=row.expires_at)
