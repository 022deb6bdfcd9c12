"""Threads by their rules: who has one in hand, how much may be passed on, what is left of one that is closed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.thread import (
    ANSWER_LENGTH,
    LEASE,
    MESSAGES_A_DAY,
    MESSAGES_KEPT,
    QUESTION_LENGTH,
    MessageInvalid,
    Said,
    Side,
    Thread,
    ThreadTaken,
    TooManyMessages,
    are_offered,
    begin,
    hours_waited,
    label_of,
    readable,
)
from tests.making import NOW

THREAD = begin(0xABCD_4F2A, locale="ar", now=NOW)


def asked(thread: Thread = THREAD, times: int = 1) -> Thread:
    """Return the thread after so many messages of the person, on as many days as that takes."""
    for number in range(times):
        day = timedelta(days=number // MESSAGES_A_DAY)
        thread = thread.ask(f"Question {number}", locale="ar", now=NOW + day)
    return thread


def test_its_name() -> None:
    """Organizers call it by four digits of its id."""
    assert THREAD.label == label_of(THREAD.id) == "4F2A"


def test_one_at_a_time() -> None:
    """Who took it has it, to the end of an hour in which they do nothing about it; then anybody may."""
    taken = asked().take(1, now=NOW)
    with pytest.raises(ThreadTaken) as refused:
        taken.take(2, now=NOW + LEASE - timedelta(seconds=1))
    assert refused.value.by == 1
    assert taken.take(2, now=NOW + LEASE).holder(NOW + LEASE) == 2
    later = NOW + LEASE / 2
    kept = taken.answer("So it is.", by=1, now=later)
    assert kept.holder(NOW + LEASE) == 1
    assert kept.holder(later + LEASE) is None
    assert taken.hand_back().holder(NOW) is None
    with pytest.raises(ThreadTaken):
        kept.answer("No.", by=2, now=later)


@given(takes=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 90)), max_size=30))
def test_never_two(takes: list[tuple[int, int]]) -> None:
    """Whoever takes when, only one has it in hand, and only after the hour of the one before."""
    thread, now, last = asked(), NOW, None
    for organizer, minutes in takes:
        now += timedelta(minutes=minutes)
        holder = thread.holder(now)
        if holder not in (None, organizer):
            assert last is not None
            assert holder == last[0]
            with pytest.raises(ThreadTaken):
                thread.take(organizer, now=now)
            continue
        thread = thread.take(organizer, now=now)
        assert last is None or last[0] == organizer or now - last[1] >= LEASE
        last = organizer, now
        assert thread.holder(now) == organizer


def test_a_clock_that_was_ahead() -> None:
    """A thread that was taken in the future, by a clock gone wrong, is nobody's."""
    assert asked().take(1, now=NOW + timedelta(days=9)).holder(NOW) is None


def test_what_waits() -> None:
    """It waits since the first message that is not answered yet."""
    two = asked().ask("And?", locale="ar", now=NOW + timedelta(hours=3))
    assert two.waits_since == NOW
    answered = two.answer("Yes.", by=1, now=NOW + timedelta(hours=4))
    assert answered.waits_since is None
    assert [each.by for each in answered.said] == [Side.PERSON, Side.PERSON, Side.CAMPAIGN]
    assert hours_waited(NOW, now=NOW + timedelta(hours=4, minutes=59)) == 4
    assert hours_waited(NOW, now=NOW - timedelta(hours=1)) == 0


def test_so_many_a_day() -> None:
    """Twenty messages a day, however many threads they are in; the next day begins anew."""
    full = asked(times=MESSAGES_A_DAY)
    with pytest.raises(TooManyMessages):
        full.ask("More", locale="ar", now=NOW)
    anew = begin(2, locale="ar", now=NOW, before=full.close())
    with pytest.raises(TooManyMessages):
        anew.ask("More", locale="ar", now=NOW)
    tomorrow = NOW + timedelta(days=1)
    assert full.ask("More", locale="ar", now=tomorrow).sent == 1
    assert begin(2, locale="ar", now=tomorrow, before=full.close()).sent == 0


def test_what_is_left_of_a_closed_one() -> None:
    """No words, and nobody who had it in hand."""
    closed = asked().take(1, now=NOW).close()
    assert (closed.is_open, closed.said, closed.waits_since, closed.taken_by) == (False, (), None, None)
    assert closed.sent == 1


def test_a_long_one_lets_go() -> None:
    """Of a long thread the newest messages are kept."""
    long = asked(times=MESSAGES_KEPT + 5)
    assert len(long.said) == MESSAGES_KEPT
    assert long.said[0] == Said(by=Side.PERSON, text="Question 5")


@pytest.mark.parametrize("text", ["", "  \n", "\0", "\u2068\u2069", "x" * (QUESTION_LENGTH + 1)])
def test_what_is_no_message(text: str) -> None:
    """Nothing, nothing that can be seen, and what is too long is refused on either side."""
    with pytest.raises(MessageInvalid):
        THREAD.ask(text, locale="ar", now=NOW)
    assert readable("x" * ANSWER_LENGTH, at_most=ANSWER_LENGTH)
    with pytest.raises(MessageInvalid):
        THREAD.answer("x" * (ANSWER_LENGTH + 1), by=1, now=NOW)


def test_a_tap_that_comes_twice() -> None:
    """The same words right after themselves are known."""
    assert asked().repeats("Question 0")
    assert not asked().repeats("Question 1")
    assert not asked().answer("Yes.", by=1, now=NOW).repeats("Question 0")


def test_when_it_is_offered() -> None:
    """Where it is on, and somebody is there who may answer."""
    assert [are_offered(is_on=on, answerers=n) for on in (True, False) for n in (0, 1)] == [
        False,
        True,
        False,
        False,
    ]
