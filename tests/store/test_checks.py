"""What a check looks up, and what is kept of it, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audience import of_topic
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.check import Acknowledgement
from bot.domain.choices import Choice, Chosen
from bot.domain.delivery import DeliveryState
from bot.domain.staleness import recipients
from bot.domain.subscriber import SubscriberState
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, OWNER, draft, join

MINUTE = timedelta(minutes=1)
EVERYBODY = of_topic("alerts")


async def begun(tx: Transaction, *, ago: timedelta, kind: BroadcastKind = BroadcastKind.SEND) -> int:
    """Begin a broadcast of an alert of its own, so long ago. Returns its id."""
    alert = await tx.alerts.add(draft(), now=NOW - ago)
    broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW - ago, kind=kind)
    await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW - ago)
    return broadcast_id


async def test_acknowledgements_are_of_one_plan(store: Store) -> None:
    """Who has seen what is kept by the plan's hash: of another plan nobody has seen anything."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, OWNER.role, today=NOW.date())
        owner = await tx.organizers.find(CHAT)
        assert owner is not None
        alert = await tx.alerts.add(draft(), now=NOW)
        await tx.acknowledgements.add(
            alert.id, "a" * 64, ["Long", "Long", "Hours"], organizer_id=owner.id, now=NOW
        )
        await tx.acknowledgements.add(alert.id, "b" * 64, [], organizer_id=owner.id, now=NOW)
    async with store.reading() as tx:
        assert await tx.acknowledgements.about(alert.id, "a" * 64) == [
            Acknowledgement(organizer_id=owner.id, keys=frozenset({"Long", "Hours"}))
        ]
        assert await tx.acknowledgements.about(alert.id, "c" * 64) == []
        assert await tx.acknowledgements.about(alert.id + 1, "a" * 64) == []


async def test_a_turn_to_test(store: Store) -> None:
    """One test a minute for each alert; a refused one does not put the next off."""
    async with store.transaction() as tx:
        one, other = [(await tx.alerts.add(draft(), now=NOW)).id for _ in range(2)]

        async def take(alert_id: int, seconds: int) -> bool:
            at = NOW + timedelta(seconds=seconds)
            return await tx.alerts.take_turn_to_test(alert_id, now=at, after=MINUTE)

        assert [await take(one, 0), await take(one, 30), await take(one, 59), await take(one, 60)] == [
            True,
            False,
            False,
            True,
        ]
        assert await take(other, 61)
        assert not await take(10**6, 61)


async def test_sent_since(store: Store) -> None:
    """Sendings of other alerts that began lately, the newest first; recalls and corrections are none."""
    async with store.transaction() as tx:
        old = await begun(tx, ago=timedelta(days=8))
        earlier = await begun(tx, ago=timedelta(days=2))
        later = await begun(tx, ago=timedelta(hours=1))
        await begun(tx, ago=timedelta(hours=1), kind=BroadcastKind.RECALL)
        queued = await tx.alerts.add(draft(), now=NOW)
        await tx.broadcasts.add(alert_id=queued.id, organizer_id=None, now=NOW)
        since = NOW - timedelta(days=7)
        assert [each.id for each in await tx.broadcasts.sent_since(since, but=queued.id)] == [later, earlier]
        own = (await tx.broadcasts.get(later)).alert_id
        assert [each.id for each in await tx.broadcasts.sent_since(since, but=own)] == [earlier]
        assert old not in {each.id for each in await tx.broadcasts.sent_since(since, but=0)}


async def test_overlap(store: Store) -> None:
    """Who got another alert, may have, or will in a digest, counts once; who has paused or was not reached does not."""
    async with store.transaction() as tx:
        people = await join(tx, 10)
        one, other = await begun(tx, ago=MINUTE), await begun(tx, ago=MINUTE)
        for broadcast_id, upto in ((one, 6), (other, 4)):
            await tx.freezing.freeze(broadcast_id, audience=EVERYBODY)
            claimed = await tx.claims.claim(broadcast_id, worker="w", limit=10, now=NOW)
            reached = {each.id for each in people[:upto]}
            states = [
                Recorded(
                    subscriber_id=each.subscriber_id,
                    state=DeliveryState.UNKNOWN if each.subscriber_id in reached else DeliveryState.FAILED,
                )
                for each in claimed
            ]
            await tx.deliveries.record(broadcast_id, states, worker="w")
        both = [one, other]
        assert await tx.audiences.count_overlap(EVERYBODY, both, at_most=100) == (10, 6)
        assert await tx.audiences.count_overlap(EVERYBODY, [other], at_most=100) == (10, 4)
        assert await tx.audiences.count_overlap(EVERYBODY, [10**6], at_most=100) == (10, 0)
        looked, got = await tx.audiences.count_overlap(EVERYBODY, both, at_most=3)
        assert looked == 3
        assert got <= 3
        await tx.subscribers.save(people[0].pause())
        assert await tx.audiences.count_overlap(EVERYBODY, both, at_most=100) == (9, 5)
        # It comes with the digest that they wanted until now.
        await tx.digests.add(one, people[9].id, due_at=NOW)
        assert await tx.audiences.count_overlap(EVERYBODY, both, at_most=100) == (9, 6)


@pytest.mark.parametrize("choice", [Choice.LEAVE_OUT, Choice.BASE])
async def test_who_is_left_out_is_not_frozen(store: Store, choice: Choice) -> None:
    """Readers of a language that is left out get no delivery, of the sending nor of what follows; others do."""
    async with store.transaction() as tx:
        await join(tx, 3)
        await join(tx, 2, first=CHAT + 100, locale="fr")
        alert = replace(draft(), choices={"fr": Chosen(choice=choice, by=1)})
        kept = await tx.alerts.add(replace(alert, choices={}), now=NOW)
        sent = await tx.broadcasts.add(alert_id=kept.id, organizer_id=None, now=NOW)
        frozen = await tx.freezing.freeze(sent, audience=recipients(replace(alert, id=kept.id)))
        assert frozen == (3 if choice is Choice.LEAVE_OUT else 5)
        locales = await tx.deliveries.count_sent_locales(sent, frozenset(SubscriberState))
        assert locales == {}
        first = await tx.broadcasts.add(alert_id=kept.id, organizer_id=None, now=NOW)
        await tx.freezing.freeze(first, audience=EVERYBODY)
        claimed = await tx.claims.claim(first, worker="w", limit=10, now=NOW)
        done = [
            Recorded(subscriber_id=each.subscriber_id, state=DeliveryState.SENT, message_id=7)
            for each in claimed
        ]
        await tx.deliveries.record(first, done, worker="w")
        follow_up = await tx.broadcasts.add(
            alert_id=kept.id, organizer_id=None, now=NOW, kind=BroadcastKind.CORRECT, follows=first
        )
        correction = await tx.broadcasts.get(follow_up)
        assert await tx.freezing.freeze_follow_up(correction, without={"fr"}) == 3
