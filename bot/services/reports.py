"""What came of a broadcast: counted once it has ended, shown to organizers, and sent to one of them by itself."""

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.broadcast import NOTIFIES, Broadcast
from bot.domain.organizer import Organizer, Right, Role
from bot.domain.report import BroadcastReport, ReportCount, is_due
from bot.errors import CampaignError
from bot.services.actions import first_sent
from bot.services.by_itself import reminders_sent
from bot.services.team import Contact, authorize
from bot.store.store import Transaction


class ReportMissing(CampaignError):
    """There is no report: nothing of this was sent."""


async def latest(tx: Transaction, *, limit: int, actor: Organizer) -> list[tuple[Broadcast, Alert]]:
    """Return the broadcasts that brought people a message and have ended, newest first, with their alerts."""
    authorize(actor, Right.LOOK)
    found = await tx.broadcasts.latest(limit=limit, kinds=NOTIFIES)
    return [(each, await tx.alerts.get(each.alert_id)) for each in found]


async def report(
    tx: Transaction, broadcast_id: int, *, actor: Organizer
) -> tuple[BroadcastReport, Alert, dict[int, str]]:
    """Return what came of a broadcast, its alert, and the names of the sources.

    Raises NotAnOrganizer, ReportMissing.
    """
    authorize(actor, Right.LOOK)
    return await report_of(tx, broadcast_id)


async def report_of(tx: Transaction, broadcast_id: int) -> tuple[BroadcastReport, Alert, dict[int, str]]:
    """Return the same for the job that sends it.

    Raises ReportMissing.
    """
    try:
        broadcast = await tx.broadcasts.get(broadcast_id)
    except LookupError as error:
        raise ReportMissing from error
    if broadcast.kind not in NOTIFIES or broadcast.started_at is None:
        raise ReportMissing
    made = BroadcastReport(
        broadcast=broadcast,
        tally=await tx.counts.tally(broadcast_id),
        counts=await tx.report_counts.of(broadcast_id),
        departures=tuple(await tx.growth.left_after(broadcast_id)),
        digested=(await tx.digest_counts.tally(broadcast_id)).sent,
        reminded=await reminders_sent(tx, broadcast_id),
    )
    alert = await tx.alerts.get(broadcast.alert_id)
    if broadcast.follows is None:
        acted = await tx.action_counts.of(await first_sent(tx, alert))
        made = replace(made, actions=tuple(acted))
    names = {source.id: source.name for source in await tx.sources.all()}
    return made, alert, names


async def uncounted(tx: Transaction) -> list[int]:
    """Return the broadcasts that are to be counted by language and source."""
    return await tx.report_counts.uncounted()


async def count(tx: Transaction, broadcast_id: int) -> list[ReportCount]:
    """Count a broadcast by language and source; it takes a second for a million."""
    return await tx.report_counts.count(broadcast_id)


async def keep(tx: Transaction, broadcast_id: int, counts: list[ReportCount], *, now: datetime) -> None:
    """Keep what was counted."""
    await tx.report_counts.keep(broadcast_id, counts, now=now)


async def due(tx: Transaction, *, now: datetime) -> list[Broadcast]:
    """Return the broadcasts whose report is to be sent by itself now."""
    return [each for each in await tx.report_counts.untold(now=now) if is_due(each, now=now)]


async def reader(tx: Transaction, broadcast: Broadcast) -> Contact | None:
    """Return who is sent the report: who began the broadcast, else the first owner; None where there is nobody."""
    team = await tx.organizers.all()
    began = [each for each in team if each.id == broadcast.organizer_id and each.may(Right.LOOK)]
    owners = [each for each in team if each.role is Role.OWNER]
    for organizer in began or owners[:1]:
        chat_id = await tx.organizers.chat_id(organizer.id)
        if chat_id is not None:
            return Contact(organizer=organizer, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))
    return None


async def told(tx: Transaction, broadcast_id: int, *, now: datetime) -> None:
    """Note that the report was sent: it does not come again."""
    await tx.report_counts.told(broadcast_id, now=now)
