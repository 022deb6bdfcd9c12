"""Every service that changes something of the organizers' records it: the event, by whom, about what."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery import starting
from bot.domain.alert import ActionKind
from bot.domain.audience import Audience, Locales, of_topic
from bot.domain.audit import Event
from bot.domain.broadcast import BroadcastStatus, StopReason
from bot.domain.choices import Choice
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.schedule import Moment, Weekly
from bot.domain.sighting import SightingState
from bot.domain.staleness import base_version
from bot.errors import CampaignError
from bot.services import (
    alerts,
    answering,
    approvals,
    broadcasts,
    checks,
    drafts,
    follow_ups,
    growth,
    keys,
    membership,
    overview,
    privacy,
    reaching,
    reviews,
    segments,
    series,
    sightings,
    steering,
    team,
    team_tests,
    threads,
    translations,
    working_alone,
)
from bot.store.audit import Act
from bot.store.schema import former_keys
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, draft, join, words
from tests.services.conftest import Appoint, approve
from tests.services.test_every_service_asks import CALLS, WITHOUT_ACTOR, services
from tests.services.test_follow_ups import sent
from tests.snapshots import changed_tables, snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A team with something to do: a draft that is approved, three people, what was sent before (broadcast 1)."""

    tx: Transaction
    owner: Organizer
    editor: Organizer
    alert_id: int

    async def queued(self) -> int:
        """Queue the draft. Returns the broadcast's id."""
        reach = await reaching.reach_of(
            self.tx, await alerts.get(self.tx, self.alert_id, actor=self.owner), actor=self.owner
        )
        made = await broadcasts.send(
            self.tx, self.alert_id, confirmed=reach.total, paid=False, actor=self.editor, now=NOW
        )
        return made.id


Doing = Callable[[Desk], Awaitable[Any]]


async def _keep(desk: Desk) -> None:
    """Let a translation that is older than its base be sent as it is."""
    tx, editor = desk.tx, desk.editor
    await alerts.write(tx, desk.alert_id, words("ar"), actor=editor, now=NOW)
    await alerts.write(tx, desk.alert_id, replace(words(), title="Another"), actor=editor, now=NOW)
    del tx.audit._recorded[:]
    alert = await alerts.get(tx, desk.alert_id, actor=editor)
    seen = base_version(alert)
    assert seen is not None
    await translations.choose(
        tx, desk.alert_id, None, Choice.AS_IT_IS, among=["ar"], seen=seen, actor=editor, now=NOW
    )


async def _approve_anew(desk: Desk) -> None:
    await alerts.write(desk.tx, desk.alert_id, words("ar"), actor=desk.editor, now=NOW)
    del desk.tx.audit._recorded[:]
    await approve(desk.tx, desk.alert_id, desk.owner)


async def _with_broadcast(desk: Desk, *moves: Callable[..., Awaitable[Any]]) -> None:
    broadcast_id = await desk.queued()
    for move in moves:
        await move(desk.tx, broadcast_id, actor=desk.editor, now=NOW)
        # Done twice, it is done once.
        if move is not steering.cancel:
            await move(desk.tx, broadcast_id, actor=desk.editor, now=NOW)


async def _finish_keys(desk: Desk) -> None:
    """Come to the end of a change of the campaign key; gone on with after that, it is recorded once."""
    former = {"key_id": b"former", "until": NOW, "kept": b""}
    await desk.tx.keys._connection.execute(sa.insert(former_keys).values(former))
    for _ in range(2):
        await keys.finish(desk.tx, now=NOW)


async def _halt(desk: Desk) -> None:
    await desk.queued()
    await overview.halt_all(desk.tx, actor=desk.owner, now=NOW)
    await overview.halt_all(desk.tx, actor=desk.owner, now=NOW)


async def _revoke(desk: Desk) -> None:
    [invitation] = await team.invitations(desk.tx, actor=desk.owner, now=NOW)
    await team.revoke(desk.tx, invitation.mark, actor=desk.owner, now=NOW)


async def _claim(desk: Desk) -> None:
    await team.claim(desk.tx, CHAT + 8, await team.invite(desk.tx, Role.VIEWER, now=NOW), now=NOW)


async def _asked(desk: Desk) -> int:
    """Let somebody ask, and the editor take it. Returns the thread's id."""
    passed = await threads.pass_on(desk.tx, CHAT + 9, "What now?", locale="en", now=NOW)
    await answering.take(desk.tx, passed.thread.id, actor=desk.editor, now=NOW)
    return passed.thread.id


async def _answer(desk: Desk) -> None:
    await answering.answer(desk.tx, await _asked(desk), "This.", actor=desk.editor, now=NOW)


async def _close(desk: Desk) -> None:
    await answering.close(desk.tx, await _asked(desk), actor=desk.editor, now=NOW)


async def _switch(desk: Desk) -> None:
    for on in (False, False, True, True):
        await answering.switch(desk.tx, on=on, actor=desk.owner, now=NOW)


async def _erase(desk: Desk) -> None:
    chat_id = await desk.tx.organizers.chat_id(desk.editor.id)
    assert chat_id is not None
    await privacy.erase(desk.tx, chat_id, now=NOW)


async def _weekly(desk: Desk) -> int:
    """Let the draft repeat, approved anew. Returns the series."""
    tx, until = desk.tx, (NOW + timedelta(days=60)).date()
    rule = Weekly(weekdays=frozenset({1}), hour=time(18), zone="UTC", own_zones=False, until=until)
    alert = await alerts.set_start(tx, desk.alert_id, rule, actor=desk.editor, now=NOW)
    await approve(tx, desk.alert_id, desk.owner)
    del tx.audit._recorded[:]
    reach = await reaching.reach_of(tx, alert, actor=desk.editor)
    made = await series.repeat(
        tx, desk.alert_id, confirmed=reach.total, paid=False, actor=desk.editor, now=NOW
    )
    return made.id


async def _end_series(desk: Desk) -> None:
    await series.end(desk.tx, await _weekly(desk), actor=desk.editor, now=NOW)


async def _resume_series(desk: Desk) -> None:
    made = await _weekly(desk)
    await overview.halt_all(desk.tx, actor=desk.owner, now=NOW)
    await series.go_on(desk.tx, made, actor=desk.editor, now=NOW)
    await series.go_on(desk.tx, made, actor=desk.editor, now=NOW)


async def _acknowledge(desk: Desk) -> None:
    tx = desk.tx
    long = replace(words(), text="Long. " * 120)
    alert = await alerts.write(tx, desk.alert_id, long, actor=desk.editor, now=NOW)
    del tx.audit._recorded[:]
    checked = await checks.look(tx, alert, paid=False, zone=UTC, actor=desk.editor, now=NOW)
    assert checked.unseen
    for _ in range(2):
        await checks.acknowledge(
            tx, alert.id, mark=checked.mark, paid=False, zone=UTC, actor=desk.editor, now=NOW
        )


async def _submit_new(desk: Desk) -> None:
    """Submit what was edited since it was approved."""
    await alerts.write(desk.tx, desk.alert_id, replace(words(), title="Another"), actor=desk.editor, now=NOW)
    for _ in range(2):
        await reviews.submit(desk.tx, desk.alert_id, paid=False, actor=desk.editor, now=NOW)


async def _return(desk: Desk) -> None:
    seen = approvals.seen_of(await alerts.get(desk.tx, desk.alert_id, actor=desk.owner), paid=False)
    await reviews.give_back(
        desk.tx, desk.alert_id, "Shorter, please.", seen=seen, paid=False, actor=desk.owner, now=NOW
    )


async def _segment(desk: Desk) -> int:
    made = await segments.save(desk.tx, "All", of_topic("alerts"), actor=desk.editor, now=NOW)
    return made.id


async def _rename_segment(desk: Desk) -> None:
    await segments.rename(desk.tx, await _segment(desk), "Some", actor=desk.editor, now=NOW)


async def _redefine_segment(desk: Desk) -> None:
    await segments.redefine(desk.tx, await _segment(desk), of_topic("news"), actor=desk.editor, now=NOW)


async def _remove_segment(desk: Desk) -> None:
    await segments.remove(desk.tx, await _segment(desk), actor=desk.editor, now=NOW)


async def _decide(desk: Desk) -> None:
    """Accept one report about what was sent before, and reject another; a second decision is none."""
    for person in await join(desk.tx, 2, first=CHAT + 600):
        await desk.tx.sightings.add(1, person.id, locale="en", answers=["x"], today=NOW.date())
    waiting = await desk.tx.sightings.in_state(SightingState.WAITING, limit=2)
    for each, state in zip(waiting, (SightingState.ACCEPTED, SightingState.REJECTED), strict=True):
        await sightings.decide(desk.tx, each.id, state, actor=desk.editor, now=NOW)
        with suppress(sightings.SightingDecided):
            await sightings.decide(desk.tx, each.id, state, actor=desk.editor, now=NOW)


async def _work_alone(desk: Desk) -> None:
    """Work alone, where nobody else could approve and nobody lately could."""
    for _ in range(2):
        await working_alone.switch_on(desk.tx, actor=desk.owner, now=NOW)


async def _work_alone_no_more(desk: Desk) -> None:
    await working_alone.switch_on(desk.tx, actor=desk.owner, now=NOW)
    for _ in range(2):
        await working_alone.switch_off(desk.tx, actor=desk.owner, now=NOW)


ACTS: dict[str, tuple[Doing, list[Event]]] = {
    "alerts.draft": (
        lambda d: alerts.draft(d.tx, ActionKind.CALL, base="en", actor=d.editor, now=NOW),
        [Event.ALERT_BEGUN],
    ),
    "alerts.discard": (
        lambda d: alerts.discard(d.tx, d.alert_id, actor=d.editor, now=NOW),
        [Event.ALERT_DISCARDED],
    ),
    "alerts.set_link": (
        lambda d: alerts.set_link(d.tx, d.alert_id, "https://example.org/b", actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.set_kind": (
        lambda d: alerts.set_kind(d.tx, d.alert_id, ActionKind.CALL, actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.set_urgent": (
        lambda d: alerts.set_urgent(d.tx, d.alert_id, True, actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.set_reminds": (
        lambda d: alerts.set_reminds(d.tx, d.alert_id, False, actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.write": (
        lambda d: alerts.write(d.tx, d.alert_id, words("ar"), actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.take_back": (
        lambda d: alerts.take_back(d.tx, d.alert_id, "en", revision=1, actor=d.editor, now=NOW),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.set_start": (
        lambda d: alerts.set_start(
            d.tx, d.alert_id, Moment(at=NOW + timedelta(days=1), zone="UTC"), actor=d.editor, now=NOW
        ),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "alerts.set_audience": (
        lambda d: alerts.set_audience(
            d.tx,
            d.alert_id,
            Audience(terms=(*of_topic("alerts").terms, Locales(locales=frozenset({"ar"})))),
            actor=d.editor,
            now=NOW,
        ),
        [Event.ALERT_EDITED, Event.APPROVAL_VOIDED],
    ),
    "drafts.add": (
        lambda d: drafts.add(d.tx, draft(), actor=d.editor, now=NOW),
        [Event.ALERT_BEGUN],
    ),
    "drafts.duplicate": (
        lambda d: drafts.duplicate(d.tx, d.alert_id, actor=d.editor, now=NOW),
        [Event.ALERT_COPIED],
    ),
    "team_tests.begin": (
        lambda d: team_tests.begin(d.tx, d.alert_id, actor=d.editor, now=NOW),
        [Event.ALERT_TESTED],
    ),
    "checks.acknowledge": (_acknowledge, [Event.WARNINGS_SEEN]),
    "reviews.submit": (_submit_new, [Event.ALERT_EDITED, Event.APPROVAL_VOIDED, Event.ALERT_SUBMITTED]),
    "reviews.give_back": (_return, [Event.ALERT_RETURNED]),
    "segments.save": (_segment, [Event.SEGMENT_SAVED]),
    "segments.rename": (_rename_segment, [Event.SEGMENT_SAVED, Event.SEGMENT_CHANGED]),
    "segments.redefine": (_redefine_segment, [Event.SEGMENT_SAVED, Event.SEGMENT_CHANGED]),
    "segments.remove": (_remove_segment, [Event.SEGMENT_SAVED, Event.SEGMENT_REMOVED]),
    "sightings.decide": (_decide, [Event.SIGHTING_ACCEPTED, Event.SIGHTING_REJECTED]),
    "growth.add_source": (
        lambda d: growth.add_source(d.tx, "A poster", actor=d.editor, now=NOW),
        [Event.SOURCE_MADE],
    ),
    "series.repeat": (_weekly, [Event.SERIES_BEGUN]),
    "series.end": (_end_series, [Event.SERIES_BEGUN, Event.SERIES_ENDED]),
    "series.go_on": (
        _resume_series,
        [Event.SERIES_BEGUN, Event.SERIES_RESUMED],
    ),
    "working_alone.switch_on": (_work_alone, [Event.WORKS_ALONE]),
    "working_alone.switch_off": (_work_alone_no_more, [Event.WORKS_ALONE, Event.WORKS_ALONE_NO_MORE]),
    "translations.choose": (_keep, [Event.ALERT_EDITED]),
    "approvals.approve": (_approve_anew, [Event.ALERT_APPROVED]),
    "broadcasts.send": (lambda d: d.queued(), [Event.BROADCAST_QUEUED]),
    "steering.start_now": (
        lambda d: _with_broadcast(d, steering.start_now),
        [Event.BROADCAST_QUEUED, Event.BROADCAST_HURRIED],
    ),
    "steering.pause": (
        lambda d: _with_broadcast(d, steering.pause),
        [Event.BROADCAST_QUEUED, Event.BROADCAST_PAUSED],
    ),
    "steering.resume": (
        lambda d: _with_broadcast(d, steering.pause, steering.resume),
        [Event.BROADCAST_QUEUED, Event.BROADCAST_PAUSED, Event.BROADCAST_RESUMED],
    ),
    "steering.cancel": (
        lambda d: _with_broadcast(d, steering.cancel),
        [Event.BROADCAST_QUEUED, Event.BROADCAST_UNDONE],
    ),
    "overview.halt_all": (_halt, [Event.BROADCAST_QUEUED, Event.BROADCAST_HALTED]),
    "follow_ups.recall": (
        lambda d: follow_ups.recall(d.tx, 1, confirmed=2, actor=d.editor, now=NOW),
        [Event.BROADCAST_RECALLS],
    ),
    "follow_ups.resend_unknown": (
        lambda d: follow_ups.resend_unknown(d.tx, 1, actor=d.editor, now=NOW),
        [Event.BROADCAST_RESENDS],
    ),
    "follow_ups.begin_correction": (
        lambda d: follow_ups.begin_correction(d.tx, 1, actor=d.editor, now=NOW),
        [Event.ALERT_COPIED],
    ),
    "follow_ups.write_anew": (
        lambda d: follow_ups.write_anew(d.tx, 1, actor=d.editor, now=NOW),
        [Event.ALERT_COPIED],
    ),
    "team.invite": (lambda d: team.invite(d.tx, Role.OWNER, now=NOW), [Event.INVITED]),
    "team.invite_colleague": (
        lambda d: team.invite_colleague(d.tx, Role.VIEWER, actor=d.owner, now=NOW),
        [Event.INVITED],
    ),
    "team.revoke": (_revoke, [Event.INVITATION_WITHDRAWN]),
    "team.claim": (_claim, [Event.INVITED, Event.JOINED]),
    "team.appoint_owners": (lambda d: team.appoint_owners(d.tx, (CHAT + 7,), now=NOW), [Event.OWNER_NAMED]),
    "team.rename": (
        lambda d: team.rename(d.tx, "Dana", actor=d.editor, now=NOW),
        [Event.NAME_CHANGED],
    ),
    "membership.change_role": (
        lambda d: membership.change_role(d.tx, d.editor.id, Role.VIEWER, actor=d.owner, now=NOW),
        [Event.ROLE_CHANGED],
    ),
    "membership.remove": (
        lambda d: membership.remove(d.tx, d.editor.id, actor=d.owner, now=NOW),
        [Event.REMOVED],
    ),
    "privacy.erase": (_erase, [Event.ERASED]),
    "keys.finish": (_finish_keys, [Event.KEYS_ROTATED]),
    "answering.answer": (_answer, [Event.THREAD_ANSWERED]),
    "answering.close": (_close, [Event.THREAD_CLOSED]),
    "answering.switch": (_switch, [Event.THREADS_OFF, Event.THREADS_ON]),
}
"""What changes something, how it is done, and what is recorded."""

OF_PEOPLE = {
    name
    for name in WITHOUT_ACTOR
    if name.startswith(("subscriptions.", "conversations.", "sharing.", "threads.", "actions."))
    or name in ("sightings.begin", "sightings.give", "renewals.lapse")
}
"""What supporters do is recorded nowhere but in their consent, and in what they say they did.

What they share is known to everybody.
"""

THROUGH = {
    *("alerts.revise", "alert_fields.set_field", "pictures.set_picture", "due.take_off", "due.leave_out"),
    *(f"audiences.{edit}" for edit in ("add", "drop", "negate", "start_anew", "turn_locale", "use_segment")),
    *(
        "series.begin_due",
        "working_alone.end_if_over",
        "approval_rights.end_approvals",
        "approval_rights.let_cool",
        "moments.note_begun",
        "moments.thank",
        "moments.freeze_thanks",
    ),
}
"""What edits an alert, or lets a broadcast begin or end, is recorded where that is done; the chat plays it."""

NOTES = {
    *("co_writing.begin", "co_writing.end", "reviews.look", "reviews.outdated", "due.reckon_anew"),
    *("reports.keep", "reports.told"),
    *("renewals.asked", "renewals.begin_asking", "renewals.let_be_asked"),
    *("health.look", "health.note", "health.told"),
    *("answering.hand_back", "answering.look", "answering.require_taken", "answering.take"),
}
"""What is noted for the bot itself: who looks at what, or has it in hand, which report was sent; nobody has decided
anything by it."""

READS = {
    *("alerts.drafts", "alerts.get", "alerts.unsent", "alerts.is_sent", "alerts.is_going_out"),
    *("alerts.written_in", "reaching.reach_of"),
    "answering.queue",
    *("approvals.propose", "approvals.is_approved", "approvals.approvable", "approvals.halted"),
    *("approvals.colleagues", "approvals.authors", "approvals.unseen_editors"),
    *("health.overview", "health.owners", "health.signs", "health.waiting"),
    *("audit_log.page", "audit_log.compare", "audit_log.check", "audit_log.is_checkpoint_due"),
    *("audit_log.latest_checkpoint", "audit_log.prove", "audit_log.checkpoint_sent"),
    *("broadcast_progress.progress", "broadcast_progress.report", "broadcast_progress.get_broadcast"),
    *("broadcast_progress.is_recalled", "broadcast_progress.timing_of", "broadcasts.require_not_recalled"),
    *("follow_ups.people_to_recall", "overview.unfinished", "overview.latest", "privacy.held"),
    "moments.over",
    "privacy.export",
    *("team.invitations", "team.members", "team.member", "team.contacts", "team.everybody", "team.find"),
    *("team.require", "team.contact_of"),
    *("approvals.has_second_look", "approvals.working_alone", "working_alone.may_switch_on"),
    *("audiences.get", "audiences.names", "audiences.sample", "audiences.sources"),
    "audiences.shared_places",
    *("broadcasts.reach_to_confirm", "broadcasts.require_sendable", "outlook.outlook", "due.due"),
    "corrections.last_alert_id",
    *("checks.look", "checks.require_seen", "checks.require_unblocked", "co_writing.others"),
    *(
        "counting.count",
        "counting.count_exactly",
        "counting.locales_of_everybody",
        "growth.grown",
        "growth.source",
        "growth.source_under",
        "growth.sources",
    ),
    *("reports.count", "reports.due", "reports.latest", "reports.reader", "reports.report"),
    *("reports.report_of", "reports.uncounted"),
    *("renewals.answer_until", "renewals.is_due", "renewals.to_ask"),
    *("sightings.accepted", "sightings.count_waiting", "sightings.waiting"),
    *("reviews.may_return", "reviews.standing", "reviews.states"),
    *("segments.current", "segments.get", "segments.in_use", "segments.listed"),
    *("series.is_out_of_date", "series.of_alert", "translations.base_changes", "translations.chosen_by"),
}
"""What changes nothing; a test below looks."""


@pytest.fixture
def dialect() -> str:
    """Run on SQLite: what is written is tested on both elsewhere."""
    return "sqlite"


async def desk_of(tx: Transaction, appoint: Appoint) -> Desk:
    """Set the desk."""
    owner, editor = await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)
    await join(tx, 1, first=CHAT + 500)
    alert = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=editor, now=NOW)
    await alerts.write(tx, alert.id, words(), actor=editor, now=NOW)
    await alerts.set_link(tx, alert.id, "https://example.org/a", actor=editor, now=NOW)
    await approve(tx, alert.id, owner)
    await team.invite(tx, Role.VIEWER, now=NOW)
    await team.rename(tx, "Ed", actor=editor, now=NOW)
    del tx.audit._recorded[:]
    return Desk(tx=tx, owner=owner, editor=editor, alert_id=alert.id)


async def recorded(store: Store, appoint: Appoint, do: Doing) -> list[Act]:
    """Return what is recorded while something is done."""
    await sent(store, DeliveryState.SENT, DeliveryState.UNKNOWN)
    async with store.transaction() as tx:
        desk = await desk_of(tx, appoint)
        await do(desk)
        return list(tx.audit._recorded)


@pytest.mark.parametrize("name", ACTS)
async def test_every_act(store: Store, appoint: Appoint, name: str) -> None:
    """What is done is recorded once, under who did it; what changes nothing is not."""
    do, events = ACTS[name]

    async def act(desk: Desk) -> None:
        before = await snapshot(desk.tx, also={"threads"})
        await do(desk)
        assert changed_tables(before, await snapshot(desk.tx, also={"threads"}))

    acts = await recorded(store, appoint, act)
    assert [act.event for act in acts] == events
    by_operator = {"team.invite", "team.appoint_owners", "keys.finish"}
    assert (acts[-1].actor is None) == (name in by_operator)
    assert all(act.at == NOW for act in acts)


def test_no_service_is_left_out() -> None:
    """A service that is written and neither records anything nor stands among those that read is found here."""
    assert not (READS | THROUGH | NOTES) & ACTS.keys()
    assert READS | THROUGH | NOTES | ACTS.keys() | OF_PEOPLE == set(services())


@pytest.mark.parametrize("name", sorted(READS & CALLS.keys()))
async def test_what_reads_changes_nothing(store: Store, appoint: Appoint, name: str) -> None:
    """What stands among those that read changes no row of the organizers' tables, and records nothing."""

    async def read(desk: Desk) -> None:
        before = await snapshot(desk.tx)
        # Whether there is what it asks for is not the question here.
        with suppress(CampaignError, LookupError):
            await CALLS[name][1](desk.tx, desk.owner)
        assert changed_tables(before, await snapshot(desk.tx)) == set()

    assert await recorded(store, appoint, read) == []


async def test_no_change_is_no_act(store: Store, appoint: Appoint) -> None:
    """Words that are written once more as they are, a broadcast that was stopped already: nothing was done."""

    async def nothing(desk: Desk) -> None:
        await alerts.write(desk.tx, desk.alert_id, words(), actor=desk.editor, now=NOW)

    assert await recorded(store, appoint, nothing) == []


async def test_what_is_kept_of_an_approval(store: Store, appoint: Appoint) -> None:
    """Of an approval the hash of the plan, of an edit the revision: no word of anybody's."""

    async def edit_and_approve(desk: Desk) -> None:
        await alerts.write(desk.tx, desk.alert_id, words("ar"), actor=desk.editor, now=NOW)
        await approve(desk.tx, desk.alert_id, desk.owner)

    edited, voided, approved = await recorded(store, appoint, edit_and_approve)
    assert edited.details["revision"] == approved.details["revision"] == 4
    assert edited.details["plan"] == approved.details["plan"]
    assert approved.details["by_author"] is False
    assert voided.about == edited.about == approved.about


async def test_who_loses_a_role(store: Store, appoint: Appoint) -> None:
    """With somebody who may approve no more go their approvals and open invitations: each is recorded."""

    async def demote(desk: Desk) -> None:
        other = await appoint(desk.tx, Role.OWNER)
        await team.invite_colleague(desk.tx, Role.VIEWER, actor=other, now=NOW)
        await membership.change_role(desk.tx, desk.owner.id, Role.VIEWER, actor=other, now=NOW)

    acts = await recorded(store, appoint, demote)
    assert [act.event for act in acts] == [
        Event.INVITED,
        Event.ROLE_CHANGED,
        Event.INVITATION_WITHDRAWN,
        Event.APPROVAL_VOIDED,
    ]
    assert dict(acts[1].details) == {"role": "viewer", "was": "owner"}


async def test_leaving(store: Store, appoint: Appoint) -> None:
    """Who takes themselves off the team has left, and was not removed."""

    async def leave(desk: Desk) -> None:
        await membership.remove(desk.tx, desk.editor.id, actor=desk.editor, now=NOW)

    assert [act.event for act in await recorded(store, appoint, leave)] == [Event.LEFT]


async def test_a_recall_on_the_way(store: Store, appoint: Appoint) -> None:
    """A recall of what still goes out ends that first, which is recorded, too."""

    async def recall(desk: Desk) -> None:
        await desk.tx.broadcasts.set_status(1, BroadcastStatus.SENDING, now=NOW)
        await follow_ups.recall(desk.tx, 1, confirmed=2, actor=desk.editor, now=NOW)

    acts = await recorded(store, appoint, recall)
    assert [act.event for act in acts] == [Event.BROADCAST_CANCELLED, Event.BROADCAST_RECALLS]


async def test_what_the_bot_does_by_itself(store: Store, appoint: Appoint) -> None:
    """Starts, stops and ends are recorded under nobody, a stop with its reason."""

    async def engine(desk: Desk) -> None:
        broadcast_id = await desk.queued()
        later = NOW + timedelta(minutes=2)
        await starting.start(desk.tx, broadcast_id, clock=lambda: later, paid=False)
        for status, reason in (
            (BroadcastStatus.PAUSED, StopReason.CANARY),
            (BroadcastStatus.HALTED, StopReason.TOKEN_REFUSED),
        ):
            await starting.stop(desk.tx, broadcast_id, status, reason, clock=lambda: later)
        await starting.finish(desk.tx, broadcast_id, clock=lambda: later)

    _, *acts = await recorded(store, appoint, engine)
    assert [(act.event, act.actor, act.details.get("reason")) for act in acts] == [
        (Event.BROADCAST_STARTED, None, None),
        (Event.BROADCAST_PAUSED, None, "canary"),
        (Event.BROADCAST_HALTED, None, "token_refused"),
        (Event.BROADCAST_FINISHED, None, None),
    ]


def test_every_event_is_recorded_somewhere() -> None:
    """There is no event that nothing records."""
    driven = {event for _, events in ACTS.values() for event in events}
    elsewhere = {
        *(Event.BROADCAST_CORRECTS, Event.BROADCAST_STARTED, Event.BROADCAST_FINISHED),
        *(Event.BROADCAST_CANCELLED, Event.BROADCAST_LEFT_OUT, Event.LEFT, Event.OCCURRENCE_BLOCKED),
        *(Event.RESTORED, Event.MOVED),
    }
    assert driven | elsewhere == set(Event)


async def test_a_correction(store: Store, appoint: Appoint) -> None:
    """A correction is told from a sending."""

    async def correct(desk: Desk) -> None:
        draft = await follow_ups.begin_correction(desk.tx, 1, actor=desk.editor, now=NOW)
        await approve(desk.tx, draft.id, desk.owner)
        await broadcasts.send(desk.tx, draft.id, confirmed=1, paid=False, actor=desk.editor, now=NOW)

    *_, last = await recorded(store, appoint, correct)
    assert last.event is Event.BROADCAST_CORRECTS
