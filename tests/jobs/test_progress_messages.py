"""The one message in which an organizer watches a broadcast."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivery.liveness import Heartbeat
from bot.domain.broadcast import BY_ITSELF, Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.jobs.progress_messages import Reporter, Sample, pace_of, sampled
from bot.services.broadcast_progress import Progress
from bot.store.store import Store
from bot.telegram_io.replies import Reply
from tests import shipped
from tests.jobs.loop_seconds import LoopSeconds
from tests.making import CHAT, NOW, draft

CATALOGS = shipped.catalogs()
ORGANIZER = CHAT + 900


@dataclass(kw_only=True, slots=True)
class FakeCourier:
    """Keeps what was posted; each new message gets the next id."""

    posted: list[Reply] = field(default_factory=list)
    reaches: bool = True

    async def post_message(self, reply: Reply) -> int | None:
        """Post a message, or change one, as far as it reaches the organizer."""
        self.posted.append(reply)
        return len(self.posted) if self.reaches and reply.method == "sendMessage" else None

    def took(self) -> list[tuple[str, Any]]:
        """Return the methods posted since the last look, and which message they changed."""
        posted, self.posted = self.posted, []
        return [(reply.method, reply.parameters.get("message_id")) for reply in posted]


@dataclass(kw_only=True, slots=True)
class Watched:
    """A broadcast with its organizer, and the reporter that tells them."""

    store: Store
    courier: FakeCourier
    reporter: Reporter
    broadcast_id: int
    now: datetime = NOW

    async def told(self) -> list[tuple[str, Any]]:
        """Report once, some seconds later. Returns what was posted."""
        self.now += timedelta(seconds=3)
        await self.reporter.report()
        return self.courier.took()

    async def move(self, status: BroadcastStatus, stop_reason: StopReason | None = None) -> None:
        """Let the broadcast be in this status."""
        async with self.store.transaction() as tx:
            await tx.broadcasts.set_status(self.broadcast_id, status, now=self.now, stop_reason=stop_reason)


@pytest.fixture
async def watched(store: Store) -> Watched:
    """Queue a broadcast to nobody, to start in seven seconds."""
    async with store.transaction() as tx:
        await tx.organizers.add(ORGANIZER, Role.OWNER, today=NOW.date())
        organizer = await tx.organizers.find(ORGANIZER)
        assert organizer is not None
        alert = await tx.alerts.add(draft(author_id=organizer.id), now=NOW)
        broadcast_id = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=organizer.id, now=NOW, starts_at=NOW + timedelta(seconds=7)
        )
    courier = FakeCourier()
    made: list[Watched] = []
    reporter = Reporter(
        store=store,
        courier=courier,  # type: ignore[arg-type]  # the one method that a reporter needs
        catalogs=CATALOGS,
        clock=lambda: made[0].now,
        heartbeat=Heartbeat(store=store, clock=lambda: made[0].now),
    )
    made.append(Watched(store=store, courier=courier, reporter=reporter, broadcast_id=broadcast_id))
    return made[0]


async def test_one_message(watched: Watched) -> None:
    """It is posted once and changed from then on: while it counts down, and when anything changes."""
    assert await watched.told() == [("sendMessage", None)]
    assert await watched.told() == [("editMessageText", 1)]
    await watched.move(BroadcastStatus.SENDING)
    assert await watched.told() == [("editMessageText", 1)]
    assert await watched.told() == []
    await watched.move(BroadcastStatus.PAUSED, StopReason.ORGANIZER)
    assert await watched.told() == [("editMessageText", 1)]
    assert await watched.told() == []


@pytest.mark.parametrize(
    ("status", "stop_reason"),
    [
        (BroadcastStatus.PAUSED, StopReason.CANARY),
        (BroadcastStatus.PAUSED, StopReason.FAILURES),
        (BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED),
        (BroadcastStatus.HALTED, StopReason.HALT),
    ],
)
async def test_a_stop_is_noticed(watched: Watched, status: BroadcastStatus, stop_reason: StopReason) -> None:
    """When it stops by itself, a new message takes the old one's place: phones tell of new ones only. Once."""
    await watched.told()
    await watched.move(status, stop_reason)
    assert await watched.told() == [("sendMessage", None), ("deleteMessage", 1)]
    assert await watched.told() == []
    await watched.move(BroadcastStatus.SENDING)
    watched.courier.reaches = False
    assert await watched.told() == [("editMessageText", 1)]
    await watched.move(status, stop_reason)
    assert await watched.told() == [("sendMessage", None), ("editMessageText", 1)]


async def test_the_end_is_told_twice(watched: Watched) -> None:
    """The answer to a tap of just before the end may come after it: the end is told once more, then never."""
    await watched.told()
    await watched.move(BroadcastStatus.SENDING)
    await watched.move(BroadcastStatus.FINISHED)
    assert await watched.told() == [("editMessageText", 1)]
    assert await watched.told() == [("editMessageText", 1)]
    assert await watched.told() == []


async def test_another_process_goes_on(watched: Watched) -> None:
    """After a restart the same message is changed; none is posted anew."""
    await watched.told()
    await watched.move(BroadcastStatus.SENDING)
    await watched.reporter.release()
    watched.reporter = another(watched)
    assert await watched.told() == [("editMessageText", 1)]


def another(watched: Watched) -> Reporter:
    """Return the reporter of another process."""
    return Reporter(
        store=watched.store,
        courier=watched.courier,  # type: ignore[arg-type]  # as above
        catalogs=CATALOGS,
        clock=lambda: watched.now,
        heartbeat=Heartbeat(store=watched.store, clock=lambda: watched.now),
    )


async def test_one_process_tells(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two schedulers one tells, until it is dead; then the other one changes the same message (D6)."""
    seconds = LoopSeconds(monkeypatch)
    first, second = watched.reporter, another(watched)
    await watched.told()
    await watched.move(BroadcastStatus.SENDING)
    for _ in range(4):
        seconds.advance(1.0)
        assert not await second.report()
        watched.now += timedelta(seconds=1)
        async with watched.store.transaction() as tx:
            await first._lease._heartbeat.write(tx)
    watched.reporter = second
    assert await watched.told() == []
    seconds.pass_until_dead()
    assert await watched.told() == [("editMessageText", 1)]
    assert not await first.report()


async def test_an_organizer_out_of_reach(watched: Watched) -> None:
    """Who cannot be told is tried again at the next change, and the end is not told for ever."""
    watched.courier.reaches = False
    assert await watched.told() == [("sendMessage", None)]
    await watched.move(BroadcastStatus.SENDING)
    await watched.move(BroadcastStatus.FINISHED)
    assert await watched.told() == [("sendMessage", None)]
    watched.courier.reaches = True
    assert await watched.told() == [("sendMessage", None)]
    assert await watched.told() == []


async def test_a_deleted_draft_is_told_of_no_more(watched: Watched) -> None:
    """Where a sending was undone and its draft deleted, nothing more is told, and nothing breaks."""
    await watched.told()
    await watched.move(BroadcastStatus.CANCELLED)
    async with watched.store.transaction() as tx:
        await tx.alerts.discard((await tx.broadcasts.get(watched.broadcast_id)).alert_id, now=NOW)
    assert await watched.told() == []
    async with watched.store.reading() as tx:
        assert await tx.progress_messages.due() == []


def looked(sent: int, status: BroadcastStatus = BroadcastStatus.SENDING) -> Progress:
    """Return a broadcast to a thousand of which so many are sent."""
    broadcast = Broadcast(
        id=1,
        alert_id=1,
        kind=BroadcastKind.SEND,
        follows=None,
        status=status,
        audience=1000,
        created_at=NOW,
        starts_at=NOW,
        started_at=NOW,
    )
    return Progress(broadcast=broadcast, tally=Tally(audience=1000, counts={DeliveryState.SENT: sent}))


def rate(*looks: tuple[float, int] | tuple[float, int, BroadcastStatus]) -> float | None:
    """Return the rate after looks at these seconds, at so many sent."""
    samples: tuple[Sample, ...] = ()
    for seconds, *seen in looks:
        samples = sampled(samples, looked(*seen), now=NOW + timedelta(seconds=seconds))
    pace = pace_of(samples)
    return None if pace is None else pace.per_second


@pytest.mark.parametrize(
    ("looks", "per_second"),
    [
        ([(0, 0)], None),
        ([(0, 0), (3, 90)], 30.0),
        ([(0, 0), (3, 300), (6, 300), (9, 300), (13, 300)], 0.0),
        ([(0, 0), (5, 500), (60, 600), (65, 700), (70, 800)], 20.0),
        ([(0, 0), (2, 50), (4, 50, BroadcastStatus.PAUSED), (4000, 50), (4002, 110)], 30.0),
    ],
)
def test_the_rate_of_the_last_ten_seconds(looks: list[Any], per_second: float | None) -> None:
    """It is of the last ten seconds, or of those since it went on: a night's pause is not averaged in."""
    assert rate(*looks) == per_second


HEIR = CHAT + 901


@pytest.mark.parametrize("role", [Role.VIEWER, Role.APPROVER, None])
async def test_whose_organizer_is_gone(watched: Watched, role: Role | None) -> None:
    """Where who began it left the team or may not send any more, an owner watches it, and hears when it waits."""
    await watched.told()
    async with watched.store.transaction() as tx:
        await tx.organizers.add(HEIR, Role.OWNER, today=NOW.date())
        organizer = await tx.organizers.find(ORGANIZER)
        assert organizer is not None
        if role is None:
            await tx.organizers.remove(organizer.id, today=NOW.date())
        else:
            await tx.organizers.set_role(organizer.id, role, today=NOW.date())
    await watched.reporter.report()
    posted = watched.courier.posted
    assert [(each.method, each.parameters["chat_id"]) for each in posted] == [
        ("deleteMessage", ORGANIZER),
        ("sendMessage", HEIR),
    ]
    watched.courier.took()
    await watched.move(BroadcastStatus.PAUSED, StopReason.CANARY)
    watched.now += timedelta(seconds=3)
    await watched.reporter.report()
    assert watched.courier.posted[0].parameters["chat_id"] == HEIR
    assert "reply_markup" in watched.courier.posted[0].parameters
    assert [method for method, _ in watched.courier.took()] == ["sendMessage", "deleteMessage"]


async def test_nobody_may_steer_it(watched: Watched) -> None:
    """Where nobody on the team may send, who began it still sees how it goes, without a button that refuses."""
    async with watched.store.transaction() as tx:
        organizer = await tx.organizers.find(ORGANIZER)
        assert organizer is not None
        await tx.organizers.set_role(organizer.id, Role.VIEWER, today=NOW.date())
    await watched.reporter.report()
    [posted] = watched.courier.posted
    assert posted.parameters["chat_id"] == ORGANIZER
    assert "reply_markup" not in posted.parameters


COLLEAGUE, LOOKS_ON = CHAT + 902, CHAT + 903


@pytest.mark.parametrize("kind", sorted(BY_ITSELF))
async def test_what_nobody_began(watched: Watched, kind: BroadcastKind) -> None:
    """Where a digest, a reminder or thanks stops by itself, all who may send hear it once; an owner watches it on."""
    await watched.move(BroadcastStatus.CANCELLED)
    for _ in range(3):
        await watched.told()
    async with watched.store.transaction() as tx:
        await tx.organizers.add(COLLEAGUE, Role.EDITOR, today=NOW.date())
        await tx.organizers.add(LOOKS_ON, Role.VIEWER, today=NOW.date())
        alert = await tx.alerts.add(draft(), now=NOW)
        watched.broadcast_id = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=None, now=NOW, kind=kind
        )
    for status, reason in (
        (BroadcastStatus.SENDING, None),
        (BroadcastStatus.PAUSED, StopReason.ORGANIZER),
        (BroadcastStatus.HALTED, StopReason.HALT),
        (BroadcastStatus.SENDING, None),
    ):
        await watched.move(status, reason)
        assert await watched.told() == []
    await watched.move(BroadcastStatus.PAUSED, StopReason.FAILURES)
    await watched.reporter.report()
    assert {each.parameters["chat_id"] for each in watched.courier.posted} == {ORGANIZER, COLLEAGUE}
    assert all("reply_markup" in each.parameters for each in watched.courier.posted)
    assert len(watched.courier.took()) == 2
    assert await watched.told() == []
    await watched.move(BroadcastStatus.SENDING)
    assert [method for method, _ in await watched.told()] == ["editMessageText"]
    await watched.move(BroadcastStatus.FINISHED)
    await watched.told()
    await watched.told()
    assert await watched.told() == []
