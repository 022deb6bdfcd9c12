"""Who went since a backup goes again when it is restored, by marks that tell nothing without the campaign key."""

import stat
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.subscriber import SubscriberState
from bot.privacy.cipher import Cipher
from bot.privacy.keyring import CampaignKey, new_key
from bot.privacy.keys import Keys
from bot.services.backups import dated_name, prune
from bot.services.privacy import erase
from bot.services.restoring import let_go
from bot.services.subscriptions import blocked, leave
from bot.store.departures import Departed, file_of, read_marks
from bot.store.store import Store
from tests import shipped
from tests.making import CHAT, KEY, NOW, join
from tests.store.test_nobody_is_named import spellings, use

WORDING = shipped.content().consent("en")


@pytest.fixture
def marked(database_url: str, store: Store, tmp_path: Path) -> Store:
    """Open the store as a bot does that is backed up."""
    assert store.database.dialect in database_url
    return Store(store.database, Keys(KEY), departures=tmp_path / "backups")


async def everybody_goes(store: Store) -> None:
    """Let one erase themselves, one leave, two block the bot, of whom a broadcast finds it out of one; one stays."""
    async with store.transaction() as tx:
        people = await join(tx, 5)
    async with store.transaction() as tx:
        await erase(tx, CHAT, now=NOW)
        await leave(tx, CHAT + 1, wording=WORDING, now=NOW)
        await blocked(tx, CHAT + 2, now=NOW)
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.deliveries.stop_unreachable([people[3].id, people[1].id], today=NOW.date())


async def test_marks(marked: Store, tmp_path: Path) -> None:
    """Whoever goes is marked, in a file that is its owner's alone and names nobody; another key knows none of them."""
    await everybody_goes(marked)
    file = file_of(tmp_path / "backups", NOW.date())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ours, others = Cipher(KEY), Cipher(CampaignKey(bytes(64)))
    assert read_marks(file, since=NOW.date()) == {
        ours.departure_mark(CHAT): Departed.ERASED,
        ours.departure_mark(CHAT + 1): Departed.LEFT,
        ours.departure_mark(CHAT + 2): Departed.LEFT,
        ours.departure_mark(CHAT + 3): Departed.LEFT,
    }
    assert len(file.read_text(encoding="ascii").splitlines()) == 4
    assert others.departure_mark(CHAT) != ours.departure_mark(CHAT)
    written = file.read_bytes()
    for person in range(4):
        assert [each for each in spellings(CHAT + person) if len(each) > 5 and each in written] == []
    assert read_marks(file, since=NOW.date() + timedelta(days=1)) == {}


async def test_what_did_not_happen(marked: Store, tmp_path: Path) -> None:
    """What was undone is not marked; and who is not backed up marks nobody."""
    async with marked.transaction() as tx:
        await join(tx, 1)
    async with marked.transaction() as tx:
        with suppress(LookupError):
            async with tx.savepoint():
                await erase(tx, CHAT, now=NOW)
                raise LookupError
    assert not (tmp_path / "backups").exists()
    unmarked = Store(marked.database, Keys(KEY))
    async with unmarked.transaction() as tx:
        await erase(tx, CHAT, now=NOW)
    assert not (tmp_path / "backups").exists()


async def test_nobody_is_kept(marked: Store, tmp_path: Path) -> None:
    """A folder that cannot be written keeps nobody from going."""
    (tmp_path / "backups").write_text("in the way", encoding="utf-8")
    await everybody_goes(marked)
    async with marked.reading() as tx:
        assert await tx.subscribers.find(CHAT) is None


async def test_they_go_again(store: Store) -> None:
    """Of a list as it was, whoever was erased leaves no row, whoever left gets nothing, and the others stay."""
    await use(store)
    async with store.transaction() as tx:
        await join(tx, 3, first=CHAT + 10)
    cipher = Cipher(KEY)
    marks = {
        cipher.departure_mark(CHAT): Departed.ERASED,
        cipher.departure_mark(CHAT + 10): Departed.LEFT,
        cipher.departure_mark(CHAT + 99): Departed.ERASED,
        "f" * 32: Departed.ERASED,
    }
    async with store.transaction() as tx:
        gone = await let_go(tx, marks, wording=WORDING, now=NOW)
    assert gone == {Departed.ERASED: 1, Departed.LEFT: 1}
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) is None
        assert await tx.languages.chosen(CHAT) is None
        left, stays = [await tx.subscribers.find(CHAT + n) for n in (10, 11)]
    assert left is not None
    assert left.state is SubscriberState.LEFT
    assert stays is not None
    assert stays.state is SubscriberState.ACTIVE


async def test_marks_under_two_keys(store: Store) -> None:
    """Whoever went before a change of the key, and after it, goes again; erased is erased under whichever."""
    newer, _ = new_key()
    both = Store(store.database, Keys(CampaignKey(KEY.secret, previous=(newer,))))
    async with both.transaction() as tx:
        await join(tx, 3)
    marks = {
        Cipher(KEY).departure_mark(CHAT): Departed.LEFT,
        Cipher(newer).departure_mark(CHAT + 1): Departed.LEFT,
        Cipher(newer).departure_mark(CHAT): Departed.ERASED,
    }
    async with both.transaction() as tx:
        gone = await let_go(tx, marks, wording=WORDING, now=NOW)
    assert gone == {Departed.ERASED: 1, Departed.LEFT: 1}


@pytest.mark.parametrize(
    "line", ["", "2026-11-23", "2026-11-23 erased abc", f"x erased {'a' * 32}", f"2026-11-23 flew {'a' * 32}"]
)
def test_what_is_no_mark(line: str, tmp_path: Path) -> None:
    """A line that was cut off, or is none, is passed over; the others count."""
    file = tmp_path / "departures-2026-11.txt"
    file.write_text(f"{line}\n2026-11-23 left {'b' * 32}\n2026-11-24 erased {'b' * 32}\n", encoding="utf-8")
    assert read_marks(file, since=NOW.date()) == {"b" * 32: Departed.ERASED}


def test_they_go_with_the_backups(tmp_path: Path) -> None:
    """Marks of months before the oldest backup that is kept have no use any more, and go."""
    for month in ("2026-09", "2026-10", "2026-11"):
        (tmp_path / f"departures-{month}.txt").touch()
    for days in (0, 30):
        (tmp_path / dated_name(NOW - timedelta(days=days))).touch()
    prune(tmp_path, now=NOW)
    left = sorted(file.name for file in tmp_path.glob("departures-*"))
    assert left == ["departures-2026-10.txt", "departures-2026-11.txt"]
