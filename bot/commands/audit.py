"""`campaign-bot audit`: the audit of this database, compared with itself, a checkpoint or a proof."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands import output
from bot.commands.open_store import opened
from bot.config import Settings
from bot.domain.audit import Difference, Fault
from bot.domain.audit_proof import Proof, ProofInvalid, is_proof, read_proof
from bot.domain.checkpoint import CheckpointInvalid, Signed, SignedCheckpoint, read_checkpoint
from bot.errors import CampaignError
from bot.services import audit_log
from bot.services.audit_log import Comparison


class NothingToCompare(CampaignError):
    """There is no checkpoint and no proof in this file."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What was found: of the whole log and, where the file held a proof, of that."""

    comparison: Comparison
    proof: Proof | None = None

    @property
    def ok(self) -> bool:
        """Whether all of it is as it should be."""
        return self.comparison.holds and (self.proof is None or self.proof.holds)


def verify(settings: Settings, file: Path | None) -> Verified:
    """Compare every entry with itself and with what is noted of the whole; with a file, with what is in it.

    Raises NothingToCompare, OSError where the file cannot be read, and what opening the store raises.
    """
    proof, kept = (None, None) if file is None else _read(file)
    return Verified(comparison=asyncio.run(_verify(settings, kept)), proof=proof)


def prove(settings: Settings, number: int) -> Proof:
    """Return the proof that an entry is in the audit.

    Raises EntryMissing, and what opening the store raises.
    """
    return asyncio.run(_prove(settings, number))


def _read(file: Path) -> tuple[Proof | None, SignedCheckpoint]:
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        if not is_proof(text):
            return None, read_checkpoint(text)
        proof = read_proof(text)
    except (CheckpointInvalid, ProofInvalid) as error:
        raise NothingToCompare(f"There is no checkpoint and no proof in {file}, or not all of it.") from error
    return proof, proof.signed


async def _verify(settings: Settings, kept: SignedCheckpoint | None) -> Comparison:
    async with opened(settings) as store, store.reading() as tx:
        return await audit_log.check(tx, kept)


async def _prove(settings: Settings, number: int) -> Proof:
    async with opened(settings) as store, store.reading() as tx:
        return await audit_log.prove(tx, number)


def show(verified: Verified, *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        output.show_json(_as_dict(verified))
    else:
        output.show_lines([*_of_proof(verified.proof), *_lines(verified.comparison)])


def _as_dict(verified: Verified) -> dict[str, Any]:
    found, proof = verified.comparison, verified.proof
    difference, checkpoint = found.verdict.difference, found.checkpoint
    return {
        "ok": verified.ok,
        "entries": found.verdict.size,
        "root": found.verdict.root.hex(),
        "difference": None
        if difference is None
        else {"fault": difference.fault.value, "entry": difference.number},
        "checkpoint": None
        if checkpoint is None or found.signed is None
        else {"origin": checkpoint.origin, "size": checkpoint.size, "signature": found.signed.value},
        "proof": None if proof is None else {"ok": proof.holds, "entry": proof.entry},
    }


def _of_proof(proof: Proof | None) -> list[str]:
    if proof is None:
        return []
    if not proof.holds:
        return ["✗ proof: it does not lead from this entry to its checkpoint."]
    return [f"✓ proof: the checkpoint covers {proof.content.decode()}"]


def _lines(found: Comparison) -> list[str]:
    difference, checkpoint = found.verdict.difference, found.checkpoint
    lines = []
    if found.signed is Signed.BROKEN:
        lines.append("✗ checkpoint: its signature does not fit it. It was changed, or not copied whole.")
    elif found.signed is Signed.UNKNOWN:
        lines.append(
            "! checkpoint: signed with no key known here: it is from before the campaign key was changed, or not ours."
        )
    if difference is not None:
        lines.append(f"✗ audit: {_in_words(difference)}")
    elif checkpoint is None:
        lines.append(
            f"✓ audit: {found.verdict.size:,} entries, each as it was recorded. A checkpoint tells more."
        )
    elif found.signed is not Signed.BROKEN and found.verdict.until is not None:
        since = f"{found.verdict.until:%Y-%m-%d %H:%M} UTC (entry {checkpoint.size})"
        lines.append(
            f"✓ audit: nothing removed or changed since {since}; {found.verdict.size:,} entries now."
        )
    return lines


def _in_words(difference: Difference) -> str:
    match difference.fault:
        case Fault.CHANGED:
            return f"entry {difference.number} was changed."
        case Fault.REMOVED:
            return f"entry {difference.number} was removed."
        case Fault.ADDED:
            return f"entry {difference.number} was added by another program."
        case Fault.REWRITTEN:
            return f"rewritten, from some entry up to {difference.number} on. An older checkpoint narrows it down."
        case Fault.FOREIGN:
            return "the checkpoint is of another log. If it came from this bot, the whole log was replaced."
