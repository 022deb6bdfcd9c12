"""The list."""

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.consent import ConsentEvent
from bot.domain.preferences import Preferences, QuietHours, Rhythm
from bot.domain.subscriber import SubscriberState
from bot.store.store import Store
from tests.making import CHAT, NOW, consent, join


async def test_found_by_chat(store: Store) -> None:
    """A person is found by their chat, and by no other."""
    async with store.transaction() as tx:
        added = await tx.subscribers.add(CHAT, locale="ar", today=NOW.date())
        assert added.state is SubscriberState.ACTIVE
        assert (added.locale, added.joined_on) == ("ar", NOW.date())
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) == added
        assert await tx.subscribers.find(CHAT + 1) is None
        assert await tx.subscribers.find(-CHAT) is None


async def test_added_twice(store: Store) -> None:
    """Adding somebody again returns them as they are."""
    async with store.transaction() as tx:
        first = await tx.subscribers.add(CHAT, locale="ar", today=NOW.date())
        await tx.subscribers.save(first.pause())
        assert await tx.subscribers.add(CHAT, locale="en", today=NOW.date()) == first.pause()


async def test_saved(store: Store) -> None:
    """What changed is written."""
    async with store.transaction() as tx:
        person = (await tx.subscribers.add(CHAT, locale="ar", today=NOW.date())).leave().with_locale("es")
        await tx.subscribers.save(person)
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) == person


async def test_counts(store: Store) -> None:
    """People are counted by state, and those an alert reaches by locale."""
    async with store.transaction() as tx:
        people = await join(tx, 3, locale="en") + await join(tx, 2, first=CHAT + 10, locale="ar")
        await tx.subscribers.save(people[0].pause())
        await tx.subscribers.unsubscribe(people[1].id)
        await tx.subscribers.subscribe(people[2].id, DEFAULT_TOPIC)
    async with store.reading() as tx:
        states = await tx.subscribers.count_states()
        assert states == {SubscriberState.ACTIVE: 4, SubscriberState.PAUSED: 1}
        assert await tx.audiences.count_locales(of_topic(DEFAULT_TOPIC)) == {"en": 1, "ar": 2}
        assert await tx.audiences.count_locales(of_topic("events")) == {}


async def test_removed(store: Store) -> None:
    """A removed person goes with subscriptions and consent."""
    async with store.transaction() as tx:
        person, other = await join(tx, 2)
        for one in (person, other):
            await tx.consents.add(one.id, consent())
        await tx.erasing.remove(CHAT)
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) is None
        assert await tx.consents.of(person.id) == []
        assert await tx.consents.of(other.id) == [consent()]
        assert await tx.audiences.count_locales(of_topic(DEFAULT_TOPIC)) == {"en": 1}


async def test_number_of_the_erased(store: Store) -> None:
    """The id of a person who was erased is not given again, to them neither: deliveries are counted under it."""
    async with store.transaction() as tx:
        (person,) = await join(tx, 1)
        await tx.erasing.remove(CHAT)
        (next_one,) = await join(tx, 1, first=CHAT)
        assert next_one.id != person.id


async def test_many_at_once(store: Store) -> None:
    """Many people are added with topic and consent, each in the locale they read."""
    people = [(CHAT, "en"), (CHAT + 1, "ar")]
    async with store.transaction() as tx:
        hashes = {"en": "e" * 64, "ar": "b" * 64}
        await tx.subscribers.add_many(people, topic=DEFAULT_TOPIC, consent=consent(), wordings=hashes)
        assert await tx.subscribers.known([CHAT, CHAT + 1, CHAT + 2]) == {CHAT, CHAT + 1}
        assert await tx.audiences.count_locales(of_topic(DEFAULT_TOPIC)) == {"en": 1, "ar": 1}
        arabic = await tx.subscribers.find(CHAT + 1)
        assert arabic is not None
        (record,) = await tx.consents.of(arabic.id)
        assert (record.locale, record.wording_sha256) == ("ar", "b" * 64)
        await tx.subscribers.add_many([], topic=DEFAULT_TOPIC, consent=consent(), wordings=hashes)


async def test_consent_is_a_history(store: Store) -> None:
    """Records are kept in the order they were made."""
    async with store.transaction() as tx:
        (person,) = await join(tx, 1)
        events = [ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, ConsentEvent.GIVEN]
        for event in events:
            await tx.consents.add(person.id, consent(event))
        assert [record.event for record in await tx.consents.of(person.id)] == events


async def test_language_choice(store: Store) -> None:
    """The last choice counts, joined or not, until it is forgotten."""
    async with store.transaction() as tx:
        assert await tx.languages.chosen(CHAT) is None
        for locale in ("ar", "es"):
            await tx.languages.choose(CHAT, locale)
        assert await tx.languages.chosen(CHAT) == "es"
        assert await tx.languages.chosen(CHAT + 1) is None
        assert await tx.erasing.remove(CHAT) == 1
        assert await tx.erasing.remove(CHAT) == 0
        assert await tx.languages.chosen(CHAT) is None


async def test_preferences(store: Store) -> None:
    """What a person chose is written and read as it was; it goes with them."""
    chosen = Preferences(
        rhythm=Rhythm.WEEKLY,
        zone="America/Bogota",
        quiet=QuietHours(start=21 * 60, end=9 * 60),
        digest_hour=18,
        digest_day=7,
        locality="madrid",
    )
    async with store.transaction() as tx:
        added = await tx.subscribers.add(CHAT, locale="ar", today=NOW.date())
        assert added.preferences == Preferences()
        person = added.with_preferences(chosen).pause(until=NOW)
        await tx.subscribers.save(person)
        await tx.subscribers.save_preferences(person)
    async with store.reading() as tx:
        assert await tx.subscribers.find(CHAT) == person
