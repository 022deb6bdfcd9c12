"""Whatever people, organizers, processes, clocks, the database and Telegram do, in any order: the invariants hold."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from structlog.testing import capture_logs

from bot.domain.preferences import Preferences, QuietHours, Rhythm
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.play import NewDatabase, Played
from tests.worlds.virtual.telegram import Fate

DAY = 86_400.0
RATE = 10.0

PEOPLE_DO = ("rejoin", "leave", "erase", "pause", "resume", "block", "block_unheard", "vanish")
ORGANIZERS_DO = ("edit", "approve", "hold", "go_on", "cancel", "resend", "recall")
DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
CHOICES = (
    Preferences(),
    DAILY,
    Preferences(rhythm=Rhythm.URGENT),
    Preferences(zone="UTC", quiet=QuietHours(start=11 * 60, end=14 * 60)),
    replace(DAILY, quiet=QuietHours(start=17 * 60, end=20 * 60)),
)
"""At noon, where it begins, and at noon of other days."""
THEN = st.sampled_from([0.0, 0.01, 0.1, 0.5, 2.0])
ANSWERS = st.lists(st.sampled_from(sorted(set(Fate) - {Fate.UNAUTHORIZED})), min_size=1, max_size=6)

IN_CI = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
AT_LENGTH = settings(IN_CI, max_examples=int(os.environ.get("CAMPAIGNS_PLAYED", "25")), derandomize=False)
ON_POSTGRESQL: dict[str, Any] = {"max_examples": 12, "phases": [Phase.generate]}
"""It is slower, and answers in an order of its own: what was found there cannot be played again to make it smaller."""


class Campaigns(RuleBasedStateMachine):
    """Plays one campaign after another."""

    new_database: ClassVar[NewDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.played = Played(type(self).new_database, rate=RATE)
        self.broadcasts: list[int] = []

    @property
    def campaign(self) -> Campaign:
        return self.played.campaign

    def run(self, step: Any) -> Any:
        return self.played.run(step)

    @initialize(people=st.integers(0, 8), answers=ANSWERS)
    def begin(self, people: int, answers: list[Fate]) -> None:
        self.run(self.campaign.join(people + 1))
        self.campaign.script = answers
        self.broadcasts.append(self.run(self.campaign.queue()))
        self.in_loop(self.campaign.start)

    def in_loop(self, work: Any, *args: Any) -> Any:
        """Call what needs the running loop."""

        async def call() -> Any:
            return work(*args)

        return self.run(call())

    @rule(seconds=st.sampled_from([0.01, 0.3, 1.0, 4.0, 8.0]))
    def time_passes(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    @rule(seconds=st.sampled_from([DAY, -DAY, 20.0, -20.0]), then=THEN)
    def clock_jumps(self, seconds: float, then: float) -> None:
        self.in_loop(self.campaign.jump, seconds)
        self.time_passes(then)

    @rule(answers=ANSWERS, refused=st.sampled_from([False, False, True]), then=THEN)
    def telegram_changes(self, answers: list[Fate], then: float, *, refused: bool) -> None:
        self.campaign.script += answers
        self.campaign.token_refused = refused
        self.time_passes(then)

    @rule(n=st.integers(0, 7), retry_after=st.sampled_from([1.0, 8.0, 20.0, 40.0]), then=THEN)
    def answer_refused(self, n: int, retry_after: float, then: float) -> None:
        self.in_loop(
            self.campaign.refuse_answer, self.campaign.chats[n % len(self.campaign.chats)], retry_after
        )
        self.time_passes(then)

    @rule(does=st.sampled_from(PEOPLE_DO), n=st.integers(0, 7), then=THEN)
    def somebody(self, does: str, n: int, then: float) -> None:
        chat_id = self.campaign.chats[n % len(self.campaign.chats)]
        self.run(getattr(self.campaign, does)(chat_id))
        self.time_passes(then)

    @rule(chosen=st.sampled_from(CHOICES), n=st.integers(0, 7), then=THEN)
    def somebody_chooses(self, chosen: Preferences, n: int, then: float) -> None:
        self.run(self.campaign.choose(self.campaign.chats[n % len(self.campaign.chats)], chosen))
        self.time_passes(then)

    @rule(then=THEN)
    def the_scheduler_looks(self, then: float) -> None:
        self.run(self.campaign.queue_by_itself())
        self.time_passes(then)

    @rule(does=st.sampled_from(ORGANIZERS_DO), n=st.integers(0, 3), then=THEN)
    def organizer(self, does: str, n: int, then: float) -> None:
        made = self.run(getattr(self.campaign, does)(self.broadcasts[n % len(self.broadcasts)]))
        if made is not None:
            self.broadcasts.append(made)
        self.time_passes(then)

    @precondition(lambda self: len(self.broadcasts) < 4)
    @rule(people=st.integers(0, 2), canary=st.sampled_from([None, None, 1, 3]), approved=st.booleans())
    def queue(self, people: int, canary: int | None, *, approved: bool) -> None:
        self.run(self.campaign.join(people))
        self.broadcasts.append(self.run(self.campaign.queue(canary=canary, approved=approved)))

    @precondition(lambda self: len(self.campaign.processes) < 2)
    @rule(then=THEN)
    def start(self, then: float) -> None:
        self.in_loop(self.campaign.start)
        self.time_passes(then)

    @precondition(lambda self: self.campaign.processes)
    @rule(n=st.integers(0, 1), after=st.integers(0, 60), killed=st.booleans())
    def end(self, n: int, after: int, *, killed: bool) -> None:
        process = self.campaign.processes[n % len(self.campaign.processes)]
        self.run(self.campaign.crash(process, after=after) if killed else self.campaign.stop(process))

    @precondition(lambda self: self.campaign.processes)
    @rule(before=st.integers(0, 2), after=st.integers(0, 1), then=THEN)
    def database_trouble(self, before: int, after: int, then: float) -> None:
        shaky = self.campaign.processes[0].store
        shaky.before_commit, shaky.after_commit = before, after
        self.time_passes(then)

    @invariant()
    def nothing_is_broken(self) -> None:
        self.run(self.campaign.inspect())
        assert not self.campaign.telegram.broken, self.campaign.telegram.broken

    def teardown(self) -> None:
        with self.played:
            self.run(self.campaign.settle())
            assert not self.campaign.telegram.broken, self.campaign.telegram.broken


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep what the engines log of their troubles out of the report."""
    with capture_logs():
        yield


@pytest.mark.timeout(600)
def test_any_order(new_database: NewDatabase, dialect: str) -> None:
    """I1 to I7, I9 and I10 hold after every step, and every broadcast ends with its sums matching."""
    Campaigns.new_database = staticmethod(new_database)
    played = AT_LENGTH if "CAMPAIGNS_PLAYED" in os.environ else IN_CI
    if dialect == "postgresql":
        played = settings(played, **ON_POSTGRESQL)
    run_state_machine_as_test(Campaigns, settings=played)
