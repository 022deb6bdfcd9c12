"""A running bot says how it fares."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import figures
from bot.jobs import figures as keeping
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.world import World
from bot.web.access import metrics_token
from tests.worlds.in_process.stage import Stage


@pytest.fixture
async def running(
    world: World, server: RehearsalServer, database: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run a bot that polls."""
    figures.drain()
    monkeypatch.setattr(keeping, "EVERY_SECONDS", 0.1)
    stage = Stage(world=world, server=server, database=database, PORT=str(free_port()))
    await stage.start()
    phone = stage.phone("First")
    await phone.say("/help")
    await phone.expects("What this bot can do")
    yield stage
    await stage.stop()


async def get(stage: Stage, path: str, **headers: str) -> tuple[int, Any]:
    """Ask the bot's web server."""
    url = f"http://127.0.0.1:{stage.settings.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


async def test_it_is_ready(running: Stage) -> None:
    """A bot that answers is ready, and says by what."""
    status, said = await get(running, "/readyz")
    assert (status, said["ready"]) == (200, True)
    assert set(said["checks"]) == {"database", "telegram", "scheduler", "inbox", "outbox"}


async def test_its_figures(running: Stage) -> None:
    """What it did is counted and shown: the update, how long it waited, the reply; and by the token to others."""
    await keeping.add_up(running.conversation.store)
    status, text = await get(running, "/metrics")
    assert status == 200
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(lines["campaign_updates_received_total"]) >= 1
    assert float(lines['campaign_calls_total{lane="reply",result="accepted"}']) >= 1
    assert float(lines['campaign_update_wait_seconds_count{until="applied"}']) >= 1
    assert float(lines['campaign_check_ok{check="telegram"}']) == 1
    status, _ = await get(running, "/metrics", Forwarded="for=203.0.113.7")
    assert status == 401
    token = metrics_token(running.conversation.key)
    status, _ = await get(running, "/metrics", Forwarded="for=203.0.113.7", Authorization=f"Bearer {token}")
    assert status == 200
