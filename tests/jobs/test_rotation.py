"""The change of the campaign key: nobody is lost, double or unreadable, whatever happens meanwhile."""

import asyncio
import errno
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.audit import Event
from bot.domain.checkpoint import Signed
from bot.errors import WrongKey
from bot.jobs import rotation
from bot.jobs.rotation import OldKeyMissing, RotatesElsewhere, count_left
from bot.privacy.cipher import Cipher
from bot.privacy.key_file import replace_key_file
from bot.privacy.keyring import CampaignKey, new_key, read_key
from bot.privacy.page_codes import PageCodes
from bot.store.audit import Act
from bot.store.rekey import Rekeyed, Rekeying, tables_to_rekey
from bot.store.store import open_store
from tests.making import CHAT, KEY, NOW
from tests.store.test_nobody_is_named import use
from tests.store.test_rekey import fill
from tests.worlds.rotation import Crowd, chats_in, key_file, opened, opened_by, process, rotate

PEOPLE = [CHAT + number for number in range(12)]


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no processes but those that have shown themselves, and go in small steps."""
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.0)
    monkeypatch.setattr(rotation, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(rotation, "PAUSE_AT_LEAST", 0.0)
    monkeypatch.setattr(rotation, "ROWS", 2)
    monkeypatch.setattr(rotation, "ROWS_AT_MOST", 3)
    monkeypatch.setattr("bot.delivery.key_watch.KEY_SECONDS", 0.02)


async def test_a_new_key(database_url: str, tmp_path: Path) -> None:
    """Afterwards the new key alone opens everything, the old one nothing; it stands in the file, and it is recorded."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        await use(store)
        before = await chats_in(store, KEY)
        done = await rotate(store, file)
        key = read_key(text=None, file=file)
        assert (key.id, key.previous) == (done.key_id, ())
        assert done.renewed["subscribers"] == 3
        assert (await opened_by(store, key))[False] == 0
        assert (await opened_by(store, KEY))[True] == 0
        assert await chats_in(store, key) == before
        async with store.reading() as tx:
            assert await tx.audit.has(Event.KEYS_ROTATED, after=0)
            [former] = await tx.keys.former()
            assert (former.id, former.until, former.emptied_at) == (KEY.id, NOW, NOW)
    with pytest.raises(WrongKey):
        await open_store(database_url, KEY)


async def test_full_disk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says once that the disk is full, waits for room, and then goes on by itself to its end."""
    renew, failed, said = Rekeying.renew, list[str](), list[str]()

    async def without_room(self: Rekeying, table: sa.Table, **about: Any) -> Rekeyed:
        if len(failed) < 3:
            failed.append(str(table.name))
            raise OSError(errno.ENOSPC, "no room")
        return await renew(self, table, **about)

    monkeypatch.setattr(Rekeying, "renew", without_room)
    monkeypatch.setattr(rotation, "TROUBLE_SECONDS", 0.0)
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        await use(store)
        done = await rotate(store, file, told=said.append)
        assert (await opened_by(store, KEY))[True] == 0
    assert (len(failed), sum("the disk is full" in line for line in said)) == (3, 1)
    assert done.renewed["subscribers"] == 3


async def test_every_table(database_url: str, tmp_path: Path) -> None:
    """Whatever a table is about, nothing in it is left under the old key."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        async with store.database.writing() as connection:
            filled: set[str] = set()
            for table in tables_to_rekey():
                if table.name not in filled and table.name != "former_keys":
                    await fill(connection, table, filled)
        held = (await opened_by(store, KEY))[True]
        await rotate(store, file)
        counted = await opened_by(store, read_key(text=None, file=file))
        assert counted == {True: held + 1}  # what is kept of the old key


async def test_twice(database_url: str, tmp_path: Path) -> None:
    """A key can be changed again; checkpoints and pages of the first are still known by what is kept of it."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        await use(store)
        async with store.transaction() as tx:
            tx.audit.add(Act(event=Event.ALERT_BEGUN, about=None, actor=None, at=NOW, details={}))
        async with store.reading() as tx:
            checkpoint = await tx.audit.checkpoint()
        assert checkpoint is not None
        for _ in range(2):
            await rotate(store, file)
        async with store.reading() as tx:
            former = await tx.keys.former()
            assert tx.audit.signed(checkpoint) is Signed.UNKNOWN
            assert tx.audit.signed(checkpoint, [each.verifies for each in former]) is Signed.OURS
        codes = PageCodes(store.keys.ring, [each.page for each in former])
        assert codes.alert_id(PageCodes(KEY).code(7)) == 7
        assert PageCodes(store.keys.ring).alert_id(PageCodes(KEY).code(7)) is None
        assert (await opened_by(store, store.keys.ring))[False] == 0


@pytest.mark.parametrize("seed", range(3))
async def test_while_people_act(database_url: str, tmp_path: Path, seed: int) -> None:
    """Whoever joins, leaves or writes meanwhile, in whichever process, is found, and has one row of a kind."""
    file = key_file(tmp_path)
    async with (
        process(database_url, file) as one,
        process(database_url, file) as two,
        opened(database_url, file) as mine,
    ):
        crowd, over = Crowd([one, two], seed=seed), asyncio.Event()
        shares = [PEOPLE[:4], PEOPLE[4:8]]
        living = [asyncio.create_task(crowd.live(share, until=over)) for share in shares]
        living.append(asyncio.create_task(crowd.join_twice(PEOPLE[8:], until=over)))
        for _ in range(2):
            await rotate(mine, file)
        over.set()
        await asyncio.gather(*living)
        assert crowd.acts > len(PEOPLE)
        key = read_key(text=None, file=file)
        assert crowd.broken(await chats_in(mine, key)) == []
        assert (await opened_by(mine, key))[False] == 0


STEPS = [
    "replace_key_file",
    "_announce",
    "_until_known",
    "_switch",
    "_renew",
    "_left",
    "_compact",
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
async def test_killed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    """Killed at any step it goes on with the same key when it is run again; everybody is found in between."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        await use(store)
    with monkeypatch.context() as patch:
        _kill_at(patch, step, when)
        async with opened(database_url, file) as store:
            with pytest.raises(Killed):
                await rotate(store, file)
    begun = {each.id for each in read_key(text=None, file=file).ring}
    async with opened(database_url, file) as store:
        async with store.transaction() as tx:
            assert await tx.subscribers.find(CHAT) is not None
            assert await tx.languages.chosen(CHAT) == "ar"
        done = await rotate(store, file)
        key = read_key(text=None, file=file)
        assert done.key_id == key.id != KEY.id
        assert begun <= {key.id, KEY.id}
        assert (len(begun) == 1) == (step == "replace_key_file" and when == "before")
        assert (await opened_by(store, key))[False] == 0
        async with store.reading() as tx:
            assert len(await tx.keys.former()) == 1
            assert (await tx.audit.head()).tree.size == 1


def _kill_at(patch: pytest.MonkeyPatch, step: str, when: str) -> None:
    if step == "replace_key_file":

        def replaces(file: Path, key: CampaignKey) -> None:
            if when == "after":
                replace_key_file(file, key)
            raise Killed

        patch.setattr(rotation, step, replaces)
        return
    right = getattr(rotation.Rotation, step)

    async def killed(self: rotation.Rotation, *given: object) -> Any:
        if when == "after":
            await right(self, *given)
        raise Killed

    patch.setattr(rotation.Rotation, step, killed)


async def test_a_process_without_the_new_key(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as a process that lives lacks the new key, everything stays under the old one."""
    monkeypatch.setattr(rotation, "SHOWN_AFTER", 0.3)
    file, elsewhere = key_file(tmp_path), tmp_path / "elsewhere.key"
    elsewhere.write_bytes(file.read_bytes())
    lacks = asyncio.Event()

    def told(line: str) -> None:
        if "1 running without it" in line:
            lacks.set()

    async with (
        process(database_url, elsewhere) as other,
        process(database_url, file),
        opened(database_url, file) as mine,
    ):
        rotating = asyncio.create_task(rotate(mine, file, told))
        await lacks.wait()
        async with other.transaction() as tx:
            await tx.languages.choose(CHAT, "ar")
        assert (await opened_by(mine, KEY))[False] == 0
        replace_key_file(elsewhere, read_key(text=None, file=file))
        await rotating
        async with other.reading() as tx:
            assert await tx.languages.chosen(CHAT) == "ar"


async def test_a_process_that_slept(database_url: str, tmp_path: Path) -> None:
    """A process that was stopped all the while reads the file again before it does anything, or says what is wrong."""
    file, elsewhere = key_file(tmp_path), tmp_path / "elsewhere.key"
    elsewhere.write_bytes(file.read_bytes())
    async with (
        opened(database_url, file) as asleep,
        opened(database_url, elsewhere) as lost,
        opened(database_url, file) as mine,
    ):
        async with asleep.transaction() as tx:
            await tx.languages.choose(CHAT, "ar")
        await rotate(mine, file)
        async with asleep.transaction() as tx:
            assert await tx.languages.chosen(CHAT) == "ar"
            await tx.languages.choose(CHAT, "es")
        for open_one in (lost.transaction, lost.reading):
            with pytest.raises(WrongKey):
                async with open_one():
                    pass
        assert await chats_in(mine, mine.keys.ring) == {
            table: [CHAT] if table == "languages" else [] for table in await chats_in(mine, mine.keys.ring)
        }


async def test_what_cannot_be_read(database_url: str, tmp_path: Path) -> None:
    """A row that no key opens stays as it is, is counted, and keeps nothing else from changing."""
    file = key_file(tmp_path)
    nobodys = Cipher(new_key()[0])
    async with opened(database_url, file) as store:
        await use(store)
        async with store.transaction() as tx:
            tx.languages._cipher = nobodys
            await tx.languages.choose(CHAT + 9, "fr")
        done = await rotate(store, file)
        assert done.unreadable == {"languages": 1}
        left = await count_left(store)
        assert {table: each.unreadable for table, each in left.items() if each.unreadable} == {"languages": 1}


async def test_begun_elsewhere(database_url: str, tmp_path: Path) -> None:
    """A change that was begun with another key file is not gone on with here, and nothing is written here."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        async with store.transaction() as tx:
            assert await tx.keys.announce(new_key()[0].id)
        with pytest.raises(RotatesElsewhere):
            await rotate(store, file)
    assert read_key(text=None, file=file) == KEY


async def test_the_old_key_is_missing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose file lost the old key before the end is told so, and makes no third."""
    file = key_file(tmp_path)
    async with opened(database_url, file) as store:
        _kill_at(monkeypatch, "_renew", "before")
        with pytest.raises(Killed):
            await rotate(store, file)
    newer = read_key(text=None, file=file)
    replace_key_file(file, CampaignKey(newer.secret))
    async with opened(database_url, file) as store:
        with pytest.raises(OldKeyMissing):
            await rotate(store, file)
