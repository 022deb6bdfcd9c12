"""Backups and restores whose process is killed at any moment: nothing is half there and taken for whole."""

import asyncio
import json
import random
import time
from itertools import count
from pathlib import Path

import pytest

from bot.errors import DatabaseHalfFilled, MigrationsPending
from bot.privacy.age import read_identities
from bot.services.backups import opened
from bot.store.database import open_database
from bot.store.dump_form import read_blocks
from bot.store.store import open_store
from tests.faults.command_rounds import why_not
from tests.making import KEY, KEY_TEXT, queue_broadcast
from tests.store.everything import everything
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.campaign import SURROUNDINGS
from tests.worlds.processes.child import Bot, kill

PEOPLE, KILLS = 8_000, 4
_numbers = count(1)


async def listed(url: str) -> list[bytes]:
    """Put people on a list, with a broadcast to all of them. Returns everything that is there."""
    store = await open_store(url, KEY)
    await queue_broadcast(store, PEOPLE)
    await store.close()
    return await lines(url)


async def lines(url: str) -> list[bytes]:
    """Return everything that is there."""
    database = open_database(url)
    try:
        return await everything(database)
    finally:
        await database.close()


class Killed:
    """A command that is killed again and again, each time at another moment, until it is let be."""

    def __init__(self, *arguments: str, url: str, folder: Path) -> None:
        self._arguments = arguments
        self._folder = folder
        self._environ = {
            **SURROUNDINGS,
            "DATABASE_URL": url,
            "CAMPAIGN_KEY": KEY_TEXT,
            "BACKUP_RECIPIENT": "",
        }

    def with_recipient(self, recipient: str) -> "Killed":
        """Let it know the key to encrypt to."""
        self._environ["BACKUP_RECIPIENT"] = recipient
        return self

    def bot(self) -> Bot:
        """Return the command, not started."""
        return Bot(*self._arguments, folder=self._folder, environ=self._environ, log=self._folder / "log")

    def whole(self) -> float:
        """Run it to its end. Returns the seconds that takes."""
        began = time.monotonic()
        said = self.bot().output()
        assert said
        return time.monotonic() - began

    def once(self, after: float) -> bool:
        """Kill it so many seconds after its start. Returns whether it still ran."""
        bot = self.bot().start()
        time.sleep(after)
        return kill(bot) == 1


@pytest.fixture
def new_target(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database of the other kind, which is not there yet."""
    if dialect == "postgresql":
        return f"sqlite:///{tmp_path / 'target.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create(f"target_{next(_numbers)}")


@pytest.mark.timeout(900)
def test_killed_restores(database_url: str, new_target: str, tmp_path: Path) -> None:
    """A restore that was killed has given a database that does not start; called again, it does it all."""
    asyncio.run(listed(database_url))
    file, key = tmp_path / "it.age", tmp_path / "key.txt"
    made = Bot("backup", "keygen", str(key), "--json", folder=tmp_path, environ=SURROUNDINGS).output()
    recipient = json.loads(made)["recipient"]
    backing_up = Killed("backup", str(file), url=database_url, folder=tmp_path).with_recipient(recipient)
    seconds = backing_up.whole()
    lot = random.Random(8)  # noqa: S311  # a repeatable trial
    for _ in range(KILLS):
        # One that is killed leaves the earlier one as it was, and whole.
        backing_up.once(lot.uniform(0.3, 1.0) * seconds)
        assert asyncio.run(rows_of(file, key)) > PEOPLE
    url = new_target
    restoring = Killed("restore", str(file), "--identity", str(key), url=url, folder=tmp_path)
    for _ in range(KILLS):
        ran = restoring.once(lot.uniform(0.3, 1.1) * seconds)
        assert asyncio.run(why_not(url, KEY)) in (DatabaseHalfFilled, MigrationsPending, None)
        if not ran:
            break
        seconds *= 1.3
    if asyncio.run(why_not(url, KEY)) is not None:
        restoring.whole()
    assert asyncio.run(why_not(url, KEY)) is None
    assert people(asyncio.run(lines(url))) == people(asyncio.run(lines(database_url)))


async def rows_of(file: Path, key: Path) -> int:
    """Return how many rows are in a backup, which is read to its end."""
    with opened(file, read_identities(key)) as (head, found):
        return sum([len(block.rows) async for block in read_blocks(head, found)])


def people(found: list[bytes]) -> list[bytes]:
    """Return the lines about people."""
    return [line for line in found if b'"subscribers"' in line[:40] or b'"consents"' in line[:40]]
