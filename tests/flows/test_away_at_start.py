"""A database that goes away between the first look at it and the start."""

from pathlib import Path
from typing import Any

import pytest

from bot import running
from bot.chat import Conversation
from bot.errors import DatabaseUnreachable
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from tests.worlds.in_process.stage import Stage


async def reset(*_given: Any, **_about: Any) -> None:
    """Be a call whose connection is reset."""
    raise ConnectionResetError


@pytest.mark.parametrize(("where", "name"), [(running, "require_alone"), (Conversation, "begin")])
async def test_away_at_start(  # noqa: PLR0917  # what a stage is made of
    world: World,
    server: RehearsalServer,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
) -> None:
    """The bot ends with the sentence that says so, as where it was away before."""
    monkeypatch.setattr(where, name, reset)
    stage = Stage(world=world, server=server, database=database)
    await stage.start()
    with pytest.raises(DatabaseUnreachable):
        await stage.stop()
