"""The audit's rows, and what is noted of the whole: the tree of RFC 6962 over all of them."""

import secrets
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.audit import Entry, Event, Kept, Subject, SubjectKind, commitment_of, details_as_text
from bot.domain.checkpoint import HASH_BYTES, Checkpoint, Signed, SignedCheckpoint
from bot.domain.merkle import EMPTY, Tree
from bot.privacy.cipher import Cipher
from bot.store.connection import Connection
from bot.store.schema import audit_entries, audit_head

ONLY = 1
"""The id of the head's row."""

ORIGIN = "campaign-bot/audit/"
"""With what the name of every log begins."""

LOG_ID_BYTES, SALT_BYTES = 8, 32

READ_AT_ONCE = 500
"""Rows that are read at one go when all of them are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What is to be recorded."""

    event: Event
    about: Subject | None
    actor: int | None
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """What is noted of the whole log; `sent_size`, `sent_at`: of the last checkpoint that owners were sent.

    `origin` is empty where nothing was recorded yet.
    """

    origin: str = ""
    tree: Tree = EMPTY
    sent_size: int = 0
    sent_at: datetime | None = None


class AuditLog:
    """The log, with what this transaction has recorded so far. It takes no key to write."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._recorded: list[Act] = []

    def add(self, act: Act) -> None:
        """Record an act; it is written by the transaction's last statements."""
        self._recorded.append(act)

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Forget what the block has recorded if it raises: it was undone, too."""
        before = len(self._recorded)
        try:
            yield
        except BaseException:
            del self._recorded[before:]
            raise

    async def flush(self) -> None:
        """Write what was recorded. The head is ours from here to the commit, so that no two entries have one number.

        Done when everything else is locked already, it is never held while another row is waited for.
        """
        if not self._recorded:
            return
        acts, self._recorded = self._recorded, []
        head = await self._locked_head()
        tree, rows = head.tree, []
        for act in acts:
            row, leaf = _written(act, number=tree.size + 1)
            tree = tree.grown(leaf)
            rows.append(row)
        await self._connection.insert_many(audit_entries, rows)
        await self._set_head(size=tree.size, peaks=b"".join(tree.peaks).hex())

    async def head(self) -> Head:
        """Return what is noted of the log."""
        found = await self._connection.execute(sa.select(audit_head).where(audit_head.c.id == ONLY))
        row = found.one_or_none()
        return Head() if row is None else _head(row)

    async def page(self, *, before: int | None, limit: int) -> list[Kept]:
        """Return the newest entries, or those before this number, newest first."""
        query = sa.select(audit_entries).order_by(audit_entries.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_entries.c.number < before)
        return [_kept(row) for row in await self._connection.execute(query)]

    async def everything(self) -> AsyncIterator[Kept]:
        """Return every row, in the order of their numbers."""
        last: int | None = None
        while True:
            query = sa.select(audit_entries).order_by(audit_entries.c.number).limit(READ_AT_ONCE)
            if last is not None:
                query = query.where(audit_entries.c.number > last)
            rows = (await self._connection.heavy(query)).all()
            for row in rows:
                yield _kept(row)
            if len(rows) < READ_AT_ONCE:
                return
            last = rows[-1].number

    async def has(self, event: Event, *, after: int) -> bool:
        """Return whether this was done since the entry of this number."""
        query = sa.select(audit_entries.c.number).where(
            audit_entries.c.number > after, audit_entries.c.event == event
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def checkpoint_sent(self, size: int, *, now: datetime) -> None:
        """Note that owners have the checkpoint of this size."""
        await self._set_head(sent_size=size, sent_at=now)

    async def erase_details(self, organizer_id: int) -> None:
        """Erase the salt and the details of what an organizer did, and of what was done to them; the rows stay."""
        theirs = sa.and_(
            audit_entries.c.about == SubjectKind.ORGANIZER.value, audit_entries.c.about_id == organizer_id
        )
        erased = sa.update(audit_entries).where(sa.or_(audit_entries.c.actor_id == organizer_id, theirs))
        await self._connection.heavy(erased.values(salt=None, details=None))

    async def _locked_head(self) -> Head:
        query = self._connection.locked(sa.select(audit_head).where(audit_head.c.id == ONLY))
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            begun = {"id": ONLY, "log_id": secrets.token_hex(LOG_ID_BYTES), "size": 0, "peaks": ""}
            await self._connection.insert_new(audit_head, begun)
            row = (await self._connection.execute(query)).one()
        return _head(row)

    async def _set_head(self, **values: Any) -> None:
        await self._connection.execute(sa.update(audit_head).where(audit_head.c.id == ONLY).values(**values))


class Audit(AuditLog):
    """The log, with what the campaign key signs of it."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        super().__init__(connection)
        self._cipher = cipher

    async def checkpoint(self) -> SignedCheckpoint | None:
        """Return the checkpoint of the log as it is committed; None where nothing was recorded yet."""
        head = await self.head()
        if not head.tree.size:
            return None
        made = Checkpoint(origin=head.origin, size=head.tree.size, root=head.tree.root)
        return self._cipher.signer.sign(made)

    def signed(self, checkpoint: SignedCheckpoint, former: Iterable[bytes] = ()) -> Signed:
        """Return what the signature of a checkpoint says. `former`: public keys of former campaign keys."""
        return self._cipher.signer.check(checkpoint, former)


def _written(act: Act, *, number: int) -> tuple[dict[str, Any], bytes]:
    """Return the row of an act, and its hash in the tree."""
    salt, details = secrets.token_hex(SALT_BYTES), details_as_text(act.details)
    entry = Entry(
        number=number,
        at=act.at.astimezone(UTC).replace(microsecond=0),
        actor=act.actor,
        event=act.event,
        about=act.about,
        commitment=commitment_of(details, salt),
    )
    row = {
        "number": number,
        "at": int(entry.at.timestamp()),
        "actor_id": act.actor,
        "event": act.event.value,
        "about": act.about and act.about.kind,
        "about_id": act.about and act.about.id,
        "commitment": entry.commitment,
        "leaf": entry.leaf.hex(),
        "salt": salt,
        "details": details,
    }
    return row, entry.leaf


def _kept(row: Any) -> Kept:
    return Kept(number=row.number, entry=_entry(row), leaf=row.leaf, salt=row.salt, details=row.details)


def _entry(row: Any) -> Entry | None:
    """Return what a row says; None where somebody wrote into it what no entry says."""
    try:
        at = datetime.fromtimestamp(row.at, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    if row.about is None and row.about_id is not None:
        # What a subject's number says without its kind is hashed nowhere.
        return None
    about = None if row.about is None else Subject(row.about, row.about_id)
    return Entry(
        number=row.number,
        at=at,
        actor=row.actor_id,
        event=row.event,
        about=about,
        commitment=row.commitment,
    )


def _head(row: Any) -> Head:
    return Head(
        origin=f"{ORIGIN}{row.log_id}",
        tree=_tree(row),
        sent_size=row.sent_size,
        sent_at=row.sent_at,
    )


def _tree(row: Any) -> Tree:
    """Return the tree as it is noted; one that fits no log where somebody wrote something else there."""
    try:
        joined = bytes.fromhex(row.peaks)
        size = int(row.size)
    except (TypeError, ValueError):
        return Tree(size=-1)
    return Tree(
        size=size, peaks=tuple(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))
    )
