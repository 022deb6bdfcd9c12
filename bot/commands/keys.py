"""`campaign-bot keys`: a new campaign key in the place of the old one, and how that stands."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import system_clock
from bot.commands import output
from bot.commands.open_store import campaign_key, opened
from bot.config import Settings
from bot.errors import CampaignError
from bot.jobs.rotation import Rotated, Rotation, count_left, named
from bot.privacy.key_file import key_file_held
from bot.store.keys import FormerKey, Standing


class KeyInEnvironment(CampaignError):
    """The key is in CAMPAIGN_KEY: write it into a file, set CAMPAIGN_KEY_FILE instead, restart, then rotate."""

    exit_code = 2


class RotatesAlready(CampaignError):
    """The campaign key is being changed at this moment, by another `keys rotate` on this machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Which keys there are. `held`: the ids of those we have; `left`, `unreadable`: rows by their tables."""

    standing: Standing
    former: list[FormerKey]
    held: list[bytes]
    left: dict[str, int]
    unreadable: dict[str, int]

    @property
    def is_changing(self) -> bool:
        """Whether a change has begun and not come to its end."""
        return bool(self.standing.announced or self.left or len(self.held) > 1)


def rotate(settings: Settings, *, as_json: bool) -> Rotated:
    """Change the key, or go on where that was interrupted.

    Raises KeyInEnvironment, RotatesAlready, what `Rotation.run` raises and what opening the store raises.
    """
    file = settings.key_file
    if file is None:
        raise KeyInEnvironment
    campaign_key(settings)  # whether it is there at all
    with key_file_held(file) as ours:
        if not ours:
            raise RotatesAlready
        return asyncio.run(_rotate(settings, file, as_json=as_json))


async def _rotate(settings: Settings, file: Path, *, as_json: bool) -> Rotated:
    def told(line: str) -> None:
        if not as_json:
            output.show_lines([f"  {line}"])

    async with opened(settings, bulk=True) as store:
        return await Rotation(store=store, file=file, clock=system_clock, told=told).run()


def status(settings: Settings) -> Status:
    """Look which keys there are, and what stands under another than the one in use.

    Raises what opening the store raises.
    """
    return asyncio.run(_status(settings))


async def _status(settings: Settings) -> Status:
    async with opened(settings) as store:
        async with store.reading() as tx:
            standing, former = await tx.keys.standing(), await tx.keys.former()
        counted = await count_left(store)
        return Status(
            standing=standing,
            former=former,
            held=[each.id for each in store.keys.ring.ring],
            left={table: each.found for table, each in counted.items() if each.found},
            unreadable={table: each.unreadable for table, each in counted.items() if each.unreadable},
        )


def show_rotated(done: Rotated, *, file: Path | None, as_json: bool) -> None:
    """Print what was done, and what the operator does now."""
    if as_json:
        output.show_json(
            {
                "key": named(done.key_id),
                "rows": done.renewed,
                "unreadable": done.unreadable,
                "seconds": round(done.seconds, 1),
            }
        )
        return
    rows = sum(done.renewed.values())
    lines = [f"✓ key {named(done.key_id)} is in use; {rows:,} rows written anew, {done.seconds:.0f} s"]
    lines += _of_unreadable(done.unreadable)
    lines += [
        f"  Copy {file} to a safe place away from this machine, and to every machine that runs the bot.",
        "  Keep the old key only as long as backups from before are kept: they open with it alone.",
    ]
    output.show_lines(lines)


def show_status(found: Status, *, as_json: bool) -> None:
    """Print which keys there are."""
    if as_json:
        output.show_json(_as_dict(found))
        return
    standing = found.standing
    lines = [f"✓ key {named(standing.current)} is in use, {_since(standing.since)}"]
    if standing.announced is not None:
        lines.append(f"! key {named(standing.announced)} is to come. `campaign-bot keys rotate` goes on")
    for each in found.former:
        ended = (
            "something is still under it"
            if each.emptied_at is None
            else f"opens nothing since {_at(each.emptied_at)}"
        )
        lines.append(f"  key {named(each.id)} was in use until {_at(each.until)}; {ended}")
    lines += [f"! {table}: {rows:,} rows under another key" for table, rows in found.left.items()]
    lines += _of_unreadable(found.unreadable)
    if found.is_changing and standing.announced is None:
        lines.append("! the change of the key has not come to its end. `campaign-bot keys rotate` goes on")
    output.show_lines(lines)


def _of_unreadable(unreadable: dict[str, int] | Any) -> list[str]:
    return [f"✗ {table}: {rows:,} rows that none of the keys opens" for table, rows in unreadable.items()]


def _as_dict(found: Status) -> dict[str, Any]:
    standing = found.standing
    return {
        "key": {"id": named(standing.current), "since": standing.since},
        "announced": None if standing.announced is None else named(standing.announced),
        "held": [named(each) for each in found.held],
        "former": [
            {"id": named(each.id), "since": each.since, "until": each.until, "emptied_at": each.emptied_at}
            for each in found.former
        ],
        "left": found.left,
        "unreadable": found.unreadable,
        "changing": found.is_changing,
    }


def _since(at: datetime | None) -> str:
    return "from the beginning" if at is None else f"since {_at(at)}"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
