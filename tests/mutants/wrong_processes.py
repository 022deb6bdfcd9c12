"""Processes that are wrong on purpose, each in one way: what several of them together must be caught at."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.governor import Governor
from bot.delivery.liveness import Heartbeat
from bot.delivery.start_times import Grant
from bot.domain.budget import Budget
from bot.domain.delivery import DeliveryState
from bot.store import inbox
from bot.store.budget import Budgets
from bot.store.deliveries import Deliveries
from bot.store.schema import deliveries
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


WRONG: Mapping[str, Apply] = {
    each.__name__: each
    for each in (
        sends_whatever_it_claimed,
        spends_a_budget_of_its_own,
        begins_what_has_begun,
        overtakes_in_a_chat,
        sends_again_what_was_lost,
    )
}
