"""What an answer makes of a delivery: retried is only what provably was not accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attempt import (
    BACK_OFF_CAP,
    LEAST_WAITED,
    MAX_ATTEMPTS,
    MAX_WAITED,
    MOST_WAITED,
    Attempt,
    AttemptResult,
    back_off,
    next_state,
    seconds_waited,
)
from bot.domain.delivery import FINAL, DeliveryState

PROVABLY_NOT_ACCEPTED = {AttemptResult.NOT_CONNECTED, AttemptResult.TOO_MANY, AttemptResult.UNAUTHORIZED}


@given(st.sampled_from(AttemptResult), st.integers(1, 100))
def test_only_the_provable_is_retried(outcome: AttemptResult, attempts: int) -> None:
    """A delivery is pending again only after an answer that proves nothing was accepted (I4)."""
    if next_state(outcome, attempts=attempts) is DeliveryState.PENDING:
        assert outcome in PROVABLY_NOT_ACCEPTED


@given(st.sampled_from(AttemptResult), st.integers(1, 100))
def test_sent_means_accepted(outcome: AttemptResult, attempts: int) -> None:
    """`sent` is what Telegram accepted, and nothing else (I2)."""
    assert (next_state(outcome, attempts=attempts) is DeliveryState.SENT) == (
        outcome is AttemptResult.ACCEPTED
    )


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (AttemptResult.ACCEPTED, DeliveryState.SENT),
        (AttemptResult.NOT_CONNECTED, DeliveryState.PENDING),
        (AttemptResult.TOO_MANY, DeliveryState.PENDING),
        (AttemptResult.UNAUTHORIZED, DeliveryState.PENDING),
        (AttemptResult.BLOCKED, DeliveryState.BLOCKED),
        (AttemptResult.REFUSED, DeliveryState.FAILED),
        (AttemptResult.GONE, DeliveryState.FAILED),
        (AttemptResult.UNCLEAR, DeliveryState.UNKNOWN),
    ],
)
def test_first_attempt(outcome: AttemptResult, state: DeliveryState) -> None:
    """What each outcome makes of a delivery at the first attempt."""
    assert next_state(outcome, attempts=1) is state


def test_attempts_run_out() -> None:
    """A connection that never comes ends a delivery; so many 429s or a revoked token do not (I10)."""
    assert next_state(AttemptResult.NOT_CONNECTED, attempts=MAX_ATTEMPTS) is DeliveryState.FAILED
    for outcome in (AttemptResult.TOO_MANY, AttemptResult.UNAUTHORIZED):
        assert next_state(outcome, attempts=MAX_ATTEMPTS * 100) is DeliveryState.PENDING


@given(st.floats(0, 86_400))
def test_a_429_without_end_ends(retry_after: float) -> None:
    """A chat that answers 429 each time fails after half an hour of waiting, never at the first few (F13)."""
    refused = Attempt(result=AttemptResult.TOO_MANY, retry_after=retry_after)
    waited, tries = 0, 0
    while True:
        tries += 1
        waited += seconds_waited(refused)
        if next_state(refused.result, attempts=1, waited=waited) is DeliveryState.FAILED:
            break
    assert MAX_WAITED // MOST_WAITED <= tries <= MAX_WAITED // LEAST_WAITED
    assert seconds_waited(Attempt(result=AttemptResult.NOT_CONNECTED)) == 0


@given(st.integers(1, MAX_ATTEMPTS), st.floats(0, 1))
def test_back_off_grows_to_its_cap(attempts: int, jitter: float) -> None:
    """Each wait is at least the one before it, and never more than twice the cap."""
    failed = Attempt(result=AttemptResult.NOT_CONNECTED)
    shorter = back_off(failed, attempts=attempts, jitter=0.0)
    longer = back_off(failed, attempts=attempts + 1, jitter=jitter)
    assert 0 < shorter <= longer <= 2 * BACK_OFF_CAP


@given(st.floats(0, 3600), st.integers(1, 100), st.floats(0, 1))
def test_telegram_names_the_wait(retry_after: float, attempts: int, jitter: float) -> None:
    """After a 429 the wait is what Telegram named, no less."""
    refused = Attempt(result=AttemptResult.TOO_MANY, retry_after=retry_after)
    assert back_off(refused, attempts=attempts, jitter=jitter) >= retry_after


def test_final_states() -> None:
    """Everything but pending and in flight is an end."""
    assert set(DeliveryState) - FINAL == {DeliveryState.PENDING, DeliveryState.INFLIGHT}
