"""Everything a rehearsal stands on, made in a folder of its own and gone with it: key, database, Bot API, bot."""

import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import system_clock
from bot.config import Settings, load_settings
from bot.domain.organizer import Role
from bot.errors import CampaignError
from bot.privacy.keyring import CampaignKey, write_key_file
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.bot_process import BotChild
from bot.rehearsal.world.world import World
from bot.services.team import invite
from bot.store.migrate import migrate
from bot.store.store import open_store

LOOPBACK = "127.0.0.1"


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
    key: CampaignKey = field(repr=False)

    async def settle(self, zones: Mapping[int, str]) -> int:
        """Tell the bot by which clocks people on its list live, by their chat ids. Returns of how many.

        It has no screen that asks them.
        """
        store = await open_store(self.settings.database_url, self.key)
        try:
            async with store.transaction() as tx:
                found = [(await tx.subscribers.find(chat_id), zone) for chat_id, zone in zones.items()]
                known = [(person, zone) for person, zone in found if person is not None]
                for person, zone in known:
                    await tx.subscribers.set_zone(person.id, zone)
            return len(known)
        finally:
            await store.close()


@asynccontextmanager
async def rehearsing(
    world: World,
    *,
    rate: float,
    api_port: int = 0,
    pseudo: bool = False,
    done: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Rehearsal]:
    """Set a rehearsal up around a world, and take all of it away again.

    `rate` is the bot's, in messages per second; with `pseudo` it shows its strings altered; `done` hears of each
    thing that stands. Raises BotStopped.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
        key_file = folder / "key" / "campaign.key"
        key = write_key_file(key_file)
        done("environment")
        database = f"sqlite:///{folder / 'database' / 'campaign.db'}"
        claim_code = await _founded(database, key)
        done("database")
        server = RehearsalServer(world)
        await server.start(port=api_port)
        stack.push_async_callback(server.stop)
        done(f"local Bot API {server.url.removeprefix('http://')}")
        environment = {
            "BOT_TOKEN": world.token,
            "BOT_API_URL": server.url,
            "DATABASE_URL": database,
            "CAMPAIGN_KEY_FILE": str(key_file),
            "PORT": str(free_port()),
            "SEND_RATE": f"{rate:g}",
            "PSEUDO_LOCALE": "on" if pseudo else "off",
            "LOG_FORMAT": "json",
        }
        bot = await BotChild.start(environment, folder=folder, log=folder / "bot.log")
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
            key=key,
        )


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


async def _founded(database: str, key: CampaignKey) -> str:
    """Make the database, and the code with which its first owner claims the bot."""
    await migrate(database)
    store = await open_store(database, key)
    try:
        async with store.transaction() as tx:
            return await invite(tx, Role.OWNER, now=system_clock())
    finally:
        await store.close()
