"""The sums of a broadcast, and whom an alert reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.attempt import AttemptResult
from bot.domain.broadcast import (
    ENDED,
    RUNNABLE,
    BroadcastStatus,
    Outcome,
    Tally,
    believable_gone,
    is_failing,
    is_wrong_bot,
)
from bot.domain.delivery import FINAL, DeliveryState
from bot.domain.reach import reach

COUNTS = st.dictionaries(st.sampled_from(DeliveryState), st.integers(0, 10_000))


@given(COUNTS)
def test_sums_match(counts: dict[DeliveryState, int]) -> None:
    """What ended and what is open make up the whole audience (I3)."""
    tally = Tally(audience=sum(counts.values()), counts=counts)
    open_ones = sum(tally[state] for state in set(DeliveryState) - FINAL)
    assert tally.final + open_ones == tally.audience


SENT = (DeliveryState.SENT, AttemptResult.ACCEPTED)
REFUSED = (DeliveryState.FAILED, AttemptResult.REFUSED)
LOST = (DeliveryState.UNKNOWN, AttemptResult.UNCLEAR)
GONE = (DeliveryState.FAILED, AttemptResult.GONE)
OVERRUN = (DeliveryState.FAILED, AttemptResult.TOO_MANY)


@pytest.mark.parametrize(
    ("outcomes", "pauses"),
    [
        ([SENT] * 80 + [REFUSED] * 20, False),
        ([SENT] * 79 + [REFUSED] * 21, True),
        ([SENT] * 79 + [LOST] * 21, True),
        ([REFUSED] * 99, False),
        ([SENT] * 40 + [GONE] * 60, False),
        ([SENT] * 1 + [GONE] * 99, False),
        ([SENT] * 40 + [OVERRUN] * 60, False),
        ([SENT] * 40 + [GONE] * 39 + [REFUSED] * 21, True),
        ([GONE] * 100, False),
    ],
)
def test_too_many_failures(outcomes: list[Outcome], *, pauses: bool) -> None:
    """A fifth that failed or is unknown pauses it; people who are gone do not count among these (F13)."""
    assert is_failing(outcomes) is pauses


@pytest.mark.parametrize(
    ("outcomes", "wrong"),
    [
        ([GONE] * 19, False),
        ([GONE] * 20, True),
        ([SENT] * 10 + [GONE] * 10, False),
        ([SENT] * 9 + [GONE] * 11, True),
        ([SENT] * 49 + [GONE] * 51, True),
        ([SENT] * 50 + [GONE] * 50, False),
        ([REFUSED] * 60 + [GONE] * 40, False),
    ],
)
def test_wrong_bot(outcomes: list[Outcome], *, wrong: bool) -> None:
    """A bot that does not know most of the chats is taken for the wrong one after twenty, whomever it reached."""
    assert is_wrong_bot(outcomes) is wrong


@pytest.mark.parametrize(("sent", "gone"), [(0, 0), (9, 0), (10, 1), (299, 29)])
def test_believable(sent: int, gone: int) -> None:
    """That a chat is gone is believed of one for every ten that got it; who was skipped proves nothing."""
    counts = {DeliveryState.SENT: sent, DeliveryState.SKIPPED: 500}
    assert believable_gone(Tally(audience=sent + 500, counts=counts)) == gone


def test_statuses() -> None:
    """A broadcast is worked on, or stopped, or over."""
    stopped = {BroadcastStatus.PAUSED, BroadcastStatus.HALTED}
    assert RUNNABLE | ENDED | stopped == set(BroadcastStatus)
    assert not RUNNABLE & ENDED


@given(
    st.dictionaries(st.sampled_from(["en", "ar", "es"]), st.integers(1, 100)),
    st.sets(st.sampled_from(["en", "ar"])),
)
def test_reach(by_locale: dict[str, int], written: set[str]) -> None:
    """Everybody is counted once; who reads another language than theirs is named."""
    reached = reach(by_locale, base="en", written=written)
    assert reached.total == sum(by_locale.values())
    assert set(reached.missing) == set(by_locale) - written
