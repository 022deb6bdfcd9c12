"""`campaign-bot move`: from one database to another."""

import asyncio
from pathlib import Path

from bot.clock import system_clock
from bot.commands import output
from bot.config import Settings
from bot.errors import DatabaseUnreachable, DiskFull, MigrationsPending
from bot.privacy.own_process import close_to_others
from bot.services import moving
from bot.services.moving import Moved, SameDatabase
from bot.store.database import open_database
from bot.store.transient import TRANSIENT_DATABASE_ERRORS, is_full

SQLITE = "sqlite:///"


def move(settings: Settings, url: str, *, as_json: bool) -> Moved:
    """Move everything from DATABASE_URL to the empty database at another address.

    Raises ConfigInvalid, SameDatabase, MigrationsPending, DatabaseUnreachable, and what `moving.move` raises.
    """
    close_to_others()
    if _place(settings.database_url) == _place(url):
        raise SameDatabase
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        raise MigrationsPending("There is no database at DATABASE_URL, so there is nothing to move.")
    if url.startswith(SQLITE):
        Path(url.removeprefix(SQLITE)).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return asyncio.run(_move(settings.database_url, url, as_json=as_json))


async def _move(from_url: str, to_url: str, *, as_json: bool) -> Moved:
    def told(line: str) -> None:
        if not as_json:
            output.show_lines([f"  {line}"])

    target = open_database(to_url, bulk=True)
    source = open_database(from_url)
    try:
        return await moving.move(source, target, now=system_clock(), told=told)
    except TRANSIENT_DATABASE_ERRORS as error:
        if is_full(error):
            raise DiskFull from error
        raise DatabaseUnreachable("One of the databases cannot be reached or written. Check both.") from error
    finally:
        await source.close()
        await target.close()


def _place(url: str) -> str:
    return str(Path(url.removeprefix(SQLITE)).resolve()) if url.startswith(SQLITE) else url


def show(moved: Moved, *, as_json: bool) -> None:
    """Say what was moved, and what comes next."""
    rows = moved.rows.total()
    if as_json:
        output.show_json({"ok": True, "rows": rows, "tables": dict(moved.rows)})
        return
    output.show_lines(
        [
            f"✓ moved: {rows:,} rows, each compared with what was there",
            "  The database of before stays as it is, and is marked: nothing starts on it any more.",
            "  Next: set DATABASE_URL to the new one, then `campaign-bot doctor` and `campaign-bot run`.",
        ]
    )
