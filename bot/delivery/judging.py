"""What becomes of a reminder, a digest or thanks at the claim: the last look at what the reader did, chose, waits for.

What a sending is about is in nobody's reminder or digest any more once it was cancelled, halted or recalled.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain import digest
from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.outcome import Outcome, Standing
from bot.domain.preferences import CampaignHours
from bot.domain.reminder import SEND, Verdict, judge, within_hours
from bot.store.claims import Judge
from bot.store.preferences import preferences_of
from bot.store.store import Transaction

STANDS = frozenset({BroadcastStatus.SENDING, BroadcastStatus.FINISHED, BroadcastStatus.QUEUED})
"""A sending in one of these still holds. What waits for the hour of the next zone is queued."""


STOPPED = frozenset({BroadcastStatus.PAUSED, BroadcastStatus.HALTED})

AFTER_ANOTHER = timedelta(seconds=1)
"""When a message that another correction or recall is changing just now is looked at again."""


def judge_of(
    tx: Transaction, broadcast: Broadcast, alerts: dict[int, Alert], *, hours: CampaignHours, now: datetime
) -> Judge | None:
    """Return what judges the deliveries of a broadcast; None for one that brings an alert as itself.

    `alerts`: what digests are of, which is added to.
    """
    match broadcast.kind:
        case BroadcastKind.REMIND:

            async def reminding(rows: Sequence[Any]) -> Mapping[int, Verdict]:
                return await _reminded(tx, broadcast, rows, hours=hours, now=now)

            return reminding
        case BroadcastKind.DIGEST:

            async def digesting(rows: Sequence[Any]) -> Mapping[int, Verdict]:
                return await _digested(tx, broadcast, rows, alerts, now=now)

            return digesting
        case BroadcastKind.THANKS:

            async def thanking(rows: Sequence[Any]) -> Mapping[int, Verdict]:
                return await _thanked(tx, broadcast, rows, hours=hours, now=now)

            return thanking
        case BroadcastKind.CORRECT | BroadcastKind.RECALL:

            async def changing(rows: Sequence[Any]) -> Mapping[int, Verdict]:
                return await _changed(tx, broadcast, rows, alerts, now=now)

            return changing
        case _:
            return None


async def stands(tx: Transaction, sent: Broadcast) -> bool:
    """Whether a sending was neither cancelled nor stopped, nor is recalled."""
    if sent.status not in STANDS:
        return False
    recalls = await tx.broadcasts.follow_ups_of(sent.id, BroadcastKind.RECALL)
    return all(each.undone for each in recalls)


async def words_of(tx: Transaction, sent: Broadcast) -> Alert | None:
    """Return the alert that people have by now: as sent, or as last corrected."""
    corrections = await tx.broadcasts.follow_ups_of(sent.id, BroadcastKind.CORRECT)
    begun = [each.alert_id for each in corrections if each.started_at is not None]
    last = [sent.alert_id, *begun][-1]
    # Not locked: a claim would wait for whoever writes.
    return (await tx.alerts.ever([last])).get(last)


async def _reminded(
    tx: Transaction, broadcast: Broadcast, rows: Sequence[Any], *, hours: CampaignHours, now: datetime
) -> Mapping[int, Verdict]:
    planned = await tx.reminders.that_is(broadcast.id)
    if planned is None:
        return {}
    first = await tx.broadcasts.get_unlocked(planned.broadcast_id)
    if not await stands(tx, first):
        return {}
    standings = await tx.reminders.standings(first.alert_id, [row.subscriber_id for row in rows])
    return {
        row.subscriber_id: judge(
            planned.reminder,
            standings.get(row.subscriber_id, Standing()),
            preferences_of(row),
            hours=hours,
            now=now,
        )
        for row in rows
    }


async def _thanked(
    tx: Transaction, broadcast: Broadcast, rows: Sequence[Any], *, hours: CampaignHours, now: datetime
) -> Mapping[int, Verdict]:
    """Thank who took part and has not taken that back since."""
    first = await tx.broadcasts.get_unlocked(broadcast.follows or 0)
    people = [row.subscriber_id for row in rows]
    took_part = await tx.outcomes.saying(first.alert_id, Outcome.DONE, subscriber_ids=people)
    chosen = {row.subscriber_id: preferences_of(row) for row in rows if row.subscriber_id in took_part}
    return {who: within_hours(each, hours=hours, now=now) for who, each in chosen.items()}


async def _digested(
    tx: Transaction,
    broadcast: Broadcast,
    rows: Sequence[Any],
    alerts: dict[int, Alert],
    *,
    now: datetime,
) -> Mapping[int, Verdict]:
    carried = await tx.carrying.sendings(broadcast.id, [row.subscriber_id for row in rows])
    current, held = await _current(tx, {each for sent in carried.values() for each in sent}, now=now)
    alerts.update({alert.id: alert for alert in current.values()})
    verdicts: dict[int, Verdict] = {}
    for row in rows:
        chosen, mine = preferences_of(row), carried.get(row.subscriber_id, [])
        # Who chose an hour for it chose that it may be said then; only their own quiet hours are kept.
        until = chosen.not_before(now) if digest.wants_it(chosen.rhythm) else None
        verdict = Verdict(send=digest.wants_it(chosen.rhythm) and until is None, until=until)
        if verdict.until is None:
            listed = digest.in_order(current[each] for each in mine if each in current)
            shown = [alert.id for alert in listed[: digest.MOST]] if verdict.send else []
            later = [
                each for each in mine if each in held or (each in current and current[each].id not in shown)
            ]
            kept = later if verdict.send else []
            stays = [each for each in mine if each in current and current[each].id in shown]
            await tx.carrying.remove(row.subscriber_id, set(mine) - set(kept) - set(stays))
            await tx.carrying.leave_for_next(row.subscriber_id, kept, due_at=digest.next_due(chosen, now=now))
            verdict = Verdict(send=bool(shown), alerts=tuple(shown), more=len(listed) - len(shown))
        verdicts[row.subscriber_id] = verdict
    return verdicts


async def _changed(
    tx: Transaction,
    broadcast: Broadcast,
    rows: Sequence[Any],
    alerts: dict[int, Alert],
    *,
    now: datetime,
) -> Mapping[int, Verdict]:
    """Let a correction or a recall change the digest of whoever has the alert in one, to what is true of all in it."""
    people = [row.subscriber_id for row in rows]
    verdicts = dict.fromkeys(people, SEND)
    messages = await tx.brought.messages(broadcast.follows or 0, people)
    if not messages:
        return verdicts
    # What is rendered later is to arrive later: two changes of one message are never on the wire together.
    being_changed = await tx.brought.being_changed(messages, but=broadcast.id)
    has_now: dict[int, Alert] = {}
    recalled: set[int] = set()
    for sending in sorted({each for message in messages.values() for each in message.sendings}):
        alert = await words_of(tx, await tx.broadcasts.get_unlocked(sending))
        if alert is not None:
            has_now[sending] = alert
            recalls = await tx.broadcasts.follow_ups_of(sending, BroadcastKind.RECALL)
            recalled |= set() if all(each.undone for each in recalls) else {alert.id}
    alerts.update({alert.id: alert for alert in has_now.values()})
    young = {
        digest_id: (await tx.broadcasts.get_unlocked(digest_id)).time_to_recall(now=now)
        for digest_id in {message.digest_id for message in messages.values()}
    }
    for who, message in messages.items():
        listed = digest.in_order(has_now[each] for each in message.sendings if each in has_now)
        struck = tuple(alert.id for alert in listed if alert.id in recalled)
        if who in being_changed:
            verdicts[who] = Verdict(until=now + AFTER_ANOTHER)
        elif len(struck) < len(listed) or not young[message.digest_id]:
            verdicts[who] = Verdict(send=True, alerts=tuple(alert.id for alert in listed), struck=struck)
    return verdicts


async def _current(
    tx: Transaction, sendings: Collection[int], *, now: datetime
) -> tuple[dict[int, Alert], set[int]]:
    """Return what is still to be done of these sendings: the alert of each, as last corrected; and which are stopped.

    What is stopped may go on: it waits for the next digest.
    """
    found: dict[int, Alert] = {}
    held: set[int] = set()
    for broadcast_id in sorted(sendings):
        sent = await tx.broadcasts.get_unlocked(broadcast_id)
        alert = await words_of(tx, sent)
        if sent.status in STOPPED:
            held.add(broadcast_id)
        elif alert is not None and await stands(tx, sent) and not digest.is_over(alert, now=now):
            found[broadcast_id] = alert
    return found, held
