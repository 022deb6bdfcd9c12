"""A command that was called, and the Bot API it talked to."""

from collections.abc import Callable
from dataclasses import dataclass

from anyio.from_thread import BlockingPortal

from bot.rehearsal.world.world import World

TOKEN = "424242:AAabcdefghijklmnopqrstuvwxyz_-12345"


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptResult:
    """How a command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., AttemptResult]


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """A running Bot API: its world is touched through `change` only, in its own thread."""

    url: str
    world: World
    portal: BlockingPortal

    def change(self, do: Callable[[World], object]) -> None:
        """Change the world and wait until it is changed."""
        self.portal.call(do, self.world)
