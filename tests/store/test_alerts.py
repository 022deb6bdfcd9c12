"""Alerts with their translations and approvals."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.alert import ActionKind, AlertState
from bot.store.alerts import Approval
from bot.store.store import Store
from tests.making import NOW, draft, words


async def test_as_it_was_written(store: Store) -> None:
    """An alert comes back with everything it says, and the same hash."""
    said = replace(
        draft(locales=("en", "ar")),
        deadline=datetime(2026, 12, 4, 18, 30, 5, 123456, tzinfo=UTC),
        details={"place": "القدس", "phone": "+1"},
    )
    async with store.transaction() as tx:
        kept = await tx.alerts.add(said, now=NOW)
    assert kept == replace(said, id=kept.id)
    async with store.reading() as tx:
        assert (await tx.alerts.get(kept.id)).content_hash() == said.content_hash()


async def test_words_are_written_anew(store: Store) -> None:
    """A locale's words replace those before; a new locale joins."""
    async with store.transaction() as tx:
        kept = await tx.alerts.add(draft(), now=NOW)
        changed = replace(words(), text="Other words.", button="Sign")
        for written in (changed, words("ar")):
            await tx.alerts.write(kept.id, written)
        assert (await tx.alerts.get(kept.id)).translations == {"en": changed, "ar": words("ar")}


async def test_saved(store: Store) -> None:
    """State, kind, link and deadline are written."""
    async with store.transaction() as tx:
        kept = await tx.alerts.add(draft(), now=NOW)
        changed = replace(kept, state=AlertState.APPROVED, kind=ActionKind.CALL, link=None, deadline=NOW)
        await tx.alerts.save(changed)
        assert await tx.alerts.get(kept.id) == changed


async def test_missing(store: Store) -> None:
    """An alert that is not there is not found."""
    async with store.reading() as tx:
        assert await tx.alerts.find(5) is None
        with pytest.raises(LookupError):
            await tx.alerts.get(5)


async def test_approval_is_of_one_hash(store: Store) -> None:
    """Exactly the content that was approved is approved, and no other alert with it."""
    async with store.transaction() as tx:
        kept, other = [await tx.alerts.add(draft(), now=NOW) for _ in range(2)]
        approval = Approval(
            organizer_id=None, content_hash=kept.content_hash(), by_author=False, approved_at=NOW
        )
        for _ in range(2):
            await tx.alerts.approve(kept.id, approval)
        assert await tx.alerts.is_approved(kept.id, kept.content_hash())
        assert not await tx.alerts.is_approved(kept.id, "0" * 64)
        assert not await tx.alerts.is_approved(other.id, other.content_hash())
