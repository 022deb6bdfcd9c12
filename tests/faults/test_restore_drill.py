"""The restore drill: a fresh machine with the backup, its private key and the campaign key, amid a broadcast."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.services import steering
from bot.store.store import Store, open_store
from tests.making import OWNER
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.campaign import Api, Campaign, bot_api, campaign, wait_until_served
from tests.worlds.processes.child import GivenUp, kill

PEOPLE, BEFORE, AFTER = 1_500, 60, 120
"""How many there are, how many have it when the backup begins, and how many when the machine is lost."""

RATE = "40"

LOOKS_SECONDS = 3.0


def received(api: Api) -> Counter[int]:
    """Return how often each person got it."""
    return Counter(chat for chat, _ in api.ask("accepted")["accepted"])


def elsewhere(made: Campaign, folder: Path, url: str) -> Campaign:
    """Return the campaign on another machine: only its key, its settings and an empty database are there."""
    return Campaign(folder=folder, environ=made.environ | {"DATABASE_URL": url})


@pytest.fixture
def new_url(dialect: str, request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Return what gives the address of a database that is not there yet, of a machine with this folder."""

    def at(folder: Path) -> str:
        if dialect == "sqlite":
            return f"sqlite:///{folder / 'data' / 'campaign.db'}"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.create(f"drill_{folder.name}")

    return at


async def resume(made: Campaign) -> None:
    """Let an organizer have it go on."""
    store: Store = await open_store(made.environ["DATABASE_URL"], made.key)
    try:
        async with store.transaction() as tx:
            [found] = await tx.broadcasts.all()
            await steering.resume(tx, found.id, actor=OWNER, now=found.created_at)
    finally:
        await store.close()


@pytest.mark.timeout(600)
def test_drill(new_url: Callable[[Path], str], tmp_path: Path) -> None:
    """It is ready, what was under way waits, and whatever an organizer decides, nobody gets an alert twice."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with bot_api(PEOPLE) as api:
        made = campaign(api, first, SEND_RATE=RATE, DATABASE_URL=new_url(first))
        made.prepare(PEOPLE)
        keys = json.loads(made.call("backup", "keygen", str(second / "key.txt"), "--json"))
        made.environ["BACKUP_RECIPIENT"] = keys["recipient"]
        sender = made.running("sender").start()
        api.wait_for(BEFORE)
        made.call("backup", str(second / "it.age"))
        api.wait_for(max(AFTER, sum(received(api).values()) + 5))
        kill(sender)
        there = elsewhere(made, second, new_url(second))
        done = json.loads(there.call("restore", "it.age", "--identity", "key.txt", "--json"))
        assert done["paused"] == 1
        stands = there.broadcast()
        assert stands["status"] == "paused"
        assert stands["sent"] + stands["unknown"] == PEOPLE
        assert stands["sent"] >= BEFORE
        before = received(api)
        with there.bot("run", "--role", "all", log=second / "bot.log"):
            wait_until_served(f"http://127.0.0.1:{there.environ['PORT']}")
            time.sleep(LOOKS_SECONDS)
        assert received(api) == before
        asyncio.run(resume(there))
        there.call("run", "--role", "sender", "--until-idle")
        assert there.broadcast()["status"] == "finished"
        assert max(received(api).values()) == 1
        with pytest.raises(GivenUp):
            there.call("restore", "it.age", "--identity", "key.txt")
