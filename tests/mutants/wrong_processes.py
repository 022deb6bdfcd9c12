"""Processes that are wrong on purpose, each in one way: what several of them together must be caught at."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.chat_pace import ChatPace
from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.start_times import Grant
from bot.domain.budget import Budget, merge_refusals
from bot.domain.delivery import DeliveryState
from bot.domain.pacing import Refusals
from bot.store import inbox
from bot.store.budget import Budgets
from bot.store.carrying import Carrying
from bot.store.deliveries import Deliveries
from bot.store.erasing import Erasing
from bot.store.reminders import Planned, Reminders
from bot.store.schema import deliveries, digest_entries
from bot.store.series import AllSeries, Occurrences

Apply = Callable[[pytest.MonkeyPatch], None]


def sends_whatever_it_claimed(patch: pytest.MonkeyPatch) -> None:
    """Send what was claimed, however long the commit took: neither the lease nor the rate is looked at again."""

    async def may_start(_self: Governor, _grant: Grant) -> bool:
        return True

    patch.setattr(Heartbeat, "holds_since", lambda _self, _claimed_at: True)
    patch.setattr(Governor, "may_start", may_start)


def spends_a_budget_of_its_own(patch: pytest.MonkeyPatch) -> None:
    """Share the rate with nobody."""
    mine: list[Budget] = []
    load_shared = Budgets.load

    async def load(self: Budgets) -> tuple[Budget, float]:
        shared, now = await load_shared(self)
        return (mine[0] if mine else shared), now

    async def save(_self: Budgets, changed: Budget) -> None:
        mine[:] = [changed]

    patch.setattr(Budgets, "load", load)
    patch.setattr(Budgets, "save", save)


def begins_what_has_begun(patch: pytest.MonkeyPatch) -> None:
    """Let an occurrence begin without looking whether another scheduler does."""

    async def mark(*_given: Any, **_about: Any) -> bool:
        return True

    patch.setattr(AllSeries, "find", AllSeries.look)
    patch.setattr(Occurrences, "mark", mark)


def overtakes_in_a_chat(patch: pytest.MonkeyPatch) -> None:
    """Apply an update while another process has an earlier one of its chat."""
    patch.setattr(inbox, "comes_earlier", lambda *_which: sa.false())


def sends_again_what_was_lost(patch: pytest.MonkeyPatch) -> None:
    """Take what a dead sender had on the wire for not sent."""

    async def settle_lost(self: Deliveries, workers: list[str]) -> int:
        moved = await self._transitions.move_everywhere(
            DeliveryState.INFLIGHT, DeliveryState.PENDING, deliveries.c.worker.in_(workers)
        )
        return sum(map(len, moved.values()))

    patch.setattr(Deliveries, "settle_lost", settle_lost)


def knows_no_end(patch: pytest.MonkeyPatch) -> None:
    """Remind once more, bring in digests what earlier ones brought, keep who is erased, and wait for no 429."""
    for apply in (reminds_again, brings_again, keeps_the_erased, waits_for_nobody):
        apply(patch)


def reminds_again(patch: pytest.MonkeyPatch) -> None:
    """Let each reminder be followed by another."""
    set_queued = Reminders.set_queued

    async def and_again(self: Reminders, planned: Planned, remind_id: int) -> None:
        await set_queued(self, planned, remind_id)
        if planned.reminder.number == 1:
            await self.plan(planned.broadcast_id, [replace(planned.reminder, number=2)])

    patch.setattr(Reminders, "set_queued", and_again)


def brings_again(patch: pytest.MonkeyPatch) -> None:
    """Let what a digest brought somebody wait for their next one, the first time."""
    note_ended = Carrying.note_ended
    again: set[int] = set()

    async def and_again(self: Carrying, digest_id: int, moved: Mapping[int, Any]) -> None:
        await note_ended(self, digest_id, moved)
        who = sorted(moved.keys() - again)
        again.update(who)
        theirs = (digest_entries.c.digest_id == digest_id, digest_entries.c.subscriber_id.in_(who))
        await self._connection.execute(sa.update(digest_entries).where(*theirs).values(digest_id=None))

    patch.setattr(Carrying, "note_ended", and_again)


def keeps_the_erased(patch: pytest.MonkeyPatch) -> None:
    """Say that somebody is erased, and keep them."""

    async def remove(_self: Erasing, _chat_id: int) -> int:
        return 1

    patch.setattr(Erasing, "remove", remove)


def waits_for_nobody(patch: pytest.MonkeyPatch) -> None:
    """Tell the others of a 429, and heed none."""
    add_refusal = Governor.add_refusal

    def note(self: Governor, chat_id: int | None, retry_after: float) -> None:
        add_refusal(self, chat_id, retry_after)
        self._stopped_until = 0.0

    def tell(budget: Budget, known: Refusals, *, now: float) -> Budget:
        return replace(merge_refusals(budget, known, now=now), state=budget.state)

    patch.setattr(Governor, "add_refusal", note)
    patch.setattr("bot.delivery.governor.merge_refusals", tell)
    patch.setattr(Governor, "stopped", lambda _self, _chat_id: 0.0)
    patch.setattr(Governor, "_merge_shared_state", lambda _self, _budget, **_when: None)
    patch.setattr(ChatPace, "stop", lambda _self, _chat_id, **_when: None)


WRONG: Mapping[str, Apply] = {
    each.__name__: each
    for each in (
        sends_whatever_it_claimed,
        spends_a_budget_of_its_own,
        begins_what_has_begun,
        overtakes_in_a_chat,
        sends_again_what_was_lost,
        knows_no_end,
    )
}
