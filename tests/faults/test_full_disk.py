"""A disk that is full, for real: what is under way stops with one sentence, and goes on once there is room."""

import asyncio
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import system_clock
from bot.domain.delivery import DeliveryState
from bot.rehearsal.world.people import Crowd
from bot.rehearsal.world.world import World
from tests.making import CHAT, KEY, queue_broadcast
from tests.worlds.in_process.served import served
from tests.worlds.in_process.stage import Phone, Stage
from tests.worlds.processes.campaign import SURROUNDINGS
from tests.worlds.processes.child import Bot, GivenUp
from tests.worlds.rotation import key_file

DISK = 12 << 20
PEOPLE, BEFORE = 3_000, 300
RATE = "300"

PATIENCE = 60.0
"""Seconds to wait for another process, on a busy machine."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk of its own."""
    mount = shutil.which("mount")
    place = tmp_path / "disk"
    place.mkdir()
    asked = [str(mount), "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    if mount is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the owners be told within seconds."""
    monkeypatch.setattr("bot.jobs.watch.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("bot.jobs.watch.EVERY", timedelta(seconds=1))
    monkeypatch.setattr("bot.jobs.watch.SLACK", timedelta(seconds=0.1))
    monkeypatch.setattr("bot.jobs.watch.PATIENCE", timedelta(seconds=1))
    monkeypatch.setattr("bot.domain.health.CALM", timedelta(seconds=1))


@pytest.fixture
async def stage(disk: Path, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run the bot with its database on that disk."""
    database = Path(shutil.copy(migrated_file, disk / "campaign.db"))
    world = World(crowd=Crowd(first_id=CHAT, size=PEOPLE))
    async with served(world) as server:
        about = {"SEND_RATE": RATE, "CAMPAIGN_KEY": "", "CAMPAIGN_KEY_FILE": str(key_file(tmp_path, KEY))}
        made = Stage(world=world, server=server, database=database, **about)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()


def fill(disk: Path) -> Path:
    """Leave no byte of room. Returns what is to be removed."""
    ballast = disk / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as out:
        while out.write(bytes(4096)):
            pass
    return ballast


def unfinished(disk: Path) -> list[str]:
    """Return what is left there of a backup."""
    return [each.name for each in disk.iterdir() if each.suffix in {".age", ".part"}]


def call(stage: Stage, folder: Path, *arguments: str, **settings: str) -> str:
    """Call a command beside the running bot. Returns what it said. Raises GivenUp where it failed."""
    environ = {**SURROUNDINGS, **stage.environment, **settings}
    bot = Bot(*arguments, folder=folder, environ=environ, log=folder / f"{arguments[0]}.log")
    bot.start().process.wait(PATIENCE)
    if bot.code:
        raise GivenUp(bot.said)
    return bot.said


async def refused(stage: Stage, folder: Path, *arguments: str, **settings: str) -> str:
    """Call a command that cannot go on now. Returns its last line."""
    with pytest.raises(GivenUp) as raised:
        await asyncio.to_thread(call, stage, folder, *arguments, **settings)
    (folder / f"{arguments[0]}.log").unlink()
    return str(raised.value).splitlines()[-1]


async def owner_hears(dana: Phone, words: str) -> None:
    """Wait until the owner has been told."""
    await dana.stage.world.wait_for(
        lambda: any(words in each.text for each in dana.messages), timeout=PATIENCE
    )


@pytest.mark.timeout(300)
async def test_full(stage: Stage, disk: Path, tmp_path: Path) -> None:
    """Broadcast, backup and change of the key each say so, the owner hears it, and nothing is lost or sent twice."""
    dana, accepted = await stage.organizer("Dana"), stage.world.accepted
    identity = call(stage, tmp_path, "backup", "keygen", str(tmp_path / "backup-key.txt"), "--json")
    recipient = json.loads(identity)["recipient"]
    (tmp_path / "backup.log").unlink()
    with capture_logs() as said:
        await queue_broadcast(stage.app.store, PEOPLE, now=system_clock())
        stage.app.engine.wake()
        await stage.world.wait_for(
            lambda: sum(accepted[CHAT + n] for n in range(PEOPLE)) >= BEFORE, timeout=PATIENCE
        )
        ballast = await asyncio.to_thread(fill, disk)
        await owner_hears(dana, "The database is full.")
        assert sum(accepted[CHAT + n] for n in range(PEOPLE)) < PEOPLE
        backup = await refused(stage, tmp_path, "backup", str(disk / "it.age"), BACKUP_RECIPIENT=recipient)
        rotation = await refused(stage, tmp_path, "keys", "rotate")
        ballast.unlink()
        await stage.world.wait_for(
            lambda: sum(accepted[CHAT + n] for n in range(PEOPLE)) >= PEOPLE, timeout=PATIENCE
        )
        await owner_hears(dana, "All is well again.")
        async with asyncio.timeout(PATIENCE):
            while not any(line["event"] == "broadcast_finished" for line in said):  # noqa: ASYNC110  # the log has no event to wait for
                await asyncio.sleep(0.05)
    assert backup.startswith("The disk is full. Make room on it")
    assert rotation.startswith("The disk is full. Make room on it")
    told = [line["event"] for line in said if line["event"].startswith("engine_")]
    assert told == ["engine_interrupted", "engine_resumed"]
    assert Counter(accepted[CHAT + n] for n in range(PEOPLE)) == {1: PEOPLE}
    async with stage.app.store.reading() as tx:
        [broadcast] = await tx.broadcasts.all()
        assert (await tx.counts.tally(broadcast.id))[DeliveryState.SENT] == PEOPLE
    assert await asyncio.to_thread(unfinished, disk) == []
    written = await asyncio.to_thread(
        call, stage, tmp_path, "backup", str(tmp_path / "it.age"), BACKUP_RECIPIENT=recipient
    )
    assert "✓ backup" in written
    assert "is in use" in await asyncio.to_thread(call, stage, tmp_path, "keys", "rotate")
