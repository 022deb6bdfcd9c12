"""The audit: who of the team did what, when. A list that only grows, and that shows it when it was changed.

An entry names people by their number on the team and commits to its details without containing them: salt and details
can be erased, and every hash over the list stays what it was.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.canonical import canonical_json
from bot.domain.checkpoint import Checkpoint
from bot.domain.merkle import Tree, leaf_hash


class Event(StrEnum):
    """What was done. A value is never given another meaning: it is hashed into every checkpoint since."""

    ALERT_BEGUN = "alert begun"
    ALERT_EDITED = "alert edited"
    ALERT_COPIED = "alert copied"
    ALERT_DISCARDED = "alert discarded"
    ALERT_SUBMITTED = "alert submitted"
    ALERT_RETURNED = "alert returned"
    ALERT_TESTED = "alert tested"
    WARNINGS_SEEN = "warnings seen"
    ALERT_APPROVED = "alert approved"
    APPROVAL_VOIDED = "approval voided"
    BROADCAST_QUEUED = "broadcast queued"
    BROADCAST_CORRECTS = "broadcast corrects"
    BROADCAST_RECALLS = "broadcast recalls"
    BROADCAST_RESENDS = "broadcast resends"
    BROADCAST_HURRIED = "broadcast hurried"
    BROADCAST_STARTED = "broadcast started"
    BROADCAST_PAUSED = "broadcast paused"
    BROADCAST_RESUMED = "broadcast resumed"
    BROADCAST_HALTED = "broadcast halted"
    BROADCAST_UNDONE = "broadcast undone"
    BROADCAST_CANCELLED = "broadcast cancelled"
    BROADCAST_LEFT_OUT = "broadcast left out"
    BROADCAST_FINISHED = "broadcast finished"
    SERIES_BEGUN = "series begun"
    SERIES_RESUMED = "series resumed"
    SERIES_ENDED = "series ended"
    OCCURRENCE_BLOCKED = "occurrence blocked"
    SEGMENT_SAVED = "segment saved"
    SEGMENT_CHANGED = "segment changed"
    SEGMENT_REMOVED = "segment removed"
    SOURCE_MADE = "source made"
    SIGHTING_ACCEPTED = "sighting accepted"
    SIGHTING_REJECTED = "sighting rejected"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation withdrawn"
    JOINED = "joined"
    OWNER_NAMED = "owner named"
    NAME_CHANGED = "name changed"
    ROLE_CHANGED = "role changed"
    WORKS_ALONE = "works alone"
    WORKS_ALONE_NO_MORE = "works alone no more"
    THREAD_ANSWERED = "thread answered"
    THREAD_CLOSED = "thread closed"
    THREADS_ON = "threads on"
    THREADS_OFF = "threads off"
    REMOVED = "removed"
    LEFT = "left"
    ERASED = "erased"
    RESTORED = "restored"
    MOVED = "moved"
    KEYS_ROTATED = "keys rotated"


class SubjectKind(StrEnum):
    """What something can be done to."""

    ALERT = "alert"
    BROADCAST = "broadcast"
    ORGANIZER = "organizer"


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to, by its number."""

    kind: str
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One act. `actor`: the number of an organizer; None for the bot itself, or its operator.

    `event` is an `Event`, but for what another version of the program wrote; so is the kind of what it is `about`.
    """

    number: int
    at: datetime
    actor: int | None
    event: str
    about: Subject | None
    commitment: str

    @property
    def content(self) -> bytes:
        """What the entry says, as it is hashed: JSON with sorted keys."""
        return canonical_json(
            {
                "about": None if self.about is None else [self.about.kind, self.about.id],
                "actor": self.actor,
                "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "commitment": self.commitment,
                "event": self.event,
                "number": self.number,
            }
        ).encode()

    @property
    def leaf(self) -> bytes:
        """The entry's hash in the tree."""
        return leaf_hash(self.content)


def commitment_of(details: str, salt: str) -> str:
    """Return what an entry says of its details: nothing, to whoever has not got the salt, 32 bytes in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(salt) + details.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A row of the log as it was found. `leaf`: the hash that was written with it.

    `entry`: None where what stands there can be no entry. `salt` and `details` are None once they were erased.
    """

    number: int
    entry: Entry | None
    leaf: str
    salt: str | None
    details: str | None

    def hashed(self) -> bytes | None:
        """Return the hash of what the row says now; None where that can be no entry."""
        try:
            return None if self.entry is None else self.entry.leaf
        except (TypeError, ValueError):
            return None

    @property
    def is_whole(self) -> bool:
        """Whether the row says what it said when it was written, as far as the row itself can tell."""
        return self.fits(self.hashed())

    def fits(self, hashed: bytes | None) -> bool:
        """Whether the row is whole, given the hash of what it says now."""
        if self.entry is None or hashed is None:
            return False
        if self.entry.number != self.number or hashed.hex() != self.leaf:
            return False
        if self.salt is None or self.details is None:
            return self.salt is None and self.details is None
        try:
            return commitment_of(self.details, self.salt) == self.entry.commitment
        except (AttributeError, TypeError, ValueError):  # neither text nor hexadecimal
            return False


class Fault(StrEnum):
    """In which way a log is not what it was."""

    CHANGED = "changed"
    """This entry says something else."""
    REMOVED = "removed"
    """This entry is not there."""
    ADDED = "added"
    """This entry was not written by the bot."""
    REWRITTEN = "rewritten"
    """Some entry up to this one is another, and everything after it was made to fit."""
    FOREIGN = "foreign"
    """The checkpoint is of another log: of another campaign, or this one was begun anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """The first place where a log is not what it was."""

    fault: Fault
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a look at the whole log found. `until`: when the last entry that the checkpoint covers was written."""

    size: int
    root: bytes
    difference: Difference | None
    until: datetime | None = None


def verify(kept: Iterable[Kept], *, origin: str, tree: Tree, checkpoint: Checkpoint | None = None) -> Verdict:
    """Compare every row, in the order of their numbers, with itself, with what is noted of the whole, and a checkpoint.

    `origin`, `tree`: of the log, as noted beside the rows. Whoever can write into the database can make rows and note
    fit each other; only a checkpoint that they cannot reach tells then.
    """
    grown, difference = Tree(), None
    covered: bytes | None = None
    until: datetime | None = None
    for row in kept:
        hashed = row.hashed()
        difference = difference or _fault_of(row, hashed, grown.size + 1)
        if row.entry is None or hashed is None:
            continue
        grown = grown.grown(hashed)
        if checkpoint is None or grown.size <= checkpoint.size:
            until = row.entry.at
        if checkpoint is not None and grown.size == checkpoint.size:
            covered = grown.root
    difference = difference or _against(tree, grown)
    if checkpoint is not None and (difference is None or difference.number > checkpoint.size):
        difference = _against_checkpoint(checkpoint, covered, origin=origin, size=grown.size) or difference
    return Verdict(size=grown.size, root=grown.root, difference=difference, until=until)


def _fault_of(row: Kept, hashed: bytes | None, expected: int) -> Difference | None:
    if row.number > expected:
        return Difference(fault=Fault.REMOVED, number=expected)
    if row.number < expected:
        return Difference(fault=Fault.ADDED, number=row.number)
    return None if row.fits(hashed) else Difference(fault=Fault.CHANGED, number=row.number)


def _against(tree: Tree, found: Tree) -> Difference | None:
    if found.size < tree.size:
        return Difference(fault=Fault.REMOVED, number=found.size + 1)
    if found.size > tree.size:
        return Difference(fault=Fault.ADDED, number=tree.size + 1)
    return None if found == tree else Difference(fault=Fault.REWRITTEN, number=found.size)


def _against_checkpoint(
    checkpoint: Checkpoint, covered: bytes | None, *, origin: str, size: int
) -> Difference | None:
    if checkpoint.origin != origin:
        return Difference(fault=Fault.FOREIGN, number=checkpoint.size)
    if covered is None:
        return Difference(fault=Fault.REMOVED, number=size + 1)
    return None if covered == checkpoint.root else Difference(fault=Fault.REWRITTEN, number=checkpoint.size)


CHECKPOINT_EVERY = timedelta(days=1)
"""A checkpoint goes out at least so often, as long as anything is new."""


def checkpoint_due(
    *, size: int, sent_size: int, sent_at: datetime | None, approved_since: bool, now: datetime
) -> bool:
    """Decide whether the owners get a checkpoint now: after an approval, and daily, where there is something new."""
    if size <= sent_size:
        return False
    return approved_since or sent_at is None or not sent_at <= now < sent_at + CHECKPOINT_EVERY


def details_as_text(details: Mapping[str, Any]) -> str:
    """Return details as they are kept and committed to."""
    return canonical_json(details)
