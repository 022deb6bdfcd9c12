"""Digests through the real engine, on both databases: to whom, of what, once; and how they change afterwards."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.delivery import judging, starting
from bot.domain.broadcast import RECEIVES, BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.digest import MOST
from bot.domain.preferences import CampaignHours, Preferences, QuietHours, Rhythm
from bot.jobs import by_itself
from bot.services import broadcast_progress, follow_ups, privacy, steering, subscriptions
from bot.store.digest_counts import DigestTally
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, approve, draft
from tests.worlds.in_process.sending import beating
from tests.worlds.virtual.by_itself import DAILY, DAY, DEADLINE, EVENING, HOUR, NOBODY, PLAIN, WORDING, World

pytestmark = pytest.mark.usefixtures("ids_rise")


@pytest.fixture
async def world(store: Store) -> World:
    """Make a world without people."""
    return World(store=store)


async def test_a_paused_sending(world: World) -> None:
    """What an organizer stopped is in no digest as long as it is; once it goes on, it comes in the next one."""
    await world.people(replace(DAILY, digest_hour=22), PLAIN)
    _, other = await world.alert()
    broadcast_id, alert_id = await world.alert(deadline=NOW + 9 * DAY)
    night = NOW.replace(hour=22)
    async with world.store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.HALTED, now=NOW)
    assert await world.digested(night) == {0: ([other], 0)}
    async with world.store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
    assert await world.digested(night + DAY) == {0: ([alert_id], 0)}


async def test_a_digest(world: World) -> None:
    """At their hour, by deadline, one message for all that waits; then nothing, and each alert once."""
    await world.people(DAILY, replace(DAILY, rhythm=Rhythm.WEEKLY, digest_day=3), PLAIN)
    _, late = await world.alert(deadline=NOW + 9 * DAY)
    first, soon = await world.alert(deadline=NOW + 5 * DAY)
    _, over = await world.alert(deadline=NOW + HOUR)
    recalled, _ = await world.alert()
    async with world.store.transaction() as tx:
        await follow_ups.recall(tx, recalled, confirmed=1, actor=NOBODY, now=NOW)
    await world.at(NOW)
    assert await world.digested(EVENING - HOUR) == {}
    assert await world.digested(EVENING) == {0: ([soon, late], 0)}
    assert await world.digested(EVENING + DAY) == {}
    assert await world.digested(EVENING + 2 * DAY) == {1: ([soon, late], 0)}
    assert await world.digested(EVENING + 9 * DAY) == {}
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, first)
    assert (progress.digested, progress.in_digests, over not in (soon, late)) == (2, 0, True)


async def test_what_has_no_room(world: World) -> None:
    """What does not fit comes with the next one; nothing is lost, nothing comes twice."""
    await world.people(DAILY)
    made = [(await world.alert(deadline=NOW + (30 - n) * DAY))[1] for n in range(MOST + 2)]
    expected = made[::-1]
    assert await world.digested(EVENING) == {0: (expected[:MOST], 2)}
    assert await world.digested(EVENING + DAY) == {0: (expected[MOST:], 0)}
    assert await world.digested(EVENING + 2 * DAY) == {}


async def test_who_chooses_anew(world: World) -> None:
    """Whoever pauses, or wants urgent alerts only, gets no digest; whoever is in quiet hours gets it after these."""
    await world.people(*[DAILY] * 4)
    _, alert_id = await world.alert()
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
    await world.choose(1, Preferences(rhythm=Rhythm.URGENT))
    await world.choose(2, replace(DAILY, quiet=QuietHours(start=17 * 60, end=20 * 60)))
    assert await world.digested(EVENING) == {3: ([alert_id], 0)}
    assert await world.digested(EVENING + 2 * HOUR) == {2: ([alert_id], 0)}


async def test_who_pauses_at_the_claim(world: World) -> None:
    """What a digest was to bring waits for the end of their pause, and comes once; nothing comes to who leaves."""
    await world.people(*[DAILY] * 3)
    broadcast_id, alert_id = await world.alert()
    for who in range(3):
        await world.choose(who, replace(DAILY, quiet=QuietHours(start=17 * 60, end=19 * 60)))
    assert await world.digested(EVENING) == {}
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
        await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=world.now)
    assert await world.digested(EVENING + HOUR) == {2: ([alert_id], 0)}
    assert await world.digested(EVENING + DAY) == {}
    async with world.store.transaction() as tx:
        assert (await tx.digest_counts.tally(broadcast_id)).waiting == 1
        await subscriptions.resume(tx, CHAT)
    assert await world.digested(EVENING + DAY + HOUR) == {0: ([alert_id], 0)}
    assert await world.digested(EVENING + 2 * DAY) == {}


async def test_a_digest_that_is_cancelled(world: World) -> None:
    """What it did not bring comes with the next one of each, not before; whoever got it gets nothing again."""
    night = QuietHours(start=17 * 60, end=20 * 60)
    weekly = replace(DAILY, rhythm=Rhythm.WEEKLY, digest_day=1)
    await world.people(*[DAILY] * 5, weekly)
    broadcast_id, alert_id = await world.alert()
    _, other = await world.alert()
    for who in range(1, 5):
        await world.choose(who, replace(DAILY, quiet=night))
    await world.choose(5, replace(weekly, quiet=night))
    both = ([alert_id, other], 0)
    assert await world.digested(EVENING) == {0: both}
    async with world.store.transaction() as tx:
        digest_id = (await tx.broadcasts.in_status([BroadcastStatus.SENDING]))[0].id
        await subscriptions.leave(tx, CHAT + 2, wording=WORDING, now=world.now)
        await subscriptions.pause(tx, CHAT + 3)
    await world.choose(4, PLAIN)
    async with world.store.transaction() as tx:
        await steering.cancel(tx, digest_id, actor=NOBODY, now=world.now)
        # But for the one who got it and the one who left.
        assert (await tx.digest_counts.tally(broadcast_id)) == DigestTally(waiting=4, sent=1)
    # Who wants every alert by now waits for no hour of a digest.
    assert await world.digested(EVENING + HOUR) == {4: both}
    assert await world.digested(EVENING + 3 * HOUR) == {}
    assert await world.digested(EVENING + DAY) == {}
    assert await world.digested(EVENING + DAY + 2 * HOUR) == {1: both}
    async with world.store.transaction() as tx:
        await subscriptions.resume(tx, CHAT + 3)
    assert await world.digested(EVENING + DAY + 3 * HOUR) == {3: both}
    assert await world.digested(EVENING + 7 * DAY + 2 * HOUR) == {5: both}


async def test_a_digest_that_is_cancelled_before_it_begins(world: World) -> None:
    """It takes nothing along: what was due then comes with the next one."""
    await world.people(DAILY)
    _, alert_id = await world.alert()
    world.now = EVENING
    await by_itself.queue_due(world.store, world.clock)
    async with world.store.transaction() as tx:
        [digest] = await tx.broadcasts.in_status([BroadcastStatus.QUEUED])
        await steering.cancel(tx, digest.id, actor=NOBODY, now=world.now)
    assert await world.digested(EVENING + HOUR) == {}
    assert await world.digested(EVENING + DAY) == {0: ([alert_id], 0)}


async def test_what_comes_back_from_a_cancelled_digest(world: World) -> None:
    """What was on the wire and is to be tried again comes with the next digest, as what had not gone out."""
    await world.people(DAILY)
    broadcast_id, alert_id = await world.alert()
    world.now, world.answered, world.awaited = EVENING, 0, 1
    await by_itself.queue_due(world.store, world.clock)
    engine = world.engine()
    async with beating(world.heartbeat):
        running = asyncio.create_task(engine.run())
        await asyncio.wait_for(world.enough.wait(), 30)
        digest_id, _ = await world.last(BroadcastKind.DIGEST)
        async with world.store.transaction() as tx:
            await steering.cancel(tx, digest_id, actor=NOBODY, now=world.now)
        world.cut_off()
        engine.stop()
        await asyncio.wait_for(running, 30)
    async with world.store.reading() as tx:
        assert (await tx.counts.tally(digest_id)).counts == {DeliveryState.CANCELLED: 1}
        assert (await tx.digest_counts.tally(broadcast_id)).waiting == 1
    world.answered = None
    assert await world.digested(EVENING + HOUR) == {}
    assert await world.digested(EVENING + DAY) == {0: ([alert_id], 0)}


async def test_a_correction_reaches_digests(world: World) -> None:
    """Whoever has the alert in a digest gets that changed; whoever has it as itself, that; in no digest, nothing."""
    await world.people(DAILY, PLAIN, replace(DAILY, digest_hour=22))
    broadcast_id, alert_id = await world.alert(deadline=DEADLINE)
    _, other = await world.alert(deadline=DEADLINE + DAY)
    assert await world.digested(EVENING) == {0: ([alert_id, other], 0)}
    before = len(world.sent)
    correction, corrected = await world.alert(corrects=broadcast_id, deadline=DEADLINE + 2 * DAY)
    sent = {chat_id - CHAT: what for chat_id, what in world.sent[before:]}
    assert sent.keys() == {0, 1}
    assert (sent[0][0], sent[0][3], sent[0][4]) == ([other, corrected], [], True)
    assert sent[1][1:3] == [BroadcastKind.CORRECT, corrected]
    assert await world.digested(NOW.replace(hour=22)) == {2: ([other, corrected], 0)}
    async with world.store.reading() as tx:
        assert (await tx.counts.tally(correction)).counts == {DeliveryState.SENT: 2}
        progress = await broadcast_progress.report(tx, correction)
    assert (progress.tally.audience, progress.out_of_reach) == (2, 0)


async def test_corrected_before_anybody_has_it(world: World) -> None:
    """What only waits comes as corrected, and nobody's message is changed; the receipt counts who waits."""
    await world.people(DAILY, DAILY)
    broadcast_id, _ = await world.alert()
    correction, corrected = await world.alert(corrects=broadcast_id)
    assert world.sent == []
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, correction)
    assert progress.broadcast.status is BroadcastStatus.FINISHED
    assert (progress.tally.audience, progress.out_of_reach, progress.in_digests) == (0, 0, 2)
    assert await world.digested(EVENING) == {0: ([corrected], 0), 1: ([corrected], 0)}
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, correction)
    assert (progress.out_of_reach, progress.in_digests) == (0, 0)


async def test_a_recall_reaches_digests(world: World) -> None:
    """It is struck out, at any time; where nothing else is in the digest, and Telegram lets us, that is deleted."""
    await world.people(DAILY, DAILY, replace(DAILY, digest_hour=22))
    first, alert_id = await world.alert(deadline=DEADLINE)
    other_sending, other = await world.alert(deadline=DEADLINE + DAY)
    assert (await world.digested(EVENING)).keys() == {0, 1}
    world.now = EVENING + 2 * DAY
    async with world.store.transaction() as tx:
        await subscriptions.pause(tx, CHAT + 1)
    recall = await world.recall(first, people=3)
    assert await world.changed() == {0: ([alert_id, other], [alert_id]), 1: ([alert_id, other], [alert_id])}
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, recall)
    assert (progress.tally[DeliveryState.SENT], progress.struck, progress.out_of_reach) == (2, 2, 0)
    await world.recall(other_sending, people=3)
    both = ([alert_id, other], [alert_id, other])
    assert await world.changed() == {0: both, 1: both}
    assert await world.digested(EVENING + 3 * DAY) == {}


async def test_a_digest_of_which_nothing_is_left(world: World) -> None:
    """A recall deletes it, as it does any message that is less than two days old."""
    await world.people(DAILY)
    broadcast_id, _ = await world.alert()
    await world.digested(EVENING)
    await world.recall(broadcast_id)
    sent = await world.at(EVENING + HOUR)
    assert [(chat_id, what[1]) for chat_id, what in sent] == [(CHAT, BroadcastKind.RECALL)]


async def test_recalled_when_it_is_too_late_to_delete(world: World) -> None:
    """What still waits for digests goes, those that were sent are changed; what was sent as itself stays."""
    await world.people(PLAIN, DAILY, replace(DAILY, rhythm=Rhythm.WEEKLY, digest_day=5))
    broadcast_id, alert_id = await world.alert(deadline=NOW + 20 * DAY)
    _, other = await world.alert(deadline=NOW + 21 * DAY)
    await world.digested(EVENING)
    world.now = NOW + 3 * DAY
    recall = await world.recall(broadcast_id)
    before = len(world.sent)
    assert await world.changed() == {1: ([alert_id, other], [alert_id])}
    assert len(world.sent) == before + 1
    async with world.store.reading() as tx:
        progress = await broadcast_progress.report(tx, recall)
    assert (progress.tally.audience, progress.out_of_reach) == (1, 1)
    assert await world.digested(EVENING + 4 * DAY) == {2: ([other], 0)}


async def test_a_correction_waits_for_digests_on_the_wire(world: World) -> None:
    """What a digest carries as the words change is corrected once that has come back: nobody keeps the old words."""
    await world.people(DAILY)
    broadcast_id, _ = await world.alert()
    world.now, world.answered, world.awaited = EVENING, 0, 1
    await by_itself.queue_due(world.store, world.clock)
    running = asyncio.create_task(world.engine().run())
    await asyncio.wait_for(world.enough.wait(), 30)
    worker = world.worker
    async with world.store.transaction() as tx:
        made = await tx.alerts.add(replace(draft(), corrects=broadcast_id), now=NOW)
        await approve(tx, made, now=NOW)
        correction = await tx.broadcasts.add(
            alert_id=made.id, organizer_id=None, now=NOW, kind=BroadcastKind.CORRECT, follows=broadcast_id
        )
        assert await starting.start(tx, correction, clock=world.clock, paid=False) is None
    digest_id, _ = await world.last(BroadcastKind.DIGEST)
    [person] = await _ids(world)
    async with world.store.transaction() as tx:
        came = [Recorded(subscriber_id=person, state=DeliveryState.SENT, message_id=7)]
        await tx.deliveries.record(digest_id, came, worker=worker, is_digest=True)
        assert await starting.start(tx, correction, clock=world.clock, paid=False) is not None
        assert (await tx.counts.tally(correction)).counts == {DeliveryState.PENDING: 1}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_two_changes_of_one_message(world: World) -> None:
    """The second waits until the first has come back: what was rendered later arrives later."""
    await world.people(DAILY)
    first, _ = await world.alert()
    second, _ = await world.alert()
    third, _ = await world.alert()
    await world.digested(EVENING)
    [person] = await _ids(world)
    recalls = [await world.recall(each) for each in (first, second)]
    async with world.store.transaction() as tx:
        for each in recalls:
            assert await starting.start(tx, each, clock=world.clock, paid=False) is not None
        assert await _claimed(tx, recalls[0], world.now) == [person]
        assert await _claimed(tx, recalls[1], world.now) == []
        done = [Recorded(subscriber_id=person, state=DeliveryState.SENT)]
        await tx.deliveries.record(recalls[0], done, worker="w")
        assert await _claimed(tx, recalls[1], world.now + timedelta(seconds=2)) == [person]
    assert third not in recalls


async def _ids(world: World) -> list[int]:
    async with world.store.reading() as tx:
        found = await tx.subscribers.find(CHAT)
    assert found is not None
    return [found.id]


async def _claimed(tx: Transaction, broadcast_id: int, now: datetime) -> list[int]:
    """Return whom a claim takes, as the engine's would."""
    broadcast = await tx.broadcasts.get(broadcast_id)
    judge = judging.judge_of(tx, broadcast, {}, hours=CampaignHours(), now=now)
    claimed = await tx.claims.claim(
        broadcast_id,
        worker="w",
        limit=10,
        now=now,
        receives=RECEIVES[broadcast.kind],
        urgent=None,
        judge=judge,
    )
    return [each.subscriber_id for each in claimed]


async def test_erased_in_the_middle(world: World) -> None:
    """Whoever is erased between the freeze and the claim gets no digest, and nothing says what waited for them."""
    gone, _ = await world.people(DAILY, DAILY)
    _, alert_id = await world.alert()
    for who in range(2):
        await world.choose(who, replace(DAILY, quiet=QuietHours(start=17 * 60, end=19 * 60)))
    assert await world.digested(EVENING) == {}
    digest_id, waiting = await world.last(BroadcastKind.DIGEST)
    assert waiting.counts == {DeliveryState.PENDING: 2}
    async with world.store.transaction() as tx:
        await privacy.erase(tx, CHAT, now=world.now)
        assert await tx.carrying.sendings(digest_id, [gone.id]) == {}
    assert await world.digested(EVENING + HOUR) == {1: ([alert_id], 0)}
    _, tally = await world.last(BroadcastKind.DIGEST)
    assert tally.counts == {DeliveryState.SENT: 1, DeliveryState.SKIPPED: 1}
