"""A round of erasures: people are in the middle of something, and erase themselves; then their bytes are looked for.

The whole bot runs in this process, on either database, with phones to write with (`tests.worlds.in_process`).
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.domain.preferences import CampaignHours, QuietHours
from bot.handlers import privacy
from bot.privacy.cipher import Cipher
from bot.rehearsal.world.faults import Faults
from bot.rehearsal.world.world import World
from bot.services.privacy import Erased, erase
from bot.store.columns import Holds, WhenErased, columns_that_hold, when_erased
from bot.store.schema import deliveries, metadata
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import Remains
from tests import shipped
from tests.faults.left_behind import FIRST_ID, LAST_ID, Sealed, Witness, bytes_in, bytes_of, found_of
from tests.worlds.in_process.served import served
from tests.worlds.in_process.stage import FAILURES, Phone, Stage, labels, plain

PATIENCE = 240.0
RATE = "200"
"""Messages a second: a broadcast takes a while, in which people erase themselves."""

SLOW = {"seed": 1, "rules": [{"kind": "slow", "methods": ["sendMessage"], "share": 0.1, "seconds": 0.3}]}
"""Some answers of Telegram's take a while: some are erased while their message is on the wire."""

Stamps = dict[Path, tuple[int, int]]

LANGUAGES = ("en", "ar", "es")

WRITES_ON, RETURNS = 0.2, 0.4
"""The shares of those who send something else before their receipt, and who come back after it."""


@dataclass(kw_only=True)
class Round:
    """What came of a round.

    `amid`: how the deliveries of those who were erased stood at that moment. `held`: of how many of them each table
    had rows. `receipts`: how many said what is left.
    """

    number: int
    database: str
    scene: str
    erased: int = 0
    returned: int = 0
    amid: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    receipts: Counter[Remains] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return the round as a line."""
        ended = "; ".join(f"{what} ({n}×)" for what, n in Counter(self.broken).items()) or "nothing left"
        return f"round {self.number}: {self.database}, {self.scene}: {self.erased} erased, {ended}"


@dataclass(kw_only=True)
class Cast:
    """Who plays in a round: those who will erase themselves, a crowd that does not, and an editor."""

    stage: Stage
    chance: random.Random
    phones: Sequence[Phone]
    editor: Phone
    crowd: Sequence[Phone] = ()
    alert_id: int = 0

    async def amid(self) -> None:
        """Wait for a moment of a broadcast: until somebody of the crowd has got it, each of them as likely."""
        somebody = self.chance.choice(self.crowd).chat_id
        before = self.stage.world.accepted[somebody]
        await self.until(lambda: self.stage.world.accepted[somebody] > before)

    async def until(self, so: Callable[[], Any]) -> None:
        """Wait until something is so."""
        await self.stage.world.wait_for(lambda: True if so() else None, timeout=PATIENCE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What people are in the middle of: how it begins, what goes on meanwhile, and what each does before they erase."""

    name: str
    begin: Callable[[Cast], Awaitable[None]]
    act: Callable[[Cast, Phone], Awaitable[None]]
    meanwhile: Callable[[Cast], Awaitable[None]] | None = None


async def play_round(
    number: int, *, scene: Scene, people: int, seed: int, url: str, folder: Path | None
) -> Round:
    """Let so many people erase themselves in a scene, and look for them in the files.

    `folder`: where SQLite's files are, and nothing else; None on PostgreSQL, which is asked where its are.
    """
    played = Round(number=number, database="postgresql" if folder is None else "sqlite", scene=scene.name)
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  # a repeatable play, not a secret
    world, sealed = World(), Sealed()
    with _quick_fingers(sealed), capture_logs() as logged:
        async with served(world) as server:
            file = Path() if folder is None else folder / "campaign.db"
            stage = Stage(world=world, server=server, database=file, DATABASE_URL=url, SEND_RATE=RATE)
            await stage.start()
            try:
                await _play(stage, played, scene, people=people, chance=chance, sealed=sealed, folder=folder)
            finally:
                await stage.stop()
    played.broken += [f"log: {entry['event']}" for entry in logged if entry["event"] in FAILURES]
    return played


async def _play(
    stage: Stage,
    played: Round,
    scene: Scene,
    *,
    people: int,
    chance: random.Random,
    sealed: Sealed,
    folder: Path | None,
) -> None:
    outbox, store = stage.conversation.inbox._outbox, stage.app.store
    witness = Witness(outbox._poster, sealed, folder, noted=lambda: stage.world.herald.tell("receipt"))
    outbox._poster = witness  # it posts as that does
    before = await _stamps(store) if folder is None else {}
    editor = await stage.organizer("Ed", Role.EDITOR)
    sealed.passed_to(editor.chat_id)
    ids = chance.sample(range(FIRST_ID, LAST_ID), people)
    phones = [_phone(stage, chat_id, chance.choice(LANGUAGES)) for chat_id in ids]
    await asyncio.gather(*(_join(phone) for phone in phones))
    cast = Cast(stage=stage, chance=chance, phones=phones, editor=editor)
    await scene.begin(cast)
    if folder is None:
        await _statistics(store)
    stage.world.faults = Faults.from_plan(SLOW)
    with _watched(played) as were:
        playing = [_leave_no_byte(cast, scene, phone, witness) for phone in phones]
        await asyncio.gather(*playing, *([scene.meanwhile(cast)] if scene.meanwhile else []))
    stage.world.faults = Faults()
    await stage.settled()
    played.erased, played.receipts = len(witness.receipts), Counter(witness.receipts.values())
    back = [phone for phone in phones if phone.chat_id not in witness.writes_on and chance.random() < RETURNS]
    played.broken += [*witness.broken, *await _returning(stage, back)]
    played.returned = len(back)
    returned = {phone.chat_id for phone in back}
    await stage.settled()
    content = await _files(store, folder, before)
    for chat_id in ids:
        if chat_id in returned:
            left = found_of(content, chat_id, sealed=witness.until_then[chat_id], refs=())
        else:
            left = found_of(content, chat_id, sealed=sealed.about(chat_id))
        played.broken += [f"in the end: {each}" for each in left]
    played.broken += await _rows_of(store, were)


def _phone(stage: Stage, chat_id: int, language: str) -> Phone:
    return Phone(stage, stage.world.add_person(name="Zaynab", language_code=language, chat_id=chat_id))


async def _join(phone: Phone) -> None:
    await phone.say("/start")
    await phone.press("join")
    await phone.stage.world.wait_for(phone.since, timeout=PATIENCE)


async def _leave_no_byte(cast: Cast, scene: Scene, phone: Phone, witness: Witness) -> None:
    """Play one person up to their receipt."""
    await scene.act(cast, phone)
    if cast.chance.random() < 0.5:
        await phone.say("/privacy")
        await phone.press("erase")
        await phone.press("erase:yes")
    else:
        # From a card of before, and right after whatever they did last.
        phone.forge("erase:yes")
    if cast.chance.random() < WRITES_ON:
        witness.writes_on.add(phone.chat_id)
        await phone.say("/help")
    await cast.until(lambda: phone.chat_id in witness.receipts)


@contextmanager
def _watched(played: Round) -> Iterator[set[int]]:
    """Note as what people stood at the moment when they were erased. Yields under which ids they were on the list."""
    were: set[int] = set()

    async def noting(tx: Transaction, chat_id: int, **options: Any) -> Erased:
        ids = await tx.erasing.ids(chat_id)
        were.update(ids)
        rows = await tx.holdings.of(chat_id)
        played.held.update(table for table, found in rows.items() if found)
        played.amid.update(str(row["state"]) for row in rows["deliveries"])
        return await erase(tx, chat_id, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(privacy, "erase_person", noting)
        yield were


async def _returning(stage: Stage, back: Sequence[Phone]) -> list[str]:
    """Let people come back. Returns how they are met otherwise than somebody new: what is shown, what is kept."""
    new = {language: await _first_time(stage.phone("New", language)) for language in LANGUAGES}
    met = await asyncio.gather(*(_first_time(phone) for phone in back))
    return [
        "who returns is not met as somebody new"
        for phone, seen in zip(back, met, strict=True)
        if seen != new[phone.person.language_code or ""]
    ]


async def _first_time(phone: Phone) -> list[Any]:
    """Say /start and join. Returns what is shown, and what is kept then, without its dates."""
    await phone.say("/start")
    await phone.stage.world.wait_for(phone.since, timeout=PATIENCE)
    shown = [[plain(each), *labels(each)] for each in phone.since()]
    await phone.press("join")
    await phone.stage.world.wait_for(phone.since, timeout=PATIENCE)
    shown += [[plain(each), *labels(each)] for each in phone.since()]
    async with phone.stage.app.store.reading() as tx:
        rows = await tx.holdings.of(phone.chat_id)
    kept = {
        table: [{name: value for name, value in row.items() if not isinstance(value, date)} for row in found]
        for table, found in rows.items()
    }
    return [shown, kept]


async def _files(store: Store, folder: Path | None, before: Stamps) -> bytes:
    """Let the database do what is promised of it within a day, and return what its files hold then.

    `before`: of PostgreSQL's files those that were never written to meanwhile, most of its catalogs, are left out.
    """
    await store.compact()
    for what in store.rewritten():
        assert await store.rewrite(what)
    if folder is not None:
        async with asyncio.timeout(PATIENCE):
            while not await store.compact():  # noqa: ASYNC110  # who reads tells nobody when they have done
                await asyncio.sleep(0.1)
        return bytes_in(folder)
    after = await _stamps(store)
    return bytes_of(file for file, stamp in after.items() if before.get(file) != stamp)


async def _stamps(store: Store) -> Stamps:
    """Return the files of a PostgreSQL's database, with when they were written to, and their sizes."""
    async with store.database.writing() as connection:
        # Until then what was written is in memory, and the files of before are there, cut to nothing.
        await connection.exec_driver_sql("CHECKPOINT")
        data = Path((await connection.exec_driver_sql("SHOW data_directory")).scalar_one())
        number = "SELECT oid FROM pg_database WHERE datname = current_database()"
        folder = data / "base" / str((await connection.exec_driver_sql(number)).scalar_one())
    stamps = {}
    for file in folder.iterdir():
        with suppress(FileNotFoundError):
            found = file.stat()
            stamps[file] = (found.st_mtime_ns, found.st_size)
    return stamps


async def _statistics(store: Store) -> None:
    """Let PostgreSQL sample its tables, as it does by itself when enough was written."""
    async with store.database.writing() as connection:
        await connection.exec_driver_sql("ANALYZE")


async def _rows_of(store: Store, ids: set[int]) -> list[str]:
    """Return what the tables still say of people under the ids that they had; their counts add up all the same."""
    found = []
    async with store.database.reading() as connection:
        for column in columns_that_hold(metadata, Holds.PERSON):
            theirs = sa.select(sa.func.count()).where(column.in_(ids))
            if when_erased(column) is WhenErased.COUNTS:
                theirs = theirs.where(deliveries.c.message_id.is_not(None))
            if (await connection.execute(theirs)).scalar_one():
                found.append(f"in the end: rows in {column.table.name}")
    async with store.reading() as tx:
        return [*found, *(f"counts differ: {each}" for each in await tx.counts.differences())]


def _by_day() -> CampaignHours:
    """Return hours of silence that are far from now."""
    begin = (system_clock().hour + 11) % 24 * 60
    return CampaignHours(quiet=QuietHours(start=begin, end=begin + 30))


@contextmanager
def _quick_fingers(sealed: Sealed) -> Iterator[None]:
    """Let people tap faster than any do, start no encoder, and let what is sealed be remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.delivery.chat_pace.CHAT_BURST", 10_000.0)
        patch.setattr("bot.domain.rank.CEILING", 10_000)
        patch.setattr("bot.domain.rank.ORGANIZERS_CEILING", 10_000)
        patch.setattr("bot.faq.encoder.is_installed", lambda: False)
        patch.setattr("tests.worlds.in_process.stage.PATIENCE", PATIENCE)
        shipped.read_once(patch)
        patch.setattr("bot.app._hours", lambda _: _by_day())
        patch.setattr(Cipher, "seal", sealed.noting(Cipher.seal))
        yield
