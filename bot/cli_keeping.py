"""The command line of who keeps a campaign for years: backups, moves, the campaign key, the audit."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import PRIVATE, AsJson, settings_of

audit_app = typer.Typer(help="What the team did.", no_args_is_help=True)
keys_app = typer.Typer(help="The campaign key.", no_args_is_help=True)


def backup(
    ctx: typer.Context,
    *,
    file: Annotated[
        str,
        typer.Argument(metavar="[FILE]", help="Where to; else a dated file in backups/.", show_default=False),
    ] = "",
    key_file: Annotated[
        Path | None,
        typer.Argument(metavar="", help="`backup keygen FILE`: writes a private key.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write an encrypted backup of the running database. `backup keygen FILE` makes the key that opens it."""
    from bot.commands import backup as command

    if file == "keygen":
        if key_file is None:
            raise typer.BadParameter("Give the file that the private key is to be written into.")
        os.umask(PRIVATE)
        command.show_key(command.keygen(key_file), key_file, as_json=as_json)
        return
    if key_file is not None:
        raise typer.BadParameter("Give one file, or `keygen FILE`.")
    command.show(command.backup(settings_of(ctx), Path(file) if file else None), as_json=as_json)


def restore(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
    identity: Annotated[Path, typer.Option(help="The file with the private key.", show_default=False)],
    erasures: Annotated[
        list[Path] | None,
        typer.Option(help="A file departures-….txt: who went since then goes again.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fill the empty database at DATABASE_URL with a backup."""
    from bot.commands import restore as command

    command.show(command.restore(settings_of(ctx), file, identity, erasures or []), as_json=as_json)


def move(
    ctx: typer.Context,
    *,
    url: Annotated[str, typer.Argument(metavar="URL", help="Of an empty database.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Move everything from DATABASE_URL to another database, SQLite or PostgreSQL."""
    from bot.commands import move as command

    command.show(command.move(settings_of(ctx), url, as_json=as_json), as_json=as_json)


@audit_app.command("verify")
def audit_verify(
    ctx: typer.Context,
    *,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="A checkpoint that an owner kept, or a proof.",
            show_default=False,
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that nothing was removed from the audit or changed in it; a difference exits 1."""
    from bot.commands import audit as command

    found = command.verify(settings_of(ctx), file)
    command.show(found, as_json=as_json)
    raise typer.Exit(0 if found.ok else 1)


@audit_app.command("prove")
def audit_prove(
    ctx: typer.Context,
    *,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="The number of an entry.", show_default=False)
    ],
) -> None:
    """Print a proof that an entry is in the audit; it shows none of the others."""
    from bot.commands import audit as command

    typer.echo(command.prove(settings_of(ctx), number).text, nl=False)


@keys_app.command("rotate")
def keys_rotate(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Put a new campaign key in the place of the old one, while the bot runs; interrupted, it goes on."""
    from bot.commands import keys as command

    settings = settings_of(ctx)
    done = command.rotate(settings, as_json=as_json)
    command.show_rotated(done, file=settings.key_file, as_json=as_json)


@keys_app.command("status")
def keys_status(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Show which campaign keys there are, and what stands under another than the one in use."""
    from bot.commands import keys as command

    command.show_status(command.status(settings_of(ctx)), as_json=as_json)
