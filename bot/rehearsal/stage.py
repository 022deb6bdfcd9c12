"""Everything a rehearsal stands on, made in a folder of its own and gone with it: key, database, Bot API, bot."""

import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.config import Settings, load_settings
from bot.domain.organizer import Role
from bot.errors import CampaignError
from bot.privacy.keyring import CampaignKey, write_key_file
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.bot_process import BotChild
from bot.rehearsal.lent_database import lent
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.world.world import World
from bot.services.team import invite
from bot.store.migrate import migrate
from bot.store.store import open_store

LOOPBACK = "127.0.0.1"

DEBUG = "--debug"


class PortInUse(CampaignError):
    """The page's port is in use. Choose another with --port, or stop what uses it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """A rehearsal under way. `settings` are those of its bot, `claim_code` makes one person its owner."""

    world: World
    folder: Path
    settings: Settings
    bot_api: str
    claim_code: str
    bot: BotChild


@asynccontextmanager
async def rehearsing(
    world: World,
    *,
    rate: float,
    api_port: int = 0,
    pseudo: bool = False,
    clock: SharedClock | None = None,
    database: str | None = None,
    debug: bool = False,
    done: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Rehearsal]:
    """Set a rehearsal up around a world, and take all of it away again.

    `rate` is the bot's, in messages per second; with `pseudo` it shows its strings altered; `clock` is the one that a
    tour's world goes by, and its bot then; `database`: a DATABASE_URL in place of one of its own; with `debug` the bot
    logs all it ever does; `done` hears of each thing that stands. Raises BotStopped, NotEmpty.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
        key_file = folder / "key" / "campaign.key"
        key = write_key_file(key_file)
        done("environment")
        url = f"sqlite:///{folder / 'database' / 'campaign.db'}"
        if database is not None:
            url = await stack.enter_async_context(lent(database))
        claim_code = await _founded(url, key, now=datetime.fromtimestamp(world.now(), UTC))
        done("database")
        server = RehearsalServer(world)
        await server.start(port=api_port)
        stack.push_async_callback(server.stop)
        done(f"local Bot API {server.url.removeprefix('http://')}")
        environment = {
            "BOT_TOKEN": world.token,
            "BOT_API_URL": server.url,
            "DATABASE_URL": url,
            "CAMPAIGN_KEY_FILE": str(key_file),
            "PORT": str(free_port()),
            "SEND_RATE": f"{rate:g}",
            "PSEUDO_LOCALE": "on" if pseudo else "off",
            "LOG_FORMAT": "json",
        }
        program = _program(clock, debug=debug)
        bot = await BotChild.start(environment, program=program, folder=folder, log=folder / "bot.log")
        stack.push_async_callback(bot.end)
        await bot.until(lambda: world.requests["getUpdates"] > 0)
        done("bot")
        yield Rehearsal(
            world=world,
            folder=folder,
            settings=load_settings(folder / ".env", environment),
            bot_api=server.url,
            claim_code=claim_code,
            bot=bot,
        )


def _program(clock: SharedClock | None, *, debug: bool) -> list[str]:
    """Return what `python -m` runs: the bot itself or, by a clock, the bot of a tour, to which its file is named."""
    more = [DEBUG] if debug else []
    return ["bot", *more, "run"] if clock is None else ["bot.commands.tour_bot", str(clock.file), *more]


def free_port(preferred: int = 0) -> int:
    """Return the preferred port of loopback where it is free, else one that is."""
    try:
        return _tried(preferred)
    except OSError:
        return _tried(0)


def required_port(port: int) -> int:
    """Return the port asked for; one that is free for 0.

    Raises PortInUse.
    """
    try:
        return _tried(port)
    except OSError as error:
        raise PortInUse(
            f"Port {port} is in use. Choose another with --port, or stop what uses it."
        ) from error


def _tried(port: int) -> int:
    with socket.create_server((LOOPBACK, port)) as found:
        return int(found.getsockname()[1])


async def _founded(database: str, key: CampaignKey, *, now: datetime) -> str:
    """Make the database, and the code with which its first owner claims the bot."""
    await migrate(database)
    store = await open_store(database, key)
    try:
        async with store.transaction() as tx:
            return await invite(tx, Role.OWNER, now=now)
    finally:
        await store.close()
