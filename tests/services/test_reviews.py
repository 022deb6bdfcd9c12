"""Submitting, looking, returning with a note; and saying what ended an approval."""

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.alert import ActionKind, Alert, TranslationMissing
from bot.domain.cooling import COOLING
from bot.domain.organizer import Organizer, Role
from bot.domain.review import NOTES_KEPT, AlertState
from bot.jobs.scheduler import run_housekeeping
from bot.services import (
    alerts,
    approvals,
    broadcasts,
    checks,
    membership,
    privacy,
    reviews,
    team,
    working_alone,
)
from bot.services.approvals import Proposal
from bot.store.schema import reviews as reviews_table
from bot.store.schema import working_alone as working_alone_table
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, join, words
from tests.services.conftest import Appoint, approve

NOTE = "Ist es Freitag, oder doch Donnerstag?"


async def written(tx: Transaction, author: Organizer) -> Alert:
    """Write an alert in its base locale."""
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
    return await alerts.write(tx, alert.id, words(), actor=author, now=NOW)


async def edit(tx: Transaction, alert: Alert, editor: Organizer, text: str = "Another reason.") -> Alert:
    """Write the base locale's words anew."""
    return await alerts.write(tx, alert.id, replace(words(), text=text), actor=editor, now=NOW)


async def state(tx: Transaction, alert: Alert, actor: Organizer) -> AlertState:
    """Return where an alert stands; its card and the list say the same."""
    standing = await reviews.standing(tx, alert, paid=False, actor=actor)
    listed = await reviews.states(tx, [alert], paid=False, actor=actor)
    assert listed[alert.id] is standing.state
    return standing.state


async def propose(tx: Transaction, alert: Alert, actor: Organizer) -> Proposal:
    """Show what could be approved."""
    return await approvals.propose(tx, alert.id, paid=False, actor=actor)


async def give_back(tx: Transaction, alert: Alert, actor: Organizer, *, seen: str = "") -> list[int]:
    """Return an alert as it stands. Returns who is told."""
    seen = seen or (await propose(tx, alert, actor)).seen
    told = await reviews.give_back(tx, alert.id, NOTE, seen=seen, paid=False, actor=actor, now=NOW)
    return [each.organizer.id for each in told]


async def test_submitted(store: Store, appoint: Appoint) -> None:
    """Everybody else who may approve is asked; it is in review until it is edited, approved or returned."""
    async with store.transaction() as tx:
        owner, author = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        approver = await appoint(tx, Role.APPROVER)
        await appoint(tx, Role.VIEWER)
        alert = await written(tx, author)
        assert await state(tx, alert, author) is AlertState.DRAFT
        for _ in range(2):
            asked = await reviews.submit(tx, alert.id, paid=False, actor=author, now=NOW)
            assert {each.organizer.id for each in asked} == {owner.id, approver.id}
        assert await state(tx, alert, author) is AlertState.IN_REVIEW
        rows = sa.select(sa.func.count()).select_from(reviews_table)
        assert (await tx.reviews._connection.execute(rows)).scalar_one() == 1
        alert = await edit(tx, alert, author)
        assert await state(tx, alert, author) is AlertState.DRAFT
        await reviews.submit(tx, alert.id, paid=False, actor=author, now=NOW)
        await approve(tx, alert.id, approver)
        assert await state(tx, alert, author) is AlertState.APPROVED
        await membership.remove(tx, approver.id, actor=owner, now=NOW)
        assert await state(tx, alert, author) is AlertState.IN_REVIEW


async def test_what_cannot_be_submitted(store: Store, appoint: Appoint) -> None:
    """Without words, with undecided translations, or with nobody who could approve, nothing is in review."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=owner, now=NOW)
        with pytest.raises(TranslationMissing):
            await reviews.submit(tx, alert.id, paid=False, actor=owner, now=NOW)
        alert = await alerts.write(tx, alert.id, words(), actor=owner, now=NOW)
        with pytest.raises(approvals.NobodyElse):
            await reviews.submit(tx, alert.id, paid=False, actor=owner, now=NOW)
        await appoint(tx, Role.APPROVER)
        await alerts.write(tx, alert.id, words("ar"), actor=owner, now=NOW)
        alert = await edit(tx, alert, owner)
        with pytest.raises(checks.CheckBlocked):
            await reviews.submit(tx, alert.id, paid=False, actor=owner, now=NOW)
        assert await state(tx, alert, owner) is AlertState.DRAFT


async def test_returned(store: Store, appoint: Appoint) -> None:
    """It is a draft again, whoever had approved it; its authors are told, and the note is sealed."""
    async with store.transaction() as tx:
        await join(tx, 1)
        author, approver = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        owner = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        await reviews.submit(tx, alert.id, paid=False, actor=author, now=NOW)
        await approve(tx, alert.id, owner)
        assert await give_back(tx, alert, approver) == [author.id]
        with pytest.raises(broadcasts.NotApproved):
            await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW)
        standing = await reviews.standing(tx, alert, paid=False, actor=author)
        assert (standing.state, standing.note) == (AlertState.DRAFT, NOTE)
        assert standing.returned_by is not None
        assert standing.returned_by.id == approver.id
        sealed = (await tx.reviews._connection.execute(sa.select(reviews_table.c.note))).scalars().all()
        assert not any(b"Freitag" in each for each in sealed if each is not None)
        await reviews.submit(tx, alert.id, paid=False, actor=author, now=NOW)
        assert await state(tx, alert, author) is AlertState.IN_REVIEW


async def test_who_may_not_return(store: Store, appoint: Appoint) -> None:
    """An author does not return what they wrote, nor anybody what they have not seen, nor what is on its way."""
    async with store.transaction() as tx:
        await join(tx, 1)
        author, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, author)
        seen = (await propose(tx, alert, approver)).seen
        with pytest.raises(approvals.ColleagueNeeded):
            await give_back(tx, alert, author, seen=seen)
        alert = await edit(tx, alert, author)
        with pytest.raises(approvals.PlanChanged):
            await give_back(tx, alert, approver, seen=seen)
        await approve(tx, alert.id, approver)
        await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW)
        with pytest.raises(alerts.AlertSent):
            await reviews.give_back(tx, alert.id, NOTE, seen=seen, paid=False, actor=approver, now=NOW)


@pytest.mark.parametrize("how", ["a month", "alert", "writer", "former writer"])
async def test_a_note_is_forgotten(store: Store, appoint: Appoint, how: str) -> None:
    """It goes with the alert, with whoever wrote it, or after a month."""
    async with store.transaction() as tx:
        author, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        chat_id = await tx.organizers.chat_id(approver.id)
        assert chat_id is not None
        alert = await written(tx, author)
        await give_back(tx, alert, approver)
        assert (await privacy.held(tx, chat_id)).notes == 1
        if how == "alert":
            await alerts.discard(tx, alert.id, actor=author, now=NOW)
        if how == "former writer":
            await membership.remove(tx, approver.id, actor=author, now=NOW)
        if "writer" in how:
            assert (await privacy.erase(tx, chat_id, now=NOW)).was_kept
    if how == "a month":
        await run_housekeeping(store, lambda: NOW + NOTES_KEPT - timedelta(minutes=1))
        async with store.reading() as tx:
            assert (await reviews.standing(tx, alert, paid=False, actor=author)).note == NOTE
        await run_housekeeping(store, lambda: NOW + NOTES_KEPT + timedelta(hours=1))
    async with store.reading() as tx:
        notes = (await tx.reviews._connection.execute(sa.select(reviews_table.c.note))).scalars().all()
        assert notes == [None]
        standing = await reviews.standing(tx, alert, paid=False, actor=author)
        assert (standing.returned, standing.note) == (True, None)


async def test_what_changed_since_they_looked(store: Store, appoint: Appoint) -> None:
    """Each reads what changed since they themselves last looked; the first time, there is nothing to compare."""
    async with store.transaction() as tx:
        author, one = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        other = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        assert await reviews.look(tx, alert.id, actor=one) is None
        assert not await reviews.look(tx, alert.id, actor=one)
        await edit(tx, alert, author)
        assert await reviews.look(tx, alert.id, actor=other) is None
        await alerts.set_link(tx, alert.id, "https://example.org/b", actor=author, now=NOW)
        for_one, for_other = [await reviews.look(tx, alert.id, actor=who) for who in (one, other)]
        assert for_one is not None
        assert for_other is not None
        assert [each.locale for each in for_one.words] == ["en"]
        assert for_other.words == ()
        assert for_one.link == for_other.link == (None, "https://example.org/b")


async def test_what_ended_an_approval_is_said_once(store: Store, appoint: Appoint) -> None:
    """Whoever approved what was edited since is named once; the same words again are another matter (I6)."""
    async with store.transaction() as tx:
        await join(tx, 1)
        author, one = await appoint(tx, Role.EDITOR), await appoint(tx, Role.APPROVER)
        other = await appoint(tx, Role.OWNER)
        alert = await written(tx, author)
        for approver in (one, other):
            await approve(tx, alert.id, approver)
        assert await reviews.outdated(tx, actor=author, now=NOW) == []
        await edit(tx, alert, author)
        ended = await reviews.outdated(tx, actor=author, now=NOW)
        assert [{each.organizer.id for each in told.approvers} for told in ended] == [{one.id, other.id}]
        assert await reviews.outdated(tx, actor=author, now=NOW) == []
        alert = await alerts.write(tx, alert.id, words(), actor=author, now=NOW)
        assert await state(tx, alert, author) is AlertState.DRAFT
        with pytest.raises(broadcasts.NotApproved):
            await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=author, now=NOW)
        # They have seen all that was there when they approved it: whoever edits it now is its author, and nobody else.
        await edit(tx, alert, other, "A third reason.")
        with pytest.raises(approvals.ColleagueNeeded):
            await approve(tx, alert.id, other)
        await approve(tx, alert.id, one)


async def test_the_third_person_cools(store: Store) -> None:
    """The first two approve at once; whom the right is new to afterwards waits for an hour, however they got it."""
    async with store.transaction() as tx:
        code = [await team.invite(tx, Role.OWNER, now=NOW) for _ in range(2)]
        first, second = [await team.claim(tx, CHAT + n, code[n], now=NOW) for n in range(2)]
        joined = await team.claim(tx, CHAT + 2, await team.invite(tx, Role.APPROVER, now=NOW), now=NOW)
        viewer = await team.claim(tx, CHAT + 3, await team.invite(tx, Role.VIEWER, now=NOW), now=NOW)
        await membership.change_role(tx, viewer.id, Role.APPROVER, actor=first, now=NOW)
        changed = await team.require(tx, CHAT + 3)
        alert = await written(tx, first)
        for new in (joined, changed):
            with pytest.raises(approvals.StillCooling) as cooling:
                await approve(tx, alert.id, new)
            assert cooling.value.left == COOLING
        await approve(tx, alert.id, second)
        await membership.change_role(tx, joined.id, Role.OWNER, actor=first, now=NOW + timedelta(minutes=59))
        made_owner = await team.require(tx, CHAT + 2)
        seen = (await propose(tx, alert, made_owner)).seen
        later = NOW + COOLING
        await approvals.approve(tx, alert.id, seen=seen, paid=False, zone=UTC, actor=made_owner, now=later)


async def test_working_alone_is_written_down(store: Store, appoint: Appoint) -> None:
    """Who worked alone from when to when stays, also once somebody has joined; it is not on again by itself."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        for _ in range(2):
            await working_alone.switch_on(tx, actor=owner, now=NOW)
        assert not await working_alone.end_if_over(tx, actor=owner, now=NOW)
        code = await team.invite(tx, Role.APPROVER, now=NOW)
        later = NOW + timedelta(minutes=5)
        joined = await team.claim(tx, CHAT, code, now=later)
        assert await approvals.working_alone(tx, actor=owner) is None
        assert await working_alone.end_if_over(tx, actor=joined, now=later)
        await membership.remove(tx, joined.id, actor=owner, now=later)
        assert await approvals.working_alone(tx, actor=owner) is None
        kept = sa.select(
            working_alone_table.c.organizer_id, working_alone_table.c.since, working_alone_table.c.until
        )
        found = [tuple(row) for row in await tx.organizers._connection.execute(kept)]
        assert found == [(owner.id, NOW, later)]


async def test_removed_between_card_and_tap(store: Store, appoint: Appoint) -> None:
    """Of a removal and an approval at the same moment the later one sees the earlier: no approval is left (I6)."""
    async with store.transaction() as tx:
        owner, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        alert = await written(tx, owner)
        seen = (await propose(tx, alert, approver)).seen
    removing, may_commit = asyncio.Event(), asyncio.Event()

    async def remove() -> None:
        async with store.transaction() as tx:
            await membership.remove(tx, approver.id, actor=owner, now=NOW)
            removing.set()
            await may_commit.wait()

    async def tap() -> None:
        await removing.wait()
        async with store.transaction() as tx:
            await approvals.approve(tx, alert.id, seen=seen, paid=False, zone=UTC, actor=approver, now=NOW)

    tapped, removed = asyncio.create_task(tap()), asyncio.create_task(remove())
    await removing.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    may_commit.set()
    await removed
    with pytest.raises(team.MayNotApprove):
        await tapped
    async with store.reading() as tx:
        assert await tx.plans.approvals(alert.id) == []
