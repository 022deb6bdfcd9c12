"""The team: one-time links, roles that are changed, and what ends with them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.alert import ActionKind
from bot.domain.broadcast import BroadcastStatus
from bot.domain.organizer import Right, Role
from bot.services import alerts, approvals, broadcasts, co_writing, membership, privacy, team
from bot.store.schema import organizers
from bot.store.store import Store
from tests.making import CHAT, NOW, join, words
from tests.services.conftest import Appoint, approve


async def test_link_is_used_once(store: Store) -> None:
    """The first who opens the link has the role; the next is refused and has none."""
    async with store.transaction() as tx:
        code = await team.invite(tx, Role.OWNER, now=NOW)
        claimed = await team.claim(tx, CHAT, code, now=NOW)
        assert claimed.role is Role.OWNER
        assert await team.require(tx, CHAT) == claimed
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT + 1, code, now=NOW)
        with pytest.raises(team.NotAnOrganizer):
            await team.require(tx, CHAT + 1)


async def test_link_expires(store: Store) -> None:
    """An old link gives nothing."""
    async with store.transaction() as tx:
        code = await team.invite(tx, Role.OWNER, now=NOW)
        late = NOW + timedelta(days=team.INVITATION_DAYS)
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT, code, now=late)


@pytest.mark.parametrize(("chosen", "told_in"), [(None, "ar"), ("es", "es")])
async def test_told_in_their_language(store: Store, chosen: str | None, told_in: str) -> None:
    """Whoever joins the team is written to in the language they read then; one they chose before stays."""
    async with store.transaction() as tx:
        owner = await team.claim(tx, CHAT, await team.invite(tx, Role.OWNER, now=NOW), now=NOW, locale="en")
        if chosen is not None:
            await tx.languages.choose(CHAT + 1, chosen)
        code = await team.invite(tx, Role.APPROVER, now=NOW)
        await team.claim(tx, CHAT + 1, code, now=NOW, locale="ar")
        [colleague] = await team.contacts(tx, Right.APPROVE, actor=owner)
        assert colleague.locale == told_in


@pytest.mark.parametrize("code", ["", "x", "a" * 64, "مفتاح"])
async def test_made_up_code(store: Store, code: str) -> None:
    """A code that nobody made gives nothing."""
    async with store.transaction() as tx:
        await team.invite(tx, Role.OWNER, now=NOW)
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT, code, now=NOW)


async def test_codes_fit_a_link(store: Store) -> None:
    """A code is what Telegram takes in a deep link, another each time."""
    async with store.transaction() as tx:
        codes = {await team.invite(tx, Role.EDITOR, now=NOW) for _ in range(3)}
    assert len(codes) == 3
    assert all(len(code) <= 64 and code.replace("-", "").replace("_", "").isalnum() for code in codes)


async def test_who_may_compose(store: Store) -> None:
    """Owners and editors write alerts."""
    async with store.transaction() as tx:
        for n, role in enumerate(Role):
            await tx.organizers.add(CHAT + n, role, today=NOW.date())
            if role in (Role.OWNER, Role.EDITOR):
                team.authorize(await team.require(tx, CHAT + n), Right.COMPOSE)
            else:
                with pytest.raises(team.MayNotCompose):
                    team.authorize(await team.require(tx, CHAT + n), Right.COMPOSE)


async def test_who_may_approve(store: Store) -> None:
    """Owners and approvers approve alerts."""
    async with store.transaction() as tx:
        for n, role in enumerate(Role):
            await tx.organizers.add(CHAT + n, role, today=NOW.date())
            if role in (Role.OWNER, Role.APPROVER):
                team.authorize(await team.require(tx, CHAT + n), Right.APPROVE)
            else:
                with pytest.raises(team.MayNotApprove):
                    team.authorize(await team.require(tx, CHAT + n), Right.APPROVE)


async def test_owners_by_setting(store: Store) -> None:
    """The people of OWNER_IDS are owners, however often the program starts."""
    async with store.transaction() as tx:
        for _ in range(2):
            await team.appoint_owners(tx, (CHAT, CHAT + 1), now=NOW)
        assert [(await team.require(tx, CHAT + n)).role for n in range(2)] == [Role.OWNER] * 2


async def test_a_role_can_be_taken_away_for_good(store: Store, appoint: Appoint) -> None:
    """What was decided in the chat about somebody of OWNER_IDS holds at the next start (S16)."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await team.appoint_owners(tx, (CHAT, CHAT + 1), now=NOW)
        removed, demoted = await team.require(tx, CHAT), await team.require(tx, CHAT + 1)
        await membership.remove(tx, removed.id, actor=owner, now=NOW)
        await membership.change_role(tx, demoted.id, Role.VIEWER, actor=owner, now=NOW)
        await team.appoint_owners(tx, (CHAT, CHAT + 1), now=NOW)
        assert await team.find(tx, CHAT) is None
        assert (await team.require(tx, CHAT + 1)).role is Role.VIEWER


async def test_a_campaign_without_an_owner(store: Store) -> None:
    """Where nobody owns the campaign, OWNER_IDS decides for all of its people: nobody is locked out."""
    async with store.transaction() as tx:
        await team.appoint_owners(tx, (CHAT,), now=NOW)
        await tx.organizers.set_role((await team.require(tx, CHAT)).id, Role.VIEWER, today=NOW.date())
        await team.appoint_owners(tx, (CHAT,), now=NOW)
        assert (await team.require(tx, CHAT)).role is Role.OWNER


async def test_the_last_owner(store: Store, appoint: Appoint) -> None:
    """The last owner cannot be removed, leave or be demoted; with another one they can, and are the same on return."""
    async with store.transaction() as tx:
        owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        with pytest.raises(membership.LastOwner):
            await membership.remove(tx, owner.id, actor=owner, now=NOW)
        with pytest.raises(membership.LastOwner):
            await membership.change_role(tx, owner.id, Role.VIEWER, actor=owner, now=NOW)
        await membership.change_role(tx, editor.id, Role.OWNER, actor=owner, now=NOW)
        gone = await membership.remove(tx, owner.id, actor=owner, now=NOW)
        assert [each.organizer.id for each in gone.owners] == [editor.id]
        assert [each.id for each in await team.members(tx, actor=editor)] == [editor.id]
        await tx.organizers.add(gone.about.chat_id, Role.VIEWER, today=NOW.date())
        assert (await team.require(tx, gone.about.chat_id)).id == owner.id


async def test_an_owner_of_before(store: Store, appoint: Appoint) -> None:
    """Of two owners who take each other's role away, the second is none any more when their turn comes."""
    async with store.transaction() as tx:
        first, second, third = [await appoint(tx, Role.OWNER) for _ in range(3)]
        await membership.change_role(tx, second.id, Role.EDITOR, actor=first, now=NOW)
        with pytest.raises(team.MayNotManage):
            await membership.remove(tx, first.id, actor=second, now=NOW)
        await membership.remove(tx, second.id, actor=first, now=NOW)
        with pytest.raises(team.MayNotManage):
            await membership.remove(tx, third.id, actor=second, now=NOW)
        with pytest.raises(team.MemberMissing):
            await membership.change_role(tx, second.id, Role.OWNER, actor=first, now=NOW)


@pytest.mark.parametrize("ends", ["removed", "viewer", "editor", "owner"])
@pytest.mark.parametrize("begun", [False, True])
async def test_approvals_of_who_may_no_more(
    store: Store, appoint: Appoint, ends: str, *, begun: bool
) -> None:
    """What somebody approved and what has not begun counts no more once they may not approve, also if they return."""
    async with store.transaction() as tx:
        owner, approver = await appoint(tx, Role.OWNER), await appoint(tx, Role.APPROVER)
        await join(tx, 1)
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=owner, now=NOW)
        alert = await alerts.write(tx, alert.id, words(), actor=owner, now=NOW)
        await approve(tx, alert.id, approver)
        broadcast = await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=owner, now=NOW)
        if begun:
            await tx.broadcasts.set_status(broadcast.id, BroadcastStatus.SENDING, now=NOW)
        if ends == "removed":
            await membership.remove(tx, approver.id, actor=owner, now=NOW)
            await tx.organizers.add(CHAT + 1001, Role.APPROVER, today=NOW.date())
        else:
            await membership.change_role(tx, approver.id, Role(ends), actor=owner, now=NOW)
            await membership.change_role(tx, approver.id, Role.APPROVER, actor=owner, now=NOW)
        holds = await approvals.is_approved(tx, alert, paid=False, actor=owner)
        assert holds is (begun or ends == "owner")


async def test_a_flow_ends_with_the_role(store: Store, appoint: Appoint) -> None:
    """Whatever somebody was in the middle of is over when their role changes."""
    async with store.transaction() as tx:
        owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        change = await membership.change_role(tx, editor.id, Role.APPROVER, actor=owner, now=NOW)
        await tx.conversations.save(change.about.chat_id, {"at": "confirm"}, now=NOW)
        await membership.change_role(tx, editor.id, Role.VIEWER, actor=owner, now=NOW)
        assert await tx.conversations.step(change.about.chat_id) is None


@pytest.mark.parametrize("ends", ["removed", "changed", "leaves", "claims", "erased"])
async def test_what_one_writes_ends_with_the_role(store: Store, appoint: Appoint, ends: str) -> None:
    """Where somebody was writing is forgotten with their role, and does not come back with them."""
    async with store.transaction() as tx:
        owner, editor, other = [await appoint(tx, role) for role in (Role.OWNER, Role.EDITOR, Role.EDITOR)]
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=editor, now=NOW)
        for each in (editor, other):
            await co_writing.begin(tx, alert.id, "en", actor=each, now=NOW)
        chat_id = await tx.organizers.chat_id(editor.id)
        assert chat_id is not None
        match ends:
            case "removed":
                await membership.remove(tx, editor.id, actor=owner, now=NOW)
            case "leaves":
                await membership.remove(tx, editor.id, actor=editor, now=NOW)
            case "changed":
                await membership.change_role(tx, editor.id, Role.VIEWER, actor=owner, now=NOW)
            case "claims":
                await team.claim(tx, chat_id, await team.invite(tx, Role.APPROVER, now=NOW), now=NOW)
            case _:
                await privacy.erase(tx, chat_id, now=NOW)
        assert await tx.alert_writers.of_alert(alert.id, since=NOW - timedelta(days=9)) == [(other.id, "en")]


async def test_open_invitations(store: Store, appoint: Appoint) -> None:
    """Open invitations are listed until they are used, withdrawn or expired."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        codes = {
            role: await team.invite_colleague(tx, role, actor=owner, now=NOW)
            for role in (Role.EDITOR, Role.VIEWER, Role.APPROVER)
        }
        found = {each.role: each for each in await team.invitations(tx, actor=owner, now=NOW)}
        assert set(found) == set(codes)
        assert all(team.is_invitation(code) for code in codes.values())
        await team.revoke(tx, found[Role.VIEWER].mark, actor=owner, now=NOW)
        with pytest.raises(team.InvitationInvalid):
            await team.revoke(tx, found[Role.VIEWER].mark, actor=owner, now=NOW)
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT, codes[Role.VIEWER], now=NOW)
        await team.claim(tx, CHAT, codes[Role.EDITOR], now=NOW)
        assert [each.role for each in await team.invitations(tx, actor=owner, now=NOW)] == [Role.APPROVER]
        late = NOW + timedelta(days=team.INVITATION_DAYS)
        assert await team.invitations(tx, actor=owner, now=late) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "two\nlines", "\0"])
async def test_names_that_are_none(store: Store, appoint: Appoint, name: str) -> None:
    """A name is one line that can be read."""
    async with store.transaction() as tx:
        with pytest.raises(team.NameInvalid):
            await team.rename(tx, name, actor=await appoint(tx, Role.VIEWER), now=NOW)


async def test_a_name_goes_with_its_bearer(store: Store, appoint: Appoint) -> None:
    """A name is kept sealed, shown to the team, and gone once its bearer is off it."""
    async with store.transaction() as tx:
        owner, viewer = await appoint(tx, Role.OWNER), await appoint(tx, Role.VIEWER)
        assert (await team.rename(tx, " عمر ", actor=viewer, now=NOW)).name == "عمر"
        sealed = (await tx.organizers._connection.execute(sa.select(organizers.c.name))).scalars().all()
        assert not any("عمر".encode() in each for each in sealed if each is not None)
        gone = await membership.remove(tx, viewer.id, actor=owner, now=NOW)
        await tx.organizers.add(gone.about.chat_id, Role.VIEWER, today=NOW.date())
        assert (await team.require(tx, gone.about.chat_id)).name is None


async def test_erasing_forgets_the_name(store: Store) -> None:
    """Whoever erases what is kept about them keeps their role, and is a number to the team again."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.EDITOR, today=NOW.date())
        await team.rename(tx, "Dana", actor=await team.require(tx, CHAT), now=NOW)
        assert (await privacy.erase(tx, CHAT, now=NOW)).was_kept
        erased = await team.require(tx, CHAT)
        assert (erased.role, erased.name) == (Role.EDITOR, None)


async def test_erasing_who_was_removed(store: Store, appoint: Appoint) -> None:
    """Of who was removed and erases themselves, what they wrote stays under a number that is nobody's."""
    async with store.transaction() as tx:
        owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=editor, now=NOW)
        gone = (await membership.remove(tx, editor.id, actor=owner, now=NOW)).about.chat_id
        assert (await privacy.held(tx, gone)).removed == editor.id
        await alerts.discard(tx, alert.id, actor=owner, now=NOW)
        erased = await privacy.erase(tx, gone, now=NOW)
        assert (erased.was_kept, erased.stays_removed, erased.stays_editor) == (True, False, False)
        assert await privacy.held(tx, gone) == privacy.Held(
            subscriber=None, locale=None, consents=[], alerts=0
        )
        assert not (await privacy.erase(tx, gone, now=NOW)).was_kept
        assert {each.editor_id for each in await tx.alerts.revisions(alert.id)} == {editor.id}


async def test_no_approval_of_ones_own_by_erasing(store: Store, appoint: Appoint) -> None:
    """Who removes and erases themselves and comes back is still who wrote what can still be sent."""
    async with store.transaction() as tx:
        await appoint(tx, Role.OWNER)
        author = await appoint(tx, Role.OWNER)
        alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=author, now=NOW)
        await alerts.write(tx, alert.id, words(), actor=author, now=NOW)
        chat_id = (await membership.remove(tx, author.id, actor=author, now=NOW)).about.chat_id
        assert (await privacy.erase(tx, chat_id, now=NOW)).stays_editor
        back = await team.claim(tx, chat_id, await team.invite(tx, Role.OWNER, now=NOW), now=NOW)
        assert back.id == author.id
        with pytest.raises(approvals.ColleagueNeeded):
            await approvals.propose(tx, alert.id, paid=False, actor=back)


@pytest.mark.parametrize("role", [None, Role.EDITOR])
async def test_invitations_end_with_who_may_invite(store: Store, appoint: Appoint, role: Role | None) -> None:
    """Who may invite nobody any more does not come back by an invitation of before."""
    async with store.transaction() as tx:
        owner, other = await appoint(tx, Role.OWNER), await appoint(tx, Role.OWNER)
        code = await team.invite(tx, Role.OWNER, now=NOW)
        if role is None:
            await membership.remove(tx, other.id, actor=owner, now=NOW)
        else:
            await membership.change_role(tx, other.id, role, actor=owner, now=NOW)
        with pytest.raises(team.InvitationInvalid):
            await team.claim(tx, CHAT, code, now=NOW)


async def test_no_owner_by_erasing(store: Store, appoint: Appoint) -> None:
    """Whom OWNER_IDS names and the owners removed does not become an owner again by erasing themselves."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await team.appoint_owners(tx, (CHAT,), now=NOW)
        await membership.remove(tx, (await team.require(tx, CHAT)).id, actor=owner, now=NOW)
        erased = await privacy.erase(tx, CHAT, now=NOW, named_owners=(CHAT,))
        assert (erased.was_kept, erased.stays_removed) == (False, True)
        await team.appoint_owners(tx, (CHAT,), now=NOW)
        assert await team.find(tx, CHAT) is None
        assert (await privacy.erase(tx, CHAT, now=NOW)).was_kept
        assert (await privacy.held(tx, CHAT)).removed is None


async def test_what_is_held_about_an_organizer(store: Store) -> None:
    """What is kept about an organizer has their role, their number and the name they chose."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.EDITOR, today=NOW.date())
        named = await team.rename(tx, "Dana", actor=await team.require(tx, CHAT), now=NOW)
        held = await privacy.held(tx, CHAT)
        assert (held.organizer, held.removed) == (named, None)
