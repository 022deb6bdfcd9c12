"""What the progress message says and offers, state by state."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.domain.bidi import FSI, PDI
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from bot.domain.schedule import LocalHour
from bot.services.broadcast_progress import Progress
from bot.wording.progress import Pace, progress_screen, progress_text
from tests import shipped
from tests.making import NOW

WORDS = shipped.catalogs().words("en")
SENT = {DeliveryState.SENT: 10}


def seen(
    status: BroadcastStatus,
    counts: dict[DeliveryState, int] | None = None,
    *,
    kind: BroadcastKind = BroadcastKind.SEND,
    stop_reason: StopReason | None = None,
    began_ago: timedelta | None = timedelta(0),
) -> Progress:
    """Return a broadcast to ten people as an organizer sees it."""
    broadcast = Broadcast(
        id=1,
        alert_id=7,
        kind=kind,
        follows=None if kind is BroadcastKind.SEND else 5,
        status=status,
        audience=10,
        created_at=NOW,
        starts_at=NOW,
        started_at=None if began_ago is None else NOW - began_ago,
        stop_reason=stop_reason,
    )
    return Progress(broadcast=broadcast, tally=Tally(audience=10, counts=counts or {}))


AT_NINE = LocalHour(day=NOW.date(), hour=time(9), zone="UTC")


def at_its_time(progress: Progress) -> Progress:
    """Return the broadcast as it waits for an hour that is still to come."""
    later = replace(progress.broadcast, starts_at=NOW + timedelta(hours=1))
    return replace(progress, broadcast=later, start=AT_NINE)


def offers(progress: Progress) -> list[str]:
    """Return what the buttons say."""
    return [
        bare(each.label) for row in progress_screen(WORDS, progress, title="", now=NOW).rows for each in row
    ]


def bare(text: str) -> str:
    """Return the text without the invisible marks of direction."""
    return text.translate({ord(FSI): None, ord(PDI): None})


@pytest.mark.parametrize(
    ("began_ago", "label"),
    [
        (timedelta(hours=0), "Recall · 48 h left"),
        (timedelta(hours=1, minutes=1), "Recall · 46 h left"),
        (timedelta(hours=47, minutes=1), "Recall · under 1 h left"),
        (timedelta(hours=48), None),
        (timedelta(days=-1), "Recall · 48 h left"),
    ],
)
def test_time_to_recall(began_ago: timedelta, label: str | None) -> None:
    """The button names the full hours that are left, and goes when Telegram would delete no more."""
    shown = offers(seen(BroadcastStatus.FINISHED, SENT, began_ago=began_ago))
    assert shown == (["Correct", label] if label else ["Correct"])


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (seen(BroadcastStatus.QUEUED, began_ago=None), ["Send now", "Undo"]),
        (replace(seen(BroadcastStatus.QUEUED, began_ago=None), start=AT_NINE), ["Send now", "Undo"]),
        (at_its_time(seen(BroadcastStatus.QUEUED, began_ago=None)), ["Undo"]),
        (seen(BroadcastStatus.QUEUED, began_ago=None, kind=BroadcastKind.CORRECT), ["Send now", "Undo"]),
        (seen(BroadcastStatus.QUEUED, began_ago=None, kind=BroadcastKind.RECALL), ["Stop recalling"]),
        (seen(BroadcastStatus.SENDING, {DeliveryState.PENDING: 10}), ["Pause", "Cancel"]),
        (seen(BroadcastStatus.PAUSED, {DeliveryState.PENDING: 10}), ["Resume", "Cancel"]),
        (
            seen(BroadcastStatus.HALTED, stop_reason=StopReason.NOT_APPROVED, began_ago=None),
            ["Have it approved", "Resume", "Cancel"],
        ),
        (
            seen(BroadcastStatus.SENDING, {DeliveryState.PENDING: 10}, kind=BroadcastKind.RECALL),
            ["Pause", "Stop recalling"],
        ),
        (
            seen(BroadcastStatus.SENDING, {DeliveryState.PENDING: 10}, kind=BroadcastKind.CORRECT),
            ["Pause", "Stop correcting"],
        ),
        (replace(seen(BroadcastStatus.FINISHED, SENT), recalled=True), ["Write it again"]),
        (
            replace(
                seen(BroadcastStatus.FINISHED, SENT, kind=BroadcastKind.CORRECT),
                first=seen(BroadcastStatus.FINISHED).broadcast,
            ),
            ["Correct", "Recall · 48 h left"],
        ),
        (replace(seen(BroadcastStatus.FINISHED), in_digests=2), ["Correct", "Recall · 48 h left"]),
        (seen(BroadcastStatus.CANCELLED, began_ago=None), ["Back to the alert"]),
        (seen(BroadcastStatus.CANCELLED, began_ago=None, kind=BroadcastKind.RECALL), []),
        (seen(BroadcastStatus.CANCELLED, {DeliveryState.CANCELLED: 10}), []),
        (seen(BroadcastStatus.FINISHED, SENT, kind=BroadcastKind.RECALL), ["Write it again"]),
        (seen(BroadcastStatus.FINISHED, SENT, kind=BroadcastKind.CORRECT), []),
    ],
)
def test_what_is_offered(progress: Progress, expected: list[str]) -> None:
    """Only what can be done now is offered."""
    assert offers(progress) == expected


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (seen(BroadcastStatus.QUEUED, began_ago=None), "Starts in a moment."),
        (seen(BroadcastStatus.PAUSED, began_ago=None), "Nothing went out yet."),
        (
            seen(BroadcastStatus.HALTED, stop_reason=StopReason.NOT_APPROVED, began_ago=None),
            "not approved as it would go out now",
        ),
        (seen(BroadcastStatus.CANCELLED, began_ago=None), "Nothing went out."),
        (seen(BroadcastStatus.CANCELLED, began_ago=None, kind=BroadcastKind.RECALL), "Left as it is."),
    ],
)
def test_before_anything_began(progress: Progress, said: str) -> None:
    """Where nothing went out, no bar claims that all of it did."""
    text = progress_text(WORDS, progress, title="Ask", now=NOW).text
    assert said in text
    assert "%" not in text


@pytest.mark.parametrize(
    ("per_second", "said"),
    [(2.5, "2.5/s · 4 seconds left"), (10.0, "10/s · 1 second left"), (0.1, "2 minutes left")],
)
def test_rate_and_time_left(per_second: float, said: str) -> None:
    """While it goes out, the message says how fast it goes and how long it takes."""
    progress = seen(BroadcastStatus.SENDING, {DeliveryState.PENDING: 10})
    text = progress_text(WORDS, progress, title="Ask", now=NOW, pace=Pace(per_second=per_second)).text
    assert said in bare(text)
    assert "/s" not in progress_text(WORDS, progress, title="Ask", now=NOW).text


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ({"held_up_by_replies": True}, "They are answered first, so this goes more slowly."),
        (
            {"waits_until": NOW + timedelta(minutes=2)},
            "Telegram asks to wait until Mon, 23 Nov, 12:02 (UTC).",
        ),
    ],
)
def test_what_it_waits_for(waits: dict[str, Any], said: str) -> None:
    """While it is held up, the message says by what; otherwise it says nothing of the kind."""
    sending = seen(BroadcastStatus.SENDING, {DeliveryState.PENDING: 10})
    assert said in bare(progress_text(WORDS, replace(sending, **waits), title="Ask", now=NOW).text)
    assert "wait" not in progress_text(WORDS, sending, title="Ask", now=NOW).text
