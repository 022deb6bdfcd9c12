"""The bot of a tour, whose clock is put forward: it runs for nobody but a rehearsal's world."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.commands.tour_bot import NotRehearsing, require_rehearsal
from bot.config import ROOT, load_settings
from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN

HERE = "http://127.0.0.1:8081"
REAL = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.mark.parametrize(
    ("token", "api"),
    [
        (REAL, HERE),
        (REHEARSAL_TOKEN, "https://api.telegram.org"),
        (REHEARSAL_TOKEN, "https://192.0.2.1:8081"),
    ],
)
def test_it_refuses_whoever_is_real(tmp_path: Path, token: str, api: str) -> None:
    """Another token than the rehearsal's, or a Bot API anywhere else, and it does not run."""
    settings = load_settings(tmp_path / ".env", {"BOT_TOKEN": token, "BOT_API_URL": api})
    with pytest.raises(NotRehearsing):
        require_rehearsal(settings)


def test_it_runs_in_a_rehearsal(tmp_path: Path) -> None:
    """With the rehearsal's own token, and a Bot API on this machine, there is nobody real to write to."""
    require_rehearsal(load_settings(tmp_path / ".env", {"BOT_TOKEN": REHEARSAL_TOKEN, "BOT_API_URL": HERE}))


def test_started_by_hand(tmp_path: Path) -> None:
    """With an operator's settings it says what to run, exits with 2, and makes nothing."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BOT_TOKEN": REAL}
    command = [sys.executable, "-m", "bot.commands.tour_bot", str(tmp_path / "clock")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    said = "This runs in a rehearsal only. `campaign-bot run` starts the bot.\n"
    assert (ran.returncode, ran.stderr) == (2, said)
    assert list(tmp_path.iterdir()) == []


def test_no_command_leads_there() -> None:
    """Neither a command nor an option of the bot has a clock to choose."""
    source = Path(str(cli.__file__)).read_text(encoding="utf-8")
    assert "tour_bot" not in source
    assert "clock" not in source
