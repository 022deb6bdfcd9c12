"""What an alert's action needs, set by organizers; who writes what; copies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind, Alert, TranslationMissing
from bot.domain.field_values import FieldInvalid
from bot.domain.organizer import Organizer, Role
from bot.services import alert_fields, alerts, co_writing, drafts
from bot.store.store import Store, Transaction
from tests.making import NOW, draft, words
from tests.services.conftest import Appoint, approve


async def begun(tx: Transaction, actor: Organizer, kind: ActionKind = ActionKind.EMAIL) -> Alert:
    """Return an alert with words in English."""
    alert = await alerts.draft(tx, kind, base="en", actor=actor, now=NOW)
    return await alerts.write(tx, alert.id, words(), actor=actor, now=NOW)


async def test_a_field_is_an_edit(store: Store, appoint: Appoint) -> None:
    """It is a revision of its editor, voids an approval, and is none where nothing changes."""
    async with store.transaction() as tx:
        ada, bo = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await begun(tx, ada)
        approval = await approve(tx, alert.id, bo)
        edited = await alert_fields.set_field(
            tx, alert.id, FieldName.TARGET, " The council ", actor=ada, now=NOW
        )
        assert edited.details == {"target": "The council"}
        assert edited.revision == alert.revision + 1
        assert (await tx.alerts.revisions(alert.id))[-1].editor_id == ada.id
        assert (await approve(tx, alert.id, bo)).plan_sha256 != approval.plan_sha256
        again = await alert_fields.set_field(
            tx, alert.id, FieldName.TARGET, "The council", actor=ada, now=NOW
        )
        assert again.revision == edited.revision


async def test_what_is_refused(store: Store, appoint: Appoint) -> None:
    """A wrong value, a field of another kind, a language without words, and what a colleague has changed since."""
    async with store.transaction() as tx:
        ada = await appoint(tx, Role.OWNER)
        alert = await begun(tx, ada)
        with pytest.raises(FieldInvalid):
            await alert_fields.set_field(tx, alert.id, FieldName.ADDRESS, "council", actor=ada, now=NOW)
        with pytest.raises(alert_fields.FieldNotAsked):
            await alert_fields.set_field(tx, alert.id, FieldName.PHONE, "+442079460000", actor=ada, now=NOW)
        with pytest.raises(alert_fields.FieldNotAsked):
            await alert_fields.set_field(tx, alert.id, FieldName.LETTER, "Dear", actor=ada, now=NOW)
        with pytest.raises(TranslationMissing):
            await alert_fields.set_field(
                tx, alert.id, FieldName.LETTER, "Dear", locale="ar", actor=ada, now=NOW
            )
        with pytest.raises(alert_fields.FieldRequired):
            await alert_fields.set_field(tx, alert.id, FieldName.TARGET, None, actor=ada, now=NOW)
        await alert_fields.set_field(tx, alert.id, FieldName.TARGET, "One", over="", actor=ada, now=NOW)
        with pytest.raises(alerts.WordsChanged):
            await alert_fields.set_field(tx, alert.id, FieldName.TARGET, "Two", over="", actor=ada, now=NOW)
        # Who sends what stands there already overwrites nothing.
        await alert_fields.set_field(tx, alert.id, FieldName.TARGET, "One", over="", actor=ada, now=NOW)


async def test_new_words_keep_the_fields(store: Store, appoint: Appoint) -> None:
    """What a language needs beside its words goes back with them, and only with them."""
    async with store.transaction() as tx:
        ada = await appoint(tx, Role.OWNER)
        alert = await begun(tx, ada)
        first = alert.revision
        letter = await alert_fields.set_field(
            tx, alert.id, FieldName.LETTER, "Dear", locale="en", actor=ada, now=NOW
        )
        assert letter.translations["en"].fields == {"letter": "Dear"}
        back = await alerts.take_back(tx, alert.id, "en", revision=first, actor=ada, now=NOW)
        assert back.translations["en"] == alert.translations["en"]


async def test_who_else_is_writing(store: Store, appoint: Appoint) -> None:
    """Others are seen for a quarter of an hour; oneself, and who was taken off the team, is not."""
    async with store.transaction() as tx:
        ada, bo = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        alert = await begun(tx, ada)
        await co_writing.begin(tx, alert.id, "ar", actor=bo, now=NOW)
        [writer] = await co_writing.others(tx, alert.id, actor=ada, now=NOW)
        assert (writer.organizer, writer.locale) == (bo, "ar")
        assert await co_writing.others(tx, alert.id, actor=bo, now=NOW) == []
        later = NOW + co_writing.WRITING_FOR + timedelta(seconds=1)
        assert await co_writing.others(tx, alert.id, actor=ada, now=later) == []
        await tx.organizers.remove(bo.id, today=NOW.date())
        assert await co_writing.others(tx, alert.id, actor=ada, now=NOW) == []


async def test_copies(store: Store, appoint: Appoint) -> None:
    """A copy says the same under a number of its own; one that nobody has changed is gone on with."""
    async with store.transaction() as tx:
        ada, bo = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        alert = await begun(tx, ada)
        copy = await drafts.duplicate(tx, alert.id, actor=bo, now=NOW)
        assert copy == replace(alert, id=copy.id, author_id=bo.id, revision=2)
        assert copy.id != alert.id
        assert await drafts.duplicate(tx, alert.id, actor=bo, now=NOW) == copy
        await alerts.write(tx, copy.id, replace(words(), text="Another."), actor=bo, now=NOW)
        assert (await drafts.duplicate(tx, alert.id, actor=bo, now=NOW)).id not in {alert.id, copy.id}


async def test_what_was_begun_is_a_draft(store: Store, appoint: Appoint) -> None:
    """An alert of which only a detail or the link is there is offered; one that has a kind alone is not."""
    async with store.transaction() as tx:
        ada = await appoint(tx, Role.OWNER)
        await alerts.draft(tx, ActionKind.EMAIL, base="en", actor=ada, now=NOW)
        detail = await alerts.draft(tx, ActionKind.CALL, base="en", actor=ada, now=NOW)
        await alert_fields.set_field(tx, detail.id, FieldName.TARGET, "Council", actor=ada, now=NOW)
        link = await drafts.add(
            tx, replace(draft(locales=()), link="https://example.org"), actor=ada, now=NOW
        )
        assert [each.id for each in await alerts.drafts(tx, limit=9, actor=ada)] == [link.id, detail.id]
