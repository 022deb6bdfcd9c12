"""The command line. Each command parses, calls its module in `bot.commands`, and prints.

Those modules are imported inside the commands, so that `--help` answers at once.
"""

import gc
import io
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot import cli_keeping
from bot.cli_options import PRIVATE, AsJson, settings_of
from bot.cli_words import content_app, locales_app
from bot.errors import CampaignError, DiskFull
from bot.roles import Role

app = typer.Typer(
    help="A Telegram bot for one campaign.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # its rendering would double the time --help takes
    pretty_exceptions_enable=False,
)
app.add_typer(content_app, name="content")
app.add_typer(locales_app, name="locales")
app.add_typer(cli_keeping.audit_app, name="audit")
app.add_typer(cli_keeping.keys_app, name="keys")

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
    settings = settings_of(ctx)
    from bot.commands import run as command

    # What was loaded stays: to look through it for garbage takes a tenth of the seconds before a first send.
    gc.freeze()
    gc.enable()
    raise typer.Exit(command.run(settings, role.value, until_idle=until_idle))


@app.command()
def migrate(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Bring the database up to this version."""
    from bot.commands import migrate as command

    command.migrate(settings_of(ctx))
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
        typer.echo(command.metrics_token_of(settings_of(ctx)))
        return
    findings = command.examine(settings_of(ctx))
    output.show_findings(findings, as_json=as_json)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def status(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Show broadcasts and people as the database has them."""
    from bot.commands import status as command

    command.show(command.status(settings_of(ctx)), as_json=as_json)


app.command()(cli_keeping.backup)
app.command()(cli_keeping.restore)
app.command()(cli_keeping.move)


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
        command.prepare(settings_of(ctx), people=people, alert=alert, locale_mix=locale_mix), as_json=as_json
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
