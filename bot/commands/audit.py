"""`campaign-bot audit`: the audit of this database, compared with itself, a checkpoint or a proof."""

import asyncio
from pathlib import Path
from typing import Any

from bot.commands import output
from bot.commands.open_store import opened
from bot.config import Settings
from bot.domain.audit import Difference, Fault
from bot.domain.checkpoint import CheckpointInvalid, Signed, SignedCheckpoint, read_checkpoint
from bot.services import audit_log
from bot.services.audit_log import Comparison


class CheckpointMissing(CheckpointInvalid):
    """There is no checkpoint in this file."""

    exit_code = 2


def verify(settings: Settings, file: Path | None) -> Comparison:
    """Compare every entry with itself and with what is noted of the whole; with a file, with the checkpoint in it.

    Raises CheckpointMissing, OSError where the file cannot be read, and what opening the store raises.
    """
    kept = None if file is None else _read(file)
    return asyncio.run(_verify(settings, kept))


def _read(file: Path) -> SignedCheckpoint:
    try:
        return read_checkpoint(file.read_text(encoding="utf-8", errors="replace"))
    except CheckpointInvalid as error:
        raise CheckpointMissing(f"There is no checkpoint in {file}, or not all of it.") from error


async def _verify(settings: Settings, kept: SignedCheckpoint | None) -> Comparison:
    async with opened(settings) as store, store.reading() as tx:
        return await audit_log.check(tx, kept)


def show(found: Comparison, *, as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        output.show_json(_as_dict(found))
    else:
        output.show_lines(_lines(found))


def _as_dict(found: Comparison) -> dict[str, Any]:
    difference, checkpoint = found.verdict.difference, found.checkpoint
    return {
        "ok": found.holds,
        "entries": found.verdict.size,
        "root": found.verdict.root.hex(),
        "difference": None
        if difference is None
        else {"fault": difference.fault.value, "entry": difference.number},
        "checkpoint": None
        if checkpoint is None or found.signed is None
        else {"origin": checkpoint.origin, "size": checkpoint.size, "signature": found.signed.value},
    }


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
