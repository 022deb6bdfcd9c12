"""`campaign-bot restore`: a backup into an empty database."""

import asyncio
from pathlib import Path

from bot.clock import system_clock
from bot.commands import output
from bot.commands.migrate import make_folder
from bot.commands.open_store import campaign_key
from bot.config import Settings
from bot.errors import DatabaseUnreachable
from bot.privacy.age import read_identities
from bot.privacy.keyring import CampaignKey
from bot.privacy.own_process import close_to_others
from bot.services import backups
from bot.services.backups import Restored
from bot.store.database import open_database
from bot.store.transient import TRANSIENT_DATABASE_ERRORS


def restore(settings: Settings, file: Path, identity: Path) -> Restored:
    """Fill the empty database at DATABASE_URL with a backup.

    Raises KeyMissing, KeyInvalid, IdentityUnreadable, OSError, DatabaseUnreachable, and what `backups.restore` raises.
    """
    close_to_others()
    key = campaign_key(settings)
    identities = read_identities(identity)
    with file.open("rb"):
        make_folder(settings)
    return asyncio.run(_restore(settings, file, identities, key))


async def _restore(settings: Settings, file: Path, identities: list[object], key: CampaignKey) -> Restored:
    database = open_database(settings.database_url)
    try:
        return await backups.restore(database, file, identities=identities, key=key, now=system_clock())
    except TRANSIENT_DATABASE_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise DatabaseUnreachable from error
    finally:
        await database.close()


def show(restored: Restored, *, as_json: bool) -> None:
    """Say what was restored, and what waits for a decision."""
    done = restored.resettled
    if as_json:
        output.show_json(
            {
                "rows": restored.rows,
                "taken_at": restored.taken_at,
                "epoch": done.epoch,
                "unknown": done.unknown,
                "paused": done.paused,
                "halted": done.halted,
            }
        )
        return
    lines = [f"✓ restored: {restored.rows:,} rows, as of {restored.taken_at:%Y-%m-%d %H:%M} UTC"]
    if done.unknown:
        lines.append(f"! deliveries: of {done.unknown:,} nobody knows whether they were sent since")
    if done.paused or done.halted:
        lines.append(
            f"! waiting for an organizer: {done.paused} broadcasts, {done.halted} that repeat. Look at /schedule"
        )
    lines.append("! people: who left or was erased since is on the list again; who joined since is not")
    lines.append("! team: as it was then. Look at /team")
    lines.append("  Next: make sure that the installation of before has ended, then `campaign-bot run`.")
    output.show_lines(lines)
