"""What a life of several processes is played on: a campaign with much to do, and everything around it."""

import asyncio
import math
import random
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.content import Content
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN
from bot.rehearsal.world.faults import Faults as ApiFaults
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Crowd
from bot.roles import Role
from tests.faults.several_faults import Aim, Faults
from tests.faults.several_filling import CROWD, fill
from tests.faults.several_people import PEOPLE, People
from tests.making import KEY_TEXT
from tests.worlds.postgres import PostgresServer, start_postgres
from tests.worlds.processes.campaign import SURROUNDINGS
from tests.worlds.processes.fleet import Fleet, Way
from tests.worlds.processes.proxy import Proxy, to_port, to_socket
from tests.worlds.watched_api import WatchedWorld

SETTINGS = ("fsync = off", "full_page_writes = off", "track_commit_timestamp = on")
"""Of the server. What was committed is to survive its crash, but not the machine's."""

LEASE_SECONDS = 1.5
FAST = 2000
"""Sends per second when the rest is sent."""

DELIVERIES_PER_FAULT = 12

CLOCK_AT_END = timedelta(minutes=11)
"""By how much the clocks are ahead in the end, so that all is due by any of them."""

WAIT_SECONDS = 8
"""What the Bot API asks for where it answers 429: longer than it takes until all processes have heard of it."""


@dataclass(kw_only=True)
class Stage:
    """All that a life is played with. `kept_until`: the monotonic second up to which the rate is to be kept."""

    url: str
    world: WatchedWorld
    fleet: Fleet
    people: People
    faults: Faults
    kept_until: float = math.inf


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL that is restarted as faults will have it."""
    folder = Path(tempfile.mkdtemp(prefix="several-"))
    try:
        server = start_postgres(folder, settings=SETTINGS)
        try:
            # Some of the settings hold from a start on.
            server.crash()
            server.start_again()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def staged(
    postgres: PostgresServer, folder: Path, *, lot: random.Random, faults: int, way: Way, aim: Aim
) -> AsyncIterator[Stage]:
    """Set up a campaign with much to do, and everything around it; at the end no process is left."""
    name = f"several_{secrets.token_hex(4)}"
    url = postgres.create(name)
    filled = await fill(url, broadcasts=max(2, faults * DELIVERIES_PER_FAULT // (CROWD + PEOPLE // 2)))
    world = WatchedWorld(
        limits=Limits(overall_per_second=aim.rate, sliding=True),
        faults=ApiFaults.from_plan(
            {
                "seed": lot.getrandbits(32),
                "rules": [
                    {
                        "kind": "too_many",
                        "seconds": WAIT_SECONDS,
                        "share": aim.too_many,
                        "methods": ["sendMessage"],
                    },
                    {"kind": "slow", "seconds": lot.choice((0.02, 0.05, 0.1)), "methods": ["sendMessage"]},
                ],
            }
        ),
        crowd=Crowd(first_id=FIRST_CHAT_ID, size=CROWD),
    )
    content = Content.load(ROOT / "content")
    people = People(world=world, lot=lot, consent=content.consent("en").version, filled=filled)
    server = RehearsalServer(world, webhook_pause=0.1)
    async with AsyncExitStack() as parts:
        await server.start()
        parts.push_async_callback(server.stop)
        looking = asyncio.create_task(world.look())
        parts.callback(looking.cancel)
        fleet = Fleet(folder=folder, environ={}, database_url="")
        parts.callback(fleet.kill_all)
        database = Proxy(
            to_socket(postgres.socket), lot=lot, latency=lot.choice(aim.latency), commit=aim.commit
        )
        webhook = Proxy(*(to_port(web.port) for web in fleet.of(Role.WEB)), lot=lot)
        api = Proxy(to_port(int(server.url.rpartition(":")[2])), lot=lot)
        for proxy in (database, webhook, api):
            await proxy.start()
            parts.push_async_callback(proxy.stop)
        fleet.database_url = f"postgresql://postgres@127.0.0.1:{database.port}/{name}"
        fleet.environ = {
            **SURROUNDINGS,
            "BOT_TOKEN": REHEARSAL_TOKEN,
            "BOT_API_URL": f"http://127.0.0.1:{api.port}",
            "PUBLIC_URL": f"http://127.0.0.1:{webhook.port}",
            "CAMPAIGN_KEY": KEY_TEXT,
            "SEND_RATE": str(aim.rate),
            "LOG_FORMAT": "json",
        }
        hits = Faults(
            fleet=fleet,
            people=people,
            postgres=postgres,
            url=url,
            database=database,
            webhook=webhook,
            api=api,
            way=way,
            aim=aim,
            lot=lot,
            sent=lambda: len(world.arrivals),
        )
        yield Stage(url=url, world=world, fleet=fleet, people=people, faults=hits)
