"""Alerts with their revisions."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.alert import ActionKind
from bot.domain.audience import of_topic
from bot.domain.organizer import Role
from bot.domain.revision import Source
from bot.store.store import Store
from tests.making import NOW, draft, words


async def test_as_it_was_written(store: Store) -> None:
    """An alert comes back with everything it says."""
    said = replace(
        draft(locales=("ar", "en")),
        deadline=datetime(2026, 12, 4, 18, 30, 5, 123456, tzinfo=UTC),
        details={"place": "القدس", "phone": "+1"},
        audience=of_topic("events"),
    )
    async with store.transaction() as tx:
        kept = await tx.alerts.add(said, now=NOW)
    assert kept == replace(said, id=kept.id, revision=1)
    async with store.reading() as tx:
        assert await tx.alerts.get(kept.id) == kept


async def test_revisions(store: Store) -> None:
    """What an alert says is its last revision; those before stay as they were."""
    async with store.transaction() as tx:
        kept = await tx.alerts.add(draft(), now=NOW)
        edited = replace(
            kept, kind=ActionKind.CALL, link=None, translations={"en": words(), "ar": words("ar")}
        )
        revised = await tx.alerts.revise(edited, editor_id=None, now=NOW)
        assert revised == replace(edited, revision=2)
        assert await tx.alerts.get(kept.id) == revised
        first, second = await tx.alerts.revisions(kept.id)
    assert (first.number, second.number, second.at) == (1, 2, NOW)
    assert (first.content["kind"], second.content["kind"]) == ("sign", "call")


async def test_drafts_say_something(store: Store) -> None:
    """An alert that says nothing is not offered; what its last revision says counts."""
    async with store.transaction() as tx:
        empty = await tx.alerts.add(replace(draft(locales=()), link=None), now=NOW)
        assert await tx.alerts.drafts(limit=3) == []
        written = await tx.alerts.revise(
            replace(empty, translations={"en": words()}), editor_id=None, now=NOW
        )
        assert await tx.alerts.drafts(limit=3) == [written]
        assert await tx.alerts.drafts(limit=3, corrects=1) == []
        await tx.alerts.revise(replace(written, translations={}), editor_id=None, now=NOW)
        assert await tx.alerts.drafts(limit=3) == []


async def test_missing(store: Store) -> None:
    """An alert that is not there is not found."""
    async with store.reading() as tx:
        assert await tx.alerts.find(5) is None
        with pytest.raises(LookupError):
            await tx.alerts.get(5)


async def test_words_by_their_message(store: Store) -> None:
    """The alert and locale of a message are those it wrote last, and only for whoever sent it."""
    async with store.transaction() as tx:
        for chat_id in (1, 2):
            await tx.organizers.add(chat_id, Role.OWNER, today=NOW.date())
        dana, omar = [await tx.organizers.find(chat_id) for chat_id in (1, 2)]
        assert dana is not None
        assert omar is not None
        alert = await tx.alerts.add(draft(locales=()), now=NOW)
        for locale, message_id, editor in (("en", 7, dana), ("ar", 8, dana), ("es", 7, omar)):
            translations = {**alert.translations, locale: words(locale)}
            alert = await tx.alerts.revise(
                replace(alert, translations=translations),
                editor_id=editor.id,
                now=NOW,
                source=Source(message_id=message_id, locale=locale),
            )
        for message_id, editor, locale, revision in (
            (7, dana, "en", 2),
            (8, dana, "ar", 3),
            (7, omar, "es", 4),
        ):
            then = await tx.alerts.at(alert.id, revision)
            found = await tx.alerts.written_in(message_id, editor_id=editor.id)
            assert found == (alert, then, locale)
        assert await tx.alerts.written_in(8, editor_id=omar.id) is None
        sources = [each.source for each in await tx.alerts.revisions(alert.id)]
        assert sources[0] is None
        assert sources[1] == Source(message_id=7, locale="en")


async def test_at_a_revision(store: Store) -> None:
    """An alert can be read as it stood."""
    async with store.transaction() as tx:
        first = await tx.alerts.add(draft(), now=NOW)
        await tx.alerts.revise(replace(first, link=None), editor_id=None, now=NOW)
        assert await tx.alerts.at(first.id, 1) == first
        assert await tx.alerts.at(first.id, 3) is None
