"""What nothing hangs on is posted last, keeps nobody waiting, and is dropped where something newer comes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.delivery import liveness
from bot.delivery.liveness import Heartbeat
from bot.domain.rank import FIRST, LAST
from bot.inbox import late_replies
from bot.inbox.outbox import Outbox
from bot.inbox.outgoing import Outgoing
from bot.store.store import Store
from bot.telegram_io.replies import Reply, dump, if_in_time, load, toast

NOW = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
EDIT = if_in_time(Reply(method="editMessageText", parameters={"chat_id": 1, "text": "counted"}))
UNDONE = Reply(method="editMessageText", parameters={"chat_id": 1, "text": "taken back"})


class Slow:
    """Posts at once, but for what goes last: that waits until it is let go."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.ranks: list[int] = []
        self.let_go = asyncio.Event()

    async def post_one(
        self, reply: Reply, *, rank: int, if_still: Callable[[], bool] = lambda: True, **_: Any
    ) -> bool:
        """Post it when it is time, if it is still to be posted then."""
        if rank == LAST:
            await self.let_go.wait()
        if not if_still():
            return False
        self.ranks.append(rank)
        self.posted.append(str(reply.parameters.get("text")))
        return True


def outgoing(update_id: int, *replies: Reply, chat: bytes = b"1") -> Outgoing:
    """Return the replies of an update."""
    return Outgoing(
        update_id=update_id,
        chat=chat,
        replies=list(replies),
        applied_at=NOW,
        rank=FIRST,
        leased_at=asyncio.get_running_loop().time(),
    )


async def until(condition: Callable[[], bool]) -> None:
    """Let the tasks go on until this holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # there is nobody to tell
            await asyncio.sleep(0)


@pytest.fixture
def slow() -> Slow:
    """Return what posts."""
    return Slow()


@pytest.fixture
def box(store: Store, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """Return the outbox of a process that nobody takes for dead."""
    monkeypatch.setattr(liveness, "SURE_SECONDS", 1000.0)
    heartbeat = Heartbeat(store=store, clock=lambda: NOW)
    return Outbox(store=store, poster=slow, heartbeat=heartbeat, clock=lambda: NOW)


async def test_a_late_edit_keeps_nobody_waiting(box: Outbox, slow: Slow) -> None:
    """The update is done when its notice is posted; the edit goes with the last rank when its turn comes."""
    box.accept([outgoing(1, toast("7", "you are counted"), EDIT)])
    await until(lambda: bool(box._posted))
    assert (slow.posted, box.drain()) == (["you are counted"], [1])
    assert not box.is_posted
    slow.let_go.set()
    await until(lambda: box.is_posted)
    assert (slow.posted, slow.ranks) == (["you are counted", "counted"], [FIRST, LAST])


async def test_something_newer_takes_its_place(box: Outbox, slow: Slow) -> None:
    """What was taken back meanwhile is not shown as counted; a second notice alone changes nothing of that."""
    box.accept([outgoing(1, toast("7", "first"), EDIT)])
    await until(lambda: len(slow.posted) == 1)
    box.accept([outgoing(2, toast("8", "second"))])
    await until(lambda: len(slow.posted) == 2)
    assert not box.is_posted
    box.accept([outgoing(3, toast("9", "third"), UNDONE)])
    await until(lambda: len(slow.posted) == 4)
    slow.let_go.set()
    await until(lambda: box.is_posted)
    assert slow.posted == ["first", "second", "third", "taken back"]


async def test_too_many_are_dropped(box: Outbox, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many wait, the next is not posted at all; every notice is."""
    monkeypatch.setattr(late_replies, "LATE_ROOM", 2)
    box.accept([outgoing(n, toast(str(n), "x"), EDIT, chat=bytes([n])) for n in range(5)])
    await until(lambda: len(slow.posted) == 5)
    slow.let_go.set()
    await until(lambda: box.is_posted)
    assert slow.posted.count("counted") == 2


async def test_who_was_stopped_posts_no_late_edit(
    box: Outbox, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited when this process was stopped is dropped: others may have posted something newer meanwhile."""
    box.accept([outgoing(1, toast("7", "x"), EDIT)])
    await until(lambda: len(slow.posted) == 1)
    monkeypatch.setattr(liveness, "SURE_SECONDS", 0.0)
    slow.let_go.set()
    await until(lambda: box.is_posted)
    assert slow.posted == ["x"]


async def test_an_end_waits_for_no_late_edit(box: Outbox, slow: Slow) -> None:
    """Whoever stops the bot waits for notices, not for what nothing hangs on."""
    box.accept([outgoing(1, toast("7", "x"), EDIT)])
    await until(lambda: len(slow.posted) == 1)
    await box.finish(seconds=20)
    assert box.is_posted
    assert slow.posted == ["x"]


def test_it_is_written_down_with_the_rest(dialect: str) -> None:
    """Read again after a start, it is still what may come late."""
    del dialect
    [read, notice] = load(dump([EDIT, toast("7")]))
    assert (read.if_in_time, notice.if_in_time) == (True, False)
