"""`campaign-bot migrate`."""

import asyncio

from bot.commands import output
from bot.config import Settings
from bot.store.migrate import migrate as migrate_database


def migrate(settings: Settings) -> None:
    """Bring the database to this program's schema; it is made where there is none.

    Raises DatabaseUnreachable, DatabaseNewer.
    """
    make_folder(settings)
    asyncio.run(migrate_database(settings.database_url))


def make_folder(settings: Settings) -> None:
    """Make the folder of a SQLite database, for this user alone."""
    if settings.sqlite_file is not None:
        settings.sqlite_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def show(*, as_json: bool) -> None:
    """Say that it is done."""
    if as_json:
        output.show_json({"ok": True})
    else:
        output.show_lines(["✓ database: up to date"])
