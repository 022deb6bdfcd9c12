"""The checks at the end of a tour: what matches is quiet, what does not has a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from bot.rehearsal.tour.report import ENDS, Seen, Table, differences, problems, recall_problems

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


def test_whoever_left_before_their_hour_may_be_left_out() -> None:
    """The audience is drawn zone by zone: who left before it was their hour is in it, or not."""
    left = replace(SEEN, gone_in_time=frozenset({2}))
    assert list(problems(left, BROADCAST)) == []
    assert list(problems(left, {**BROADCAST, "audience": 8, "skipped": 0})) == []


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
        (
            {"outside": frozenset({4})},
            {"audience": 8, "skipped": 0},
            "Sent an alert they had not asked for, or had asked to stop: 1.",
        ),
        ({"too_early": 2}, {}, "Sent before it was the chosen hour for them: 2."),
        ({"did_not_wait": 3}, {}, "Made while Telegram had asked to wait: 3."),
    ],
)
def test_what_does_not_match_is_said(seen: dict[str, Any], broadcast: dict[str, Any], sentence: str) -> None:
    """Each broken invariant has its own sentence."""
    assert list(problems(replace(SEEN, **seen), {**BROADCAST, **broadcast})) == [sentence]


TABLE = Table(whole={"audience": 9, **{state: BROADCAST[state] for state in ENDS}}, by_locale={"en": 4})
ACCEPTED = {"en": 4, "ar": 3}


def test_a_report_that_fits() -> None:
    """A table with the bot's own counts, and what Telegram accepted, has no difference; nor has one of unknown ends."""
    assert list(differences(TABLE, BROADCAST, accepted=ACCEPTED)) == []
    broadcast = {**BROADCAST, "sent": 6, "unknown": 1}
    table = Table(whole={**TABLE.whole, "sent": 6, "unknown": 1}, by_locale={"en": 3})
    assert list(differences(table, broadcast, accepted=ACCEPTED)) == []


@pytest.mark.parametrize(
    ("table", "accepted", "sentence"),
    [
        (
            replace(TABLE, whole={**TABLE.whole, "blocked": 0}),
            ACCEPTED,
            "The report says blocked 0; the bot counts 1.",
        ),
        (TABLE, {"en": 4, "ar": 2}, "The report says 7 sent; Telegram accepted 6."),
        (replace(TABLE, by_locale={"en": 5}), ACCEPTED, "The report says 5 sent in en; Telegram accepted 4."),
        (replace(TABLE, by_locale={"es": 1}), ACCEPTED, "The report says 1 sent in es; Telegram accepted 0."),
    ],
)
def test_a_report_that_flatters(table: Table, accepted: dict[str, int], sentence: str) -> None:
    """Each number that differs has its own sentence."""
    assert list(differences(table, BROADCAST, accepted=accepted)) == [sentence]


RECALL: dict[str, Any] = {
    **BROADCAST,
    "kind": "recall",
    "audience": 7,
    "sent": 6,
    "blocked": 0,
    "failed": 1,
} | {"skipped": 0}


def test_a_recall_that_fits() -> None:
    """What could not be deleted is counted as that; what is unknown went, or did not."""
    assert list(recall_problems(RECALL, gone=6, were=7)) == []
    unknown = {**RECALL, "sent": 5, "unknown": 1}
    assert list(recall_problems(unknown, gone=6, were=7)) == []
    assert list(recall_problems(unknown, gone=5, were=7)) == []


@pytest.mark.parametrize(
    ("recalled", "gone", "sentence"),
    [
        ({"status": "sending"}, 6, "The recall is a recall that is sending."),
        ({"kind": "send"}, 6, "The recall is a send that is finished."),
        ({"failed": 0}, 6, "6 deletions have ended, of 7."),
        ({}, 7, "6 are counted as deleted; 7 are gone."),
        ({"sent": 7, "failed": 0}, 6, "7 are counted as deleted; 6 are gone."),
    ],
)
def test_a_recall_that_flatters(recalled: dict[str, Any], gone: int, sentence: str) -> None:
    """Each thing that must not be after a recall has its own sentence."""
    assert sentence in list(recall_problems({**RECALL, **recalled}, gone=gone, were=7))
