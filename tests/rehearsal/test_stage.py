"""What a rehearsal stands on: folder, database, Bot API and the real bot; all of it goes with it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli
from bot.commands.status import status
from bot.rehearsal.bot_process import BotStopped, last_words
from bot.rehearsal.stage import free_port, rehearsing, required_port
from bot.rehearsal.world.population import come, gather
from bot.rehearsal.world.world import World


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Occupy a port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


async def test_people_join_the_real_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People who come are on the list, whatever the operator's own settings; afterwards nothing is left."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORT=door\n", encoding="utf-8")
    monkeypatch.setenv("PUBLIC_URL", "nowhere")
    world, stood = World(), list[str]()
    _, people = gather(world, languages=("en", "ar", "es"), people=3, seed=1)
    async with rehearsing(world, rate=500, done=stood.append) as rehearsal:
        await come(world, people)
        counted = await asyncio.to_thread(status, rehearsal.settings)
        assert counted["subscribers"]["active"] == 3
    assert [what.partition(" 127")[0] for what in stood] == [
        "environment",
        "database",
        "local Bot API",
        "bot",
    ]
    assert not rehearsal.folder.exists()


async def test_a_bot_that_dies_is_noticed() -> None:
    """When the bot is killed the rehearsal says by what, and still takes everything away."""
    async with rehearsing(World(), rate=500) as rehearsal:
        os.kill(rehearsal.bot._process.pid, signal.SIGKILL)
        with pytest.raises(BotStopped, match="SIGKILL"):
            await rehearsal.bot.watch()
    assert not rehearsal.folder.exists()


def test_the_address_answers_once_it_is_printed() -> None:
    """The line for programs names a page that is there: the first request finds it."""
    command = [
        sys.executable,
        "-m",
        "bot",
        "rehearse",
        "--json",
        "--people",
        "1",
        "--seed",
        "1",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as rehearsal:
        assert rehearsal.stdout is not None
        found = json.loads(rehearsal.stdout.readline())
        with urllib.request.urlopen(found["page"], timeout=30) as page:  # noqa: S310  of this machine
            assert page.status == 200
        rehearsal.send_signal(signal.SIGTERM)
        assert rehearsal.wait(timeout=60) == 0


def test_a_port_in_use_is_one_line(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A page whose port is taken exits 1 with the mend, before anything starts."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["rehearse", "--port", str(taken_port)])
    printed = capsys.readouterr()
    assert (ended.value.code, printed.out) == (1, "")
    assert printed.err == f"Port {taken_port} is in use. Choose another with --port, or stop what uses it.\n"


def test_ports(taken_port: int) -> None:
    """A preferred port is taken where it is free, and another where it is not."""
    assert free_port(taken_port) != taken_port
    free = free_port()
    assert free_port(free) == required_port(free) == free
    assert required_port(0) > 0


@pytest.mark.parametrize(
    ("log", "says"),
    [
        ([], "Its log tells of no trouble."),
        ([{"event": "bot_started", "level": "info"}], "Its log tells of no trouble."),
        (
            [{"event": "polling_interrupted", "level": "warning", "error": "TimedOut"}, {"level": "info"}],
            "Its last trouble: polling_interrupted TimedOut.",
        ),
        (
            [{"event": "x", "level": "error"}, "Telegram refused the token (401)."],
            "Telegram refused the token (401).",
        ),
    ],
)
def test_last_words(log: list[object], says: str) -> None:
    """The sentence printed last is told as it stands; else the last event that was no success."""
    lines = [line if isinstance(line, str) else json.dumps(line) for line in log]
    assert last_words("\n".join(lines)) == says
