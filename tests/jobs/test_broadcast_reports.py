"""The report of a broadcast: counted at its end, and sent by itself a day later, once."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.delivery.liveness import Heartbeat
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.organizer import Role
from bot.jobs.broadcast_reports import BroadcastReports
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests import shipped
from tests.jobs.loop_seconds import LoopSeconds
from tests.making import CHAT, NOW, draft

CATALOGS = shipped.catalogs()
DAY = timedelta(hours=24)
EDITOR, OWNER = CHAT + 900, CHAT + 901


@dataclass(kw_only=True, slots=True)
class FakeCourier:
    """Keeps what was posted, as far as it reaches somebody."""

    posted: list[Reply] = field(default_factory=list)
    reaches: bool = True

    async def post_one(self, reply: Reply) -> bool:
        """Post a message."""
        self.posted.append(reply)
        return self.reaches


@dataclass(kw_only=True, slots=True)
class Desk:
    """A broadcast that ended at `NOW`, and what sends its report."""

    store: Store
    broadcast_id: int
    courier: FakeCourier = field(default_factory=FakeCourier)
    now: datetime = NOW

    def process(self) -> BroadcastReports:
        """Start one more process."""
        return BroadcastReports(
            store=self.store,
            courier=self.courier,  # type: ignore[arg-type]  # the one method that it needs
            catalogs=CATALOGS,
            clock=lambda: self.now,
            heartbeat=Heartbeat(store=self.store, clock=lambda: self.now),
        )

    def told(self) -> list[int]:
        """Return to whom something was posted since the last look."""
        posted, self.courier.posted = self.courier.posted, []
        return [reply.parameters["chat_id"] for reply in posted]


@pytest.fixture
async def desk(store: Store) -> Desk:
    """Let a broadcast of an editor end."""
    return Desk(store=store, broadcast_id=await ended(store))


async def ended(store: Store, *, kind: BroadcastKind = BroadcastKind.SEND, started: bool = True) -> int:
    """Let a broadcast that an editor began end at `NOW`. Returns its id."""
    async with store.transaction() as tx:
        for chat_id, role in ((EDITOR, Role.EDITOR), (OWNER, Role.OWNER)):
            if await tx.organizers.find(chat_id) is None:
                await tx.organizers.add(chat_id, role, today=NOW.date())
        editor = await tx.organizers.find(EDITOR)
        assert editor is not None
        alert = await tx.alerts.add(draft(author_id=editor.id), now=NOW)
        broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=editor.id, now=NOW, kind=kind)
        if started:
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.CANCELLED, now=NOW)
    return broadcast_id


async def test_a_day_later_once(desk: Desk) -> None:
    """It comes a day after the end and not before, to who began the broadcast, and never again."""
    process = desk.process()
    for later in (timedelta(0), DAY - timedelta(seconds=1)):
        desk.now = NOW + later
        await process.turn()
        assert desk.told() == []
    async with desk.store.reading() as tx:
        assert await tx.report_counts.of(desk.broadcast_id) == ()  # counted at once; there was nobody
    desk.now = NOW + DAY
    await process.turn()
    [reply] = desk.courier.posted
    assert reply.method == "sendPhoto"
    assert reply.parameters["caption"].startswith("Report: ")
    assert reply.upload is not None
    assert desk.told() == [EDITOR]
    for later in (DAY, DAY * 2):
        desk.now = NOW + later
        await process.turn()
        await desk.process().turn()
        assert desk.told() == []


async def test_a_restart_at_the_hour(desk: Desk) -> None:
    """A bot that was off at the hour sends it when it is back; after three days it is no news any more."""
    process = desk.process()
    desk.now = NOW + DAY + timedelta(hours=20)
    await process.turn()
    assert desk.told() == [EDITOR]
    late = await ended(desk.store)
    desk.now = NOW + DAY * 3
    await process.turn()
    assert desk.told() == []
    async with desk.store.reading() as tx:
        assert await tx.report_counts.of(late) == ()


async def test_several_schedulers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three processes that look at once one sends; where it dies before it could, another one does."""
    seconds = LoopSeconds(monkeypatch)
    desk.now = NOW + DAY
    first, second, third = (desk.process() for _ in range(3))
    desk.courier.reaches = False
    await first.turn()
    assert desk.told() == [EDITOR]  # posted in vain
    desk.courier.reaches = True
    await second.turn()
    assert desk.told() == []  # the first is alive, for all they know
    seconds.pass_until_dead()
    await second.turn()
    await third.turn()
    await asyncio.gather(second.turn(), third.turn())
    assert desk.told() == [EDITOR]


async def test_at_once(desk: Desk) -> None:
    """Three processes that look at the same moment send one report."""
    desk.now = NOW + DAY
    await asyncio.gather(*(desk.process().turn() for _ in range(3)))
    assert desk.told() == [EDITOR]


async def test_it_did_not_arrive(desk: Desk) -> None:
    """What did not reach Telegram is tried again."""
    process = desk.process()
    desk.now = NOW + DAY
    desk.courier.reaches = False
    await process.turn()
    desk.courier.reaches = True
    await process.turn()
    await process.turn()
    assert desk.told() == [EDITOR, EDITOR]


async def test_an_owner_stands_in(desk: Desk) -> None:
    """Where who began it is off the team, an owner gets it."""
    desk.now = NOW + DAY
    async with desk.store.transaction() as tx:
        editor = await tx.organizers.find(EDITOR)
        assert editor is not None
        await tx.organizers.remove(editor.id, today=NOW.date())
    await desk.process().turn()
    assert desk.told() == [OWNER]


@pytest.mark.parametrize(
    ("kind", "started"),
    [(BroadcastKind.RECALL, True), (BroadcastKind.CORRECT, True), (BroadcastKind.SEND, False)],
)
async def test_nothing_to_report(store: Store, kind: BroadcastKind, started: bool) -> None:
    """What brought nobody a message has no report: a recall, a correction, what was undone."""
    desk = Desk(store=store, broadcast_id=await ended(store, kind=kind, started=started))
    desk.now = NOW + DAY
    await desk.process().turn()
    assert desk.told() == []
    async with store.reading() as tx:
        assert await tx.report_counts.of(desk.broadcast_id) is None
