"""Organizers, invitations, conversations."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.privacy.keyring import CampaignKey
from bot.store.schema import organizers
from bot.store.store import Store
from tests.making import CHAT, KEY, NOW

CODE = b"c" * 32
SOON = NOW + timedelta(hours=1)


async def test_organizers(store: Store) -> None:
    """An organizer is found by chat, keeps their number in a new role, and can be written to."""
    async with store.transaction() as tx:
        assert await tx.organizers.find(CHAT) is None
        await tx.organizers.add(CHAT, Role.EDITOR, today=NOW.date())
        first = await tx.organizers.find(CHAT)
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        second = await tx.organizers.find(CHAT)
        assert first is not None
        assert second is not None
        assert (first.id, first.role, second.role) == (second.id, Role.EDITOR, Role.OWNER)
        assert await tx.organizers.chat_id(first.id) == CHAT
        assert await tx.organizers.chat_id(first.id + 1) is None


@pytest.mark.parametrize("what", ["ref", "name"])
async def test_who_cannot_be_read_hides_nobody(store: Store, what: str) -> None:
    """Where one organizer's row is under a key that we do not have, the others are found all the same."""
    others = Cipher(CampaignKey(bytes(reversed(range(64)))))
    strange = {
        "ref": others.ref(Table.ORGANIZERS, CHAT),
        "name": others.seal(Table.ORGANIZERS, b"Ann"),
    }
    async with store.transaction() as tx:
        for chat_id in (CHAT, CHAT + 1):
            await tx.organizers.add(chat_id, Role.EDITOR, today=NOW.date())
        first = await tx.organizers.find(CHAT)
        assert first is not None
        row = sa.update(organizers).where(organizers.c.id == first.id)
        await tx.organizers._connection.execute(row.values({what: strange[what]}))
        assert [chat_id for _, chat_id in await tx.organizers.readable()] == [CHAT + 1]


async def test_approvers_are_counted(store: Store) -> None:
    """Owners and approvers may approve; editors and viewers may not."""
    async with store.transaction() as tx:
        for n, role in enumerate(Role):
            await tx.organizers.add(CHAT + n, role, today=NOW.date())
        assert len(await tx.organizers.approvers()) == 2


async def test_invitation_is_used_once(store: Store) -> None:
    """An invitation gives its role once."""
    async with store.transaction() as tx:
        await tx.invitations.add(CODE, Role.EDITOR, expires_at=SOON)
        assert await tx.invitations.take(b"d" * 32, now=NOW) is None
        assert await tx.invitations.take(CODE, now=NOW) is Role.EDITOR
        assert await tx.invitations.take(CODE, now=NOW) is None


async def test_invitation_expires(store: Store) -> None:
    """An expired invitation gives nothing, and is forgotten."""
    async with store.transaction() as tx:
        await tx.invitations.add(CODE, Role.EDITOR, expires_at=NOW)
        await tx.invitations.add(b"d" * 32, Role.EDITOR, expires_at=NOW)
        await tx.invitations.add(b"e" * 32, Role.EDITOR, expires_at=SOON)
        assert await tx.invitations.take(CODE, now=NOW) is None
        assert await tx.invitations.forget(now=NOW) == 1
        assert await tx.invitations.take(b"e" * 32, now=NOW) is Role.EDITOR


@pytest.mark.parametrize("step", [{}, {"at": "words", "alert": 5, "said": "مرحبا 👋"}])
async def test_conversation(store: Store, step: dict[str, object]) -> None:
    """A step comes back as it was saved; the last one counts, until the end."""
    async with store.transaction() as tx:
        assert await tx.conversations.step(CHAT) is None
        await tx.conversations.save(CHAT, {"at": "begin"}, now=NOW)
        await tx.conversations.save(CHAT, step, now=NOW)
        assert await tx.conversations.step(CHAT) == step
        assert await tx.conversations.step(CHAT + 1) is None
        await tx.conversations.end(CHAT)
        assert await tx.conversations.step(CHAT) is None


async def test_quiet_conversations_are_forgotten(store: Store) -> None:
    """A conversation that goes on is kept."""
    async with store.transaction() as tx:
        await tx.conversations.save(CHAT, {"at": "old"}, now=NOW - timedelta(days=2))
        await tx.conversations.save(CHAT + 1, {"at": "new"}, now=NOW)
        assert await tx.conversations.forget(before=NOW - timedelta(days=1)) == 1
        assert await tx.conversations.step(CHAT) is None
        assert await tx.conversations.step(CHAT + 1) == {"at": "new"}


async def test_who_was_removed_has_no_rank(store: Store) -> None:
    """The chats of the team are those of who is on it, so that nobody keeps an organizer's rank."""
    async with store.transaction() as tx:
        for chat_id in (CHAT, CHAT + 1):
            await tx.organizers.add(chat_id, Role.EDITOR, today=NOW.date())
        gone = await tx.organizers.find(CHAT)
        assert gone is not None
        await tx.organizers.remove(gone.id, today=NOW.date())
        assert await tx.organizers.chat_ids() == {CHAT + 1}


async def test_a_removed_organizer_is_forgotten(store: Store) -> None:
    """The number stays in the row, under a ref that opens and is no chat's; each time another."""
    async with store.transaction() as tx:
        for chat_id in (CHAT, CHAT + 1):
            await tx.organizers.add(chat_id, Role.EDITOR, today=NOW.date())
            member = await tx.organizers.find(chat_id)
            assert member is not None
            assert await tx.organizers.removed(chat_id) is None
            await tx.organizers.remove(member.id, today=NOW.date())
            assert await tx.organizers.removed(chat_id) == member.id
            await tx.organizers.forget_removed(member.id)
            assert await tx.organizers.removed(chat_id) is None
            assert not await tx.organizers.was_here(chat_id)
        rows = (await tx.organizers._connection.execute(sa.select(organizers.c.ref))).scalars()
        chats = {Cipher(KEY).chat_id(Table.ORGANIZERS, ref) for ref in rows}
        assert len(chats) == 2
        assert min(chats) > 2**52
