"""The command line. Each command parses, calls its module in `bot.commands`, and prints.

Those modules are imported inside the commands, so that `--help` answers at once.
"""

import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli_words import AsJson, content_app, locales_app
from bot.errors import CampaignError, DiskFull
from bot.roles import Role

if TYPE_CHECKING:
    from bot.config import Settings

PRIVATE = 0o077
"""The umask of commands that write what is nobody else's: the key, the database, its log."""


app = typer.Typer(
    help="A Telegram bot for one campaign.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its rendering would double the time --help takes
    pretty_exceptions_enable=False,
)
audit_app = typer.Typer(help="What the team did.", no_args_is_help=True)
keys_app = typer.Typer(help="The campaign key.", no_args_is_help=True)
app.add_typer(content_app, name="content")
app.add_typer(locales_app, name="locales")
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")

People = Annotated[int | None, typer.Option(min=1, help="How many made-up people.")]


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 ok, 1 the thing failed, 2 misuse, 130 interrupted. No trace is printed."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without ✓ shows ?, and goes on
    try:
        app(arguments, prog_name="campaign-bot")
    except CampaignError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001  (the last place that can turn it into a sentence)
        _tell(error, debug="--debug" in arguments)
    sys.exit(1)


@app.callback()
def begin(
    ctx: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log more, with traces; secrets stay masked.")
    ] = False,
) -> None:
    """A Telegram bot for one campaign."""  # noqa: D401  (the program's help)
    ctx.obj = debug


@app.command()
def init(
    *,
    token: Annotated[str, typer.Option(help="The bot's token, from BotFather.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Write .env and the key file; print the link with which the first owner claims the bot."""
    from bot.commands import init as command

    os.umask(PRIVATE)
    command.show(command.init(token=token), as_json=as_json)


@app.command()
def run(
    ctx: typer.Context,
    *,
    role: Annotated[Role, typer.Option(help="The part to run.")] = Role.ALL,
    until_idle: Annotated[
        bool, typer.Option("--until-idle", help="Stop once nothing is due, queued or in flight.")
    ] = False,
) -> None:
    """Run the bot."""
    gc.disable()
    settings = _settings(ctx)
    from bot.commands import run as command

    # What was loaded stays: to look through it for garbage takes a tenth of the seconds before a first send.
    gc.freeze()
    gc.enable()
    raise typer.Exit(command.run(settings, role.value, until_idle=until_idle))


@app.command()
def migrate(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Bring the database up to this version."""
    from bot.commands import migrate as command

    command.migrate(_settings(ctx))
    command.show(as_json=as_json)


@app.command()
def doctor(
    ctx: typer.Context,
    *,
    metrics_token: Annotated[
        bool, typer.Option("--metrics-token", help="Only print the token that opens /metrics.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything the bot needs; each failure prints its mend."""
    from bot.commands import doctor as command
    from bot.commands import output

    if metrics_token:
        typer.echo(command.metrics_token_of(_settings(ctx)))
        return
    findings = command.examine(_settings(ctx))
    output.show_findings(findings, as_json=as_json)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def status(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Show broadcasts and people as the database has them."""
    from bot.commands import status as command

    command.show(command.status(_settings(ctx)), as_json=as_json)


@app.command()
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
    command.show(command.backup(_settings(ctx), Path(file) if file else None), as_json=as_json)


@app.command()
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

    command.show(command.restore(_settings(ctx), file, identity, erasures or []), as_json=as_json)


@app.command()
def move(
    ctx: typer.Context,
    *,
    url: Annotated[str, typer.Argument(metavar="URL", help="Of an empty database.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Move everything from DATABASE_URL to another database, SQLite or PostgreSQL."""
    from bot.commands import move as command

    command.show(command.move(_settings(ctx), url, as_json=as_json), as_json=as_json)


@app.command()
def prepare(
    ctx: typer.Context,
    *,
    people: Annotated[int, typer.Option(min=1, help="How many made-up subscribers.")],
    alert: Annotated[Path | None, typer.Option(help="An alert file; queues its broadcast.")] = None,
    locale_mix: Annotated[
        str | None, typer.Option(help="Locales with their weights: en=6,ar=3,es=1.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fill the database with made-up subscribers, for trials."""
    from bot.commands import output
    from bot.commands import prepare as command

    output.show(
        command.prepare(_settings(ctx), people=people, alert=alert, locale_mix=locale_mix), as_json=as_json
    )


@app.command()
def rehearse(
    *,
    tour: Annotated[bool, typer.Option("--tour", help="Play a whole campaign without a browser.")] = False,
    people: People = None,
    seed: Annotated[int | None, typer.Option(help="Plays the same again.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the rehearsal page.")] = 8080,
    pseudo: Annotated[
        bool, typer.Option("--pseudo", help="Mark what goes through the catalogs: ⟦Štóp ~⟧.")
    ] = False,
    database: Annotated[
        str | None, typer.Option(help="An empty PostgreSQL database, postgresql://…; emptied again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try the real bot with simulated people; needs no token."""
    from bot.commands import rehearse as command

    raise typer.Exit(
        command.rehearse(
            tour=tour,
            people=people,
            seed=seed,
            port=port,
            pseudo=pseudo,
            database=database,
            as_json=as_json,
        )
    )


@app.command()
def ask(
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The question.", show_default=False)] = "",
    locale: Annotated[str | None, typer.Option(help="The language it is asked in.")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help='Read JSON lines {"lang", "question"}; write one line for each.')
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a question as a supporter does."""
    from bot.commands import ask as command
    from bot.commands import output
    from bot.config import ROOT

    if batch == bool(text):
        raise typer.BadParameter("Give either a question or --batch.")
    if batch:
        command.ask_batch(sys.stdin.buffer, out=sys.stdout, folder=ROOT / "content")
        return
    answer = command.ask_one(text, locale=locale, folder=ROOT / "content")
    if as_json:
        output.show_json(command.as_dict(answer.match))
    else:
        output.show_lines(answer.lines())


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

    found = command.verify(_settings(ctx), file)
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

    typer.echo(command.prove(_settings(ctx), number).text, nl=False)


@keys_app.command("rotate")
def keys_rotate(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Put a new campaign key in the place of the old one, while the bot runs; interrupted, it goes on."""
    from bot.commands import keys as command

    settings = _settings(ctx)
    done = command.rotate(settings, as_json=as_json)
    command.show_rotated(done, file=settings.key_file, as_json=as_json)


@keys_app.command("status")
def keys_status(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Show which campaign keys there are, and what stands under another than the one in use."""
    from bot.commands import keys as command

    command.show_status(command.status(_settings(ctx)), as_json=as_json)


def _settings(ctx: typer.Context) -> "Settings":
    from bot.config import load_settings
    from bot.log import configure_log

    os.umask(PRIVATE)
    settings = load_settings()
    configure_log(settings, debug=bool(ctx.obj))
    return settings


def _tell(error: Exception, *, debug: bool) -> None:
    from bot.commands import file_trouble
    from bot.store.transient import is_full

    if is_full(error):
        typer.echo(str(DiskFull()), err=True)
    elif isinstance(error, OSError) and error.filename is not None:
        typer.echo(file_trouble.said(error), err=True)
    else:
        _report(error, debug=debug)


def _report(error: Exception, *, debug: bool) -> None:
    from bot.log import error_id, redact, trace

    if debug:
        # Where, not what: its words may repeat what somebody wrote.
        typer.echo(redact(trace(error)), err=True)
    more = "" if debug else " Run it again with --debug for the details: campaign-bot --debug …"
    typer.echo(f"Something unexpected went wrong ({type(error).__name__}, {error_id()}).{more}", err=True)
