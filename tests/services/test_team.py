"""Claiming a role with a one-time link."""

from datetime import timedelta

import pytest

from bot.domain.organizer import Right, Role
from bot.services import team
from bot.store.store import Store
from tests.making import CHAT, NOW


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
    """The people of OWNER_IDS are owners, at each start again."""
    async with store.transaction() as tx:
        for _ in range(2):
            await team.appoint_owners(tx, (CHAT, CHAT + 1), now=NOW)
        assert [(await team.require(tx, CHAT + n)).role for n in range(2)] == [Role.OWNER] * 2
