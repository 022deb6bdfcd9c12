"""A Bot API to talk to."""

from collections.abc import AsyncIterator

import pytest

from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from tests.telegram_io.servers import TOKEN
from tests.worlds.in_process.served import served


@pytest.fixture
async def bot_api() -> AsyncIterator[RehearsalServer]:
    """Serve a Bot API."""
    async with served(World(token=TOKEN, username="example_bot")) as server:
        yield server
