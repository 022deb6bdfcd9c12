"""A backup: written while others write, opened by one key only, and restored into nothing but an empty database."""

import gzip
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import orjson
import pytest

from bot.errors import WrongKey
from bot.privacy.age import MAGIC, NotWhole, WrongIdentity, decrypting, read_identities, write_identity
from bot.privacy.keyring import CampaignKey
from bot.services import backups
from bot.services.backups import NoBackupThere, dated_name, is_overdue, prune, restore, write_backup
from bot.store import dumping
from bot.store.database import open_database
from bot.store.dump_form import DumpDamaged
from bot.store.loading import BackupNewer, DatabaseNotEmpty
from bot.store.store import Store, open_store
from tests.making import CHAT, KEY, NOW
from tests.store.everything import everything
from tests.store.test_nobody_is_named import FRIEND_CODE, SAID, spellings, use
from tests.worlds.postgres import PostgresServer

_numbers = count(1)

# ruff: noqa: ASYNC240, PLR0917  (small files; fixtures are arguments)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Return the file with the private key."""
    file = tmp_path / "key.txt"
    write_identity(file)
    return file


@pytest.fixture
def recipient(key_file: Path) -> str:
    """Return the public key."""
    return str(read_identities(key_file)[0].to_public())


@pytest.fixture
def new_url(tmp_path: Path, dialect: str, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Return what gives the address of a database that is not there yet."""
    if dialect == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'restored{next(_numbers)}.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return lambda: server.create(f"restored_{next(_numbers)}")


async def written(store: Store, recipient: str, folder: Path) -> Path:
    """Do all that people do, and back it up."""
    await use(store)
    return (await write_backup(store.database, folder / "it.age", recipient=recipient, now=NOW)).file


async def restored(url: str, file: Path, key_file: Path, *, key: CampaignKey = KEY) -> backups.Restored:
    """Restore a backup."""
    database = open_database(url)
    try:
        identities = read_identities(key_file)
        return await restore(database, file, identities=identities, key=key, now=NOW + timedelta(days=1))
    finally:
        await database.close()


def plaintext(file: Path, key_file: Path) -> bytes:
    """Return what is in a backup, as whoever has its key reads it."""
    with file.open("rb") as sealed, decrypting(read_identities(key_file), sealed) as plain:
        return gzip.decompress(plain.read())


async def test_round_trip(
    store: Store, recipient: str, key_file: Path, tmp_path: Path, new_url: Callable[[], str]
) -> None:
    """What people chose, said and did is there again; only what was under way is not as it was."""
    file = await written(store, recipient, tmp_path)
    before = await everything(store.database)
    url = new_url()
    done = await restored(url, file, key_file)
    assert done.taken_at == NOW
    assert done.rows == sum(len(orjson.loads(line).get("rows", ())) for line in before if b'"rows":[' in line)
    again = await open_store(url, KEY)
    try:
        after = await everything(again.database)
        async with again.reading() as tx:
            assert await tx.subscribers.count_states() != {}
            assert await tx.counts.differences() == []
    finally:
        await again.close()
    changed = {_table(line) for line in set(before) ^ set(after)}
    assert changed <= {
        *("installation", "audit_entries", "audit_head", "updates", "workers", "jobs", "budget"),
        *("deliveries", "broadcasts", "broadcast_counts", "digest_entries", "whole"),
    }


def _table(line: bytes) -> str:
    found = orjson.loads(line)
    return str(found.get("table") or found.get("end") or "whole")


async def test_nobody_in_a_backup(store: Store, recipient: str, key_file: Path, tmp_path: Path) -> None:
    """Neither the file nor what is in it holds an id, a word of anybody's, or the campaign key."""
    file = await written(store, recipient, tmp_path)
    read = plaintext(file, key_file)
    assert b"https://example.org" in read
    for found in (read, file.read_bytes()):
        for person in range(3):
            assert [each for each in spellings(CHAT + person) if len(each) > 5 and each in found] == []
        for word in (SAID.encode(), FRIEND_CODE.encode(), KEY.secret):
            assert word not in found
    assert file.read_bytes().startswith(MAGIC)
    assert b"example.org" not in file.read_bytes()


async def test_the_file(store: Store, recipient: str, tmp_path: Path) -> None:
    """It is its owner's alone, nothing else is left beside it, and the database knows when it was written."""
    file = await written(store, recipient, tmp_path / "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".*")) == []
    async with store.reading() as tx:
        standing = await tx.installation.standing()
    assert standing.backed_up_at == NOW
    assert not is_overdue(NOW, now=NOW + timedelta(days=2))
    assert is_overdue(NOW, now=NOW + timedelta(days=2, seconds=1))
    assert is_overdue(None, now=NOW)


async def test_in_its_place(store: Store, recipient: str, key_file: Path, tmp_path: Path) -> None:
    """It takes the place of an earlier backup, and of no other file."""
    file = await written(store, recipient, tmp_path)
    first = file.read_bytes()
    await write_backup(store.database, file, recipient=recipient, now=NOW)
    assert file.read_bytes() != first
    private = key_file.read_bytes()
    with pytest.raises(NoBackupThere):
        await write_backup(store.database, key_file, recipient=recipient, now=NOW)
    assert key_file.read_bytes() == private


async def test_broken_off(
    store: Store, recipient: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that fails leaves the earlier one as it is, and nothing beside it."""
    file = await written(store, recipient, tmp_path)
    first = file.read_bytes()

    async def failing(*_: object, **__: object) -> object:
        yield b"{}"
        raise OSError("no room")

    monkeypatch.setattr(backups, "lines_of", failing)
    with pytest.raises(OSError, match="no room"):
        await write_backup(store.database, file, recipient=recipient, now=NOW)
    assert file.read_bytes() == first
    assert list(tmp_path.glob(".*")) == []


async def test_refused(
    store: Store,
    recipient: str,
    key_file: Path,
    tmp_path: Path,
    new_url: Callable[[], str],
    database_url: str,
) -> None:
    """Another private key, another campaign key, a file that is cut off, a list that is there: a sentence each."""
    file = await written(store, recipient, tmp_path)
    write_identity(tmp_path / "another.txt")
    with pytest.raises(WrongIdentity):
        await restored(new_url(), file, tmp_path / "another.txt")
    with pytest.raises(WrongKey, match="backup"):
        await restored(new_url(), file, key_file, key=CampaignKey(bytes(64)))
    with pytest.raises(DatabaseNotEmpty):
        await restored(database_url, file, key_file)
    whole = file.read_bytes()
    url = new_url()
    for left in (0, 100, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:left])
        with pytest.raises((NotWhole, DumpDamaged)):
            await restored(url, file, key_file)
    file.write_bytes(whole)
    await restored(url, file, key_file)
    with pytest.raises(DatabaseNotEmpty):
        await restored(url, file, key_file)


async def test_newer(
    store: Store,
    recipient: str,
    key_file: Path,
    tmp_path: Path,
    new_url: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A backup of a schema that this program does not know yet is refused, and says so."""
    monkeypatch.setattr(dumping, "REVISIONS", ["9999"])
    file = await written(store, recipient, tmp_path)
    with pytest.raises(BackupNewer):
        await restored(new_url(), file, key_file)


def test_prune(tmp_path: Path) -> None:
    """Of a folder only dated backups go, but for the newest ones; and what was broken off long ago."""
    for day in range(40):
        (tmp_path / dated_name(NOW - timedelta(days=day))).touch()
    (tmp_path / "by-hand.age").touch()
    (tmp_path / ".campaign-x.age.1234.part").touch()
    removed = prune(tmp_path, now=NOW)
    left = sorted(file.name for file in tmp_path.iterdir())
    assert len(removed) == 40 - len([name for name in left if name.startswith("campaign-")])
    assert dated_name(NOW) in left
    assert {"by-hand.age", ".campaign-x.age.1234.part"} <= set(left)
    assert 9 <= len(left) - 2 <= 11
    prune(tmp_path, now=datetime.now(UTC) + timedelta(days=2))
    assert not (tmp_path / ".campaign-x.age.1234.part").exists()
