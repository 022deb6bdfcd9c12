"""When an alert goes out, and what becomes of what is due: by the services, on both databases."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.clock import tzdata_version
from bot.delivery.starting import start
from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.schedule import GRACE, ON_CONFIRMATION, Late, LocalHour, Moment, Rule
from bot.services import alerts, approvals, broadcast_progress, broadcasts, due, follow_ups, steering
from bot.services.broadcasts import UNDO, NotApproved, OtherTimeApproved, ReachChanged
from bot.services.outlook import TimePast
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from tests.making import CHAT, NOW, approve, draft, join
from tests.services.conftest import Appoint

TOMORROW = Moment(at=NOW + timedelta(days=1), zone="Europe/Madrid")
NOON = LocalHour(day=NOW.date(), hour=time(12), zone="Europe/Madrid")
"""It is noon in UTC: past in Madrid, to come in New York and in Honolulu."""

WEST = ("America/New_York", "Pacific/Honolulu")


async def written(tx: Transaction, rule: Rule, author: Organizer) -> Alert:
    """Write an alert that goes out by this rule, approved by somebody else."""
    made = await tx.alerts.add(replace(draft(author_id=author.id), start=rule), now=NOW)
    await approve(tx, made)
    return made


async def living_in(tx: Transaction, *zones: str | None) -> None:
    """Put a person into each of these zones on the list."""
    for person, zone in zip(await join(tx, len(zones), first=CHAT + 100), zones, strict=True):
        await tx.subscribers.set_zone(person.id, zone)


async def sent(
    tx: Transaction, rule: Rule, owner: Organizer, *, people: int, now: datetime = NOW
) -> Broadcast:
    """Confirm the sending of an approved alert."""
    alert = await written(tx, rule, owner)
    return await broadcasts.send(tx, alert.id, confirmed=people, paid=False, actor=owner, now=now)


async def begin(tx: Transaction, broadcast_id: int, *, now: datetime) -> Broadcast:
    """Let the engine look at a broadcast. Returns how it stands then."""
    await start(tx, broadcast_id, clock=lambda: now, paid=False)
    return await tx.broadcasts.get(broadcast_id)


async def test_an_edit_of_the_time(store: Store, appoint: Appoint) -> None:
    """Another time is another plan: the approval is void, and the editor is an author."""
    async with store.transaction() as tx:
        owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
        await join(tx, 1)
        alert = await written(tx, ON_CONFIRMATION, editor)
        later = await alerts.set_start(tx, alert.id, TOMORROW, actor=owner, now=NOW)
        assert later.start == TOMORROW
        assert not await approvals.is_approved(tx, later, paid=False, actor=owner)
        with pytest.raises(NotApproved):
            await broadcasts.send(tx, alert.id, confirmed=1, paid=False, actor=owner, now=NOW)
        back = await alerts.set_start(tx, alert.id, ON_CONFIRMATION, actor=owner, now=NOW)
        assert await approvals.is_approved(tx, back, paid=False, actor=owner)


async def test_at_its_moment(store: Store, appoint: Appoint) -> None:
    """It waits for its moment, and cannot be sent before by anybody; who joins meanwhile gets it."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, TOMORROW, owner, people=1)
        assert queued.starts_at == TOMORROW.at
        with pytest.raises(OtherTimeApproved):
            await steering.start_now(tx, queued.id, actor=owner, now=NOW)
        await join(tx, 1, first=CHAT + 50)
        begun = await begin(tx, queued.id, now=TOMORROW.at)
        assert (begun.status, begun.audience) == (BroadcastStatus.SENDING, 2)


async def test_without_the_time_to_undo(store: Store, appoint: Appoint) -> None:
    """Where people's hour is past, they get it at once when somebody does not wait; others still at their hour."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, "Europe/Madrid", *WEST)
        queued = await sent(tx, NOON, owner, people=3)
        assert queued.starts_at == NOW + UNDO
        hurried = await steering.start_now(tx, queued.id, actor=owner, now=NOW + timedelta(seconds=2))
        assert hurried.broadcast.starts_at == NOW + timedelta(seconds=2)
        begun = await begin(tx, queued.id, now=NOW + timedelta(seconds=2))
        assert (begun.status, begun.audience) == (BroadcastStatus.SENDING, 1)
        assert begun.next_at == NOON.instant(WEST[0])


async def test_a_moment_within_the_time_to_undo(store: Store, appoint: Appoint) -> None:
    """A moment that comes before the time to undo is over is waited for all the same."""
    soon = Moment(at=NOW + timedelta(seconds=20), zone="UTC")
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, soon, owner, people=1)
        assert queued.starts_at == NOW + UNDO
        hurried = await steering.start_now(tx, queued.id, actor=owner, now=NOW + timedelta(seconds=2))
        assert hurried.broadcast.starts_at == soon.at
        begun = await begin(tx, queued.id, now=soon.at)
        assert begun.status is BroadcastStatus.SENDING


async def test_a_moment_that_has_come_within_the_time_to_undo(store: Store, appoint: Appoint) -> None:
    """Once its moment has come, it starts when somebody does not wait any longer."""
    soon, then = Moment(at=NOW + timedelta(seconds=20), zone="UTC"), NOW + timedelta(seconds=30)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, soon, owner, people=1)
        hurried = await steering.start_now(tx, queued.id, actor=owner, now=then)
        assert hurried.broadcast.starts_at == then


async def test_people_left_out_stay_so(store: Store, appoint: Appoint) -> None:
    """Where people whose hour is past are left out, nothing goes out before the next hour, whoever is in a hurry."""
    ahead = replace(NOON, late=Late.LEAVE_OUT)
    just_before = ahead.instant(WEST[0]) - timedelta(seconds=30)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, "Europe/Madrid", *WEST)
        queued = await sent(tx, ahead, owner, people=2, now=just_before)
        hurried = await steering.start_now(tx, queued.id, actor=owner, now=just_before)
        assert hurried.broadcast.starts_at == ahead.instant(WEST[0])


async def test_a_moment_that_is_moved_behind_everybodys_back(store: Store, appoint: Appoint) -> None:
    """A start before the moment that was approved is halted (I6)."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, TOMORROW, owner, people=1)
        await tx.broadcasts.set_start(queued.id, NOW)
        halted = await begin(tx, queued.id, now=NOW)
        assert (halted.status, halted.stop_reason) == (BroadcastStatus.HALTED, StopReason.NOT_APPROVED)


async def test_a_moment_that_is_past(store: Store, appoint: Appoint) -> None:
    """What was approved for a time that is past by the confirmation is not sent."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        with pytest.raises(TimePast):
            await sent(tx, TOMORROW, owner, people=1, now=TOMORROW.at)


@pytest.mark.parametrize("rule", [ON_CONFIRMATION, TOMORROW])
async def test_slept_through(store: Store, appoint: Appoint, rule: Rule) -> None:
    """Later than the grace it asks whoever confirmed it, in a new message; nothing starts until they answer."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, rule, owner, people=1)
        await tx.progress_messages.save(queued.id, message_id=7, final=False)
        in_time = queued.starts_at + GRACE
        assert not queued.is_late(now=in_time)
        late = await begin(tx, queued.id, now=in_time + timedelta(seconds=1))
        assert (late.status, late.stop_reason) == (BroadcastStatus.PAUSED, StopReason.LATE)
        [(_, note)] = await tx.progress_messages.due()
        assert (note.organizer_id, note.message_id) == (owner.id, None)
        assert (await begin(tx, queued.id, now=in_time + timedelta(days=1))).status is BroadcastStatus.PAUSED
        answered = in_time + timedelta(days=2)
        await steering.resume(tx, queued.id, actor=owner, now=answered)
        assert (await begin(tx, queued.id, now=answered)).status is BroadcastStatus.SENDING


async def test_left(store: Store, appoint: Appoint) -> None:
    """With the answer that it is left nothing goes out; the alert is a draft again."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, TOMORROW, owner, people=1)
        later = TOMORROW.at + timedelta(hours=5)
        await begin(tx, queued.id, now=later)
        left = await due.leave_out(tx, queued.id, actor=owner, now=later)
        assert left.broadcast.undone
        assert [each.id for each in await alerts.drafts(tx, limit=9, actor=owner)] == [queued.alert_id]


async def test_what_does_not_ask(store: Store, appoint: Appoint) -> None:
    """What an operator prepared goes out however late; so does a recall, which takes away."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        alert = await written(tx, ON_CONFIRMATION, owner)
        for organizer_id, kind, late in (
            (owner.id, BroadcastKind.SEND, True),
            (owner.id, BroadcastKind.RESEND, True),
            (None, BroadcastKind.SEND, False),
            (owner.id, BroadcastKind.RECALL, False),
            (owner.id, BroadcastKind.CORRECT, False),
        ):
            added = await tx.broadcasts.add(alert_id=alert.id, organizer_id=organizer_id, now=NOW, kind=kind)
            assert (await tx.broadcasts.get(added)).is_late(now=NOW + timedelta(days=9)) is late


async def test_halted_over_its_time(store: Store, appoint: Appoint) -> None:
    """Who resumes what was stopped over its time has answered: it starts now, and asks nothing more."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        queued = await sent(tx, TOMORROW, owner, people=1)
        await steering.pause(tx, queued.id, actor=owner, now=NOW)
        early = await steering.resume(tx, queued.id, actor=owner, now=NOW + timedelta(hours=1))
        assert early.broadcast.starts_at == TOMORROW.at
        await steering.pause(tx, queued.id, actor=owner, now=NOW)
        later = TOMORROW.at + timedelta(days=1)
        await steering.resume(tx, queued.id, actor=owner, now=later)
        assert (await begin(tx, queued.id, now=later)).status is BroadcastStatus.SENDING


@pytest.mark.parametrize(("late", "people"), [(Late.SEND_NOW, 3), (Late.LEAVE_OUT, 2)])
async def test_whose_hour_is_past(store: Store, appoint: Appoint, late: Late, people: int) -> None:
    """The number that is typed is of those who will get it; it starts at once where some get it at once."""
    rule = replace(NOON, late=late)
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, None, *WEST)
        alert = await written(tx, rule, owner)
        for wrong in {1, 2, 3} - {people}:
            with pytest.raises(ReachChanged) as refused:
                await broadcasts.send(tx, alert.id, confirmed=wrong, paid=False, actor=owner, now=NOW)
            assert refused.value.total == people
        queued = await broadcasts.send(
            tx, alert.id, confirmed=people, paid=False, actor=owner, now=NOW, canary=True
        )
        first = NOW + UNDO if late is Late.SEND_NOW else rule.instant("America/New_York")
        assert (queued.starts_at, queued.canary) == (first, None)
        begun = await begin(tx, queued.id, now=first)
        following = WEST[0] if late is Late.SEND_NOW else WEST[1]
        assert (begun.audience, begun.next_at) == (1, rule.instant(following))


async def test_nobody_is_left_whose_hour_is_to_come(store: Store, appoint: Appoint) -> None:
    """An hour that is past for everybody, who are to be left out, is no time to send anything."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, None, "Asia/Tokyo")
        with pytest.raises(TimePast):
            await sent(tx, replace(NOON, late=Late.LEAVE_OUT), owner, people=2)


async def test_a_zone_that_was_slept_through(store: Store, appoint: Appoint) -> None:
    """Asked about one zone, an organizer can leave its people out: those further west get it at their hour."""
    rule = replace(NOON, day=NOON.day + timedelta(days=1))
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, None, *WEST)
        queued = await sent(tx, rule, owner, people=3)
        begun = await begin(tx, queued.id, now=rule.instant(None))
        assert (begun.audience, begun.next_at) == (1, rule.instant(WEST[0]))
        await tx.broadcasts.wait_until(queued.id, rule.instant(WEST[0]))
        late = rule.instant(WEST[0]) + timedelta(hours=1)
        assert (await begin(tx, queued.id, now=late)).stop_reason is StopReason.LATE
        left = await due.leave_out(tx, queued.id, actor=owner, now=late)
        assert (left.broadcast.status, left.broadcast.starts_at) == (
            BroadcastStatus.QUEUED,
            rule.instant(WEST[1]),
        )
        last = await begin(tx, queued.id, now=rule.instant(WEST[1]))
        assert (last.audience, last.next_at) == (2, None)
        assert await tx.occurrences.of(queued.id) == [rule.instant(None), rule.instant(WEST[1])]


async def test_resumed_after_a_zone_was_slept_through(store: Store, appoint: Appoint) -> None:
    """Sent after all, the people of the zone that was slept through get it with the next look."""
    rule = replace(NOON, day=NOON.day + timedelta(days=1))
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, None, WEST[0])
        queued = await sent(tx, rule, owner, people=2)
        await begin(tx, queued.id, now=rule.instant(None))
        await tx.broadcasts.wait_until(queued.id, rule.instant(WEST[0]))
        late = rule.instant(WEST[0]) + timedelta(hours=1)
        await begin(tx, queued.id, now=late)
        await steering.resume(tx, queued.id, actor=owner, now=late)
        assert (await begin(tx, queued.id, now=late)).audience == 2


async def test_the_zones_change(store: Store, appoint: Appoint) -> None:
    """When the zones have another version, what waits for an hour is reckoned anew; what does not, is not."""
    rule = replace(NOON, day=NOON.day + timedelta(days=1))
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await living_in(tx, *WEST)
        queued = await sent(tx, rule, owner, people=2)
        assert queued.tzdata == tzdata_version()
        assert not await due.reckon_anew(tx, queued.id)
        # As an older version of the zones had it.
        await tx.broadcasts.set_start(queued.id, rule.instant(WEST[0]) - timedelta(hours=1))
        await tx.broadcasts.set_next(queued.id, None, tzdata="1999a")
        assert await due.reckon_anew(tx, queued.id)
        again = await tx.broadcasts.get(queued.id)
        assert (again.starts_at, again.tzdata) == (rule.instant(WEST[0]), tzdata_version())
        begun = await begin(tx, queued.id, now=again.starts_at)
        await tx.broadcasts.wait_until(queued.id, rule.instant(WEST[1]) + timedelta(hours=3))
        await tx.broadcasts.set_next(queued.id, begun.next_at, tzdata="1999a")
        assert await due.reckon_anew(tx, queued.id)
        assert (await tx.broadcasts.get(queued.id)).starts_at == rule.instant(WEST[1])


async def test_what_is_due(store: Store, appoint: Appoint) -> None:
    """The list names what waits for a time of its own, the next one first; it is taken off until it has begun."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        await join(tx, 1)
        later = await sent(tx, replace(TOMORROW, at=TOMORROW.at + timedelta(days=1)), owner, people=1)
        sooner = await sent(tx, TOMORROW, owner, people=1)
        await tx.broadcasts.add(
            alert_id=(await written(tx, ON_CONFIRMATION, owner)).id, organizer_id=owner.id, now=NOW
        )
        listed = await due.due(tx, actor=owner)
        assert [each.broadcast.id for each in listed if isinstance(each, due.DueBroadcast)] == [
            sooner.id,
            later.id,
        ]
        assert (await due.take_off(tx, later.id, actor=owner, now=NOW)).undone
        await begin(tx, sooner.id, now=TOMORROW.at)
        with pytest.raises(broadcast_progress.BroadcastOver):
            await due.take_off(tx, sooner.id, actor=owner, now=TOMORROW.at)
        assert await due.due(tx, actor=owner) == []


async def test_copies_start_when_they_are_confirmed(store: Store, appoint: Appoint) -> None:
    """A correction, and an alert that is written again, have no time of their own."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        [person] = await join(tx, 1)
        queued = await sent(tx, TOMORROW, owner, people=1)
        await begin(tx, queued.id, now=TOMORROW.at)
        await tx.claims.claim(queued.id, worker="w", limit=9, now=TOMORROW.at)
        accepted = Recorded(subscriber_id=person.id, state=DeliveryState.SENT, message_id=5)
        await tx.deliveries.record(queued.id, [accepted], worker="w")
        await tx.counts.flush()
        again = await follow_ups.write_anew(tx, queued.id, actor=owner, now=NOW)
        correction = await follow_ups.begin_correction(tx, queued.id, actor=owner, now=NOW)
        assert again.start == correction.start == ON_CONFIRMATION
        assert (await follow_ups.write_anew(tx, queued.id, actor=owner, now=NOW)).id == again.id
