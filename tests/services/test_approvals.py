"""Approving a plan."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.delivery import starting
from bot.domain.alert import ActionKind, Alert, TranslationMissing
from bot.domain.broadcast import StopReason
from bot.domain.choices import Choice
from bot.domain.organizer import Organizer, Role
from bot.domain.staleness import base_version
from bot.services import (
    alerts,
    approvals,
    broadcasts,
    checks,
    drafts,
    membership,
    translations,
    working_alone,
)
from bot.services.team import MayNotApprove
from bot.store.store import Store, Transaction
from tests.making import NOW, join, words
from tests.mutants.wrong_approvals import (
    alone_once_is_alone_for_good,
    an_authors_own_approval_ends_what_they_wrote,
)
from tests.services.conftest import Appoint, approve
from tests.worlds.mutants import Apply


async def written(tx: Transaction, author: Organizer) -> Alert:
    """Write an alert in its base locale."""
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
    return await alerts.write(tx, alert.id, words(), actor=author, now=NOW)


async def alone(tx: Transaction, appoint: Appoint) -> Organizer:
    """Make the first owner, who says that they work alone."""
    owner = await appoint(tx, Role.OWNER)
    await working_alone.switch_on(tx, actor=owner, now=NOW)
    return owner


async def rewrite(tx: Transaction, alert: Alert, editor: Organizer, text: str = "Another reason.") -> None:
    """Write the base locale's words anew."""
    await alerts.write(tx, alert.id, replace(words(), text=text), actor=editor, now=NOW)


async def is_approved(tx: Transaction, alert_id: int, by: Organizer) -> bool:
    """Return whether the alert may be sent as it stands."""
    alert = await alerts.get(tx, alert_id, actor=by)
    return await approvals.is_approved(tx, alert, paid=False, actor=by)


async def test_a_copy_is_not_approved_by_who_wrote_it(store: Store, appoint: Appoint) -> None:
    """Who wrote the words is an author of a colleague's copy, until somebody else has approved them."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        third = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        copy = await drafts.duplicate(tx, alert.id, actor=colleague, now=NOW)
        for by in (author, colleague):
            with pytest.raises(approvals.ColleagueNeeded):
                await approvals.propose(tx, copy.id, paid=False, actor=by)
        await approve(tx, copy.id, third)
        await alerts.discard(tx, alert.id, actor=author, now=NOW)
        again = await drafts.duplicate(tx, copy.id, actor=third, now=NOW)
        await approvals.propose(tx, again.id, paid=False, actor=author)


async def test_another_person_approves(store: Store, appoint: Appoint) -> None:
    """Where somebody else can approve, the author cannot (I6)."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        with pytest.raises(approvals.ColleagueNeeded) as needed:
            await approve(tx, alert.id, author)
        assert needed.value.alert_id == alert.id
        assert not await is_approved(tx, alert.id, author)
        approval = await approve(tx, alert.id, colleague)
        assert (approval.organizer_id, approval.by_author, approval.revision) == (colleague.id, False, 2)
        assert await is_approved(tx, alert.id, author)


async def test_who_rewrites_is_an_author(store: Store, appoint: Appoint) -> None:
    """An owner who rewrote a colleague's draft cannot approve it, whatever their role (I6)."""
    async with store.transaction() as tx:
        author, owner = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        colleague = await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        await rewrite(tx, alert, owner)
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, owner)
        await approve(tx, alert.id, colleague)
        assert await is_approved(tx, alert.id, owner)


async def test_two_in_turn(store: Store, appoint: Appoint) -> None:
    """What another person approved is nobody's edit any more: two owners write and approve in turn."""
    async with store.transaction() as tx:
        one, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        alert = await written(tx, one)
        await approve(tx, alert.id, other)
        await rewrite(tx, alert, other)
        assert not await is_approved(tx, alert.id, one)
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, other)
        await approve(tx, alert.id, one)
        assert await is_approved(tx, alert.id, other)


async def test_one_person_team(store: Store, appoint: Appoint) -> None:
    """Who has said that they work alone approves what they write, marked as such; editors and viewers do not count."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        for role in (Role.EDITOR, Role.VIEWER):
            await appoint(tx, role)
        alert = await written(tx, author)
        with pytest.raises(approvals.NobodyElse):
            await approve(tx, alert.id, author)
        await working_alone.switch_on(tx, actor=author, now=NOW)
        assert (await approve(tx, alert.id, author)).by_author
        assert await is_approved(tx, alert.id, author)


async def test_a_team_grows(store: Store, appoint: Appoint) -> None:
    """Once a colleague can approve, what an author approved alone is sent no more, and was seen by nobody (I6)."""
    async with store.transaction() as tx:
        author = await alone(tx, appoint)
        await join(tx, 1)
        alert = await written(tx, author)
        await approve(tx, alert.id, author)
        colleague = await appoint(tx, Role.OWNER)
        with pytest.raises(broadcasts.NotApproved):
            await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW)
        await rewrite(tx, alert, colleague)
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, author)


@pytest.mark.parametrize(
    "wrong", [alone_once_is_alone_for_good, an_authors_own_approval_ends_what_they_wrote]
)
async def test_a_team_grows_catches(
    store: Store, appoint: Appoint, monkeypatch: pytest.MonkeyPatch, wrong: Apply
) -> None:
    """Where what an author approved alone counted for more, that test would fail: chance seldom plays it."""
    wrong(monkeypatch)
    with pytest.raises(pytest.fail.Exception):
        await test_a_team_grows(store, appoint)


@pytest.mark.parametrize("queued", [False, True])
async def test_who_came_and_went(store: Store, appoint: Appoint, *, queued: bool) -> None:
    """What an author approved alone is not sent once a colleague has come, nor on the day after they went (I6)."""
    async with store.transaction() as tx:
        owner = await alone(tx, appoint)
        await join(tx, 1)
        alert = await written(tx, owner)
        await approve(tx, alert.id, owner)
        number = 0
        if queued:
            sent = await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=owner, now=NOW)
            number = sent.id
        colleague = await appoint(tx, Role.OWNER)
        await membership.remove(tx, colleague.id, actor=owner, now=NOW)
        assert not await is_approved(tx, alert.id, owner)
        if queued:
            assert await starting.start(tx, number, clock=lambda: NOW, paid=False) is None
            assert (await tx.broadcasts.get(number)).stop_reason is StopReason.NOT_APPROVED
        else:
            with pytest.raises(broadcasts.NotApproved):
                await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=owner, now=NOW)


async def test_what_has_begun_goes_on(store: Store, appoint: Appoint) -> None:
    """A colleague who comes while it goes out does not stop what was approved before there was one."""
    async with store.transaction() as tx:
        owner = await alone(tx, appoint)
        await join(tx, 1)
        alert = await written(tx, owner)
        await approve(tx, alert.id, owner)
        sent = await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=owner, now=NOW)
        assert await starting.start(tx, sent.id, clock=lambda: NOW, paid=False) is not None
        await appoint(tx, Role.OWNER)
        assert await starting.start(tx, sent.id, clock=lambda: NOW, paid=False) is not None


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
async def test_who_may_not_approve(store: Store, appoint: Appoint, role: Role) -> None:
    """An editor or a viewer approves nothing, not even as the only other person."""
    async with store.transaction() as tx:
        alert = await written(tx, await appoint(tx, Role.OWNER))
        other = await appoint(tx, role)
        with pytest.raises(MayNotApprove):
            await approve(tx, alert.id, other)


async def test_edits_end_an_approval(store: Store, appoint: Appoint) -> None:
    """Any edit leaves it not approved; the same words again are approved again (I6)."""
    async with store.transaction() as tx:
        author = await alone(tx, appoint)
        alert = await written(tx, author)
        await approve(tx, alert.id, author)
        for edited in (replace(words(), text="Another reason."), words("ar")):
            await alerts.write(tx, alert.id, edited, actor=author, now=NOW)
            assert not await is_approved(tx, alert.id, author)
        same = await written(tx, author)
        await approve(tx, same.id, author)
        await rewrite(tx, same, author)
        await alerts.write(tx, same.id, words(), actor=author, now=NOW)
        assert await is_approved(tx, same.id, author)
        await alerts.set_link(tx, same.id, "https://example.org/other", actor=author, now=NOW)
        assert not await is_approved(tx, same.id, author)


async def test_what_was_seen(store: Store, appoint: Appoint) -> None:
    """What was edited between being shown and being approved is not approved; nor is a part of a hash one."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        shown = await approvals.propose(tx, alert.id, paid=False, actor=colleague)
        await rewrite(tx, alert, author)
        now_shown = await approvals.propose(tx, alert.id, paid=False, actor=colleague)
        for seen in (shown.seen, "", now_shown.seen[:16], now_shown.plan.sha256):
            with pytest.raises(approvals.PlanChanged):
                await approvals.approve(
                    tx, alert.id, seen=seen, paid=False, zone=UTC, actor=colleague, now=NOW
                )
        assert await tx.plans.approvals(alert.id) == []


async def test_paid_is_part_of_it(store: Store, appoint: Appoint) -> None:
    """What was approved while sending was free is not sent for Stars."""
    async with store.transaction() as tx:
        author = await alone(tx, appoint)
        alert = await written(tx, author)
        await approve(tx, alert.id, author)
        assert not await approvals.is_approved(tx, alert, paid=True, actor=author)


async def test_nothing_to_approve(store: Store, appoint: Appoint) -> None:
    """An alert without words in its base locale is not approved."""
    async with store.transaction() as tx:
        author = await appoint(tx, Role.OWNER)
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
        await alerts.write(tx, alert.id, words("ar"), actor=author, now=NOW)
        with pytest.raises(TranslationMissing):
            await approve(tx, alert.id, author)


async def test_older_translations_are_decided_first(store: Store, appoint: Appoint) -> None:
    """Nothing is approved while a translation is older than the base and nobody said so; the choice is an edit (I6)."""
    async with store.transaction() as tx:
        author, colleague = await appoint(tx, Role.EDITOR), await appoint(tx, Role.OWNER)
        other = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        await alerts.write(tx, alert.id, words("ar"), actor=author, now=NOW)
        await rewrite(tx, alert, author)
        shown = await approvals.propose(tx, alert.id, paid=False, actor=colleague)
        with pytest.raises(checks.CheckBlocked):
            await approve(tx, alert.id, colleague)
        seen = base_version(shown.alert) or ""
        await translations.choose(
            tx, alert.id, "ar", Choice.AS_IT_IS, among=(), seen=seen, actor=colleague, now=NOW
        )
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, colleague)
        with pytest.raises(approvals.PlanChanged):
            await approvals.approve(tx, alert.id, seen=shown.seen, paid=False, zone=UTC, actor=other, now=NOW)
        await approve(tx, alert.id, other)
        await alerts.write(tx, alert.id, words("ar"), actor=author, now=NOW)
        assert not await is_approved(tx, alert.id, author)


@pytest.mark.parametrize("how", ["removed", "demoted"])
async def test_getting_rid_of_who_could_approve(store: Store, appoint: Appoint, how: str) -> None:
    """Who takes the last colleague's right away can say a day later that they work alone, and no sooner."""
    async with store.transaction() as tx:
        owner, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, owner)
        with pytest.raises(working_alone.NotAlone):
            await working_alone.switch_on(tx, actor=owner, now=NOW)
        if how == "removed":
            await membership.remove(tx, approver.id, actor=owner, now=NOW)
        else:
            await membership.change_role(tx, approver.id, Role.VIEWER, actor=owner, now=NOW)
        nearly = NOW + timedelta(hours=23, minutes=59)
        with pytest.raises(working_alone.AloneTooSoon) as soon:
            await working_alone.switch_on(tx, actor=owner, now=nearly)
        assert soon.value.begins == NOW + timedelta(hours=24)
        with pytest.raises(approvals.NobodyElse):
            await approve(tx, alert.id, owner)
        await working_alone.switch_on(tx, actor=owner, now=NOW + timedelta(hours=24))
        assert (await approve(tx, alert.id, owner)).by_author
