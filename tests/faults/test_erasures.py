"""Whoever erases themselves in the middle of something leaves no byte; and what is left would be found."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.privacy.cipher import Cipher, Table
from bot.store.sqlite import Sqlite
from bot.telegram_io.replies import Remains
from tests.faults.erase_campaign import report
from tests.faults.erasing_scenes import SCENES
from tests.faults.erasures import Round, Scene, play_round
from tests.faults.left_behind import FIRST_ID, Sealed, found_of, words_of
from tests.making import KEY
from tests.worlds.in_process.stage import Phone

CHAT_ID = FIRST_ID + 5
BY_NAME = {scene.name: scene for scene in SCENES}


@pytest.fixture
def play(dialect: str, database_url: str, tmp_path: Path) -> Callable[..., Any]:
    """Return what plays a round on this database."""
    folder = tmp_path if dialect == "sqlite" else None

    async def playing(scene: Scene, people: int) -> Round:
        seed = secrets.randbelow(1_000_000)
        return await play_round(seed, scene=scene, people=people, seed=seed, url=database_url, folder=folder)

    return playing


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_nothing_is_left(play: Callable[..., Any], scene: Scene, dialect: str) -> None:
    """Of three people who erase themselves in the middle of it nothing is left; the receipt says what is so."""
    played = await play(scene, 3)
    assert played.broken == [], played.says()
    says = Remains.NOTHING if dialect == "sqlite" else Remains.SOME_BYTES
    assert played.receipts == {says: 3}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_log_that_is_not_cut(play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """A receipt that comes before the log was cut is found out."""

    async def says_so(_: Sqlite) -> bool:
        return True

    monkeypatch.setattr(Sqlite, "compact", says_so)
    monkeypatch.setattr(Sqlite, "expunge", says_so)
    played = await play(BY_NAME["thread"], 3)
    assert {"at the receipt: sealed", "at the receipt: ref in subscribers"} <= set(played.broken)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_row_that_stays(play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An erasure that forgets a table is found out; whoever returns is met as known then."""

    async def act(_: Any, phone: Phone) -> None:
        await phone.say("/language")
        await phone.press("language:fr")

    forgotten = frozenset({"languages"})
    monkeypatch.setattr(
        "bot.store.erasing.columns_that_hold",
        lambda metadata, what: [
            column for column in _columns(metadata, what) if column.table.name not in forgotten
        ],
    )
    scene = Scene(name="language", begin=BY_NAME["thread"].begin, act=act)
    played = await play(scene, 3)
    assert "at the receipt: ref in languages" in played.broken


def _columns(metadata: Any, what: Any) -> list[Any]:
    from bot.store.columns import columns_that_hold  # noqa: PLC0415  # as it is, beside the one that forgets

    return columns_that_hold(metadata, what)


def test_each_form_is_found() -> None:
    """The id, the refs, the words, and a part of what was sealed are found among other bytes."""
    sealed, cipher = Sealed(), Cipher(KEY)
    written = sealed.noting(Cipher.seal)(cipher, Table.THREADS, words_of(CHAT_ID).encode() + bytes(4000))
    around = bytes(5000)

    def found(planted: bytes) -> list[str]:
        return found_of(around + planted + around, CHAT_ID, sealed=sealed.about(CHAT_ID))

    assert found(b"") == []
    assert found(str(CHAT_ID).encode()) == ["id"]
    assert found(CHAT_ID.to_bytes(8, "little")) == ["id"]
    assert found(words_of(CHAT_ID).encode("utf-16-le")) == ["words"]
    assert found(written[:60]) == ["sealed"]
    assert found(written[-40:]) == ["sealed"]
    assert found(cipher.ref(Table.THREADS, CHAT_ID)) == ["ref in threads"]
    assert found_of(written, CHAT_ID + 1, sealed=sealed.about(CHAT_ID + 1)) == []


def test_the_report_says_so() -> None:
    """The page counts what was played, and names what is broken, or that fewer were erased than asked for."""
    played = Round(number=0, database="sqlite", scene="thread", erased=7)
    played.receipts[Remains.NOTHING] = 7
    page = report([played], asked=9, seed=1, seconds=60)
    assert "Nobody left a byte." in page
    assert "7 people erased (9 were asked for" in page
    assert "| thread | sqlite | 1 | 7 |" in page
    played.broken.append("in the end: id")
    assert "- in the end: id" in report([played], asked=9, seed=1, seconds=60)
