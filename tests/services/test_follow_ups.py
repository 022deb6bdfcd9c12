"""Recalling, correcting and sending again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import starting
from bot.domain.audience import Audience, Got
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.choices import Choice
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.preferences import Preferences, Rhythm
from bot.domain.staleness import base_version
from bot.services import (
    alerts,
    broadcast_progress,
    broadcasts,
    follow_ups,
    reaching,
    steering,
    subscriptions,
    translations,
)
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, begin_broadcast, join, words
from tests.services.conftest import Appoint, approve_alone

HOURS = timedelta(hours=1)


async def sent(store: Store, *states: DeliveryState, ended: bool = True) -> int:
    """Send an alert to people for whom this came of it; those pending wait still. Returns the broadcast's id."""
    broadcast_id, _ = await begin_broadcast(store, len(states))
    attempted = [state for state in states if state is not DeliveryState.PENDING]
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        claimed = await tx.claims.claim(broadcast_id, worker="w", limit=len(attempted), now=NOW)
        results = [
            Recorded(subscriber_id=each.subscriber_id, state=state, message_id=100 + at)
            for at, (each, state) in enumerate(zip(claimed, attempted, strict=True))
        ]
        await tx.deliveries.record(broadcast_id, results, worker="w")
        if ended:
            await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.FINISHED, now=NOW)
    return broadcast_id


async def corrected(tx: Transaction, broadcast_id: int, author: Organizer) -> int:
    """Write a correction, have it approved and send it. Returns its alert's id."""
    draft = await follow_ups.begin_correction(tx, broadcast_id, actor=author, now=NOW)
    await approve_alone(tx, draft.id, author)
    reach = await reaching.reach_of(tx, draft, actor=author)
    await broadcasts.send(tx, draft.id, confirmed=reach.total, paid=False, actor=author, now=NOW)
    return draft.id


@pytest.mark.parametrize(
    ("after", "recallable"),
    [(0 * HOURS, True), (47.5 * HOURS, True), (48 * HOURS, False), (72 * HOURS, False), (-24 * HOURS, True)],
)
async def test_for_48_hours(store: Store, appoint: Appoint, after: timedelta, *, recallable: bool) -> None:
    """What was sent can be recalled for as long as Telegram deletes it, and not after."""
    broadcast_id = await sent(store, DeliveryState.SENT)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        if recallable:
            recall = await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW + after)
            assert (recall.kind, recall.follows) == (BroadcastKind.RECALL, broadcast_id)
        else:
            with pytest.raises(follow_ups.RecallTooLate):
                await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW + after)


async def test_a_recall_ends_what_goes_on(store: Store, appoint: Appoint) -> None:
    """Who was not sent to yet never is; and what corrects or repeats it ends as well."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.PENDING, ended=False)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        correction = await corrected(tx, broadcast_id, owner)
        await follow_ups.recall(tx, broadcast_id, confirmed=2, actor=owner, now=NOW)
        ended = await broadcast_progress.progress(tx, broadcast_id, actor=owner)
        assert ended.broadcast.status is BroadcastStatus.CANCELLED
        assert ended.tally.counts == {DeliveryState.SENT: 1, DeliveryState.CANCELLED: 1}
        [changing] = await tx.broadcasts.of_alert(correction)
        assert changing.undone


async def test_one_recall(store: Store, appoint: Appoint) -> None:
    """A recall is begun once, even when it was broken off; what it is about is over."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.UNKNOWN)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        draft = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        await approve_alone(tx, draft.id, owner)
        recall = await follow_ups.recall(tx, broadcast_id, confirmed=2, actor=owner, now=NOW)
        with pytest.raises(follow_ups.AlreadyFollowedUp):
            await follow_ups.recall(tx, broadcast_id, confirmed=2, actor=owner, now=NOW)
        for step in (follow_ups.begin_correction, follow_ups.resend_unknown):
            with pytest.raises(broadcasts.Recalled):
                await step(tx, broadcast_id, actor=owner, now=NOW)
        with pytest.raises(broadcasts.Recalled):
            await broadcasts.send(tx, draft.id, confirmed=1, paid=False, actor=owner, now=NOW)
        with pytest.raises(follow_ups.NothingToFollowUp):
            await follow_ups.recall(tx, recall.id, confirmed=2, actor=owner, now=NOW)


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN])
async def test_nothing_arrived(store: Store, appoint: Appoint, state: DeliveryState) -> None:
    """Where nothing was sent for certain, there is nothing to recall or correct."""
    broadcast_id = await sent(store, state)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        with pytest.raises(follow_ups.NothingToFollowUp):
            await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW)
        with pytest.raises(follow_ups.NothingToFollowUp):
            await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)


async def test_what_waits_in_digests_is_recalled(store: Store, appoint: Appoint) -> None:
    """Where it was sent to nobody and waits in digests, a recall takes it out of these."""
    broadcast_id = await sent(store, DeliveryState.BLOCKED)
    daily = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        [reader] = await join(tx, 1, first=CHAT + 50)
        await tx.subscribers.save_preferences(reader.with_preferences(daily))
        await tx.digests.add(broadcast_id, reader.id, due_at=daily.digest_due(NOW))
        recall = await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW)
        assert (await tx.digest_counts.tally(broadcast_id)).waiting == 0
    async with store.transaction() as tx:
        assert await starting.start(tx, recall.id, clock=lambda: NOW, paid=False) is not None


async def test_what_waits_in_digests_is_corrected(store: Store, appoint: Appoint) -> None:
    """Where nobody has it yet and it waits in digests, the number that confirms a correction is theirs."""
    broadcast_id = await sent(store, DeliveryState.BLOCKED)
    daily = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        [reader, paused] = await join(tx, 2, first=CHAT + 50)
        for each in (reader, paused):
            await tx.subscribers.save_preferences(each.with_preferences(daily))
            await tx.digests.add(broadcast_id, each.id, due_at=daily.digest_due(NOW))
        await subscriptions.pause(tx, CHAT + 51)
        draft = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        reach = await reaching.reach_of(tx, draft, actor=owner)
        assert (dict(reach.by_locale), reach.is_exact) == ({"en": 2}, True)
        await approve_alone(tx, draft.id, owner)
        correction = await broadcasts.send(
            tx, draft.id, confirmed=2, paid=False, actor=owner, now=NOW, again=True
        )
        progress = await broadcast_progress.progress(tx, correction.id, actor=owner)
        assert (progress.tally.audience, progress.in_digests) == (0, 2)
    async with store.transaction() as tx:
        digest_id = await tx.broadcasts.add(
            alert_id=draft.id, organizer_id=None, now=NOW, kind=BroadcastKind.DIGEST
        )
        await tx.carrying.take_due(digest_id, now=NOW + 24 * HOURS)
        # Whoever has it in a digest that is about to go out is still counted: the number does not move.
        assert (await reaching.reach_of(tx, draft, actor=owner)).total == 2


async def test_out_of_reach(store: Store, appoint: Appoint) -> None:
    """A recall's receipt counts who may have the message and is not in its audience: the unknown, and who has gone."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.SENT, DeliveryState.UNKNOWN)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        recall = await follow_ups.recall(tx, broadcast_id, confirmed=3, actor=owner, now=NOW)
        assert (await broadcast_progress.progress(tx, recall.id, actor=owner)).out_of_reach == 0
        await tx.broadcasts.set_audience(recall.id, await tx.freezing.freeze_follow_up(recall))
        await tx.broadcasts.set_status(recall.id, BroadcastStatus.SENDING, now=NOW)
        progress = await broadcast_progress.progress(tx, recall.id, actor=owner)
        assert (progress.tally.audience, progress.out_of_reach) == (2, 1)


async def test_a_repeat_says_what_was_corrected(store: Store, appoint: Appoint) -> None:
    """Who is sent to again gets the words as they were corrected meanwhile; that is done once."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.UNKNOWN)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        correction = await corrected(tx, broadcast_id, owner)
        repeat = await follow_ups.resend_unknown(tx, broadcast_id, actor=owner, now=NOW)
        assert (repeat.kind, repeat.follows, repeat.alert_id) == (
            BroadcastKind.RESEND,
            broadcast_id,
            correction,
        )
        with pytest.raises(follow_ups.AlreadyFollowedUp):
            await follow_ups.resend_unknown(tx, broadcast_id, actor=owner, now=NOW)


async def test_a_repeat_that_began_is_not_repeated(store: Store, appoint: Appoint) -> None:
    """Once a resend has begun, cancelling it makes no room for another: it would reach some a third time."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.UNKNOWN)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        undone = await follow_ups.resend_unknown(tx, broadcast_id, actor=owner, now=NOW)
        await steering.cancel(tx, undone.id, actor=owner, now=NOW)
        begun = await follow_ups.resend_unknown(tx, broadcast_id, actor=owner, now=NOW)
        await tx.broadcasts.set_status(begun.id, BroadcastStatus.SENDING, now=NOW)
        await steering.cancel(tx, begun.id, actor=owner, now=NOW)
        with pytest.raises(follow_ups.AlreadyFollowedUp):
            await follow_ups.resend_unknown(tx, broadcast_id, actor=owner, now=NOW)


async def test_repeats_only_of_what_ended(store: Store, appoint: Appoint) -> None:
    """While a broadcast goes on, or when nobody is unknown, nothing is sent again."""
    open_one = await sent(store, DeliveryState.UNKNOWN, DeliveryState.PENDING, ended=False)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        with pytest.raises(follow_ups.NothingToFollowUp):
            await follow_ups.resend_unknown(tx, open_one, actor=owner, now=NOW)
        with pytest.raises(broadcast_progress.BroadcastOver):
            await follow_ups.resend_unknown(tx, open_one + 1, actor=owner, now=NOW)


async def test_one_draft_of_a_correction(store: Store, appoint: Appoint) -> None:
    """A correction that was begun is gone on with; once it has gone out, the next one begins anew."""
    broadcast_id = await sent(store, DeliveryState.SENT)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        draft = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        await alerts.write(tx, draft.id, words("ar"), actor=owner, now=NOW)
        again = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        assert (again.id, set(again.translations)) == (draft.id, {"en", "ar"})
        await corrected(tx, broadcast_id, owner)
        assert (await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)).id != draft.id


@pytest.mark.parametrize("typed", [None, 0, 1, 3])
async def test_a_recall_is_confirmed_by_its_number(store: Store, appoint: Appoint, typed: int | None) -> None:
    """Any other number than that of the people it was for deletes nothing, and ends nothing that goes on."""
    broadcast_id = await sent(store, DeliveryState.SENT, DeliveryState.PENDING, ended=False)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        with pytest.raises(follow_ups.NumberDiffers) as differs:
            await follow_ups.recall(tx, broadcast_id, confirmed=typed, actor=owner, now=NOW)
        assert differs.value.people == 2
        progress = await broadcast_progress.progress(tx, broadcast_id, actor=owner)
        assert (progress.broadcast.status, progress.recalled) == (BroadcastStatus.SENDING, False)
        await follow_ups.recall(tx, broadcast_id, confirmed=2, actor=owner, now=NOW)
        assert (await broadcast_progress.progress(tx, broadcast_id, actor=owner)).recalled


async def test_written_anew(store: Store, appoint: Appoint) -> None:
    """What was recalled can be written anew: a draft of its own, with the same words, that corrects nothing."""
    broadcast_id = await sent(store, DeliveryState.SENT)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW)
        draft = await follow_ups.write_anew(tx, broadcast_id, actor=owner, now=NOW)
        assert (draft.corrects, draft.author_id, draft.translations["en"]) == (None, owner.id, words())
        assert (await alerts.unsent(tx, draft.id, actor=owner)).id == draft.id


async def test_the_next_correction_goes_on_from_the_last(store: Store, appoint: Appoint) -> None:
    """What was corrected once stays so: the next correction, and what is written anew, begin with those words."""
    broadcast_id = await sent(store, DeliveryState.SENT)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        draft = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        better = replace(words(), text="Better.")
        await alerts.write(tx, draft.id, better, actor=owner, now=NOW)
        await corrected(tx, broadcast_id, owner)
        [correction] = await tx.broadcasts.follow_ups_of(broadcast_id, BroadcastKind.CORRECT)
        for status in (BroadcastStatus.SENDING, BroadcastStatus.FINISHED):
            await tx.broadcasts.set_status(correction.id, status, now=NOW)
        again = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
        assert again.translations["en"] == better
        recall = await follow_ups.recall(tx, broadcast_id, confirmed=1, actor=owner, now=NOW)
        for about in (broadcast_id, recall.id):
            anew = await follow_ups.write_anew(tx, about, actor=owner, now=NOW)
            assert (anew.translations["en"], anew.corrects) == (better, None)


async def test_a_correction_counts_what_it_changed(store: Store, appoint: Appoint) -> None:
    """What did not change is counted against what was last sent, an earlier correction too, once it has ended."""
    broadcast_id = await sent(store, *[DeliveryState.SENT] * 3)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        arabic = await tx.subscribers.find(CHAT)
        assert arabic is not None
        await tx.subscribers.save(replace(arabic, locale="ar"))
        for rewritten, unchanged in (
            ({"ar": "ثان"}, 2),
            ({"en": "Second."}, 1),
            ({"en": "Third.", "ar": "ثالث"}, 0),
        ):
            draft = await follow_ups.begin_correction(tx, broadcast_id, actor=owner, now=NOW)
            for locale, text in rewritten.items():
                edited = replace(words(locale), text=text)
                draft = await alerts.write(tx, draft.id, edited, actor=owner, now=NOW)
            await translations.choose(
                tx,
                draft.id,
                None,
                Choice.AS_IT_IS,
                among=("ar",),
                seen=base_version(draft) or "",
                actor=owner,
                now=NOW,
            )
            await corrected(tx, broadcast_id, owner)
            [*_, correction] = await tx.broadcasts.follow_ups_of(broadcast_id, BroadcastKind.CORRECT)
            await tx.freezing.freeze(
                correction.id, audience=Audience(terms=(Got(broadcast_id=broadcast_id),))
            )
            await tx.broadcasts.set_status(correction.id, BroadcastStatus.SENDING, now=NOW)
            claimed = await tx.claims.claim(correction.id, worker="w", limit=3, now=NOW)
            done = [Recorded(subscriber_id=each.subscriber_id, state=DeliveryState.SENT) for each in claimed]
            await tx.deliveries.record(correction.id, done, worker="w")
            assert (await broadcast_progress.report(tx, correction.id)).unchanged == 0
            await tx.broadcasts.set_status(correction.id, BroadcastStatus.FINISHED, now=NOW)
            assert (await broadcast_progress.report(tx, correction.id)).unchanged == unchanged
