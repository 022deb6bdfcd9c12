"""The campaign's chores."""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.domain.health import Sign
from bot.domain.organizer import Role
from bot.jobs.scheduler import (
    CONVERSATIONS_KEPT,
    HOUSEKEEPING_MINUTES,
    REWRITING_MINUTES,
    UNFINISHED_KEPT,
    UPDATES_KEPT,
    cut_log,
    make_scheduler,
    note_tick,
    run_housekeeping,
    run_rewriting,
)
from bot.services import team
from bot.services.team import INVITATION_DAYS
from bot.store import shared_clock
from bot.store.inbox import NewUpdate
from bot.store.schema import metadata
from bot.store.store import Store
from tests.making import CHAT, NOW


async def test_what_has_no_use_goes(store: Store) -> None:
    """Done updates, expired invitations and quiet conversations go when their time has come, and not before."""
    async with store.transaction() as tx:
        code = await team.invite(tx, Role.OWNER, now=NOW)
        await tx.organizers.add(CHAT, Role.EDITOR, today=NOW.date())
        await tx.conversations.save(CHAT, {"at": "link"}, now=NOW)
        await tx.updates.receive(
            [NewUpdate(update_id=number, chat_id=CHAT, payload=b"{}") for number in (1, 2)], now=NOW
        )
        await tx.updates.done(1)
    for kept in (timedelta(hours=1), UPDATES_KEPT):
        await run_housekeeping(store, lambda kept=kept: NOW + kept)  # type: ignore[misc]  # the default binds it
    async with store.transaction() as tx:
        assert [update.update_id for update in await tx.updates.claim("worker", limit=9)] == [2]
        assert await tx.conversations.step(CHAT) == {"at": "link"}
    await run_housekeeping(store, lambda: NOW + CONVERSATIONS_KEPT + timedelta(days=1))
    async with store.transaction() as tx:
        assert await tx.conversations.step(CHAT) is None
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT, code, now=NOW + timedelta(days=INVITATION_DAYS - 1))


async def test_what_a_supporter_began(store: Store) -> None:
    """Half of a report is kept for a day or two, and no longer; what an organizer is writing stays."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.EDITOR, today=NOW.date())
        for chat_id in (CHAT, CHAT + 1):
            await tx.conversations.save(chat_id, {"at": "report"}, now=NOW)
    kept = {}
    for passed in (UNFINISHED_KEPT, UNFINISHED_KEPT + timedelta(days=1)):
        await run_housekeeping(store, lambda passed=passed: NOW + passed)  # type: ignore[misc]  # the default binds it
        async with store.reading() as tx:
            kept[passed] = [await tx.conversations.step(chat_id) is not None for chat_id in (CHAT, CHAT + 1)]
    assert list(kept.values()) == [[True, True], [True, False]]


class Away(Store):
    """A store whose database is away."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    def transaction(self) -> NoReturn:
        """Be away."""
        self.asked.set()
        raise OperationalError("", {}, Exception())

    reading = compact = transaction
    leaves_nothing = True

    def rewritten(self) -> tuple[str]:
        """Have a file."""
        return ("file",)


async def test_a_late_or_failing_tick_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    """No tick is dropped for being late, and one that finds the database away is only a delay."""
    away = Away()
    scheduler = make_scheduler(away, lambda: NOW)
    scheduler.start()
    try:
        jobs = scheduler.get_jobs()
        assert {job.id for job in jobs} == {"run_housekeeping", "run_rewriting", "cut_log", "note_tick"}
        for job in jobs:
            away.asked.clear()
            assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
            await job.func()
            assert away.asked.is_set()
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
    finally:
        scheduler.shutdown(wait=False)


def test_no_chore_waits_longer(store: Store) -> None:
    """By a clock that is put forward each chore has its turn as often as it says, where that is more often."""
    every = timedelta(minutes=5)
    scheduler = make_scheduler(store, lambda: NOW, at_most=every)
    intervals = {job.id: job.trigger.interval for job in scheduler.get_jobs()}
    minute = timedelta(minutes=1)
    assert intervals == {
        "run_housekeeping": every,
        "run_rewriting": every,
        "cut_log": minute,
        "note_tick": minute,
    }


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_a_table_in_use_keeps_no_other(store: Store) -> None:
    """What is in use when it is to be rewritten is tried again at the next tick; all else is done once that day."""
    await _check_rewriting(store, LockedTable(store, "conversations"), among=len(store.rewritten()))


async def test_a_failing_rewriting_is_tried_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database fails at is tried again at the next tick."""
    right, troubles = store.rewrite, [OperationalError("", {}, Exception("Ann"))]

    async def rewrite(what: str) -> bool:
        if what == store.rewritten()[-1] and troubles:
            raise troubles.pop()
        return await right(what)

    monkeypatch.setattr(store, "rewrite", rewrite)
    await _check_rewriting(store, nullcontext(), among=len(store.rewritten()))


class LockedTable:
    """A transaction that has read from a table and is not over."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> None:
        connection = await self._stack.enter_async_context(self._store.database.reading())
        await connection.execute(sa.select(metadata.tables[self._name]))

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


async def _check_rewriting(store: Store, trouble: AbstractAsyncContextManager[None], *, among: int) -> None:
    """Hold that one of so many is delayed by a trouble, and done at the next tick."""
    tick = timedelta(minutes=REWRITING_MINUTES)
    with capture_logs() as logged:
        async with trouble:
            await run_rewriting(store, lambda: NOW)
        assert sorted(entry["event"] for entry in logged) == [
            "rewriting_delayed",
            *["rewriting_done"] * (among - 1),
        ]
        (delayed,) = (entry["what"] for entry in logged if entry["event"] == "rewriting_delayed")
        for tickings in (1, 2):
            logged.clear()
            await run_rewriting(store, lambda after=tickings * tick: NOW + after)  # type: ignore[misc]  # the default binds it
            assert [entry["what"] for entry in logged] == ([delayed] if tickings == 1 else [])
        await run_rewriting(store, lambda: NOW + timedelta(days=1) + tick)
        assert len(logged) == among


async def test_a_tick_leaves_a_sign(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each tick leaves the sign of life by which other processes see that a scheduler runs."""
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: NOW.timestamp())
    await note_tick(store, lambda: NOW)
    async with store.reading() as tx:
        assert await tx.health.signs() == {Sign.SCHEDULER: NOW}


async def test_log_is_cut(store: Store, tmp_path: Path, dialect: str) -> None:
    """A minute after it was written, no commit can be told from another in SQLite's log."""
    async with store.transaction() as tx:
        await tx.languages.choose(CHAT, "ar")
    await cut_log(store, lambda: NOW)
    if dialect == "sqlite":
        assert (tmp_path / "campaign.db-wal").stat().st_size == 0
    async with store.reading() as tx:
        assert await tx.languages.chosen(CHAT) == "ar"


async def test_one_process_keeps_house(store: Store) -> None:
    """Of two schedulers that tick at once one does the chore; the next tick, a little early, is due again."""
    every = timedelta(minutes=HOUSEKEEPING_MINUTES)
    with capture_logs() as logged:
        await asyncio.gather(*(run_housekeeping(store, lambda: NOW) for _ in range(2)))
        await run_housekeeping(store, lambda: NOW + every / 2)
        assert [entry["event"] for entry in logged] == ["housekeeping_done"]
        await run_housekeeping(store, lambda: NOW + every - timedelta(seconds=5))
        assert len(logged) == 2
