"""The progress message of each broadcast: who is told, and until when."""

from bot.domain.organizer import Role
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, draft


async def queue(tx: Transaction, *, organizer_id: int | None) -> int:
    """Queue a broadcast of somebody, or of nobody."""
    alert = await tx.alerts.add(draft(), now=NOW)
    return await tx.broadcasts.add(alert_id=alert.id, organizer_id=organizer_id, now=NOW)


async def test_who_is_told(store: Store) -> None:
    """Whoever sent it is told until they were told the end; what nobody sent is told to nobody."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
        organizer = await tx.organizers.find(CHAT)
        assert organizer is not None
        told, _ = [await queue(tx, organizer_id=each) for each in (organizer.id, None)]
        ((broadcast, note),) = await tx.progress_messages.due()
        assert (broadcast.id, note.organizer_id, note.message_id) == (told, organizer.id, None)
        await tx.progress_messages.save(told, message_id=99, final=False)
        ((_, note),) = await tx.progress_messages.due()
        assert (note.message_id, note.final) == (99, False)
        await tx.progress_messages.save(told, message_id=99, final=True)
        assert await tx.progress_messages.due() == []
