"""Writing alerts."""

from dataclasses import replace

import pytest

from bot.domain.alert import ActionKind, Alert, TextMissing
from bot.domain.choices import Choice
from bot.domain.estimate import PANEL
from bot.domain.exclusion import Exclusion
from bot.domain.links import LinkInvalid
from bot.domain.markup import MarkupInvalid
from bot.domain.organizer import Organizer, Role
from bot.domain.staleness import base_version, in_force, older
from bot.services import alerts, reaching, translations
from bot.store import subscribers
from bot.store.store import Store, Transaction
from tests.making import NOW, join, words
from tests.services.conftest import Appoint


async def written(tx: Transaction, author: Organizer) -> Alert:
    """Write an alert in its base locale."""
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
    return await alerts.write(tx, alert.id, words(), actor=author, now=NOW)


async def test_what_is_refused_changes_nothing(store: Store, appoint: Appoint) -> None:
    """Words or a link that cannot be sent leave the alert as it was."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        for bad, error in (
            (replace(words(), title=""), TextMissing),
            (replace(words(), text="<b>"), MarkupInvalid),
        ):
            with pytest.raises(error):
                await alerts.write(tx, alert.id, bad, actor=author, now=NOW)
        with pytest.raises(LinkInvalid):
            await alerts.set_link(tx, alert.id, "http://example.org", actor=author, now=NOW)
        assert await alerts.get(tx, alert.id, actor=author) == alert
        with pytest.raises(alerts.AlertMissing):
            await alerts.get(tx, alert.id + 1, actor=author)


async def test_reach(store: Store, appoint: Appoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reach is who would receive it now, with those who read another language than theirs, about."""
    draw = subscribers.draw_id
    monkeypatch.setattr(subscribers, "draw_id", lambda: draw() // PANEL * PANEL)
    async with store.transaction() as tx:
        await join(tx, 3)
        await join(tx, 2, first=1, locale="ar")
        paused, left = await join(tx, 2, first=10)
        await tx.subscribers.save(paused.pause())
        await tx.subscribers.save(left.leave())
        await tx.subscribers.unsubscribe(left.id)
        author = await appoint(tx, Role.OWNER)
        reached = await reaching.reach_of(tx, await written(tx, author), actor=author)
    assert reached.left_out == {Exclusion.PAUSED: 10}
    assert (reached.total, reached.by_locale, reached.missing) == (5, {"en": 30, "ar": 20}, {"ar": 20})


async def test_each_edit_is_a_revision(store: Store, appoint: Appoint) -> None:
    """Who edits is kept with what they made of it; who changes nothing wrote nothing."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        for _ in range(2):
            await alerts.set_link(tx, alert.id, "https://example.org", actor=colleague, now=NOW)
        await alerts.write(tx, alert.id, words(), actor=author, now=NOW)
        kept = await tx.alerts.revisions(alert.id)
        assert [(each.number, each.editor_id) for each in kept] == [
            (1, author.id),
            (2, author.id),
            (3, colleague.id),
        ]
        assert [each.content["link"] for each in kept] == [None, None, "https://example.org"]
        assert [set(each.content["translations"]) for each in kept] == [set(), {"en"}, {"en"}]


async def test_the_kind_is_changed(store: Store, appoint: Appoint) -> None:
    """A draft may ask for something else."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.EDITOR)
        alert = await written(tx, author)
        changed = await alerts.set_kind(tx, alert.id, ActionKind.CALL, actor=author, now=NOW)
        assert changed == replace(alert, kind=ActionKind.CALL, revision=alert.revision + 1)


async def in_two_languages(tx: Transaction, author: Organizer) -> Alert:
    """Write an alert in two locales, the second older than the base."""
    alert = await written(tx, author)
    await alerts.write(tx, alert.id, words("ar"), actor=author, now=NOW)
    return await alerts.write(tx, alert.id, replace(words(), text="Another."), actor=author, now=NOW)


async def keep(tx: Transaction, alert: Alert, locale: str | None, seen: str, actor: Organizer) -> Alert:
    """Let older words be sent as they are."""
    return await translations.choose(
        tx, alert.id, locale, Choice.AS_IT_IS, among=("en", "ar"), seen=seen, actor=actor, now=NOW
    )


async def test_older_words_are_kept(store: Store, appoint: Appoint) -> None:
    """Who lets older words be sent as they are is an editor of that; nothing is decided for another base."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        alert = await in_two_languages(tx, author)
        reach = await reaching.reach_of(tx, alert, actor=author)
        assert dict(reach.older) == {"ar": 0}
        for seen in ("0", ""):
            assert await keep(tx, alert, None, seen, colleague) == alert
        seen = base_version(alert) or ""
        kept = await keep(tx, alert, "ar", seen, colleague)
        assert (older(kept), in_force(kept)) == (("ar",), {"ar": Choice.AS_IT_IS})
        assert await keep(tx, alert, None, seen, author) == kept
        assert (await tx.alerts.revisions(alert.id))[-1].editor_id == colleague.id


async def test_words_are_taken_back(store: Store, appoint: Appoint) -> None:
    """A locale's words are again what they were at a revision, whatever else was edited since."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        first = await written(tx, author)
        alert = await in_two_languages(tx, author)
        before = await alerts.get(tx, alert.id, actor=author)
        await alerts.write(tx, alert.id, replace(words(), text="Wrong."), actor=author, now=NOW)
        await alerts.set_link(tx, alert.id, "https://example.org", actor=author, now=NOW)
        back = await alerts.take_back(tx, alert.id, "en", revision=before.revision, actor=author, now=NOW)
        assert back.translations == before.translations
        assert back.link == "https://example.org"
        gone = await alerts.take_back(tx, first.id, "en", revision=1, actor=author, now=NOW)
        assert gone.translations == {}
