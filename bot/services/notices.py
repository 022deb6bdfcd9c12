"""What the bot tells people by itself: whose turn it is, at an hour that suits them."""

from datetime import datetime

from bot.domain.preferences import CampaignHours, Preferences, known_zone
from bot.store.notices import DueNotice, NoticeKind
from bot.store.store import Transaction

AT_ONCE = 20
"""People who are told at the same time; of a process that is killed, so many may be told twice or not."""


def suits(chosen: Preferences, campaign: CampaignHours, now: datetime) -> datetime | None:
    """Return when somebody may be told something; None: now."""
    zone = known_zone(chosen.zone or campaign.zone)
    return (chosen.quiet or campaign.quiet).not_before(now, zone)


async def begin(
    tx: Transaction, kind: NoticeKind, *, worker: str, campaign: CampaignHours, now: datetime
) -> list[DueNotice]:
    """Return who is to be told now: they are this process's from the commit on.

    Whoever is in their quiet hours waits; whoever left, blocked or paused meanwhile is told nothing.
    """
    await tx.notices.forget(kind, now=now)
    telling = []
    for notice in await tx.notices.due(kind, now=now, limit=AT_ONCE):
        until = suits(notice.preferences, campaign, now)
        if until is None:
            telling.append(notice)
        else:
            await tx.notices.defer(kind, notice.subscriber_id, until=until)
    await tx.notices.mark(kind, [notice.subscriber_id for notice in telling], worker)
    return telling
