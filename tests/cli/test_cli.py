"""The command line itself: help, misuse, and how failures read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands import migrate
from bot.errors import DatabaseUnreachable
from tests.cli.calling import TOKEN, Command
from tests.content.spoiling import EXAMPLE


def failing(error: BaseException) -> object:
    """Return something that raises this, whatever it is called with."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_help_loads_little() -> None:
    """`--help` loads nothing of the database, Telegram or the settings: it answers at once."""
    check = "import sys, bot.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True).stdout
    assert not {"sqlalchemy", "telegram", "aiohttp", "pydantic", "babel", "rich"} & set(loaded.split())


def test_module_is_the_command() -> None:
    """`python -m bot` is `campaign-bot`."""
    called = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], check=True, capture_output=True, text=True
    )
    assert "Usage: campaign-bot" in called.stdout


def test_nothing_said_is_help(command: Command) -> None:
    """Without a command, the help is shown."""
    ended = command()
    assert ended.code == 2
    assert "Commands:" in ended.out + ended.err


@pytest.mark.parametrize(
    "misuse",
    [
        ["fly"],
        ["run", "--role", "cook"],
        ["prepare"],
        ["prepare", "--people", "0"],
        ["status", "--xml"],
        ["ask"],
        ["ask", "a", "--batch"],
    ],
)
def test_misuse(command: Command, misuse: list[str]) -> None:
    """Misuse exits 2 and says what was not understood."""
    ended = command(*misuse)
    assert ended.code == 2
    assert "Usage: campaign-bot" in ended.err
    assert ended.out == ""


def test_settings_are_refused(command: Command, campaign_folder: Path) -> None:
    """Wrong settings exit 2 before anything starts, one line each."""
    (campaign_folder / ".env").write_text("PORT=door\nBOT_TOKN=x\n", encoding="utf-8")
    ended = command("status")
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 2
    assert not (campaign_folder / "data").exists()


def test_no_token(command: Command) -> None:
    """Without a token the bot does not start, and the line says where to get one."""
    command("init")
    ended = command("run")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "BOT_TOKEN is not set. Copy it whole from BotFather: 123456789:AA….\n"


def test_expected_failure(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be expected to go wrong is a sentence with its mend."""
    monkeypatch.setattr(migrate, "migrate", failing(DatabaseUnreachable()))
    ended = command("migrate")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("The database cannot be reached. Check DATABASE_URL")


def test_unexpected_failure(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be expected is one line with a random id: no trace, no text of the exception."""
    monkeypatch.setattr(migrate, "migrate", failing(LookupError(f"Ann {TOKEN}")))
    ended = command("migrate")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert "LookupError" in ended.err
    assert "--debug" in ended.err
    assert "Ann" not in ended.err


def test_debugging(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --debug the trace is printed, and no token in it."""
    monkeypatch.setattr(migrate, "migrate", failing(LookupError(f"Ann {TOKEN}")))
    ended = command("--debug", "migrate")
    assert ended.code == 1
    assert "Traceback" in ended.err
    assert TOKEN not in ended.err


def test_interrupted(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C exits 130, without a word."""
    monkeypatch.setattr(migrate, "migrate", failing(KeyboardInterrupt()))
    ended = command("migrate")
    assert (ended.code, ended.out, ended.err) == (130, "", "")


def test_terminal_without_the_characters() -> None:
    """A terminal that knows no ✓ shows something else in its place."""
    called = [sys.executable, "-m", "bot", "content", "check", "--folder", str(EXAMPLE / "content")]
    ended = subprocess.run(
        called, check=True, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "ascii"}
    )
    assert ended.stdout == b"? content\n"


def test_file_that_cannot_be_written(command: Command, campaign_folder: Path) -> None:
    """What the system refuses is named with its file."""
    (campaign_folder / "data").write_text("not a folder", encoding="utf-8")
    ended = command("migrate")
    assert ended.code == 1
    assert "data" in ended.err
    assert len(ended.err.splitlines()) == 1
