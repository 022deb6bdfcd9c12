"""Checkpoints of the audit: every owner gets one, silently, after an approval and daily."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.audit import Event
from bot.domain.checkpoint import read_checkpoint
from bot.domain.organizer import Role
from bot.jobs.checkpoints import EVERY, send_checkpoint
from bot.services import audit, audit_log
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests import shipped
from tests.making import CHAT, NOW

CATALOGS = shipped.catalogs()
OWNER, OTHER_OWNER, EDITOR = CHAT, CHAT + 1, CHAT + 2


class Post:
    """A courier that keeps what it is given."""

    def __init__(self) -> None:
        self.posted: list[Reply] = []
        self.is_down = False

    async def post_message(self, reply: Reply) -> int | None:
        """Post a message."""
        if self.is_down:
            return None
        self.posted.append(reply)
        return len(self.posted)


class Bench:
    """The job on a store, with a clock that is set."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.post = Post()
        self.now = NOW

    async def tick(self, after: timedelta = EVERY) -> list[int]:
        """Let time pass, and the job look. Returns the chats that got a checkpoint."""
        self.now += after
        self.post.posted.clear()
        post: Any = self.post
        await send_checkpoint(self.store, post, CATALOGS, self._clock)
        return [reply.parameters["chat_id"] for reply in self.post.posted]

    def _clock(self) -> datetime:
        return self.now

    async def record(self, event: Event) -> None:
        """Have something done."""
        async with self.store.transaction() as tx:
            audit.record(tx, event, audit.alert(1), actor=1, now=self.now)


@pytest.fixture
async def bench(store: Store) -> Bench:
    """Have two owners, and an editor."""
    async with store.transaction() as tx:
        for chat_id, role in ((OWNER, Role.OWNER), (OTHER_OWNER, Role.OWNER), (EDITOR, Role.EDITOR)):
            await tx.organizers.add(chat_id, role, today=NOW.date())
    return Bench(store)


async def test_after_an_approval(bench: Bench) -> None:
    """An approval is followed by a checkpoint for each owner, once; what else is done waits for the day's."""
    assert await bench.tick() == []
    await bench.record(Event.ALERT_APPROVED)
    assert await bench.tick() == [OWNER, OTHER_OWNER]
    assert await bench.tick() == []
    await bench.record(Event.ALERT_EDITED)
    assert await bench.tick() == []
    await bench.record(Event.ALERT_APPROVED)
    assert await bench.tick() == [OWNER, OTHER_OWNER]


async def test_daily(bench: Bench) -> None:
    """What else was done is in a checkpoint a day later; a day on which nothing was done has none."""
    await bench.record(Event.ALERT_EDITED)
    assert await bench.tick() == [OWNER, OTHER_OWNER]
    assert await bench.tick(timedelta(days=1)) == []
    await bench.record(Event.ALERT_EDITED)
    assert await bench.tick() == [OWNER, OTHER_OWNER]
    await bench.record(Event.ALERT_EDITED)
    assert await bench.tick(timedelta(hours=23)) == []
    assert await bench.tick(timedelta(hours=1)) == [OWNER, OTHER_OWNER]


async def test_what_is_sent(bench: Bench) -> None:
    """It makes no sound, and what it holds fits the audit."""
    await bench.record(Event.ALERT_APPROVED)
    await bench.tick()
    for reply in bench.post.posted:
        assert reply.parameters["disable_notification"] is True
        async with bench.store.reading() as tx:
            found = await audit_log.check(tx, read_checkpoint(reply.parameters["text"]))
        assert (found.holds, found.signed) == (True, "ours")


async def test_what_reached_nobody_is_sent_again(bench: Bench) -> None:
    """Where Telegram is away, the next tick tries once more."""
    await bench.record(Event.ALERT_APPROVED)
    bench.post.is_down = True
    assert await bench.tick() == []
    bench.post.is_down = False
    assert await bench.tick() == [OWNER, OTHER_OWNER]
    assert await bench.tick() == []


async def test_one_process_sends_it(bench: Bench) -> None:
    """Two processes that tick at one moment send it once."""
    await bench.record(Event.ALERT_APPROVED)
    other = Bench(bench.store)
    assert await bench.tick() == [OWNER, OTHER_OWNER]
    assert await other.tick() == []
    await bench.record(Event.ALERT_APPROVED)
    bench.post.is_down = True
    await bench.tick()
    other.now = bench.now
    assert await other.tick(timedelta(0)) == []
