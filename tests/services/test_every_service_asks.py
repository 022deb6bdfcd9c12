"""Permission belongs to the services: each asks who acts, and each role may do exactly what it should."""

import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

from bot.domain.alert import ActionKind
from bot.domain.organizer import RIGHTS, Organizer, Right, Role
from bot.errors import CampaignError
from bot.services import (
    alert_file,
    alerts,
    approvals,
    broadcasts,
    conversations,
    follow_ups,
    overview,
    privacy,
    reviews,
    subscriptions,
    team,
    working_alone,
)
from bot.services.team import MayNotApprove, MayNotCompose, MayNotManage
from bot.store.store import Store, Transaction
from tests.making import NOW, draft, words
from tests.services.conftest import Appoint

SERVICES = (
    alert_file,
    alerts,
    approvals,
    broadcasts,
    conversations,
    follow_ups,
    overview,
    privacy,
    reviews,
    subscriptions,
    team,
    working_alone,
)

WITHOUT_ACTOR = {
    "broadcasts.report": "the job that keeps progress messages tells whoever began the broadcast",
    "conversations.end": "everybody's own",
    "conversations.save": "everybody's own",
    "conversations.step": "everybody's own",
    "privacy.erase": "everybody's own",
    "privacy.held": "everybody's own",
    "subscriptions.blocked": "everybody's own",
    "subscriptions.choose_language": "everybody's own",
    "subscriptions.find": "everybody's own",
    "subscriptions.greet": "everybody's own",
    "subscriptions.language": "everybody's own",
    "subscriptions.join": "everybody's own",
    "subscriptions.leave": "everybody's own",
    "subscriptions.pause": "everybody's own",
    "subscriptions.resume": "everybody's own",
    "subscriptions.undo_leaving": "everybody's own",
    "team.appoint_owners": "the operator's settings name the first owners",
    "team.claim": "whoever holds the one-time code; they have no role before",
    "team.everybody": "at the start of the program everybody gets their menu",
    "team.find": "finds out who acts",
    "team.invite": "the operator's command line makes the first owner",
    "team.require": "finds out who acts",
}
"""Services that touch the database without asking for an organizer, and why."""

Call = Callable[[Transaction, Organizer], Awaitable[Any]]


def _sending(of: Any) -> Call:
    return lambda tx, actor: of(tx, 1, actor=actor, now=NOW)


def _alone(of: Any) -> Call:
    return lambda tx, actor: of(tx, actor=actor, now=NOW)


CALLS: dict[str, tuple[Right, Call]] = {
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
    "alerts.take_back": (
        Right.COMPOSE,
        lambda tx, actor: alerts.take_back(tx, 1, "en", revision=1, actor=actor, now=NOW),
    ),
    "alerts.keep": (
        Right.COMPOSE,
        lambda tx, actor: alerts.keep(tx, 1, None, seen="0", actor=actor, now=NOW),
    ),
    "alerts.written_in": (Right.LOOK, lambda tx, actor: alerts.written_in(tx, 1, actor=actor)),
    "alerts.reach_of": (Right.LOOK, lambda tx, actor: alerts.reach_of(tx, draft(), actor=actor)),
    "approvals.propose": (
        Right.APPROVE,
        lambda tx, actor: approvals.propose(tx, 1, paid=False, actor=actor),
    ),
    "approvals.approve": (
        Right.APPROVE,
        lambda tx, actor: approvals.approve(tx, 1, seen="", paid=False, actor=actor, now=NOW),
    ),
    "approvals.is_approved": (
        Right.LOOK,
        lambda tx, actor: approvals.is_approved(tx, draft(), paid=False, actor=actor),
    ),
    "broadcasts.send": (
        Right.SEND,
        lambda tx, actor: broadcasts.send(tx, 1, confirmed=1, paid=False, actor=actor, now=NOW),
    ),
    "broadcasts.start_now": (Right.SEND, _sending(broadcasts.start_now)),
    "broadcasts.pause": (Right.SEND, _sending(broadcasts.pause)),
    "broadcasts.resume": (Right.SEND, _sending(broadcasts.resume)),
    "broadcasts.cancel": (Right.SEND, _sending(broadcasts.cancel)),
    "broadcasts.progress": (Right.LOOK, lambda tx, actor: broadcasts.progress(tx, 1, actor=actor)),
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
    "team.rename": (Right.LOOK, lambda tx, actor: team.rename(tx, "Dana", actor=actor)),
    "team.change_role": (
        Right.TEAM,
        lambda tx, actor: team.change_role(tx, 999, Role.VIEWER, actor=actor, now=NOW),
    ),
    "team.remove": (Right.TEAM, lambda tx, actor: team.remove(tx, 999, actor=actor, now=NOW)),
}
"""What each service needs, and how it is called; with an empty database every one ends early."""


def _services() -> dict[str, Callable[..., Any]]:
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
    found = _services()
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
            except (MayNotApprove, MayNotCompose, MayNotManage):
                refused = True
            except CampaignError:
                pass
            assert refused is (right not in RIGHTS[role]), (name, role)
