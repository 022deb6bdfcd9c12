"""The checks at the end of a tour: what matches is quiet, what does not has a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from bot.rehearsal.tour.report import Seen, problems

SEEN = Seen(
    joined=frozenset(range(1, 11)),
    left_before=frozenset({1}),
    left_meanwhile={2: 50},
    unreachable=frozenset({3}),
    alerts={chat: (100 + chat,) for chat in range(4, 11)},
    did_not_wait=0,
)
BROADCAST: dict[str, Any] = {
    "status": "finished",
    "audience": 9,
    "sent": 7,
    "blocked": 1,
    "skipped": 1,
    "failed": 0,
    "cancelled": 0,
    "unknown": 0,
}


def test_a_clean_tour_has_no_problem() -> None:
    """Sent, blocked and skipped make up the audience, and the world saw the same."""
    assert list(problems(SEEN, BROADCAST)) == []


def test_an_unknown_delivery_may_have_arrived_or_not() -> None:
    """What cannot be known is counted as that, whichever way it went."""
    arrived = {**BROADCAST, "sent": 6, "unknown": 1}
    assert list(problems(SEEN, arrived)) == []
    lost = replace(SEEN, alerts={chat: (100 + chat,) for chat in range(5, 11)})
    assert list(problems(lost, arrived)) == []


def test_whoever_left_may_have_been_sent_it_before() -> None:
    """An alert before the goodbye is no fault."""
    early = replace(SEEN, alerts={**SEEN.alerts, 2: (49,)})
    assert list(problems(early, {**BROADCAST, "sent": 8, "skipped": 0})) == []


@pytest.mark.parametrize(
    ("seen", "broadcast", "sentence"),
    [
        ({}, {"status": "sending"}, "The broadcast is sending, not finished."),
        ({}, {"audience": 8, "skipped": 0}, "The audience is 8; 9 people had joined and not left."),
        ({}, {"skipped": 0}, "8 deliveries have ended, of an audience of 9."),
        ({}, {"sent": 8, "skipped": 0}, "8 are counted as sent; Telegram accepted 7."),
        (
            {"alerts": {**SEEN.alerts, 4: (104, 105)}},
            {},
            "Sent the alert more than once: 1.",
        ),
        (
            {"alerts": {**SEEN.alerts, 1: (99,)}},
            {"sent": 8, "skipped": 0},
            "Sent an alert they had not asked for, or had asked to stop: 1.",
        ),
        ({"unreachable": frozenset()}, {}, "Skipped without a reason: 1."),
        (
            {"alerts": {**SEEN.alerts, 2: (51,)}},
            {"sent": 8, "skipped": 0},
            "Sent the alert after the bot had confirmed that they left: 1.",
        ),
        ({"did_not_wait": 3}, {}, "Made while Telegram had asked to wait: 3."),
    ],
)
def test_what_does_not_match_is_said(seen: dict[str, Any], broadcast: dict[str, Any], sentence: str) -> None:
    """Each broken invariant has its own sentence."""
    assert list(problems(replace(SEEN, **seen), {**BROADCAST, **broadcast})) == [sentence]
