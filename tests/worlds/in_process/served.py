"""A world served as a Bot API by this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World


@asynccontextmanager
async def served(world: World, **about: Any) -> AsyncIterator[RehearsalServer]:
    """Serve it on a free port of loopback for as long as the block takes."""
    server = RehearsalServer(world, **about)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
