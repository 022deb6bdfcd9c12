"""Writing and approving alerts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.alert import ActionKind, Alert, AlertState, LinkInvalid, TextMissing, TranslationMissing
from bot.domain.markup import MarkupInvalid
from bot.domain.organizer import Organizer, Role
from bot.domain.subscriber import SubscriberState
from bot.services import alerts
from bot.services.team import MayNotApprove
from bot.store.store import Store, Transaction
from tests.making import NOW, join, words
from tests.services.conftest import Appoint


async def written(tx: Transaction, author: Organizer) -> Alert:
    """Write an alert in its base locale."""
    alert = await alerts.draft(tx, author, ActionKind.SIGN, base="en", now=NOW)
    return await alerts.write(tx, alert.id, words())


async def is_approved(tx: Transaction, alert_id: int) -> bool:
    """Return whether the alert is approved as it stands."""
    alert = await alerts.get(tx, alert_id)
    return await tx.alerts.is_approved(alert_id, alert.content_hash())


async def test_another_person_approves(store: Store, appoint: Appoint) -> None:
    """Where somebody else can approve, the author cannot (I6)."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        with pytest.raises(alerts.ColleagueNeeded) as needed:
            await alerts.approve(tx, alert.id, author, now=NOW)
        assert needed.value.alert_id == alert.id
        assert not await is_approved(tx, alert.id)
        approved = await alerts.approve(tx, alert.id, colleague, now=NOW)
        assert approved.state is AlertState.APPROVED
        assert await is_approved(tx, alert.id)


async def test_one_person_team(store: Store, appoint: Appoint) -> None:
    """Where nobody else can approve, the author may; editors and viewers do not count."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        for role in (Role.EDITOR, Role.VIEWER):
            await appoint(tx, role)
        alert = await written(tx, author)
        await alerts.approve(tx, alert.id, author, now=NOW)
        assert await is_approved(tx, alert.id)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
async def test_who_may_not_approve(store: Store, appoint: Appoint, role: Role) -> None:
    """An editor or a viewer approves nothing, not even as the only other person."""
    async with store.transaction() as tx:
        alert = await written(tx, await appoint(tx, Role.OWNER))
        other = await appoint(tx, role)
        with pytest.raises(MayNotApprove):
            await alerts.approve(tx, alert.id, other, now=NOW)


async def test_edits_end_an_approval(store: Store, appoint: Appoint) -> None:
    """Any edit makes it a draft that is not approved; the same words again are approved again (I6)."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        await alerts.approve(tx, alert.id, author, now=NOW)
        edits = [
            alerts.write(tx, alert.id, replace(words(), text="Another reason.")),
            alerts.write(tx, alert.id, words("ar")),
            alerts.set_link(tx, alert.id, "https://example.org/other"),
        ]
        for edit in edits:
            assert (await edit).state is AlertState.DRAFT
            assert not await is_approved(tx, alert.id)


async def test_nothing_to_approve(store: Store, appoint: Appoint) -> None:
    """An alert without words in its base locale is not approved."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await alerts.draft(tx, author, ActionKind.SIGN, base="en", now=NOW)
        await alerts.write(tx, alert.id, words("ar"))
        with pytest.raises(TranslationMissing):
            await alerts.approve(tx, alert.id, author, now=NOW)


async def test_what_is_refused_changes_nothing(store: Store, appoint: Appoint) -> None:
    """Words or a link that cannot be sent leave the alert as it was."""
    async with store.transaction() as tx:
        alert = await written(tx, await appoint(tx, Role.OWNER))
        for bad, error in (
            (replace(words(), title=""), TextMissing),
            (replace(words(), text="<b>"), MarkupInvalid),
        ):
            with pytest.raises(error):
                await alerts.write(tx, alert.id, bad)
        with pytest.raises(LinkInvalid):
            await alerts.set_link(tx, alert.id, "http://example.org")
        assert await alerts.get(tx, alert.id) == alert
        with pytest.raises(alerts.AlertMissing):
            await alerts.get(tx, alert.id + 1)


async def test_reach(store: Store, appoint: Appoint) -> None:
    """The reach is who would receive it now, with those who read another language than theirs."""
    async with store.transaction() as tx:
        await join(tx, 3)
        await join(tx, 2, first=1, locale="ar")
        paused, left = await join(tx, 2, first=10)
        await tx.subscribers.save(paused.pause())
        await tx.subscribers.save(left.leave())
        await tx.subscribers.unsubscribe(left.id)
        alert = await written(tx, await appoint(tx, Role.OWNER))
        reached = await alerts.reach_of(tx, alert)
    assert reached.left_out == {SubscriberState.PAUSED: 1}
    assert (reached.total, reached.by_locale, reached.missing) == (5, {"en": 3, "ar": 2}, {"ar": 2})


FILE = """
kind = "attend"
base = "en"
link = "https://example.org/event"
place = "The square"
deadline = 2026-12-04T18:00:00+02:00
[en]
title = "Come"
text = "One <b>reason</b>."
button = "Take part"
[ar]
title = "تعالوا"
text = "سبب."
"""


def test_alert_file() -> None:
    """A file is read as the alert it describes."""
    alert = alerts.read_alert_file(FILE)
    assert (alert.kind, alert.base, alert.topic) == (ActionKind.ATTEND, "en", "alerts")
    assert alert.deadline == datetime(2026, 12, 4, 18, tzinfo=timezone(timedelta(hours=2)))
    assert alert.details == {"place": "The square"}
    assert set(alert.translations) == {"en", "ar"}
    assert alert.words("en").button == "Take part"
    local = alerts.read_alert_file(FILE.replace("+02:00", ""))
    assert local.deadline == datetime(2026, 12, 4, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("attend", "dance", alerts.AlertFileInvalid),
        ("[en]", "[en", alerts.AlertFileInvalid),
        ('base = "en"', 'base = "es"', alerts.AlertFileInvalid),
        ('title = "Come"', "", alerts.AlertFileInvalid),
        ('text = "One <b>reason</b>."', "text = 5", alerts.AlertFileInvalid),
        ("2026-12-04T18:00:00+02:00", '"tomorrow"', alerts.AlertFileInvalid),
        ("https", "http", LinkInvalid),
        ("</b>", "", MarkupInvalid),
        ('"Come"', '" "', TextMissing),
    ],
)
def test_alert_file_with_a_mistake(old: str, new: str, error: type[Exception]) -> None:
    """A mistake in a file is refused, with what is wrong."""
    assert old in FILE
    with pytest.raises(error):
        alerts.read_alert_file(FILE.replace(old, new, 1))
