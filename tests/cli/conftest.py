"""What tests of the command line share: a folder of their own, one call, a Bot API on this machine."""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from anyio.from_thread import start_blocking_portal

from bot import cli
from bot.config import Settings
from bot.rehearsal.world.world import World
from tests.cli.calling import TOKEN, Api, AttemptResult, Command
from tests.worlds.in_process.served import served


@pytest.fixture(autouse=True)
def campaign_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with nothing set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """Undo what a command does to its process: the log, the umask."""
    root = logging.getLogger()
    handlers, level, umask = list(root.handlers), root.level, os.umask(0o022)
    hooks = threading.excepthook, sys.unraisablehook
    yield
    os.umask(umask)
    root.handlers[:] = handlers
    root.setLevel(level)
    threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Call the command line as a person does."""

    def call(*arguments: str) -> AttemptResult:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(list(arguments))
        printed = capsys.readouterr()
        return AttemptResult(code=int(ended.value.code or 0), out=printed.out, err=printed.err)

    return call


@pytest.fixture
def bot_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Serve a Bot API beside the command, and set the bot up to use it."""
    world = World(token=TOKEN, username="example_bot")
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served(world)) as server,
    ):
        monkeypatch.setenv("BOT_API_URL", server.url)
        yield Api(url=server.url, world=world, portal=portal)
