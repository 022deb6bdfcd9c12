"""The stage of the flows: the real bot, SQLite in a folder of the test, a local Bot API on a free port."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from bot.store.migrate import migrate
from tests.flows.stage import Stage

FAILURES = {
    "update_failed",
    "reply_refused",
    "reply_lost",
    "reply_failed",
    "menu_refused",
    "polling_interrupted",
}
"""Events of the log that no flow may cause."""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with the current schema, to be copied."""
    database = tmp_path_factory.mktemp("migrated") / "campaign.db"
    asyncio.run(migrate(f"sqlite:///{database}"))
    return database


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Path:
    """Copy the empty database."""
    return Path(shutil.copy(migrated, tmp_path / "campaign.db"))


@pytest.fixture
def world() -> World:
    """Make a world without people."""
    return World()


@pytest.fixture
async def server(world: World) -> AsyncIterator[RehearsalServer]:
    """Serve the world as a Bot API."""
    server = RehearsalServer(world)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(autouse=True)
def _quick_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for Telegram's one message a second: these people tap faster than any do."""
    monkeypatch.setattr("bot.delivery.chat_pace.CHAT_BURST", 10_000.0)
    monkeypatch.setattr("bot.jobs.progress_messages.EVERY_SECONDS", 0.05)
    monkeypatch.setattr("bot.services.broadcasts.UNDO", timedelta(0))


@pytest.fixture(autouse=True)
def _by_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no encoder with each bot; `test_understanding` is where one reads along."""
    monkeypatch.setattr("bot.faq.encoder.is_installed", lambda: False)


@pytest.fixture
def time_to_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a confirmed sending wait, as it does for organizers, until somebody taps Send now."""
    monkeypatch.setattr("bot.services.broadcasts.UNDO", timedelta(seconds=60))


@pytest.fixture
async def stage(world: World, server: RehearsalServer, database: Path) -> AsyncIterator[Stage]:
    """Run the bot; in the end it must have failed at no update, and the Bot API must have refused no reply."""
    stage = Stage(world=world, server=server, database=database)
    with capture_logs() as logged:
        await stage.start()
        yield stage
        await stage.stop()
    assert [entry for entry in logged if entry["event"] in FAILURES] == []
