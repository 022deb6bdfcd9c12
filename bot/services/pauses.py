"""Pauses end by themselves: alerts come again from then on, and one message says so, at an hour that suits."""

from datetime import datetime

from bot.domain.preferences import CampaignHours
from bot.services import notices
from bot.store.notices import DueNotice, NoticeKind
from bot.store.store import Transaction

AT_ONCE = 100
"""People in one transaction."""

KIND = NoticeKind.PAUSE_OVER


async def is_due(tx: Transaction, *, now: datetime) -> bool:
    """Return whether a pause is over, or somebody is to be told."""
    return await tx.subscribers.has_pause_over(now=now) or await tx.notices.is_due(KIND, now=now)


async def end_pauses(tx: Transaction, *, now: datetime) -> int:
    """Let alerts come again to those whose pause is over. Returns how many; more may be left."""
    woken = await tx.subscribers.wake(now=now, limit=AT_ONCE)
    for subscriber_id, _ in woken:
        await tx.notices.add(subscriber_id, KIND, due_at=now)
    return len(woken)


async def begin_telling(
    tx: Transaction, *, worker: str, campaign: CampaignHours, now: datetime
) -> list[DueNotice]:
    """Return who is to be told now, each once: they are this process's from the commit on."""
    return await notices.begin(tx, KIND, worker=worker, campaign=campaign, now=now)


async def told(tx: Transaction, *, done: list[int], again: list[int]) -> None:
    """Note who was told, as far as can be known, and who provably was not."""
    await tx.notices.remove(KIND, done)
    await tx.notices.mark(KIND, again, None)
