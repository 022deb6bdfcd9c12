"""What several commands take, and begin with."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.config import Settings

PRIVATE = 0o077
"""The umask of commands that write what is nobody else's: the key, the database, its log."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def settings_of(ctx: typer.Context) -> "Settings":
    """Read the settings, and begin to log by them."""
    from bot.config import load_settings
    from bot.log import configure_log

    os.umask(PRIVATE)
    settings = load_settings()
    configure_log(settings, debug=bool(ctx.obj))
    return settings
