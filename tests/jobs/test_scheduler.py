"""The campaign's chores."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.domain.organizer import Role
from bot.jobs.scheduler import (
    CONVERSATIONS_KEPT,
    HOUSEKEEPING_MINUTES,
    UPDATES_KEPT,
    cut_log,
    make_scheduler,
    run_housekeeping,
)
from bot.services import team
from bot.services.team import INVITATION_DAYS
from bot.store.inbox import NewUpdate
from bot.store.store import Store
from tests.making import CHAT, NOW


async def test_what_has_no_use_goes(store: Store) -> None:
    """Done updates, expired invitations and quiet conversations go when their time has come, and not before."""
    async with store.transaction() as tx:
        code = await team.invite(tx, Role.OWNER, now=NOW)
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


async def test_a_late_or_failing_tick_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    """No tick is dropped for being late, and one that finds the database away is only a delay."""
    away = Away()
    scheduler = make_scheduler(away, lambda: NOW)
    scheduler.start()
    try:
        jobs = scheduler.get_jobs()
        assert {job.id for job in jobs} == {"run_housekeeping", "run_rewriting", "cut_log"}
        for job in jobs:
            away.asked.clear()
            assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
            await job.func()
            assert away.asked.is_set()
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
    finally:
        scheduler.shutdown(wait=False)


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
