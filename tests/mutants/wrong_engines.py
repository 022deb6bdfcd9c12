"""Engines that are wrong on purpose, each in one way that has been seen in the wild or nearly happened here."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.delivery.in_flight import InFlight
from bot.delivery.liveness import Liveness
from bot.delivery.start_times import Grant, StartTimes
from bot.domain.attempt import AttemptResult, next_state
from bot.domain.broadcast import Broadcast, BroadcastStatus
from bot.domain.budget import Budget
from bot.domain.delivery import DeliveryState
from bot.domain.plan import Plan
from bot.domain.subscriber import SubscriberState
from bot.store.broadcasts import Broadcasts
from bot.store.budget import Budgets
from bot.store.claims import Claims
from bot.store.counts import Counts
from bot.store.deliveries import Deliveries
from bot.store.gone import GoneChats
from bot.store.plans import Plans
from bot.store.schema import deliveries, subscribers
from bot.store.transitions import Recorded, Transitions
from tests.worlds.mutants import Apply, Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


def _instead_of(outcome: AttemptResult, state: DeliveryState) -> Apply:
    """Let an outcome make something else of a delivery."""

    def wrong(came: AttemptResult, **about: Any) -> DeliveryState:
        return state if came is outcome else next_state(came, **about)

    return lambda patch: patch.setattr("bot.delivery.in_flight.next_state", wrong)


async def _set(tx_deliveries: Any, state: DeliveryState, *which: sa.ColumnElement[bool]) -> None:
    await tx_deliveries._connection.execute(sa.update(deliveries).where(*which).values(state=state))


@mutant("unclear", "I2")
def marks_sent_when_claimed(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, *, worker: str, **about: Any) -> Any:
        claimed = await claim(self, broadcast_id, worker=worker, **about)
        ours = (deliveries.c.worker == worker, deliveries.c.state == DeliveryState.INFLIGHT)
        await _set(self, DeliveryState.SENT, *ours)
        return claimed

    patch.setattr(Claims, "claim", wrong)


@mutant("kills", "I2")
def moves_its_checkpoint_when_it_fetches(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, *, limit: int, worker: str, **about: Any) -> Any:
        claimed = await claim(self, broadcast_id, limit=5 * limit, worker=worker, **about)
        passed = [one.subscriber_id for one in claimed]
        await _set(self, DeliveryState.SENT, deliveries.c.subscriber_id.in_(passed))
        return claimed[:limit]

    patch.setattr(Claims, "claim", wrong)


@mutant("restarts", "I4")
def tries_again_what_was_on_the_wire(patch: pytest.MonkeyPatch) -> None:
    settle = Deliveries.settle_lost

    async def wrong(self: Deliveries, dead: Any) -> int:
        lost = (deliveries.c.worker.in_(dead), deliveries.c.state == DeliveryState.INFLIGHT)
        await _set(self, DeliveryState.PENDING, *lost)
        return await settle(self, dead)

    patch.setattr(Deliveries, "settle_lost", wrong)


@mutant("restarts", "I8")
def never_looks_for_the_dead(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Liveness, "dead", lambda *_: [])


@mutant("two_processes", "I4")
def takes_the_living_for_dead(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Liveness, "dead", lambda _self, signs: list(signs))


@mutant("languages", "I6")
def forgets_the_language_when_it_claims(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, **about: Any) -> Any:
        return await claim(self, broadcast_id, **{**about, "without": frozenset()})

    patch.setattr(Claims, "claim", wrong)


@mutant("opt_outs", "I5")
def forgets_consent_when_it_claims(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, **about: Any) -> Any:
        return await claim(self, broadcast_id, **{**about, "receives": frozenset(SubscriberState)})

    async def nobody(_self: Deliveries, _subscriber_id: int) -> int:
        return 0

    patch.setattr(Claims, "claim", wrong)
    patch.setattr(Deliveries, "skip_pending_of", nobody)


@mutant("blockers", "I9")
def does_not_heed_a_403(patch: pytest.MonkeyPatch) -> None:
    async def nothing(_self: Deliveries, _people: Any, **_when: Any) -> None:
        """Leave them on the list."""

    patch.setattr(Deliveries, "stop_unreachable", nothing)


@mutant("approvals", "I6")
def asks_for_no_approval(patch: pytest.MonkeyPatch) -> None:
    async def always(_self: Plans, _alert_id: int, _plan: Plan, **_of: Any) -> bool:
        return True

    patch.setattr(Plans, "is_approved", always)


@mutant("refusals", "I7")
def ignores_retry_after(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Governor, "add_refusal", lambda *_: None)
    patch.setattr("bot.delivery.in_flight.back_off", lambda *_, **__: 0.0)


@mutant("refusals", "I7")
def stops_one_chat_only(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.pacing.STORM_CHATS", 1000)
    patch.setattr("bot.domain.pacing.LONG_WAIT", 1e9)


@mutant("two_processes", "I7")
def keeps_a_budget_for_each_process(patch: pytest.MonkeyPatch) -> None:
    async def nothing(_self: Budgets, _changed: Any) -> None:
        """Tell the others nothing."""

    patch.setattr(Budgets, "save", nothing)


def _keeps_its_refusals(patch: pytest.MonkeyPatch) -> None:
    """Tell the others of no chat."""
    save = Budgets.save

    async def wrong(self: Budgets, changed: Budget) -> None:
        await save(self, replace(changed, refusals={}))

    patch.setattr(Budgets, "save", wrong)


@mutant("storm_of_several", "I7")
def sees_its_part_of_a_storm(patch: pytest.MonkeyPatch) -> None:
    _keeps_its_refusals(patch)


@mutant("chat_of_several", "I7")
def leaves_a_chat_alone_by_itself(patch: pytest.MonkeyPatch) -> None:
    _keeps_its_refusals(patch)


@mutant("answers", "I7")
def knows_no_budget(patch: pytest.MonkeyPatch) -> None:
    async def everything(_self: Governor, _tx: Any, wanted: int) -> Grant:
        return Grant(allowed=max(0, min(wanted, 1000)), pause=0.05)

    patch.setattr(Governor, "ask_bulk", everything)


@mutant("unclear", "I2")
def counts_unknown_as_sent(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.UNCLEAR, DeliveryState.SENT)(patch)


@mutant("unclear", "I4")
def counts_unknown_as_failed(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.UNCLEAR, DeliveryState.FAILED)(patch)


@mutant("unclear", "I4")
def sends_again_what_is_unclear(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.UNCLEAR, DeliveryState.PENDING)(patch)


@mutant("refused_token", "I10")
def fails_people_for_a_refused_token(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.UNAUTHORIZED, DeliveryState.FAILED)(patch)


@mutant("no_connection", "I10")
def gives_up_without_a_connection(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.NOT_CONNECTED, DeliveryState.FAILED)(patch)


@mutant("answers", "I4")
def calls_a_429_unknown(patch: pytest.MonkeyPatch) -> None:
    _instead_of(AttemptResult.TOO_MANY, DeliveryState.UNKNOWN)(patch)


@mutant("late_comers", "I3")
def freezes_again_when_it_starts(patch: pytest.MonkeyPatch) -> None:
    start = Engine._start

    async def wrong(self: Engine, tx: Any, broadcast_id: int) -> Any:
        begun = await start(self, tx, broadcast_id)
        there = sa.select(deliveries.c.subscriber_id).where(deliveries.c.broadcast_id == broadcast_id)
        missing = sa.select(
            sa.literal(broadcast_id), subscribers.c.id, sa.literal(DeliveryState.PENDING.value)
        ).where(subscribers.c.id.not_in(there))
        columns = ["broadcast_id", "subscriber_id", "state"]
        await tx.deliveries._connection.execute(sa.insert(deliveries).from_select(columns, missing))
        return begun

    patch.setattr(Engine, "_start", wrong)


@mutant("trouble", "I3")
def forgets_what_it_claimed_in_trouble(patch: pytest.MonkeyPatch) -> None:
    async def nothing(_self: Deliveries, _broadcast_id: int, **_: Any) -> None:
        """Believe that nothing was committed."""

    patch.setattr(Deliveries, "release", nothing)


@mutant("trouble", "I1")
def releases_what_is_on_the_wire(patch: pytest.MonkeyPatch) -> None:
    release = Deliveries.release

    async def wrong(self: Deliveries, broadcast_id: int, *, worker: str, **_: Any) -> None:
        await release(self, broadcast_id, worker=worker, but=[])

    patch.setattr(Deliveries, "release", wrong)


@mutant("trouble", "I4")
def loses_answers_in_trouble(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(InFlight, "requeue", lambda *_: None)


@mutant("stops", "I4")
def loses_the_last_batch_when_it_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(InFlight, "empty", True)


@mutant("controls", "control")
def hears_no_pause(patch: pytest.MonkeyPatch) -> None:
    get_unlocked = Broadcasts.get_unlocked

    async def goes_on(self: Broadcasts, broadcast_id: int) -> Broadcast:
        return replace(await get_unlocked(self, broadcast_id), status=BroadcastStatus.SENDING)

    patch.setattr(Broadcasts, "get_unlocked", goes_on)


@mutant("canary", "control")
def passes_the_canary(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, **about: Any) -> Any:
        return await claim(self, broadcast_id, **{**about, "up_to": None})

    patch.setattr(Claims, "claim", wrong)


@mutant("canary_of_several", "control")
def counts_a_canary_for_each_process(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim
    begun: Counter[str] = Counter()

    async def wrong(self: Claims, broadcast_id: int, *, worker: str, limit: int, **about: Any) -> Any:
        if about["up_to"] is not None:
            # The ids of a new database count from one.
            limit = max(0, min(limit, about["up_to"] - begun[worker]))
        claimed = await claim(self, broadcast_id, worker=worker, limit=limit, **{**about, "up_to": None})
        begun[worker] += len(claimed)
        return claimed

    patch.setattr(Claims, "claim", wrong)


@mutant("unclear", "counts")
def forgets_to_count_a_state(patch: pytest.MonkeyPatch) -> None:
    add = Counts.add

    def wrong(self: Counts, broadcast_id: int, state: DeliveryState, count: int) -> None:
        if state is not DeliveryState.UNKNOWN:
            add(self, broadcast_id, state, count)

    patch.setattr(Counts, "add", wrong)


@mutant("trouble", "counts")
def counts_what_it_records_again(patch: pytest.MonkeyPatch) -> None:
    record = Transitions.record

    async def wrong(self: Transitions, broadcast_id: int, results: list[Recorded], *, worker: str) -> None:
        kept, self._counts = self._counts, Counts(self._connection)
        await record(self, broadcast_id, results, worker=worker)
        self._counts = kept
        for result in results:
            self._note(broadcast_id, DeliveryState.INFLIGHT, result.state, 1)

    patch.setattr(Transitions, "record", wrong)


@mutant("trouble", "counts")
def counts_a_turn_that_was_rolled_back(patch: pytest.MonkeyPatch) -> None:
    begin = Counts.__init__
    changed: Counter[tuple[int, DeliveryState]] = Counter()

    def wrong(self: Counts, connection: Any) -> None:
        begin(self, connection)
        self._changed = changed

    patch.setattr(Counts, "__init__", wrong)


@mutant("gone", "I9")
def writes_to_the_gone_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.delivery.ending.believable_gone", lambda _tally: 0)


@mutant("wrong_token", "I9")
def clears_the_list_with_a_wrong_token(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.delivery.ending.believable_gone", lambda tally: tally.audience)


@mutant("mended_token", "I9")
def believes_the_wrong_bot_once_it_is_right(patch: pytest.MonkeyPatch) -> None:
    async def certain(_self: GoneChats, _broadcast_id: int) -> None:
        """Keep what the wrong bot wrote down."""

    patch.setattr(GoneChats, "doubt", certain)


@mutant("mended_token", "control")
def goes_on_as_the_wrong_bot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.delivery.ending.is_wrong_bot", lambda _outcomes: False)


@mutant("gone", "I3")
def waits_for_one_chat_without_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.attempt.MAX_WAITED", 1e9)


@mutant("late_commits", "I7")
def counts_sends_when_they_are_granted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StartTimes, "latest", 0.0)
    patch.setattr(StartTimes, "ahead", 0.0)
    patch.setattr(StartTimes, "note_committed", lambda *_: True)
    patch.setattr(StartTimes, "correct", lambda _self, budget, **_: budget)


@mutant("late_commits", "I7")
def starts_sooner_than_there_was_room(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.delivery.start_times.COMMITS_SEEN", 2)

    async def at_once(_self: Governor, _second: float) -> None:
        return

    patch.setattr(Governor, "_until", at_once)


@mutant("chatter", "fair")
def lets_replies_starve_alerts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.budget.OWED_PER_REPLY", 1e-9)
