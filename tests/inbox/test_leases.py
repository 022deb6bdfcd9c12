"""A process that may have been taken for dead asks whose its answers are before it writes another byte."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.delivery import liveness
from bot.delivery.liveness import Heartbeat
from bot.domain.rich_text import RichText
from bot.inbox import outbox
from bot.inbox.outbox import Outbox
from bot.store.inbox import NewUpdate
from bot.store.store import Store
from bot.telegram_io.replies import Remains, Reply, dump, edit, if_in_time, toast
from tests.making import CHAT

NOW = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)


def say(text: str) -> Reply:
    """Return an answer."""
    return Reply(method="sendMessage", parameters={"chat_id": CHAT, "text": text})


class Wire:
    """Posts what is still to be posted. `before`: what happens before the first byte of a text, once."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.before: dict[str, Callable[[], Awaitable[None]]] = {}

    async def post_one(self, reply: Reply, *, if_still: Callable[[], bool] = lambda: True, **_: Any) -> bool:
        """Post one reply."""
        text = str(reply.parameters["text"])
        if text in self.before:
            await self.before.pop(text)()
        if not if_still():
            return False
        self.posted.append(text)
        return True


class Web:
    """A process with an outbox, whose heartbeat can stop."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.wire = Wire()
        self.heartbeat = Heartbeat(store=store, clock=lambda: NOW)
        self.outbox = Outbox(store=store, poster=self.wire, heartbeat=self.heartbeat, clock=lambda: NOW)
        self._patch = patch

    async def sleep(self) -> None:
        """Be stopped for so long that others may have taken this process for dead."""
        with self._patch.context() as patch:
            patch.setattr(liveness, "SURE_SECONDS", 0.0)
            await asyncio.sleep(0.001)
            self.heartbeat.note(asyncio.get_running_loop().time())

    async def change(self, update_id: int, worker: str | None) -> None:
        """Let another process take over an answer; None: end its lease only."""
        async with self.store.transaction() as tx:
            await tx.updates.release([self.heartbeat.worker])
            if worker is not None:
                claimed = await tx.updates.claim_replies(worker, limit=1, now=NOW)
                assert [one.update_id for one in claimed] == [update_id]

    async def post(self) -> list[str]:
        """Take what nobody has, and post what is to be posted. Returns the texts."""
        async with asyncio.timeout(60):
            while True:
                self.outbox.note_left_behind(True)
                await self.outbox.settle()
                if self.outbox.is_posted and not self.outbox._held:
                    return self.wire.posted
                await asyncio.sleep(0.01)

    async def open(self) -> int:
        """Return how many updates are not done."""
        async with self.store.reading() as tx:
            return await tx.updates.count_open()


@pytest.fixture
def web(store: Store, monkeypatch: pytest.MonkeyPatch) -> Web:
    """Return a process that nobody takes for dead until it sleeps."""
    monkeypatch.setattr(liveness, "SURE_SECONDS", 1000.0)
    monkeypatch.setattr(outbox, "RETRY_SECONDS", 0.01)
    return Web(store, monkeypatch)


async def answer(store: Store, *answers: list[Reply]) -> None:
    """Let updates of one chat have taken effect, each with its answer."""
    async with store.transaction() as tx:
        for update_id, replies in enumerate(answers, 1):
            arrived = NewUpdate(update_id=update_id, chat_id=CHAT, payload=b"{}")
            await tx.updates.receive([arrived], now=NOW)
            await tx.updates.applied([(update_id, dump(replies), None)], now=NOW)


async def test_what_nobody_has_taken_goes_on(web: Web) -> None:
    """Whoever slept and was not missed posts what is left of an answer, and nothing of it again."""
    await answer(web.store, [say("one"), say("two"), say("three")], [say("four")])
    web.wire.before["two"] = web.sleep
    assert await web.post() == ["one", "two", "three", "four"]
    assert await web.open() == 0


async def test_what_was_only_given_back_goes_on(web: Web) -> None:
    """An answer whose lease was ended is taken again, if nobody else has taken it, and goes on where it was."""

    async def missed() -> None:
        await web.sleep()
        await web.change(1, None)

    await answer(web.store, [say("one"), say("two")], [say("three")])
    web.wire.before["two"] = missed
    assert await web.post() == ["one", "two", "three"]
    assert await web.open() == 0


async def test_what_another_has_is_left_to_it(web: Web) -> None:
    """What another process has taken over is not posted, neither the rest of it nor what comes after it in its chat."""

    async def taken() -> None:
        await web.sleep()
        await web.change(1, "other")

    await answer(web.store, [say("one"), toast("7", "two"), edit(CHAT, 1, RichText("three"))], [say("four")])
    web.wire.before["two"] = taken
    assert await web.post() == ["one"]
    assert await web.open() == 2
    async with web.store.transaction() as tx:
        await tx.updates.done(1)
    assert await web.post() == ["one", "four"]
    assert await web.open() == 0


async def test_what_another_has_posted_is_not(web: Web) -> None:
    """What another process has taken over and posted is not posted again; what came later is."""

    async def posted() -> None:
        await web.sleep()
        await web.change(1, "other")
        async with web.store.transaction() as tx:
            await tx.updates.done(1)

    await answer(web.store, [say("one")], [say("two")])
    web.wire.before["one"] = posted
    assert await web.post() == ["two"]
    assert await web.open() == 0


async def test_a_commit_that_takes_long_is_looked_at(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped between the commit that takes an answer and its first byte does not rely on that commit."""
    await answer(web.store, [say("one")])
    with monkeypatch.context() as patch:
        patch.setattr(liveness, "SURE_SECONDS", 0.0)
        await web.outbox.settle()
    await web.change(1, "other")
    assert await web.post() == []
    assert await web.open() == 1


async def test_a_late_edit_is_dropped(web: Web) -> None:
    """What nothing hangs on is not posted by who was stopped, though its update is done and nobody else's."""
    await answer(web.store, [say("one"), if_in_time(say("late"))])
    web.wire.before["late"] = web.sleep
    assert await web.post() == ["one"]
    assert await web.open() == 0


RECEIPTS = [replace(say(where.value), where=where) for where in Remains]


async def test_a_receipt_is_told_by_who_closes_its_update(web: Web) -> None:
    """Once its update is closed, nobody else can tell of an erasure: whoever slept does."""
    await answer(web.store, RECEIPTS)
    for where in Remains:
        web.wire.before[where.value] = web.sleep
    assert len(await web.post()) == 1
    assert await web.open() == 0


async def test_a_receipt_is_left_to_who_has_it(web: Web) -> None:
    """What another process took over before its update was closed is not closed, and not told."""
    await answer(web.store, RECEIPTS)
    await web.outbox.settle()
    async with web.outbox.turn:
        await web.change(1, "other")
    assert await web.post() == []
    assert await web.open() == 1
