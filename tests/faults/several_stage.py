"""What a life of several processes is played on: a campaign with much to do, and everything around it."""

import asyncio
import math
import random
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from bot.clock import system_clock
from bot.commands.prepare import FIRST_CHAT_ID
from bot.config import ROOT
from bot.content import Content
from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.organizer import Role as TeamRole
from bot.domain.schedule import Weekly
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.faults import Faults as ApiFaults
from bot.rehearsal.world.limits import Limits
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import REHEARSAL_TOKEN
from bot.roles import Role
from bot.services import series
from bot.store.migrate import migrate
from bot.store.store import open_store
from tests.faults.several_faults import Aim, Faults
from tests.faults.several_people import OWNER_CHATS, PEOPLE, People
from tests.making import KEY, KEY_TEXT, approve, consent, draft, words
from tests.worlds import witness
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

CROWD, DELIVERIES_PER_FAULT = 240, 12
ALERT_TITLE, SERIES_TITLE = "Alert number", "Each day"
DUE_IN, CLOCK_AT_END = timedelta(minutes=4), timedelta(minutes=11)
"""When what repeats is due, and by how much the clocks are ahead in the end, so that it is due by any of them."""


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
        # Some of the settings hold from a start on.
        server.crash()
        server.start_again()
        yield server
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
    alerts = await _fill(url, deliveries=max(2, faults * DELIVERIES_PER_FAULT // (CROWD + PEOPLE // 2)))
    world = WatchedWorld(
        limits=Limits(overall_per_second=aim.rate, sliding=True),
        faults=ApiFaults.from_plan(
            {
                "seed": lot.getrandbits(32),
                "rules": [
                    {"kind": "slow", "seconds": lot.choice((0.02, 0.05, 0.1)), "methods": ["sendMessage"]}
                ],
            }
        ),
        crowd=Crowd(first_id=FIRST_CHAT_ID, size=CROWD),
    )
    content = Content.load(ROOT / "content")
    people = People(world=world, lot=lot, consent=content.consent("en").version, alerts=alerts)
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
            postgres=postgres,
            database=database,
            webhook=webhook,
            api=api,
            way=way,
            aim=aim,
            lot=lot,
            sent=lambda: len(world.arrivals),
        )
        yield Stage(url=url, world=world, fleet=fleet, people=people, faults=hits)


async def _fill(url: str, *, deliveries: int) -> list[int]:
    """Fill the database: a list, owners, so many approved broadcasts, and an alert that repeats. Returns the alerts."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await witness.watch(connection)
    finally:
        await connection.close()
    store, now = await open_store(url, KEY), system_clock()
    try:
        async with store.transaction() as tx:
            crowd = [(chat_id, "en") for chat_id in range(FIRST_CHAT_ID, FIRST_CHAT_ID + CROWD)]
            await tx.subscribers.add_many(
                crowd, topic=DEFAULT_TOPIC, consent=consent(), wordings={"en": "a" * 64}
            )
            owners = []
            for chat_id in OWNER_CHATS:
                await tx.organizers.add(chat_id, TeamRole.OWNER, today=now.date())
                owners.append(await tx.organizers.find(chat_id))
            author, approver = owners
            assert author is not None
            assert approver is not None
            alerts = []
            for number in range(1, deliveries + 1):
                title = replace(words(), title=f"{ALERT_TITLE} {number}")
                alert = await tx.alerts.add(
                    replace(draft(author_id=author.id), translations={"en": title}), now=now
                )
                await approve(tx, alert, by=approver.id, now=now)
                await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=now)
                alerts.append(alert.id)
            due = now + DUE_IN
            rule = Weekly(
                weekdays=frozenset(range(1, 8)),
                hour=due.time().replace(second=0, microsecond=0),
                zone="UTC",
                own_zones=False,
                until=due.date() + timedelta(days=3),
            )
            repeated = replace(draft(author_id=author.id), start=rule)
            repeated = replace(repeated, translations={"en": replace(words(), title=SERIES_TITLE)})
            written = await tx.alerts.add(repeated, now=now)
            await approve(tx, written, by=approver.id, now=now)
            await series.repeat(tx, written.id, confirmed=CROWD, paid=False, actor=author, now=now)
            return alerts
    finally:
        await store.close()
