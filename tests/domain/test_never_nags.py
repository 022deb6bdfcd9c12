"""No reminder nags: in random lives of people, and six wrong versions of the rules are each caught."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain import reminder
from bot.domain.outcome import Standing
from bot.domain.preferences import Preferences
from bot.domain.reminder import SEND, Reminder, Verdict
from bot.domain.subscriber import SubscriberState
from tests.worlds.lives import Lives, Rules

PEOPLE, WEEKS, WORLDS = 100, 20, 50
"""100,000 person-weeks; `scripts/live` plays more."""


def test_nobody_is_nagged() -> None:
    """No doer, decliner, paused or gone person is reminded; none in quiet hours, too late, or more often than said."""
    weeks = reminded = 0
    for seed in range(WORLDS):
        played = Lives(seed=seed, people=PEOPLE, weeks=WEEKS).play()
        assert not played.broken, (seed, played.broken)
        weeks, reminded = weeks + played.person_weeks, reminded + played.reminded
    assert weeks == 100_000
    # Silence would pass, too.
    assert reminded > weeks / 20


def _doers_too(rules: Rules) -> Rules:
    def is_for(_one: Reminder, standing: Standing) -> bool:
        return standing.step is not None

    def judge(one: Reminder, standing: Standing, chosen: Preferences, **more: Any) -> Verdict:
        return reminder.judge(one, replace(standing, outcome=None), chosen, **more)

    return replace(rules, is_for=is_for, judge=judge)


def _only_at_the_freeze(rules: Rules) -> Rules:
    def judge(
        one: Reminder, _standing: Standing, chosen: Preferences, *, hours: Any, now: datetime
    ) -> Verdict:
        return reminder.within_hours(chosen, hours=hours, now=now, over_at=one.over_at)

    return replace(rules, judge=judge)


def _paused_too(rules: Rules) -> Rules:
    return replace(rules, receives=lambda state: state is not SubscriberState.BLOCKED)


def _at_any_hour(rules: Rules) -> Rules:
    def judge(one: Reminder, standing: Standing, chosen: Preferences, **more: Any) -> Verdict:
        verdict = reminder.judge(one, standing, chosen, **more)
        return SEND if verdict.until is not None else verdict

    return replace(rules, judge=judge)


def _in_utc(rules: Rules) -> Rules:
    def judge(one: Reminder, standing: Standing, chosen: Preferences, **more: Any) -> Verdict:
        return reminder.judge(one, standing, replace(chosen, zone="UTC"), **more)

    return replace(rules, judge=judge)


def _resent(rules: Rules) -> Rules:
    return replace(rules, resends=True)


def _when_it_is_over(rules: Rules) -> Rules:
    def judge(
        one: Reminder, standing: Standing, chosen: Preferences, *, hours: Any, now: datetime
    ) -> Verdict:
        later = replace(one, over_at=one.over_at + (one.over_at - one.at))
        return reminder.judge(later, standing, chosen, hours=hours, now=now)

    return replace(rules, judge=judge)


WRONG: list[tuple[Callable[[Rules], Rules], str]] = [
    (_doers_too, "done"),
    (_only_at_the_freeze, "done"),
    (_paused_too, "gone"),
    (_at_any_hour, "hours"),
    (_in_utc, "hours"),
    (_resent, "often"),
    (_when_it_is_over, "late"),
]


@pytest.mark.parametrize(("wrong", "what"), WRONG, ids=[wrong.__name__.strip("_") for wrong, _ in WRONG])
def test_what_nags_is_caught(wrong: Callable[[Rules], Rules], what: str) -> None:
    """Rules that are wrong on purpose break what they must break, within a few worlds."""
    broken = {
        said.partition(":")[0]
        for seed in range(6)
        for said in Lives(seed=seed, people=60, weeks=WEEKS, rules=wrong(Rules())).play().broken
    }
    assert what in broken
