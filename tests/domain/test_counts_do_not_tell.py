"""Counts that are shown while an audience is built tell on nobody: who asks 5,000 of them might as well guess."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.audience import Audience, Locales, Not, Source, Topic, of_topic
from bot.domain.estimate import PANEL, estimated, is_everybody, is_on_panel, margin
from tests.domain.counting_attack import QUESTIONS, Desk, Shown, chance_of, guess, make_world
from tests.domain.test_audience import AUDIENCES

PEOPLE = 150
ROUNDS = 2
"""Worlds for each last digit of the target's id and each secret."""

NO_BETTER_THAN = 0.55


def as_shown(people: frozenset[int]) -> int:
    """Return what the desk shows: the panel's count, tenfold."""
    return estimated(Counter(is_on_panel(each) for each in people if is_on_panel(each))).get(True, 0)


def exactly(people: frozenset[int]) -> int:
    """Return the count itself, which tells."""
    return len(people)


def rounded(people: frozenset[int]) -> int:
    """Return the count in whole tens, which tells as well: where it turns can be looked for."""
    return round(len(people), -1)


def with_cell_key(people: frozenset[int]) -> int:
    """Return the count with noise by the set of people, fewer than ten as none: statistical offices' way.

    The same set has the same noise: so that two sets are the same can be seen.
    """
    key = 0
    for each in people:
        key ^= int.from_bytes(hashlib.sha256(each.to_bytes(8, "big")).digest()[:8], "big")
    noisy = len(people) + key % 11 - 5
    return noisy if noisy >= 10 else 0


def share_of_right_guesses(shown: Shown, *, rounds: int = ROUNDS) -> float:
    """Return how often the viewer is right: as many worlds for each last digit, with each secret."""
    right, worlds = 0, 0
    for number in range(rounds):
        for digit in range(PANEL):
            chance = chance_of(number * PANEL + digit)
            world = make_world(chance, people=PEOPLE, target_id=chance.randrange(1 << 58) * PANEL + digit)
            for secret in (False, True):
                held = world.with_secret(subscribed=secret)
                desk = Desk(held, shown)
                guessed = guess(desk, held.target, chance_of(number))
                assert desk.asked <= QUESTIONS
                right += guessed is secret
                worlds += 1
    return right / worlds


def test_a_viewer_might_as_well_guess() -> None:
    """With 5,000 counts a viewer guesses one person's membership no better than 55 times in a hundred."""
    assert share_of_right_guesses(as_shown) <= NO_BETTER_THAN


@pytest.mark.parametrize("shown", [exactly, rounded, with_cell_key])
def test_the_viewer_is_no_fool(shown: Shown) -> None:
    """The same viewer knows nine times in ten where counts are exact, rounded or have the noise of cell keys."""
    assert share_of_right_guesses(shown, rounds=1) >= 0.9


@settings(max_examples=200)
@given(st.lists(AUDIENCES, min_size=1, max_size=20), st.integers(1, 1 << 58), st.integers(1, PANEL - 1))
def test_whoever_is_not_on_the_panel_changes_nothing(asked: list[Audience], drawn: int, digit: int) -> None:
    """Of nine people in ten no answer to any question depends on what is known of them."""
    world = make_world(chance_of(drawn), people=60, target_id=drawn * PANEL + digit)
    answers = [
        [as_shown(frozenset(each.id for each in held.people if audience.matches(each))) for audience in asked]
        for held in (world.with_secret(subscribed=False), world.with_secret(subscribed=True))
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("terms", "exact"),
    [
        ([Topic(topic="alerts")], True),
        ([Topic(topic="alerts"), Locales(locales=frozenset({"ar"}))], False),
        ([Topic(topic="alerts"), Not(term=Locales(locales=frozenset({"ar"})))], False),
        ([Locales(locales=frozenset({"ar"}))], False),
        ([Not(term=Topic(topic="alerts"))], False),
        ([Topic(topic="events")], False),
        ([Topic(topic="alerts"), Source(source_id=1)], False),
        ([Topic(topic="alerts"), Topic(topic="events")], False),
    ],
)
def test_what_may_be_exact(terms: list[Topic], exact: bool) -> None:
    """Exact is only the total of all who get the alerts: less of them by a language would tell how many read that."""
    assert is_everybody(Audience(terms=tuple(terms))) is exact
    assert is_everybody(of_topic("alerts"))


def test_a_margin_holds() -> None:
    """Nineteen times in twenty, at least, the people there are lie within the margin of the estimate."""
    chance = chance_of(5)
    for people in (100, 1_000, 10_000):
        within = 0
        for _ in range(400):
            estimate = PANEL * sum(chance.random() < 1 / PANEL for _ in range(people))
            within += abs(estimate - people) <= margin(estimate)
        assert within / 400 >= 0.93
