"""Wrong versions of the switch, of cooling, of returning and of ending approvals, each caught in its scenario."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.approval import Approval, Approvers, WorkingAlone, editors_since_approval, stands
from bot.domain.approval import decide as decide_rightly
from bot.domain.canonical import sha256_of
from bot.domain.cooling import approves_from
from bot.domain.organizer import Organizer, Role
from bot.domain.plan import Plan
from bot.domain.revision import Revision
from bot.services import approval_rights, approvals, reviews, working_alone
from bot.services.team import Contact
from bot.store.plans import Plans
from bot.store.store import Transaction
from bot.store.team import Organizers
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


@mutant("newcomer", "approved while cooling")
def nobody_cools(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approvals, "cools_for", lambda *_, **__: timedelta(0))


@mutant("promoted", "approved while cooling")
def only_who_joins_cools(patch: pytest.MonkeyPatch) -> None:
    def on_joining(before: Role | None, role: Role, **more: Any) -> datetime | None:
        return approves_from(before, role, **more) if before is None else None

    patch.setattr(approval_rights, "approves_from", on_joining)


@mutant("made_owner", "approved while cooling")
def every_owner_is_cool(patch: pytest.MonkeyPatch) -> None:
    def but_owners(before: Role | None, role: Role, **more: Any) -> datetime | None:
        return None if role is Role.OWNER else approves_from(before, role, **more)

    patch.setattr(approval_rights, "approves_from", but_owners)


@mutant("never_switched", "approved alone")
def nobody_else_is_enough(patch: pytest.MonkeyPatch) -> None:
    def decide(by: Organizer, *, editors: Collection[int], approvers: Approvers) -> bool | None:
        decided = decide_rightly(by, editors=editors, approvers=approvers)
        return True if decided is None and approvers.ids == {by.id} else decided

    patch.setattr(approvals, "decide", decide)


@mutant("joined_meanwhile", "sent alone")
def the_switch_outlives_a_colleague(patch: pytest.MonkeyPatch) -> None:
    def once(approvers: Approvers) -> WorkingAlone | None:
        return approvers.alone

    async def never_over(_tx: Transaction, **_: Any) -> bool:
        return False

    patch.setattr("bot.domain.approval.works_alone", once)
    patch.setattr(working_alone, "end_if_over", never_over)


@mutant("came_and_went", "sent alone")
def the_switch_returns_when_a_colleague_goes(patch: pytest.MonkeyPatch) -> None:
    def while_nobody_else(approvers: Approvers) -> WorkingAlone | None:
        alone = approvers.alone
        return alone if alone is not None and approvers.ids == {alone.organizer_id} else None

    async def never_over(_tx: Transaction, **_: Any) -> bool:
        return False

    patch.setattr("bot.domain.approval.works_alone", while_nobody_else)
    patch.setattr(working_alone, "end_if_over", never_over)


@mutant("rid_of", "works alone too soon")
def alone_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.approval.alone_from", lambda _: None)
    patch.setattr(working_alone, "alone_from", lambda _: None)


@mutant("beside_others", "works alone with others")
def alone_beside_others(patch: pytest.MonkeyPatch) -> None:
    async def may(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(working_alone, "may_switch_on", may)


@mutant("switched_off", "sent alone")
def the_switch_off_ends_nothing(patch: pytest.MonkeyPatch) -> None:
    def under_any(approval: Approval, *, approvers: Approvers) -> bool:
        nobody_else = not approvers.ids - {approval.organizer_id}
        return stands(approval, approvers=approvers) or (approval.by_author and nobody_else)

    async def nothing(*_: Any, **__: Any) -> list[int]:
        return []

    patch.setattr("bot.store.plans.stands", under_any)
    patch.setattr(Plans, "void_by_authors", nothing)


@mutant("returned", "sent alone")
def what_is_returned_stays_approved(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    patch.setattr(Plans, "void_all", nothing)


@mutant("taken_back", "sent alone")
def an_edit_taken_back_was_none(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> list[Any]:
        return []

    patch.setattr(reviews, "outdated", nothing)


@mutant("removed", "sent alone")
def who_is_removed_has_approved(patch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> list[int]:
        return []

    patch.setattr(Plans, "void", nothing)


@mutant("removed_between_card_and_tap", "approved without the right")
def who_was_an_approver_a_moment_ago(patch: pytest.MonkeyPatch) -> None:
    right = Organizers.get

    async def as_before(self: Organizers, organizer_id: int, *, lock: bool = False) -> Organizer | None:
        found = await right(self, organizer_id)
        if not lock:
            return found
        return Organizer(id=organizer_id, role=Role.OWNER, since=datetime(2026, 1, 1).date())  # noqa: DTZ001

    patch.setattr(Organizers, "get", as_before)


@mutant("chose_the_audience", "approved alone")
def who_chooses_the_audience_is_no_author(patch: pytest.MonkeyPatch) -> None:
    def of_words(revisions: list[Revision], given: list[Approval]) -> set[int]:
        kept, last = [], None
        for each in revisions:
            if each.content["translations"] != last:
                kept.append(each)
            last = each.content["translations"]
        return editors_since_approval(kept, given)

    patch.setattr(approvals, "editors_since_approval", of_words)


@mutant("another_audience", "sent alone")
def the_plan_leaves_out_the_audience(patch: pytest.MonkeyPatch) -> None:
    def of_the_rest(self: Plan) -> str:
        return sha256_of({name: said for name, said in self.as_json().items() if name != "audience"})

    patch.setattr(Plan, "sha256", property(of_the_rest))


@mutant("returned_by_a_viewer", "returned without the right")
def everybody_returns(patch: pytest.MonkeyPatch) -> None:
    async def unasked(
        tx: Transaction, alert_id: int, note: str, *, seen: str, now: datetime, actor: Organizer, paid: bool
    ) -> list[Contact]:
        del note, seen, actor, paid
        await tx.plans.void_all(alert_id, now=now)
        return []

    patch.setattr(reviews, "give_back", unasked)


@mutant("stale_card", "approved unseen")
def the_alert_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(approvals.Proposal, "seen", property(lambda self: Anything(self.plan.sha256)))


class Anything(str):
    """Equals whatever it is compared with."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, _other: object) -> bool:
        return True

    def __ne__(self, _other: object) -> bool:
        return False
