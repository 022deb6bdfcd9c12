"""Approvals that are wrong on purpose, each in one way that has been seen here or in the wild."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.delivery import starting
from bot.domain.alert import Alert
from bot.domain.approval import Approval, Approvers
from bot.domain.approval import decide as decide_rightly
from bot.domain.broadcast import Broadcast
from bot.domain.canonical import sha256_of
from bot.domain.organizer import Organizer, Right, Role
from bot.domain.plan import Plan, plan_of
from bot.domain.revision import Source
from bot.handlers import sending
from bot.handlers.request import Request
from bot.handlers.routes import TABLE
from bot.services import approvals
from bot.store.alerts import Alerts
from bot.store.plans import Plans
from bot.store.store import Transaction
from bot.telegram_io.broadcast_buttons import AskToSend
from bot.telegram_io.replies import Reply
from tests.worlds.mutants import Apply, Mutants

MUTANTS = Mutants()


def mutant(invariant: str, *, team: int) -> Callable[[Apply], Apply]:
    """Enter a mutant that this team was seen to get through; it is the first to try."""
    return MUTANTS.enter(str(team), invariant)


@mutant("approved alone", team=18)
def only_the_creator_is_an_author(patch: pytest.MonkeyPatch) -> None:
    def creator(revisions: Any, _approvals: Any) -> set[int]:
        return {next(iter(revisions)).editor_id}

    patch.setattr(approvals, "editors_since_approval", creator)


@mutant("approved alone", team=6)
def only_the_last_editor_is_an_author(patch: pytest.MonkeyPatch) -> None:
    def last(revisions: Any, _approvals: Any) -> set[int]:
        return {list(revisions)[-1].editor_id}

    patch.setattr(approvals, "editors_since_approval", last)


@mutant("approved alone", team=40)
def an_authors_own_approval_ends_what_they_wrote(patch: pytest.MonkeyPatch) -> None:
    def since_any(revisions: Any, given: Any) -> set[int]:
        seen = max((each.revision or 0 for each in given), default=0)
        return {each.editor_id for each in revisions if each.number > seen}

    patch.setattr(approvals, "editors_since_approval", since_any)


@mutant("approved alone", team=57)
def whoever_gets_rid_of_the_others_is_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.approval.alone_from", lambda _: None)
    patch.setattr("bot.services.working_alone.alone_from", lambda _: None)


@mutant("approved alone", team=2)
def an_owner_may_always(patch: pytest.MonkeyPatch) -> None:
    def decide(by: Organizer, *, editors: Any, approvers: Approvers) -> bool | None:
        decided = decide_rightly(by, editors=editors, approvers=approvers)
        return True if decided is None and by.role is Role.OWNER else decided

    patch.setattr(approvals, "decide", decide)


@mutant("approved alone", team=5)
def whoever_is_alone_works_alone(patch: pytest.MonkeyPatch) -> None:
    def decide(by: Organizer, *, editors: Any, approvers: Approvers) -> bool | None:
        decided = decide_rightly(by, editors=editors, approvers=approvers)
        return True if decided is None and approvers.ids == {by.id} else decided

    patch.setattr(approvals, "decide", decide)


@mutant("approved alone", team=18)
def edits_are_the_authors(patch: pytest.MonkeyPatch) -> None:
    revise = Alerts.revise

    async def under_the_author(
        self: Alerts, alert: Alert, *, editor_id: int | None, now: datetime, source: Source | None = None
    ) -> Alert:
        del editor_id
        return await revise(self, alert, editor_id=alert.author_id, now=now, source=source)

    patch.setattr(Alerts, "revise", under_the_author)


@mutant("approved without the right", team=4)
def everybody_approves(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approvals, "authorize", lambda *_: None)
    patch.setattr("bot.services.team.authorize", lambda *_: None)
    patch.setattr("bot.handlers.route.authorize", lambda *_: None)
    patch.setattr(approvals, "decide", lambda by, *, editors, **_: False if by.id not in editors else None)


@mutant("approved unseen", team=1)
def what_was_seen_is_not_compared(patch: pytest.MonkeyPatch) -> None:
    class Same(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, _other: object) -> bool:
            return True

        def __ne__(self, _other: object) -> bool:
            return False

    seen = approvals.Proposal.seen.fget  # type: ignore[attr-defined]
    patch.setattr(approvals.Proposal, "seen", property(lambda self: Same(seen(self))))


@mutant("approved unseen", team=14)
def a_part_of_the_hash_is_enough(patch: pytest.MonkeyPatch) -> None:
    class Beginning(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __ne__(self, other: object) -> bool:
            return not self.startswith(str(other))

    seen = approvals.Proposal.seen.fget  # type: ignore[attr-defined]
    patch.setattr(approvals.Proposal, "seen", property(lambda self: Beginning(seen(self))))


@mutant("approved unseen", team=0)
def to_send_is_to_approve(patch: pytest.MonkeyPatch) -> None:
    route = TABLE.buttons[AskToSend]

    async def approving(request: Request, button: AskToSend) -> list[Reply]:
        actor, alert_id = request.organizer, button.alert_id
        if actor is not None and actor.may(Right.APPROVE) and actor.may(Right.SEND):
            shown = await approvals.propose(request.tx, alert_id, paid=False, actor=actor)
            await approvals.approve(
                request.tx, alert_id, seen=shown.seen, paid=False, zone=UTC, actor=actor, now=request.now
            )
        return await sending.ask_to_send(request, button)

    patch.setitem(TABLE.buttons, AskToSend, replace(route, handle=approving))


def alone_once_is_alone_for_good(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.store.plans.stands", lambda *_, **__: True)


@mutant("sent alone", team=15)
def who_came_and_went_does_not_count(patch: pytest.MonkeyPatch) -> None:
    def as_before(approval: Approval, *, approvers: Approvers) -> bool:
        return not approval.by_author or not approvers.ids - {approval.organizer_id}

    patch.setattr("bot.store.plans.stands", as_before)


@mutant("sent alone", team=15)
def the_engine_does_not_ask_who_could_have(patch: pytest.MonkeyPatch) -> None:
    right = starting._is_approved

    async def by_anybody(tx: Transaction, broadcast: Broadcast, alert: Alert, *, paid: bool) -> bool:
        approved = await tx.plans.is_approved(alert.id, plan_of(alert, paid=paid))
        return approved or await right(tx, broadcast, alert, paid=paid)

    patch.setattr(starting, "_is_approved", by_anybody)


@mutant("sent unapproved", team=32)
def the_plan_leaves_out_the_words(patch: pytest.MonkeyPatch) -> None:
    def of_the_rest(self: Plan) -> str:
        return sha256_of({name: said for name, said in self.as_json().items() if name != "words"})

    patch.setattr(Plan, "sha256", property(of_the_rest))


@mutant("confirmed alone", team=24)
def any_approval_will_do(patch: pytest.MonkeyPatch) -> None:
    async def ever(self: Plans, alert_id: int, _plan: Plan, **_: Any) -> bool:
        return bool(await self.approvals(alert_id))

    patch.setattr(Plans, "is_approved", ever)


@mutant("sent unapproved", team=0)
def nobody_asks(patch: pytest.MonkeyPatch) -> None:
    async def always(_self: Plans, _alert_id: int, _plan: Plan, **_: Any) -> bool:
        return True

    patch.setattr(Plans, "is_approved", always)
