"""The stage of the flows: the real bot, SQLite in a folder of the test, a local Bot API on a free port."""

import shutil
from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import system_clock
from bot.domain.estimate import PANEL
from bot.domain.preferences import AT_NIGHT, CampaignHours, QuietHours
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from bot.store import subscribers
from tests import shipped
from tests.worlds.in_process.served import served
from tests.worlds.in_process.stage import FAILURES, Stage


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Path:
    """Copy the empty database."""
    return Path(shutil.copy(migrated_file, tmp_path / "campaign.db"))


@pytest.fixture
def world() -> World:
    """Make a world without people."""
    return World()


@pytest.fixture
async def server(world: World) -> AsyncIterator[RehearsalServer]:
    """Serve the world as a Bot API."""
    async with served(world) as server:
        yield server


@pytest.fixture(autouse=True)
def _quick_fingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for Telegram's one message a second: these people tap faster than any do."""
    monkeypatch.setattr("bot.delivery.chat_pace.CHAT_BURST", 10_000.0)
    monkeypatch.setattr("bot.domain.rank.CEILING", 10_000)
    monkeypatch.setattr("bot.domain.rank.ORGANIZERS_CEILING", 10_000)
    monkeypatch.setattr("bot.jobs.progress_messages.EVERY_SECONDS", 0.05)
    monkeypatch.setattr("bot.services.broadcasts.UNDO", timedelta(0))


@pytest.fixture(autouse=True)
def _by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be day all the time: these flows are played at any hour, and check each alert."""
    monkeypatch.setattr("bot.domain.check.DAY_BEGINS", time.min)
    monkeypatch.setattr("bot.domain.check.DAY_ENDS", time.max)


@pytest.fixture(autouse=True)
def _by_day_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the campaign's hours of silence be far from now."""
    hour = (system_clock().hour + 11) % 24
    quiet = QuietHours(start=hour * 60, end=hour * 60 + 30)
    assert quiet != AT_NIGHT
    monkeypatch.setattr("bot.app._hours", lambda _: CampaignHours(quiet=quiet))


@pytest.fixture(autouse=True)
def _by_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no encoder with each bot; `test_understanding` is where one reads along."""
    monkeypatch.setattr("bot.faq.encoder.is_installed", lambda: False)


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read and learn the campaign's words once: seventy thousand phrasings take most of a second each time."""
    shipped.read_once(monkeypatch)


@pytest.fixture
def time_to_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a confirmed sending wait, as it does for organizers, until somebody taps Send now."""
    monkeypatch.setattr("bot.services.broadcasts.UNDO", timedelta(seconds=60))


@pytest.fixture
async def stage(
    world: World, server: RehearsalServer, database: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the bot; in the end it must have failed at no update, and the Bot API must have refused no reply.

    Nobody who joins is counted where people are estimated: who is would be decided by chance.
    """
    draw = subscribers.draw_id
    monkeypatch.setattr(subscribers, "draw_id", lambda: draw() // PANEL * PANEL + 1)
    stage = Stage(world=world, server=server, database=database)
    with capture_logs() as logged:
        await stage.start()
        yield stage
        await stage.stop()
    assert [entry for entry in logged if entry["event"] in FAILURES] == []
