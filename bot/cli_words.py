"""The command line of who writes and translates: `campaign-bot content …` and `campaign-bot locales …`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import AsJson

content_app = typer.Typer(help="The campaign's words.", no_args_is_help=True)
locales_app = typer.Typer(help="The interface's languages.", no_args_is_help=True)


@content_app.command("check")
def content_check(
    *,
    folder: Annotated[Path | None, typer.Option(help="The content folder.")] = None,
    statement: Annotated[Path | None, typer.Option(help="The statement, to compare quotations with.")] = None,
    as_json: AsJson = False,
) -> None:
    """Validate the campaign's words; any gap exits 1. What is older, or could be better, is only named."""
    from bot.clock import system_clock
    from bot.commands import content_check as command
    from bot.commands import output
    from bot.config import ROOT

    today = system_clock().astimezone().date()  # the writer's day
    found = command.check(folder or ROOT / "content", statement, today=today)
    output.show_problems(
        found.gaps, checked="content", as_json=as_json, warnings=[*found.older, *found.advice]
    )


@content_app.command("status")
def content_status(
    *,
    folder: Annotated[Path | None, typer.Option(help="The content folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how far each locale has come, also one that is not in use yet."""
    from bot.commands import content_status as command
    from bot.config import ROOT

    command.show(folder or ROOT / "content", as_json=as_json)


@content_app.command("train")
def content_train(*, folder: Annotated[Path | None, typer.Option(help="The content folder.")] = None) -> None:
    """Train the matcher anew, after the phrasings have changed."""
    from bot.commands import content_train as command
    from bot.commands import output
    from bot.config import ROOT

    output.show_lines([command.train(folder or ROOT / "content")])


@locales_app.command("check")
def locales_check(*, as_json: AsJson = False) -> None:
    """Validate the catalogs; any gap exits 1."""
    from bot.commands import output
    from bot.config import ROOT
    from bot.i18n import lint as command

    output.show_problems(command.check(ROOT), checked="locales", as_json=as_json)


@locales_app.command("extract")
def locales_extract() -> None:
    """Collect the interface's strings into locales/bot.pot."""
    from bot.config import ROOT
    from bot.i18n import lint as command

    command.extract(ROOT)


@locales_app.command("update")
def locales_update() -> None:
    """Bring every catalog up to locales/bot.pot."""
    from bot.config import ROOT
    from bot.i18n import lint as command

    command.update(ROOT)
