"""Reading the audit: a page of it, the whole against a checkpoint, the checkpoint that owners get."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.audit import Event, Kept, SubjectKind, Verdict, checkpoint_due, verify
from bot.domain.audit_proof import Proof
from bot.domain.checkpoint import Checkpoint, Signed, SignedCheckpoint, read_checkpoint
from bot.domain.merkle import inclusion
from bot.domain.organizer import Organizer, Right
from bot.errors import CampaignError
from bot.services import team
from bot.services.team import Contact, authorize
from bot.store.store import Transaction

PAGE = 5
"""Entries on one screen: a line of them often takes two on a phone, and a phone shows ten."""


class EntryMissing(CampaignError):
    """There is no entry of this number in the audit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Entries, newest first, and what is known today of whom and what they name.

    `members`: who is on the team; whoever is not among them has left. `alerts`: by the number of the alert, and
    `sent`, of the broadcast. `newer`, `older`: what the neighbouring pages are opened with; `newer` is 0 for the first.
    """

    entries: list[Kept]
    members: Mapping[int, Organizer]
    alerts: Mapping[int, Alert]
    sent: Mapping[int, Alert]
    newer: int | None = None
    older: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What the whole log says of itself and, where one was given, against a checkpoint."""

    verdict: Verdict
    checkpoint: Checkpoint | None = None
    signed: Signed | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, as far as the checkpoint goes; one that is broken tells nothing."""
        return self.verdict.difference is None and self.signed is not Signed.BROKEN


async def page(tx: Transaction, *, before: int, actor: Organizer) -> Page:
    """Return the newest entries, or with a number the newest before that one."""
    authorize(actor, Right.LOOK)
    found = await tx.audit.page(before=before or None, limit=PAGE)
    size = (await tx.audit.head()).tree.size
    sendings = await tx.broadcasts.alerts_of(_named(found, SubjectKind.BROADCAST))
    alerts = await tx.alerts.ever(_named(found, SubjectKind.ALERT) | set(sendings.values()))
    return Page(
        entries=found,
        members={each.id: each for each in await tx.organizers.all()},
        alerts=alerts,
        sent={number: alerts[about] for number, about in sendings.items() if about in alerts},
        newer=None if not before else 0 if before + PAGE > size else before + PAGE,
        older=found[-1].number if found and found[-1].number > 1 else None,
    )


async def compare(tx: Transaction, text: str, *, actor: Organizer) -> Comparison:
    """Compare the log with a checkpoint that somebody kept, whatever stands around it.

    Raises CheckpointInvalid.
    """
    authorize(actor, Right.LOOK)
    return await check(tx, read_checkpoint(text))


async def check(tx: Transaction, kept: SignedCheckpoint | None = None) -> Comparison:
    """Compare every row with itself, with what is noted of the whole and, if given, with a checkpoint."""
    head = await tx.audit.head()
    checkpoint = None if kept is None else kept.checkpoint
    rows = [row async for row in tx.audit.everything()]
    former = [] if kept is None else [each.verifies for each in await tx.keys.former()]
    return Comparison(
        # A long log takes a second: nobody else waits for that.
        verdict=await asyncio.to_thread(
            verify, rows, origin=head.origin, tree=head.tree, checkpoint=checkpoint
        ),
        checkpoint=checkpoint,
        signed=None if kept is None else tx.audit.signed(kept, former),
    )


async def prove(tx: Transaction, number: int) -> Proof:
    """Return the proof that an entry is in the log as it stands; it shows none of the others.

    Raises EntryMissing.
    """
    signed = await tx.audit.checkpoint()
    rows = [row async for row in tx.audit.everything()]
    entry = next((row.entry for row in rows if row.number == number), None)
    hashed = [each for row in rows if (each := row.hashed()) is not None]
    if signed is None or entry is None or len(hashed) < number:
        raise EntryMissing
    index = number - 1
    return Proof(content=entry.content, index=index, hashes=inclusion(hashed, index), signed=signed)


async def is_checkpoint_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether the owners are to get a checkpoint: after each approval, and daily where anything is new."""
    head = await tx.audit.head()
    return checkpoint_due(
        size=head.tree.size,
        sent_size=head.sent_size,
        sent_at=head.sent_at,
        approved_since=await tx.audit.has(Event.ALERT_APPROVED, after=head.sent_size),
        now=now,
    )


async def latest_checkpoint(tx: Transaction) -> tuple[SignedCheckpoint, list[Contact]] | None:
    """Return the checkpoint of the log as it stands, and the owners who get it; None where nothing was recorded."""
    checkpoint = await tx.audit.checkpoint()
    if checkpoint is None:
        return None
    return checkpoint, [each for each in await team.everybody(tx) if each.organizer.may(Right.TEAM)]


async def checkpoint_sent(tx: Transaction, checkpoint: SignedCheckpoint, *, now: datetime) -> None:
    """Note that the owners have this checkpoint."""
    await tx.audit.checkpoint_sent(checkpoint.checkpoint.size, now=now)


def _named(found: Iterable[Kept], kind: SubjectKind) -> set[int]:
    about = [each.entry.about for each in found if each.entry is not None]
    return {each.id for each in about if each is not None and each.kind == kind}
