"""Joining and leaving: one consent record for each, and nothing sent after a withdrawal."""

from datetime import timedelta

import pytest

from bot.content import Wording
from bot.domain.audience import of_topic
from bot.domain.consent import ConsentEvent, ConsentMethod
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.services import subscriptions
from bot.services.privacy import erase
from bot.store.store import Store, Transaction
from bot.telegram_io.callbacks import CALLBACK_BYTES, pack, unpack
from bot.telegram_io.supporter_buttons import UndoLeavingTopics, topic_marks
from tests.making import CHAT, NOW, begin_broadcast

WORDING = Wording(version="2", locale="ar", text="نعم", sha256="b" * 64)
NEXT_DAY = NOW + timedelta(days=1)


async def join(tx: Transaction) -> Subscriber:
    """Let the person of the test join."""
    return await subscriptions.join(tx, CHAT, wording=WORDING, now=NOW)


async def events(tx: Transaction, person: Subscriber) -> list[ConsentEvent]:
    """Return what the consent records say."""
    return [record.event for record in await tx.consents.of(person.id)]


async def test_joining(store: Store) -> None:
    """Joining puts a person on the list, in the language they agreed in, with the record of exactly that."""
    async with store.transaction() as tx:
        person = await join(tx)
        assert (person.state, person.locale, person.joined_on) == (SubscriberState.ACTIVE, "ar", NOW.date())
        assert await tx.audiences.count_locales(of_topic("alerts")) == {"ar": 1}
        (record,) = await tx.consents.of(person.id)
    assert (record.event, record.method, record.day) == (ConsentEvent.GIVEN, ConsentMethod.BUTTON, NOW.date())
    assert (record.wording_version, record.wording_sha256, record.locale) == ("2", "b" * 64, "ar")


async def test_joining_twice(store: Store) -> None:
    """A second tap leaves one person and one record."""
    async with store.transaction() as tx:
        assert await join(tx) == await join(tx)
        assert await tx.subscribers.count_states() == {SubscriberState.ACTIVE: 1}
        assert await events(tx, await join(tx)) == [ConsentEvent.GIVEN]


async def test_joining_ends_a_pause(store: Store) -> None:
    """Who paused and says yes again goes on, under the consent they gave."""
    async with store.transaction() as tx:
        await join(tx)
        paused = await subscriptions.pause(tx, CHAT)
        assert paused is not None
        assert paused.state is SubscriberState.PAUSED
        person = await join(tx)
        assert person.state is SubscriberState.ACTIVE
        assert await events(tx, person) == [ConsentEvent.GIVEN]


async def test_what_was_chosen_comes_back(store: Store) -> None:
    """Undone at once, leaving leaves the chosen topics as they were, and nothing of them is stored meanwhile."""
    known = ["alerts", *(f"topic-{n}" for n in range(12))]
    for chosen in (["alerts"], ["topic-3"], ["alerts", "topic-1", "topic-9"]):
        async with store.transaction() as tx:
            person = await join(tx)
            await tx.subscribers.unsubscribe(person.id)
            for topic in chosen:
                await tx.subscribers.subscribe(person.id, topic)
            left = await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
            assert await tx.subscribers.topics_of(person.id) == frozenset()
            button = UndoLeavingTopics(topic_marks(left.topics))
            assert unpack(pack(button)) == button
            back = await subscriptions.undo_leaving(
                tx, CHAT, wording=WORDING, paused=False, now=NOW, topics=button.topics_of(known)
            )
            assert back == person
            assert await tx.subscribers.topics_of(person.id) == set(chosen)
    assert button.topics_of(["alerts"]) == {"alerts"}
    assert len(pack(UndoLeavingTopics(topic_marks(known), paused=True))) <= CALLBACK_BYTES


async def test_leaving(store: Store) -> None:
    """Leaving records the withdrawal and takes the person out of what was not sent yet (I5)."""
    broadcast_id, _ = await begin_broadcast(store, 2)
    async with store.transaction() as tx:
        receipt = await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
        assert receipt == subscriptions.Receipt(
            was=SubscriberState.ACTIVE, skipped=1, topics=frozenset({"alerts"})
        )
        person = await tx.subscribers.find(CHAT)
        assert person is not None
        assert person.state is SubscriberState.LEFT
        assert await events(tx, person) == [ConsentEvent.WITHDRAWN]
        assert await tx.audiences.count_locales(of_topic("alerts")) == {"en": 1}
        tally = await tx.counts.tally(broadcast_id)
        assert tally.counts == {DeliveryState.SKIPPED: 1, DeliveryState.PENDING: 1}


async def test_leaving_twice(store: Store) -> None:
    """Leaving again, or without ever having joined, changes and records nothing."""
    nothing = subscriptions.Receipt(was=None, skipped=0)
    async with store.transaction() as tx:
        assert await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW) == nothing
        person = await join(tx)
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
        assert await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW) == nothing
        assert await events(tx, person) == [ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN]


async def test_coming_back(store: Store) -> None:
    """Who left and joins again is the same person, with a new record and a new first day."""
    async with store.transaction() as tx:
        person = await join(tx)
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
        back = await subscriptions.join(tx, CHAT, wording=WORDING, now=NEXT_DAY)
        assert (back.id, back.state, back.joined_on) == (person.id, SubscriberState.ACTIVE, NEXT_DAY.date())
        given, withdrawn = ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN
        assert await events(tx, back) == [given, withdrawn, given]
        assert await tx.audiences.count_locales(of_topic("alerts")) == {"ar": 1}


async def test_pausing(store: Store) -> None:
    """A pause ends by resuming; neither does anything for who is not on the list, or left."""
    async with store.transaction() as tx:
        assert await subscriptions.pause(tx, CHAT) is None
        assert await subscriptions.resume(tx, CHAT) is None
        person = await join(tx)
        assert await subscriptions.pause(tx, CHAT) == person.pause()
        assert await tx.audiences.count_locales(of_topic("alerts")) == {}
        assert await subscriptions.resume(tx, CHAT) == person
        await subscriptions.leave(tx, CHAT, wording=WORDING, now=NOW)
        assert await subscriptions.resume(tx, CHAT) == person.leave()


async def test_blocking(store: Store) -> None:
    """Blocking the bot stops once and skips what was pending; only a yes brings back (I9)."""
    broadcast_id, (person,) = await begin_broadcast(store, 1)
    async with store.transaction() as tx:
        for _ in range(2):
            await subscriptions.blocked(tx, CHAT, now=NOW)
        await subscriptions.blocked(tx, CHAT + 9, now=NOW)
        assert await tx.subscribers.find(CHAT) == person.block()
        assert (await tx.counts.tally(broadcast_id)).counts == {DeliveryState.SKIPPED: 1}
        assert await subscriptions.resume(tx, CHAT) == person.block()
        assert (await join(tx)).state is SubscriberState.ACTIVE
        assert await events(tx, person) == [ConsentEvent.GIVEN]


@pytest.mark.parametrize("joined", [True, False])
async def test_choosing_a_language(store: Store, *, joined: bool) -> None:
    """The choice holds for the chat, joined or not, and for the alerts sent into it."""
    async with store.transaction() as tx:
        if joined:
            await join(tx)
        await subscriptions.choose_language(tx, CHAT, "es")
        assert await tx.languages.chosen(CHAT) == "es"
        person = await tx.subscribers.find(CHAT)
        assert (person.locale if person else None) == ("es" if joined else None)


async def test_erasing(store: Store) -> None:
    """After an erasure nothing is kept about a person; what was sent stays counted."""
    broadcast_id, (person, _) = await begin_broadcast(store, 2)
    async with store.transaction() as tx:
        await tx.languages.choose(CHAT, "ar")
        await tx.conversations.save(CHAT, {"at": "x"}, now=NOW)
        assert (await erase(tx, CHAT, now=NOW)).was_kept
        assert not (await erase(tx, CHAT, now=NOW)).was_kept
        assert await tx.subscribers.find(CHAT) is None
        assert await tx.consents.of(person.id) == []
        assert await tx.languages.chosen(CHAT) is None
        assert await tx.conversations.step(CHAT) is None
        tally = await tx.counts.tally(broadcast_id)
        assert tally.counts == {DeliveryState.SKIPPED: 1, DeliveryState.PENDING: 1}
