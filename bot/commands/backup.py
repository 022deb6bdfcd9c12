"""`campaign-bot backup`: an encrypted backup of the running database; `backup keygen`: a key to encrypt it to."""

import asyncio
from datetime import datetime
from pathlib import Path

from bot.clock import system_clock
from bot.commands import output
from bot.config import Settings
from bot.errors import CampaignError, ConfigInvalid, MigrationsPending
from bot.privacy.age import write_identity
from bot.privacy.own_process import close_to_others
from bot.services.backups import Written, dated_name, prune, write_backup
from bot.store.database import open_database
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, unreachable


class IdentityThere(CampaignError):
    """There is a file of this name already; it stays as it is. Give another name."""

    exit_code = 2


def backup(settings: Settings, file: Path | None) -> Written:
    """Write a backup into a file, or else into the folder of backups, of which old ones are removed.

    Raises ConfigInvalid, NoBackupThere, OSError, and what opening the database raises.
    """
    close_to_others()
    if settings.backup_recipient is None:
        raise ConfigInvalid(
            [
                "BACKUP_RECIPIENT is not set. Make a key: `campaign-bot backup keygen FILE`, and set what it prints."
            ]
        )
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        raise MigrationsPending("There is no database yet, so there is nothing to back up.")
    now = system_clock()
    if file is not None:
        return asyncio.run(_backup(settings, file, settings.backup_recipient, now))
    folder = settings.backup_folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = asyncio.run(_backup(settings, folder / dated_name(now), settings.backup_recipient, now))
    prune(folder, now=now)
    return written


async def _backup(settings: Settings, file: Path, recipient: str, now: datetime) -> Written:
    database = open_database(settings.database_url)
    try:
        return await write_backup(database, file, recipient=recipient, now=now)
    except TRANSIENT_DATABASE_ERRORS as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise
        raise unreachable(error) from error
    finally:
        await database.close()


def keygen(file: Path) -> str:
    """Write a new private key into a file. Returns the public one.

    Raises IdentityThere, OSError.
    """
    try:
        return write_identity(file)
    except FileExistsError:
        raise IdentityThere(f"{file} is there already and stays as it is. Give another name.") from None


def show(written: Written, *, as_json: bool) -> None:
    """Say what was written."""
    if as_json:
        facts = {"file": str(written.file), "taken_at": written.taken_at, "rows": written.rows}
        output.show_json(facts | {"bytes": written.size})
    else:
        output.show_lines([f"✓ backup: {written.file}, {written.rows:,} rows, {written.size:,} bytes"])


def show_key(recipient: str, file: Path, *, as_json: bool) -> None:
    """Say what to do with the two halves."""
    if as_json:
        output.show_json({"recipient": recipient})
        return
    output.show_lines(
        [
            f"✓ private key: {file}. Take it off this machine: it opens every backup.",
            f"  Set BACKUP_RECIPIENT={recipient}",
        ]
    )
