"""What people choose for themselves."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import of_topic
from bot.domain.preferences import Pause, Preferences, QuietHours, Rhythm
from bot.services import preferences
from bot.services.preferences import SHARED_OF, ChoiceInvalid
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, draft, join

MADRID = "Europe/Madrid"
NIGHT = QuietHours(start=21 * 60, end=9 * 60)


async def chosen(tx: Transaction) -> Preferences:
    """Return what the person has chosen."""
    person = await tx.subscribers.find(CHAT)
    assert person is not None
    return person.preferences


async def test_rhythm(store: Store) -> None:
    """A digest has an hour, and a weekly one a day; with it, the campaign's zone is theirs until they say another."""
    async with store.transaction() as tx:
        await join(tx, 1)
        await preferences.set_rhythm(tx, CHAT, Rhythm.WEEKLY, zone=MADRID, now=NOW)
        weekly = Preferences(rhythm=Rhythm.WEEKLY, zone=MADRID, digest_hour=18, digest_day=5)
        assert await chosen(tx) == weekly
        await preferences.set_digest_time(tx, CHAT, hour=8, now=NOW)
        await preferences.set_digest_time(tx, CHAT, day=1, now=NOW)
        await preferences.set_zone(tx, CHAT, "Asia/Gaza", now=NOW)
        assert await chosen(tx) == replace(weekly, digest_hour=8, digest_day=1, zone="Asia/Gaza")
        await preferences.set_rhythm(tx, CHAT, Rhythm.DAILY, zone=MADRID, now=NOW)
        assert await chosen(tx) == Preferences(rhythm=Rhythm.DAILY, zone="Asia/Gaza", digest_hour=8)
        await preferences.set_rhythm(tx, CHAT, Rhythm.EVERY, zone=MADRID, now=NOW)
        assert await chosen(tx) == Preferences(zone="Asia/Gaza")


async def test_what_cannot_be_chosen(store: Store) -> None:
    """What is on no list, no hour, no zone or no digest of theirs is refused, and nothing changes."""
    async with store.transaction() as tx:
        await join(tx, 1)
        for attempt in (
            preferences.set_zone(tx, CHAT, "Europe/Atlantis", now=NOW),
            preferences.set_locality(tx, CHAT, "atlantis", known=["madrid"], now=NOW),
            preferences.turn_topic(tx, CHAT, "atlantis", known=["alerts"]),
            *(
                preferences.set_quiet_hours(tx, CHAT, hours, zone=MADRID, campaign=NIGHT, now=NOW)
                for hours in ((600, 600), (1440, 0), (1260, 541), (1261, 540), (1299, 510))
            ),
            preferences.set_digest_time(tx, CHAT, hour=8, now=NOW),
        ):
            with pytest.raises(ChoiceInvalid):
                await attempt
        await preferences.set_rhythm(tx, CHAT, Rhythm.DAILY, zone=MADRID, now=NOW)
        for hour, day in ((24, None), (None, 1), (None, 9)):
            with pytest.raises(ChoiceInvalid):
                await preferences.set_digest_time(tx, CHAT, hour=hour, day=day, now=NOW)
        await preferences.set_rhythm(tx, CHAT, Rhythm.WEEKLY, zone=MADRID, now=NOW)
        for hour, day in ((24, None), (-1, None), (None, 0), (None, 8)):
            with pytest.raises(ChoiceInvalid):
                await preferences.set_digest_time(tx, CHAT, hour=hour, day=day, now=NOW)


async def test_quiet_hours(store: Store) -> None:
    """Full hours can be chosen, and the campaign's own, whatever these are; and none."""
    half_past = QuietHours(start=21 * 60 + 30, end=8 * 60 + 30)
    async with store.transaction() as tx:
        await join(tx, 1)
        for hours in (NIGHT, half_past, QuietHours(start=13 * 60, end=0), None):
            quiet = None if hours is None else (hours.start, hours.end)
            await preferences.set_quiet_hours(tx, CHAT, quiet, zone=MADRID, campaign=half_past, now=NOW)
            assert (await chosen(tx)).quiet == hours


async def test_who_is_not_on_the_list(store: Store) -> None:
    """Whoever never joined, or has left, chooses nothing."""
    async with store.transaction() as tx:
        (person,) = await join(tx, 1, first=CHAT + 1)
        await tx.subscribers.save(person.leave())
        for chat_id in (CHAT, CHAT + 1):
            quiet = {"quiet": NIGHT, "zone": MADRID, "now": NOW}
            assert await preferences.pause_for(tx, chat_id, Pause.WEEK, **quiet) is None  # type: ignore[arg-type]
            assert await preferences.set_zone(tx, chat_id, MADRID, now=NOW) is None
            assert await preferences.turn_topic(tx, chat_id, "alerts", known=["alerts"]) is None


async def test_topics(store: Store) -> None:
    """A topic is turned on and off, and no other with it."""
    async with store.transaction() as tx:
        (person,) = await join(tx, 1)
        known = [DEFAULT_TOPIC, "councils"]
        await preferences.turn_topic(tx, CHAT, "councils", known=known)
        assert await preferences.topics_of(tx, person) == {DEFAULT_TOPIC, "councils"}
        await preferences.turn_topic(tx, CHAT, DEFAULT_TOPIC, known=known)
        assert await preferences.topics_of(tx, person) == {"councils"}


async def test_a_place_is_shared_by_ten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place is used from ten people on who have named it, of one in three: of the others nobody changes that."""
    monkeypatch.setattr("bot.store.subscribers.draw_id", partial(next, itertools.count(SHARED_OF)))
    async with store.transaction() as tx:
        people = await join(tx, 40)
        seen = []
        for n in range(30):
            await preferences.set_locality(tx, CHAT + n, "madrid", known=["madrid"], now=NOW)
            seen.append(await preferences.shared_localities(tx))
        assert seen == [frozenset()] * 27 + [{"madrid"}] * 3
        await tx.subscribers.save(people[1].leave())
        assert await preferences.shared_localities(tx) == {"madrid"}
        await tx.subscribers.save(people[0].leave())
        assert await preferences.shared_localities(tx) == frozenset()
        for n in (1, 2):
            await preferences.set_locality(tx, CHAT + 30 + n, "madrid", known=["madrid"], now=NOW)
            assert await preferences.shared_localities(tx) == frozenset()
        await preferences.set_locality(tx, CHAT + 30, "madrid", known=["madrid"], now=NOW)
        assert await preferences.shared_localities(tx) == {"madrid"}


async def test_what_waits_goes_with_the_choice(store: Store) -> None:
    """Another hour moves what waits; every alert from here on brings it once more now; only urgent lets it go."""
    async with store.transaction() as tx:
        (person,) = await join(tx, 1)
        await preferences.set_rhythm(tx, CHAT, Rhythm.DAILY, zone=MADRID, now=NOW)
        alert = await tx.alerts.add(draft(), now=NOW)
        broadcast_id = await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        await tx.digests.freeze(broadcast_id, audience=of_topic(DEFAULT_TOPIC), now=NOW)

        async def due() -> list[datetime]:
            return [entry.due_at for entry in await tx.digests.entries(person.id)]

        assert await due() == [datetime(2026, 11, 23, 17, tzinfo=UTC)]
        await preferences.set_digest_time(tx, CHAT, hour=20, now=NOW)
        assert await due() == [datetime(2026, 11, 23, 19, tzinfo=UTC)]
        await preferences.set_zone(tx, CHAT, "America/Bogota", now=NOW)
        assert await due() == [datetime(2026, 11, 24, 1, tzinfo=UTC)]
        await preferences.set_rhythm(tx, CHAT, Rhythm.EVERY, zone=MADRID, now=NOW)
        assert await due() == [NOW]
        await preferences.set_rhythm(tx, CHAT, Rhythm.URGENT, zone=MADRID, now=NOW)
        assert await due() == []
