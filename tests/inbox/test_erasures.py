"""The receipt of an erasure says what is so when it comes."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.inbox import erasures
from bot.inbox.erasures import ATTEMPTS, complete
from bot.store.store import Store
from bot.telegram_io.replies import Remains, Reply, dump, load
from tests.making import CHAT

GONE, LEFT = Remains.NOTHING, Remains.SOME_BYTES


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasures, "PAUSE_SECONDS", 0)


class Disk:
    """A store whose log can be cut the so-manieth time it is tried."""

    def __init__(
        self, *, leaves_nothing: bool = True, cut_at: int = 1, failures: int = 0, is_long: bool = False
    ) -> None:
        self.leaves_nothing = leaves_nothing
        self._is_long = is_long
        self._cut_at = cut_at
        self._failures = failures
        self.did: list[str] = []

    async def close(self) -> None:
        """Close the update; some times the database is away."""
        self.did.append("close")
        if self._failures:
            self._failures -= 1
            raise sa.exc.OperationalError("", None, Exception())

    async def expunge(self) -> bool:
        """Copy the file, unless it is too long for that."""
        self.did.append("expunge")
        return not self._is_long

    async def compact(self) -> bool:
        """Cut the log."""
        self.did.append("compact")
        return self.did.count("compact") >= self._cut_at


@pytest.mark.parametrize(
    ("disk", "remains", "attempts"),
    [
        (Disk(), GONE, 1),
        (Disk(cut_at=3), GONE, 3),
        (Disk(failures=2), GONE, 1),
        (Disk(cut_at=ATTEMPTS + 1), LEFT, ATTEMPTS),
        (Disk(leaves_nothing=False), LEFT, 0),
        (Disk(is_long=True), LEFT, 1),
    ],
    ids=[
        "at once",
        "a reader in the way",
        "the database away",
        "a reader for ever",
        "PostgreSQL",
        "a long list",
    ],
)
async def test_what_remains(disk: Disk, remains: Remains, attempts: int) -> None:
    """The update is closed, then the file is copied once, and the log is cut, as often as it takes, for a while."""
    store: Store = disk  # type: ignore[assignment]  # it is all that is asked of a store
    assert await complete(store, disk.close, asyncio.Event()) is remains
    assert disk.did.count("compact") == attempts
    assert disk.did.count("expunge") == min(attempts, 1)
    assert disk.did[0] == "close"


@pytest.mark.parametrize(
    ("disk", "remains", "attempts"),
    [
        (Disk(), GONE, 1),
        (Disk(cut_at=3), LEFT, 1),
        (Disk(cut_at=2, failures=2), LEFT, 1),
    ],
    ids=["at once", "a reader in the way", "the database away"],
)
async def test_what_remains_in_a_hurry(disk: Disk, remains: Remains, attempts: int) -> None:
    """Where the process is to end, the first attempt that closes the update counts; until then others can tell."""
    store: Store = disk  # type: ignore[assignment]  # it is all that is asked of a store
    hurry = asyncio.Event()
    hurry.set()
    assert await complete(store, disk.close, hurry) is remains
    assert disk.did.count("compact") == attempts


async def test_a_hurry_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits already tries once more, at once."""
    monkeypatch.setattr(erasures, "PAUSE_SECONDS", 3600)
    disk, hurry = Disk(cut_at=2), asyncio.Event()
    store: Store = disk  # type: ignore[assignment]  # it is all that is asked of a store
    waiting = asyncio.create_task(complete(store, disk.close, hurry))
    while "compact" not in disk.did:  # noqa: ASYNC110  # it says nothing of itself
        await asyncio.sleep(0)
    hurry.set()
    assert await waiting is GONE


def test_receipts_are_kept() -> None:
    """A receipt that waits in the database still knows when it is true."""
    replies = [
        Reply(method="sendMessage", parameters={"chat_id": CHAT}, where=where) for where in (*Remains, None)
    ]
    assert load(dump(replies)) == replies
    assert load(b'[{"method": "sendMessage", "parameters": {}}]')[0].where is None


async def test_a_reader_waits_for_nobody(store: Store) -> None:
    """Where somebody reads, the log is cut when they have done; nothing is lost of what is written meanwhile."""
    if not store.leaves_nothing:
        return
    async with store.transaction() as tx:
        await tx.languages.choose(CHAT, "ar")

    async def close() -> None:
        async with store.transaction() as tx:
            await tx.languages.choose(CHAT + 1, "ar")

    async with store.reading() as tx:
        await tx.languages.chosen(CHAT)
        async with store.transaction() as writing:
            await writing.languages.choose(CHAT, "es")
        waiting = asyncio.create_task(complete(store, close, asyncio.Event()))
        assert not await store.compact()
    assert await waiting is GONE
