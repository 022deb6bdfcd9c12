"""Sending an alert, and what can be done while it goes out."""

from datetime import UTC, timedelta

import pytest

from bot.domain.alert import ActionKind
from bot.domain.broadcast import BroadcastKind, BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.services import alerts, broadcast_progress, broadcasts, checks, overview, steering
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, OWNER, begin_broadcast, join, words
from tests.services.conftest import Appoint, approve_alone


async def approved(tx: Transaction, author: Organizer) -> int:
    """Write an alert and have it approved, whatever its check warns of. Returns its id."""
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
    alert = await alerts.write(tx, alert.id, words(), actor=author, now=NOW)
    checked = await checks.look(tx, alert, paid=False, zone=UTC, actor=author, now=NOW)
    await checks.acknowledge(tx, alert.id, mark=checked.mark, paid=False, zone=UTC, actor=author, now=NOW)
    await approve_alone(tx, alert.id, author)
    return alert.id


async def test_sending(store: Store, appoint: Appoint) -> None:
    """An approved alert is queued for exactly the number that was confirmed."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        broadcast = await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        assert (broadcast.alert_id, broadcast.status) == (alert_id, BroadcastStatus.QUEUED)


@pytest.mark.parametrize("confirmed", [None, 0, 2, 4, -3])
async def test_another_number(store: Store, appoint: Appoint, confirmed: int | None) -> None:
    """Any other number than that of the people it reaches now sends nothing."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        with pytest.raises(broadcasts.ReachChanged) as changed:
            await broadcasts.send(tx, alert_id, confirmed=confirmed, paid=False, actor=author, now=NOW)
        assert changed.value.total == 3
        assert await tx.broadcasts.all() == []


async def test_reach_changes_meanwhile(store: Store, appoint: Appoint) -> None:
    """Somebody who joins after the number was read makes the organizer look again."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        await join(tx, 1, first=CHAT + 50)
        with pytest.raises(broadcasts.ReachChanged):
            await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)


async def test_not_approved(store: Store, appoint: Appoint) -> None:
    """What was not approved as it stands now is not sent (I6)."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        await alerts.set_link(tx, alert_id, "https://example.org/other", actor=author, now=NOW)
        with pytest.raises(broadcasts.NotApproved):
            await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)


async def test_nobody(store: Store, appoint: Appoint) -> None:
    """An alert that reaches nobody is not sent."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert_id = await approved(tx, author)
        with pytest.raises(broadcasts.NobodyToReach):
            await broadcasts.send(tx, alert_id, confirmed=0, paid=False, actor=author, now=NOW)


async def test_sent_once(store: Store, appoint: Appoint) -> None:
    """An alert goes out once, and what went out stays as it was."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        with pytest.raises(alerts.AlertSent):
            await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        with pytest.raises(alerts.AlertSent):
            await alerts.write(tx, alert_id, words("ar"), actor=author, now=NOW)
        with pytest.raises(alerts.AlertSent):
            await alerts.set_link(tx, alert_id, None, actor=author, now=NOW)


async def test_undone(store: Store, appoint: Appoint) -> None:
    """What was cancelled before it began counts as not sent: it can be changed, approved and sent again."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        broadcast = await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        assert broadcast.starts_at == NOW + broadcasts.UNDO
        undone = await steering.cancel(tx, broadcast.id, actor=author, now=NOW)
        assert undone.broadcast.undone
        assert [draft.id for draft in await tx.alerts.drafts(limit=3)] == [alert_id]
        await alerts.write(tx, alert_id, words("ar"), actor=author, now=NOW)
        await approve_alone(tx, alert_id, author)
        await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        assert await tx.alerts.drafts(limit=3) == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_the_same_within_a_day(store: Store, appoint: Appoint, *, cancelled: bool) -> None:
    """The same to the same people within a day is asked about, also when the first was cancelled in the middle."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        first = await broadcasts.send(
            tx, await approved(tx, author), confirmed=3, paid=False, actor=author, now=NOW
        )
        await tx.broadcasts.set_status(first.id, BroadcastStatus.SENDING, now=NOW)
        if cancelled:
            await steering.cancel(tx, first.id, actor=author, now=NOW)
        same = await approved(tx, author)
        with pytest.raises(broadcasts.SentAlready):
            await broadcasts.send(
                tx, same, confirmed=3, paid=False, actor=author, now=NOW + timedelta(hours=23)
            )
        later = await broadcasts.send(
            tx, same, confirmed=3, paid=False, actor=author, now=NOW + timedelta(hours=25)
        )
        assert later.id != first.id


async def test_the_same_after_an_undo(store: Store, appoint: Appoint) -> None:
    """What was undone went to nobody: the same words are no repeat."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        first = await broadcasts.send(
            tx, await approved(tx, author), confirmed=3, paid=False, actor=author, now=NOW
        )
        await steering.cancel(tx, first.id, actor=author, now=NOW)
        await broadcasts.send(tx, await approved(tx, author), confirmed=3, paid=False, actor=author, now=NOW)


async def test_starting_at_once(store: Store, appoint: Appoint) -> None:
    """A queued sending can be let go before its time, and only forward."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        queued = await broadcasts.send(
            tx, await approved(tx, author), confirmed=3, paid=False, actor=author, now=NOW
        )
        begun = await steering.start_now(tx, queued.id, actor=author, now=NOW)
        assert begun.broadcast.starts_at == NOW
        later = await steering.start_now(tx, queued.id, actor=author, now=NOW + timedelta(seconds=1))
        assert later.broadcast.starts_at == NOW


async def test_pausing_and_going_on(store: Store) -> None:
    """A broadcast goes on where it was stopped: to be frozen, or in the middle."""
    frozen_id, _ = await begin_broadcast(store, 2)
    queued_id, _ = await begin_broadcast(store, 0)
    async with store.transaction() as tx:
        await tx.broadcasts.set_audience(queued_id, 0)
        await tx.broadcasts.set_status(frozen_id, BroadcastStatus.SENDING, now=NOW)
        steps = ((frozen_id, BroadcastStatus.SENDING), (queued_id, BroadcastStatus.QUEUED))
        for broadcast_id, again in steps:
            paused = await steering.pause(tx, broadcast_id, actor=OWNER, now=NOW)
            assert paused.broadcast.status is BroadcastStatus.PAUSED
            assert (
                await steering.pause(tx, broadcast_id, actor=OWNER, now=NOW)
            ).broadcast == paused.broadcast
            resumed = await steering.resume(tx, broadcast_id, actor=OWNER, now=NOW)
            assert resumed.broadcast.status is again
            assert (
                await steering.resume(tx, broadcast_id, actor=OWNER, now=NOW)
            ).broadcast == resumed.broadcast


async def test_cancelling(store: Store) -> None:
    """Cancelling ends it: nothing more is claimed, and nothing can be changed."""
    broadcast_id, _ = await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.claims.claim(broadcast_id, worker="w", limit=1, now=NOW)
        progress = await steering.cancel(tx, broadcast_id, actor=OWNER, now=NOW)
        assert progress.broadcast.status is BroadcastStatus.CANCELLED
        assert progress.tally.counts == {DeliveryState.INFLIGHT: 1, DeliveryState.CANCELLED: 2}
        for step in (steering.pause, steering.resume, steering.cancel):
            with pytest.raises(broadcast_progress.BroadcastOver):
                await step(tx, broadcast_id, actor=OWNER, now=NOW)
        with pytest.raises(broadcast_progress.BroadcastOver):
            await broadcast_progress.progress(tx, broadcast_id + 1, actor=OWNER)


@pytest.mark.parametrize("role", Role)
async def test_halting_everything(store: Store, appoint: Appoint, role: Role) -> None:
    """Whoever of the team says so, all that is queued or goes out is halted, a recall too; what waits waits on."""
    ids = [(await begin_broadcast(store, 0))[0] for _ in range(4)]
    async with store.transaction() as tx:
        actor, owner = await appoint(tx, role), await appoint(tx, Role.OWNER)
        await tx.broadcasts.set_status(ids[1], BroadcastStatus.SENDING, now=NOW)
        await tx.broadcasts.set_status(ids[2], BroadcastStatus.PAUSED, now=NOW, stop_reason=StopReason.CANARY)
        await tx.broadcasts.set_status(ids[3], BroadcastStatus.FINISHED, now=NOW)
        recall = await tx.broadcasts.add(
            alert_id=1, organizer_id=None, now=NOW, kind=BroadcastKind.RECALL, follows=ids[3]
        )
        halted = await overview.halt_all(tx, actor=actor, now=NOW)
        assert [each.broadcast.id for each in halted] == [ids[0], ids[1], recall]
        for each in halted:
            assert (each.broadcast.status, each.broadcast.stop_reason) == (
                BroadcastStatus.HALTED,
                StopReason.HALT,
            )
            assert each.stopped_by == actor
        waiting = await broadcast_progress.progress(tx, ids[2], actor=owner)
        assert waiting.broadcast.stop_reason is StopReason.CANARY
        assert await overview.halt_all(tx, actor=actor, now=NOW) == []
        resumed = await steering.resume(tx, ids[1], actor=owner, now=NOW)
        assert resumed.broadcast.status is BroadcastStatus.SENDING
        assert resumed.stopped_by is None
        listed = [each.broadcast.id for each in await overview.unfinished(tx, actor=actor)]
        # What waits first, what goes out last: nearest to where one writes.
        assert listed == [ids[0], ids[2], recall, ids[1]]
        assert [each.broadcast.id for each in await overview.latest(tx, limit=3, actor=actor)] == [ids[3]]


async def test_a_deleted_draft(store: Store, appoint: Appoint) -> None:
    """A draft that was deleted is not there for anybody; its number is given to no other."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        await join(tx, 3)
        alert_id = await approved(tx, author)
        await alerts.discard(tx, alert_id, actor=author, now=NOW)
        with pytest.raises(alerts.AlertMissing):
            await broadcasts.send(tx, alert_id, confirmed=3, paid=False, actor=author, now=NOW)
        assert await alerts.drafts(tx, limit=3, actor=author) == []
        sent = await approved(tx, author)
        assert sent > alert_id
        await broadcasts.send(tx, sent, confirmed=3, paid=False, actor=author, now=NOW)
        with pytest.raises(alerts.AlertGoingOut):
            await alerts.discard(tx, sent, actor=author, now=NOW)
