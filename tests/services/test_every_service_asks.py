"""Permission belongs to the services: each asks who acts, and each role may do exactly what it should."""

import inspect
from collections.abc import Awaitable, Callable
from datetime import UTC
from types import ModuleType
from typing import Any

import pytest

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.domain.audience import of_topic
from bot.domain.audience_edit import Whose
from bot.domain.choices import Choice
from bot.domain.growth import GrowthBy
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.domain.schedule import ON_CONFIRMATION
from bot.domain.sighting import SightingState
from bot.errors import CampaignError
from bot.services import (
    actions,
    alert_fields,
    alert_file,
    alert_file_writing,
    alerts,
    answering,
    approval_rights,
    approvals,
    audiences,
    audit_log,
    broadcast_progress,
    broadcasts,
    checks,
    co_writing,
    conversations,
    corrections,
    counting,
    drafts,
    due,
    file_places,
    follow_ups,
    growth,
    health,
    keys,
    membership,
    moments,
    outlook,
    overview,
    pictures,
    privacy,
    reaching,
    renewals,
    reports,
    reviews,
    segments,
    series,
    sharing,
    sightings,
    steering,
    subscriptions,
    team,
    team_tests,
    threads,
    translations,
    working_alone,
)
from bot.services.audiences import Subject
from bot.services.team import MayNotAnswer, MayNotApprove, MayNotCompose, MayNotManage
from bot.store.store import Store, Transaction
from tests.making import NOW, draft, words
from tests.services.conftest import Appoint

SERVICES = (
    answering,
    steering,
    threads,
    actions,
    sightings,
    alert_fields,
    alert_file,
    alert_file_writing,
    alerts,
    approvals,
    audit_log,
    audiences,
    health,
    broadcast_progress,
    broadcasts,
    co_writing,
    checks,
    conversations,
    corrections,
    drafts,
    file_places,
    counting,
    reaching,
    follow_ups,
    growth,
    keys,
    moments,
    due,
    follow_ups,
    outlook,
    overview,
    pictures,
    privacy,
    renewals,
    reports,
    membership,
    approval_rights,
    series,
    segments,
    sharing,
    subscriptions,
    team,
    team_tests,
    translations,
    reviews,
    subscriptions,
    team,
    working_alone,
)

WITHOUT_ACTOR = {
    "actions.acting": "everybody's own",
    "actions.counted": "everybody's own",
    "actions.is_recalled": "everybody who acts is told",
    "actions.first_sent": "finds out under which alert everybody's own is counted",
    "actions.letter": "whoever has the address of a page",
    "actions.open_action": "everybody's own",
    "actions.pledge": "everybody's own",
    "actions.say": "everybody's own",
    "actions.take_back_pledge": "everybody's own",
    "actions.undo": "everybody's own",
    "moments.note_begun": "the engine, when a card goes out",
    "moments.freeze_thanks": "the engine, when thanks go out",
    "moments.over": "the job that settles moments",
    "moments.thank": "the job that settles moments: thanks are part of the approved plan",
    "sightings.begin": "everybody's own",
    "sightings.give": "everybody's own",
    "approval_rights.end_approvals": "what services do that have looked at the right",
    "approval_rights.let_cool": "what services do that have looked at the right",
    "audit_log.check": "the operator's command line checks the whole",
    "audit_log.checkpoint_sent": "the job that sends checkpoints",
    "audit_log.is_checkpoint_due": "the job that sends checkpoints",
    "audit_log.prove": "the operator's command line proves an entry to others",
    "audit_log.latest_checkpoint": "the job that sends checkpoints",
    "broadcast_progress.get_broadcast": "what services ask that have looked at the right",
    "broadcast_progress.is_recalled": "what services ask that have looked at the right",
    "broadcast_progress.report": "the job that keeps progress messages tells whoever began the broadcast",
    "broadcast_progress.timing_of": "what services ask that have looked at the right",
    "keys.finish": "the operator's command line changes the campaign key",
    "conversations.end": "everybody's own",
    "conversations.save": "everybody's own",
    "conversations.step": "everybody's own",
    "health.look": "the watch over the bot's health; nobody acts",
    "health.note": "the bot's own signs of life",
    "health.overview": "whoever has the token of the metrics, which show figures alone",
    "health.owners": "the watch over the bot's health finds out whom to tell",
    "health.signs": "the watch over the bot's health",
    "health.told": "the watch over the bot's health",
    "health.waiting": "everybody who asks /readyz is told how long the queues wait",
    "renewals.answer_until": "everybody's own",
    "renewals.asked": "the job that asks for a yes anew",
    "renewals.begin_asking": "the job that asks for a yes anew",
    "renewals.is_due": "the job that asks for a yes anew",
    "renewals.lapse": "the job that lets consents lapse; silence decides",
    "renewals.let_be_asked": "the job that asks for a yes anew",
    "renewals.to_ask": "the job that asks for a yes anew",
    "reports.count": "the job that counts what has ended",
    "reports.due": "the job that sends reports by itself",
    "reports.keep": "the job that counts what has ended",
    "reports.reader": "the job that sends reports finds out to whom",
    "reports.report_of": "the job that sends reports",
    "reports.told": "the job that sends reports",
    "reports.uncounted": "the job that counts what has ended",
    "due.reckon_anew": "the job that follows a change of the zones; nobody decides anything",
    "privacy.erase": "everybody's own",
    "privacy.export": "everybody's own",
    "privacy.held": "everybody's own",
    "sharing.code_of": "an alert that goes round is shared by everybody",
    "sharing.current": "an alert that goes round is shared by everybody",
    "sharing.going_round": "an alert that goes round is shared by everybody",
    "sharing.known_link": "everybody's own",
    "sharing.named": "an alert that goes round is shared by everybody",
    "sharing.own_link": "everybody's own",
    "sharing.shareable": "an alert that goes round is shared by everybody",
    "sharing.shared": "an alert that goes round is shared by everybody",
    "sharing.source_of": "everybody's own",
    "corrections.last_alert_id": "what people have in their chats",
    "series.begin_due": "the job that lets begin what an organizer has confirmed",
    "series.is_out_of_date": "the job that lets begin what an organizer has confirmed",
    "subscriptions.blocked": "everybody's own",
    "subscriptions.choose_language": "everybody's own",
    "subscriptions.find": "everybody's own",
    "subscriptions.greet": "everybody's own",
    "subscriptions.language": "everybody's own",
    "subscriptions.join": "everybody's own",
    "subscriptions.leave": "everybody's own",
    "subscriptions.note_gone": "everybody's own",
    "subscriptions.pause": "everybody's own",
    "subscriptions.renew": "everybody's own",
    "subscriptions.resume": "everybody's own",
    "subscriptions.take_off": "everybody's own, and the job that lets consents lapse",
    "subscriptions.undo_leaving": "everybody's own",
    "team.appoint_owners": "the operator's settings name the first owners",
    "team.claim": "whoever holds the one-time code; they have no role before",
    "team.contact_of": "what services ask that have looked at the right",
    "team.everybody": "at the start of the program everybody gets their menu",
    "team.find": "finds out who acts",
    "team.invite": "the operator's command line makes the first owner",
    "team.require": "finds out who acts",
    "threads.close": "everybody's own",
    "threads.find": "everybody's own",
    "threads.forget": "the job that erases what was silent for a week",
    "threads.is_askable": "everybody's own",
    "threads.is_offered": "everybody's own",
    "threads.pass_on": "everybody's own",
    "threads.require": "everybody's own",
    "threads.require_askable": "everybody's own",
    "threads.write_back": "everybody's own",
}
"""Services that touch the database without asking for an organizer, and why."""

CHECKPOINT = f"campaign-bot/audit/0\n1\n{'A' * 43}="
"""One that is signed by nobody."""

Call = Callable[[Transaction, Organizer], Awaitable[Any]]


def _sending(of: Any) -> Call:
    return lambda tx, actor: of(tx, 1, actor=actor, now=NOW)


EVERYBODY = of_topic("alerts")
AN_ALERT = Subject(of=Whose.ALERT, id=1)


def _building(of: Any, *given: Any) -> Call:
    return lambda tx, actor: of(tx, AN_ALERT, *given, seen="", actor=actor, now=NOW)


def _alone(of: Any) -> Call:
    return lambda tx, actor: of(tx, actor=actor, now=NOW)


CALLS: dict[str, tuple[Right, Call]] = {
    "answering.queue": (
        Right.ANSWER,
        lambda tx, actor: answering.queue(tx, page=0, actor=actor, now=NOW),
    ),
    "answering.look": (Right.ANSWER, _sending(answering.look)),
    "answering.take": (Right.ANSWER, _sending(answering.take)),
    "answering.require_taken": (Right.ANSWER, _sending(answering.require_taken)),
    "answering.hand_back": (Right.ANSWER, _sending(answering.hand_back)),
    "answering.answer": (
        Right.ANSWER,
        lambda tx, actor: answering.answer(tx, 1, "This.", actor=actor, now=NOW),
    ),
    "answering.close": (Right.ANSWER, _sending(answering.close)),
    "answering.switch": (
        Right.TEAM,
        lambda tx, actor: answering.switch(tx, on=True, actor=actor, now=NOW),
    ),
    "alerts.draft": (
        Right.COMPOSE,
        lambda tx, actor: alerts.draft(tx, ActionKind.SIGN, base="en", actor=actor, now=NOW),
    ),
    "alerts.drafts": (Right.LOOK, lambda tx, actor: alerts.drafts(tx, limit=3, actor=actor)),
    "alerts.get": (Right.LOOK, lambda tx, actor: alerts.get(tx, 1, actor=actor)),
    "alerts.unsent": (Right.LOOK, lambda tx, actor: alerts.unsent(tx, 1, actor=actor)),
    "alerts.is_sent": (Right.LOOK, lambda tx, actor: alerts.is_sent(tx, 1, actor=actor)),
    "alerts.set_link": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_link(tx, 1, None, actor=actor, now=NOW),
    ),
    "alerts.write": (Right.COMPOSE, lambda tx, actor: alerts.write(tx, 1, words(), actor=actor, now=NOW)),
    "alerts.set_kind": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_kind(tx, 1, ActionKind.CALL, actor=actor, now=NOW),
    ),
    "alerts.set_urgent": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_urgent(tx, 1, True, actor=actor, now=NOW),
    ),
    "alerts.set_reminds": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_reminds(tx, 1, False, actor=actor, now=NOW),
    ),
    "alerts.take_back": (
        Right.COMPOSE,
        lambda tx, actor: alerts.take_back(tx, 1, "en", revision=1, actor=actor, now=NOW),
    ),
    "alerts.revise": (
        Right.COMPOSE,
        lambda tx, actor: alerts.revise(tx, draft(), draft(), actor=actor, now=NOW),
    ),
    "translations.choose": (
        Right.COMPOSE,
        lambda tx, actor: translations.choose(
            tx, 1, None, Choice.BASE, among=("ar",), seen="0", actor=actor, now=NOW
        ),
    ),
    "translations.base_changes": (
        Right.LOOK,
        lambda tx, actor: translations.base_changes(tx, draft(), "ar", actor=actor),
    ),
    "translations.chosen_by": (
        Right.LOOK,
        lambda tx, actor: translations.chosen_by(tx, draft(), actor=actor),
    ),
    "checks.look": (
        Right.LOOK,
        lambda tx, actor: checks.look(tx, draft(), paid=False, zone=UTC, actor=actor, now=NOW),
    ),
    "checks.acknowledge": (
        Right.ACKNOWLEDGE,
        lambda tx, actor: checks.acknowledge(tx, 1, mark="0", paid=False, zone=UTC, actor=actor, now=NOW),
    ),
    "checks.require_seen": (
        Right.LOOK,
        lambda tx, actor: checks.require_seen(tx, draft(), paid=False, zone=UTC, actor=actor, now=NOW),
    ),
    "checks.require_unblocked": (
        Right.LOOK,
        lambda tx, actor: checks.require_unblocked(tx, draft(), actor=actor, now=NOW),
    ),
    "sightings.waiting": (Right.COMPOSE, lambda tx, actor: sightings.waiting(tx, page=0, actor=actor)),
    "sightings.accepted": (Right.LOOK, lambda tx, actor: sightings.accepted(tx, page=0, actor=actor)),
    "sightings.count_waiting": (Right.LOOK, lambda tx, actor: sightings.count_waiting(tx, actor=actor)),
    "sightings.decide": (
        Right.COMPOSE,
        lambda tx, actor: sightings.decide(tx, 1, SightingState.ACCEPTED, actor=actor, now=NOW),
    ),
    "team_tests.begin": (Right.COMPOSE, _sending(team_tests.begin)),
    "alerts.written_in": (Right.LOOK, lambda tx, actor: alerts.written_in(tx, 1, actor=actor)),
    "reaching.reach_of": (Right.LOOK, lambda tx, actor: reaching.reach_of(tx, draft(), actor=actor)),
    "alert_fields.set_field": (
        Right.COMPOSE,
        lambda tx, actor: alert_fields.set_field(tx, 1, FieldName.LINK, None, actor=actor, now=NOW),
    ),
    "co_writing.begin": (
        Right.COMPOSE,
        lambda tx, actor: co_writing.begin(tx, 1, "en", actor=actor, now=NOW),
    ),
    "co_writing.end": (Right.LOOK, lambda tx, actor: co_writing.end(tx, actor=actor)),
    "co_writing.others": (
        Right.LOOK,
        lambda tx, actor: co_writing.others(tx, 1, actor=actor, now=NOW),
    ),
    "pictures.set_picture": (
        Right.COMPOSE,
        lambda tx, actor: pictures.set_picture(tx, 1, None, actor=actor, now=NOW),
    ),
    "drafts.duplicate": (Right.COMPOSE, _sending(drafts.duplicate)),
    "alerts.set_audience": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_audience(tx, 1, EVERYBODY, actor=actor, now=NOW),
    ),
    "audiences.get": (Right.COMPOSE, lambda tx, actor: audiences.get(tx, AN_ALERT, actor=actor)),
    "audiences.add": (Right.COMPOSE, _building(audiences.add, EVERYBODY.terms[0])),
    "audiences.use_segment": (Right.COMPOSE, _building(audiences.use_segment, 1)),
    "audiences.turn_locale": (Right.COMPOSE, _building(audiences.turn_locale, "ar")),
    "audiences.negate": (Right.COMPOSE, _building(audiences.negate, 1)),
    "audiences.drop": (Right.COMPOSE, _building(audiences.drop, 1)),
    "audiences.start_anew": (Right.COMPOSE, _building(audiences.start_anew)),
    "audiences.sample": (
        Right.COMPOSE,
        lambda tx, actor: audiences.sample(tx, AN_ALERT, percent=5, actor=actor),
    ),
    "audiences.names": (Right.LOOK, lambda tx, actor: audiences.names(tx, EVERYBODY, actor=actor)),
    "audiences.sources": (Right.COMPOSE, lambda tx, actor: audiences.sources(tx, actor=actor)),
    "audiences.shared_places": (
        Right.COMPOSE,
        lambda tx, actor: audiences.shared_places(tx, actor=actor),
    ),
    "counting.count": (Right.LOOK, lambda tx, actor: counting.count(tx, EVERYBODY, actor=actor)),
    "counting.locales_of_everybody": (
        Right.LOOK,
        lambda tx, actor: counting.locales_of_everybody(tx, EVERYBODY, actor=actor),
    ),
    "counting.count_exactly": (
        Right.SEND,
        lambda tx, actor: counting.count_exactly(tx, EVERYBODY, actor=actor),
    ),
    "segments.listed": (Right.COMPOSE, lambda tx, actor: segments.listed(tx, actor=actor)),
    "segments.get": (Right.COMPOSE, lambda tx, actor: segments.get(tx, 1, actor=actor)),
    "segments.in_use": (Right.COMPOSE, lambda tx, actor: segments.in_use(tx, 1, actor=actor)),
    "segments.save": (
        Right.COMPOSE,
        lambda tx, actor: segments.save(tx, "A", EVERYBODY, actor=actor, now=NOW),
    ),
    "segments.rename": (Right.COMPOSE, lambda tx, actor: segments.rename(tx, 99, "A", actor=actor, now=NOW)),
    "segments.redefine": (
        Right.COMPOSE,
        lambda tx, actor: segments.redefine(tx, 99, EVERYBODY, actor=actor, now=NOW),
    ),
    "segments.remove": (Right.COMPOSE, lambda tx, actor: segments.remove(tx, 99, actor=actor, now=NOW)),
    "segments.current": (Right.COMPOSE, lambda tx, actor: segments.current(tx, EVERYBODY, actor=actor)),
    "approvals.has_second_look": (
        Right.LOOK,
        lambda tx, actor: approvals.has_second_look(tx, draft(), paid=False, actor=actor),
    ),
    "broadcasts.reach_to_confirm": (
        Right.SEND,
        lambda tx, actor: broadcasts.reach_to_confirm(tx, draft(), paid=False, actor=actor),
    ),
    "approvals.propose": (
        Right.APPROVE,
        lambda tx, actor: approvals.propose(tx, 1, paid=False, actor=actor),
    ),
    "approvals.approve": (
        Right.APPROVE,
        lambda tx, actor: approvals.approve(tx, 1, seen="", paid=False, zone=UTC, actor=actor, now=NOW),
    ),
    "approvals.is_approved": (
        Right.LOOK,
        lambda tx, actor: approvals.is_approved(tx, draft(), paid=False, actor=actor),
    ),
    "audit_log.page": (Right.LOOK, lambda tx, actor: audit_log.page(tx, before=0, actor=actor)),
    "audit_log.compare": (Right.LOOK, lambda tx, actor: audit_log.compare(tx, CHECKPOINT, actor=actor)),
    "broadcasts.send": (
        Right.SEND,
        lambda tx, actor: broadcasts.send(tx, 1, confirmed=1, paid=False, actor=actor, now=NOW),
    ),
    "alerts.set_start": (
        Right.COMPOSE,
        lambda tx, actor: alerts.set_start(tx, 1, ON_CONFIRMATION, actor=actor, now=NOW),
    ),
    "broadcasts.require_sendable": (
        Right.SEND,
        lambda tx, actor: broadcasts.require_sendable(tx, 1, confirmed=1, paid=False, actor=actor, now=NOW),
    ),
    "due.due": (Right.LOOK, lambda tx, actor: due.due(tx, actor=actor)),
    "due.take_off": (Right.SEND, _sending(due.take_off)),
    "due.leave_out": (Right.SEND, _sending(due.leave_out)),
    "outlook.outlook": (Right.LOOK, lambda tx, actor: outlook.outlook(tx, draft(), actor=actor, now=NOW)),
    "series.repeat": (
        Right.SEND,
        lambda tx, actor: series.repeat(tx, 1, confirmed=1, paid=False, actor=actor, now=NOW),
    ),
    "series.end": (Right.SEND, lambda tx, actor: series.end(tx, 1, actor=actor, now=NOW)),
    "series.go_on": (Right.SEND, _sending(series.go_on)),
    "series.of_alert": (Right.LOOK, lambda tx, actor: series.of_alert(tx, 1, actor=actor)),
    "steering.start_now": (Right.SEND, _sending(steering.start_now)),
    "steering.pause": (Right.SEND, _sending(steering.pause)),
    "steering.resume": (Right.SEND, _sending(steering.resume)),
    "steering.cancel": (Right.SEND, _sending(steering.cancel)),
    "broadcast_progress.progress": (
        Right.LOOK,
        lambda tx, actor: broadcast_progress.progress(tx, 1, actor=actor),
    ),
    "broadcasts.require_not_recalled": (
        Right.LOOK,
        lambda tx, actor: broadcasts.require_not_recalled(tx, 1, actor=actor),
    ),
    "alerts.is_going_out": (Right.LOOK, lambda tx, actor: alerts.is_going_out(tx, 1, actor=actor)),
    "alerts.discard": (Right.COMPOSE, _sending(alerts.discard)),
    "approvals.approvable": (Right.LOOK, lambda tx, actor: approvals.approvable(tx, 1, actor=actor)),
    "approvals.halted": (Right.LOOK, lambda tx, actor: approvals.halted(tx, 1, actor=actor)),
    "approvals.colleagues": (Right.COMPOSE, lambda tx, actor: approvals.colleagues(tx, 1, actor=actor)),
    "approvals.authors": (Right.LOOK, lambda tx, actor: approvals.authors(tx, 1, actor=actor)),
    "approvals.unseen_editors": (
        Right.LOOK,
        lambda tx, actor: approvals.unseen_editors(tx, 1, actor=actor),
    ),
    "growth.grown": (
        Right.LOOK,
        lambda tx, actor: growth.grown(tx, GrowthBy.WEEK, actor=actor, now=NOW),
    ),
    "growth.sources": (Right.LOOK, lambda tx, actor: growth.sources(tx, actor=actor, now=NOW)),
    "growth.source": (Right.LOOK, lambda tx, actor: growth.source(tx, 1, actor=actor, now=NOW)),
    "growth.source_under": (Right.LOOK, lambda tx, actor: growth.source_under(tx, "k7m2p9qa", actor=actor)),
    "growth.add_source": (
        Right.COMPOSE,
        lambda tx, actor: growth.add_source(tx, "Poster", actor=actor, now=NOW),
    ),
    "reports.latest": (Right.LOOK, lambda tx, actor: reports.latest(tx, limit=3, actor=actor)),
    "reports.report": (Right.LOOK, lambda tx, actor: reports.report(tx, 1, actor=actor)),
    "approvals.working_alone": (Right.LOOK, lambda tx, actor: approvals.working_alone(tx, actor=actor)),
    "reviews.submit": (
        Right.COMPOSE,
        lambda tx, actor: reviews.submit(tx, 1, paid=False, actor=actor, now=NOW),
    ),
    "reviews.standing": (
        Right.LOOK,
        lambda tx, actor: reviews.standing(tx, draft(), paid=False, actor=actor),
    ),
    "reviews.states": (Right.LOOK, lambda tx, actor: reviews.states(tx, [], paid=False, actor=actor)),
    "reviews.look": (Right.LOOK, lambda tx, actor: reviews.look(tx, 1, actor=actor)),
    "reviews.may_return": (
        Right.APPROVE,
        lambda tx, actor: reviews.may_return(tx, 1, seen="0", paid=False, actor=actor),
    ),
    "reviews.give_back": (
        Right.APPROVE,
        lambda tx, actor: reviews.give_back(tx, 1, "No.", seen="0", paid=False, actor=actor, now=NOW),
    ),
    "reviews.outdated": (Right.LOOK, lambda tx, actor: reviews.outdated(tx, actor=actor, now=NOW)),
    "working_alone.may_switch_on": (Right.TEAM, _alone(working_alone.may_switch_on)),
    "working_alone.switch_on": (Right.TEAM, _alone(working_alone.switch_on)),
    "working_alone.switch_off": (Right.TEAM, _alone(working_alone.switch_off)),
    "working_alone.end_if_over": (Right.LOOK, _alone(working_alone.end_if_over)),
    "overview.halt_all": (
        Right.LOOK,
        lambda tx, actor: overview.halt_all(tx, actor=actor, now=NOW),
    ),
    "overview.unfinished": (Right.LOOK, lambda tx, actor: overview.unfinished(tx, actor=actor)),
    "overview.latest": (Right.LOOK, lambda tx, actor: overview.latest(tx, limit=3, actor=actor)),
    "follow_ups.people_to_recall": (Right.SEND, _sending(follow_ups.people_to_recall)),
    "follow_ups.write_anew": (Right.COMPOSE, _sending(follow_ups.write_anew)),
    "follow_ups.recall": (
        Right.SEND,
        lambda tx, actor: follow_ups.recall(tx, 1, confirmed=1, actor=actor, now=NOW),
    ),
    "follow_ups.resend_unknown": (Right.SEND, _sending(follow_ups.resend_unknown)),
    "follow_ups.begin_correction": (Right.COMPOSE, _sending(follow_ups.begin_correction)),
    "team.invite_colleague": (
        Right.TEAM,
        lambda tx, actor: team.invite_colleague(tx, Role.VIEWER, actor=actor, now=NOW),
    ),
    "team.invitations": (Right.TEAM, lambda tx, actor: team.invitations(tx, actor=actor, now=NOW)),
    "team.revoke": (Right.TEAM, lambda tx, actor: team.revoke(tx, "0" * 32, actor=actor, now=NOW)),
    "team.members": (Right.LOOK, lambda tx, actor: team.members(tx, actor=actor)),
    "team.member": (Right.LOOK, lambda tx, actor: team.member(tx, 999, actor=actor)),
    "team.contacts": (Right.LOOK, lambda tx, actor: team.contacts(tx, Right.LOOK, actor=actor)),
    "team.rename": (Right.LOOK, lambda tx, actor: team.rename(tx, "Dana", actor=actor, now=NOW)),
    "membership.change_role": (
        Right.TEAM,
        lambda tx, actor: membership.change_role(tx, 999, Role.VIEWER, actor=actor, now=NOW),
    ),
    "membership.remove": (Right.TEAM, lambda tx, actor: membership.remove(tx, 999, actor=actor, now=NOW)),
    "drafts.add": (Right.COMPOSE, lambda tx, actor: drafts.add(tx, draft(), actor=actor, now=NOW)),
}
"""What each service needs, and how it is called; with an empty database every one ends early."""


def services() -> dict[str, Callable[..., Any]]:
    """Return every public function of the services that is given a transaction."""

    def of(module: ModuleType) -> dict[str, Callable[..., Any]]:
        name = module.__name__.rpartition(".")[2]
        return {
            f"{name}.{function.__name__}": function
            for _, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__
            and not function.__name__.startswith("_")
            and "tx" in inspect.signature(function).parameters
        }

    return {name: function for module in SERVICES for name, function in of(module).items()}


def test_every_service_takes_who_acts() -> None:
    """A service that shows or changes what is the organizers' asks who does; each exception has its reason."""
    found = services()
    without = {
        name
        for name, function in found.items()
        if (actor := inspect.signature(function).parameters.get("actor")) is None
        or actor.kind is not inspect.Parameter.KEYWORD_ONLY
        or actor.default is not inspect.Parameter.empty
    }
    assert without == set(WITHOUT_ACTOR)
    assert set(CALLS) == set(found) - without


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_each_role(store: Store, appoint: Appoint, role: Role) -> None:
    """Each role may call exactly the services that its rights name."""
    async with store.transaction() as tx:
        actor = await appoint(tx, role)
        for name, (right, call) in CALLS.items():
            refused = False
            try:
                await call(tx, actor)
            except (MayNotAnswer, MayNotApprove, MayNotCompose, MayNotManage):
                refused = True
            except CampaignError:
                pass
            assert refused is (right not in RIGHTS[role]), (name, role)
