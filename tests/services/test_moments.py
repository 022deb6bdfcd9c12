"""Moments: taps by the server's clock, corrections that move them, and thanks that are queued once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.delivery import judging, starting
from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.moment import OPEN_FOR, MomentOver, NotYet, Window
from bot.domain.outcome import AlreadySaid, Outcome
from bot.domain.preferences import CampaignHours
from bot.jobs.moments import settle_moments
from bot.services import actions, moments, subscriptions
from bot.services.actions import ActionRecalled, NotOnList
from bot.store.store import Store
from tests.domain.test_moment import moment
from tests.making import CHAT, NOW, approve, join
from tests.services.test_subscriptions import WORDING

OPENS = NOW + timedelta(hours=2)
WINDOW = Window(opens_at=OPENS, closes_at=OPENS + OPEN_FOR)


async def card_out(store: Store, people: int = 3) -> int:
    """Begin to send the card of a moment to people on the list, two hours before it. Returns its number."""
    at = OPENS.strftime("%Y-%m-%dT%H:%M")
    async with store.transaction() as tx:
        for n in range(people):
            await join(tx, n + 1)
        alert = moment()
        alert = await tx.alerts.add(_at(alert, at), now=NOW)
        await approve(tx, alert, now=NOW)
        await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
    await start(store, 1, now=NOW)
    return alert.id


def _at(alert: Alert, at: str) -> Alert:

    return replace(alert, details={"zone": "UTC", "starts_at": at})


async def start(store: Store, broadcast_id: int, *, now: datetime) -> Broadcast:
    """Let the engine begin a broadcast."""
    async with store.transaction() as tx:
        begun = await starting.start(tx, broadcast_id, clock=lambda: now, paid=False)
    assert begun is not None
    return begun[0]


async def tap(store: Store, alert_id: int, *, chat_id: int = CHAT, now: datetime = OPENS) -> int | None:
    """Tap the main button. Returns the count that is told."""
    async with store.transaction() as tx:
        return (await actions.say(tx, chat_id, alert_id, Outcome.DONE, now=now)).count


async def done(store: Store, alert_id: int) -> int:
    """Return how many are counted."""
    async with store.reading() as tx:
        return await tx.action_counts.total(alert_id, Outcome.DONE)


async def settle(store: Store, *, now: datetime) -> bool:
    """Let the job look for moments that are over."""
    return await settle_moments(store, lambda: now)


async def thanks_of(store: Store, alert_id: int) -> list[Broadcast]:
    """Return the thanks for a moment."""
    async with store.reading() as tx:
        kept = await tx.moments.find(alert_id)
        assert kept is not None
        return await tx.broadcasts.follow_ups_of(kept.broadcast_id, BroadcastKind.THANKS)


async def test_taps_count_from_the_instant_until_the_end(store: Store) -> None:
    """A tap before or after counts nothing; one within counts once, and is undone as if it had never been."""
    alert_id = await card_out(store)
    with pytest.raises(NotYet) as early:
        await tap(store, alert_id, now=OPENS - timedelta(seconds=180))
    assert early.value.wait == timedelta(minutes=3)
    with pytest.raises(MomentOver):
        await tap(store, alert_id, now=WINDOW.closes_at)
    assert await done(store, alert_id) == 0
    await tap(store, alert_id)
    with pytest.raises(AlreadySaid):
        await tap(store, alert_id)
    assert await done(store, alert_id) == 1
    async with store.transaction() as tx:
        await actions.undo(tx, CHAT, alert_id)
    assert await done(store, alert_id) == 0
    await tap(store, alert_id, now=WINDOW.closes_at - timedelta(microseconds=1))
    assert await done(store, alert_id) == 1


async def test_taps_of_one_transaction_see_each_other(store: Store) -> None:
    """The count is read once for all who tap in one transaction, and each is told their own number."""
    alert_id = await card_out(store, 12)
    async with store.transaction() as tx:
        told = [(await actions.say(tx, CHAT + n, alert_id, Outcome.DONE, now=OPENS)).count for n in range(12)]
    assert told == [None] * 9 + [10, 11, 12]
    async with store.transaction() as tx:
        assert (await actions.counted(tx, CHAT, alert_id, Outcome.DONE)).count == 12
        await actions.undo(tx, CHAT, alert_id)
        assert (await actions.counted(tx, CHAT, alert_id, Outcome.DONE)).count == 11


async def test_who_left_or_paused(store: Store) -> None:
    """Whoever paused is on the list and may act; whoever left is not."""
    alert_id = await card_out(store)
    async with store.transaction() as tx:
        await subscriptions.pause(tx, CHAT)
    await tap(store, alert_id)
    async with store.transaction() as tx:
        await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=NOW)
    with pytest.raises(NotOnList):
        await tap(store, alert_id, chat_id=CHAT + 1)
    assert await done(store, alert_id) == 1


async def test_a_recall_is_seen_in_the_very_transaction(store: Store) -> None:
    """From the recall on nobody's tap counts, whoever tapped just before; nor is anybody thanked."""
    alert_id = await card_out(store)
    async with store.transaction() as tx:
        await actions.say(tx, CHAT, alert_id, Outcome.DONE, now=OPENS)
        await tx.broadcasts.add(
            alert_id=alert_id, organizer_id=None, now=OPENS, kind=BroadcastKind.RECALL, follows=1
        )
        with pytest.raises(ActionRecalled):
            await actions.say(tx, CHAT + 1, alert_id, Outcome.DONE, now=OPENS)
    assert not await settle(store, now=WINDOW.closes_at)
    assert await thanks_of(store, alert_id) == []


async def test_a_correction_moves_the_moment(store: Store) -> None:
    """Whoever still sees the old card acts by the new instant."""
    alert_id = await card_out(store)
    later = OPENS + timedelta(hours=1)
    async with store.transaction() as tx:
        moved = _at(moment(), later.strftime("%Y-%m-%dT%H:%M"))
        alert = await tx.alerts.add(replace(moved, corrects=1), now=NOW)
        await tx.broadcasts.set_status(1, BroadcastStatus.FINISHED, now=NOW)
        await approve(tx, alert, now=NOW)
        made = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=None, now=NOW, kind=BroadcastKind.CORRECT, follows=1
        )
        await tx.deliveries.cancel_pending(1)
    await start(store, made, now=NOW)
    for each in (alert_id, alert.id):
        with pytest.raises(NotYet) as early:
            await tap(store, each)
        assert early.value.wait == timedelta(hours=1)
    await tap(store, alert_id, now=later)
    with pytest.raises(AlreadySaid):
        await tap(store, alert.id, now=later)
    assert await settle(store, now=later + OPEN_FOR)
    [thanks] = await thanks_of(store, alert_id)
    assert thanks.alert_id == alert.id


async def test_a_correction_after_nobody_came(store: Store) -> None:
    """A moment that was over without a tap, and is moved to another day, is thanked for then."""
    alert_id = await card_out(store)
    over = WINDOW.closes_at
    assert not await settle(store, now=over)
    later = over + timedelta(days=1)
    async with store.transaction() as tx:
        moved = _at(moment(), later.strftime("%Y-%m-%dT%H:%M"))
        alert = await tx.alerts.add(replace(moved, corrects=1), now=over)
        await tx.broadcasts.set_status(1, BroadcastStatus.FINISHED, now=NOW)
        await approve(tx, alert, now=over)
        made = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=None, now=over, kind=BroadcastKind.CORRECT, follows=1
        )
        await tx.deliveries.cancel_pending(1)
    await start(store, made, now=over)
    await tap(store, alert_id, now=later)
    assert await settle(store, now=later + OPEN_FOR)
    assert len(await thanks_of(store, alert_id)) == 1
    assert not await settle(store, now=later + OPEN_FOR)


async def test_thanks_are_queued_once(store: Store) -> None:
    """Once it is over, however many processes look: one broadcast, to who took part and is there, with the count."""
    alert_id = await card_out(store, 4)
    for n in range(3):
        await tap(store, alert_id, chat_id=CHAT + n)
    async with store.transaction() as tx:
        await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=NOW)
    assert not await settle(store, now=WINDOW.closes_at - timedelta(seconds=1))
    over = WINDOW.closes_at + timedelta(seconds=30)
    assert sum(await asyncio.gather(*(settle(store, now=over) for _ in range(4)))) == 1
    [thanks] = await thanks_of(store, alert_id)
    assert thanks.organizer_id is None
    begun = await start(store, thanks.id, now=over + timedelta(days=1))
    assert begun.took_part == 3
    async with store.reading() as tx:
        tally = await tx.counts.tally(thanks.id)
    assert (tally.audience, tally[DeliveryState.PENDING]) == (2, 2)
    assert not await settle(store, now=over + timedelta(days=2))


async def test_who_takes_it_back_is_not_thanked(store: Store) -> None:
    """Whoever undoes it while the thanks wait for the end of their quiet hours is skipped; the others get them."""
    alert_id = await card_out(store, 3)
    for n in range(3):
        await tap(store, alert_id, chat_id=CHAT + n)
    over = WINDOW.closes_at
    await settle(store, now=over)
    [thanks] = await thanks_of(store, alert_id)
    thanks = await start(store, thanks.id, now=over)
    async with store.transaction() as tx:
        await actions.undo(tx, CHAT, alert_id)
        judge = judging.judge_of(tx, thanks, {}, hours=CampaignHours(), now=over)
        claimed = await tx.claims.claim(thanks.id, worker="w", limit=9, now=over, judge=judge)
        assert sorted(each.chat_id for each in claimed) == [CHAT + 1, CHAT + 2]
        assert (await tx.counts.tally(thanks.id))[DeliveryState.SKIPPED] == 1


async def test_nobody_is_thanked_where_nobody_took_part(store: Store) -> None:
    """A moment without a tap ends in silence."""
    alert_id = await card_out(store)
    assert not await settle(store, now=WINDOW.closes_at)
    async with store.reading() as tx:
        assert await moments.over(tx, now=WINDOW.closes_at) == []
    assert await thanks_of(store, alert_id) == []


async def test_only_a_moment_is_thanked_for(store: Store) -> None:
    """A plan of another kind allows no thanks: they are halted, as whatever was not approved."""
    alert_id = await card_out(store)
    await tap(store, alert_id)
    async with store.transaction() as tx:
        pledge = await tx.alerts.add(replace(moment(), kind=ActionKind.PLEDGE), now=NOW)
        await approve(tx, pledge, now=NOW)
        made = await tx.broadcasts.add(
            alert_id=pledge.id, organizer_id=None, now=NOW, kind=BroadcastKind.THANKS, follows=1
        )
    async with store.transaction() as tx:
        assert await starting.start(tx, made, clock=lambda: NOW, paid=False) is None
        assert (await tx.broadcasts.get(made)).status is BroadcastStatus.HALTED
