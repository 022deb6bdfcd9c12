"""What the engine remembers of a broadcast between two turns."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.delivery.in_flight import InFlight
from bot.domain.alert import ActionKind, Alert
from bot.domain.attempt import Attempt, AttemptResult
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.store.claims import Claimed

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALERT = Alert(id=1, author_id=None, kind=ActionKind.SIGN, base="en")
SENDING = Broadcast(
    id=1,
    alert_id=1,
    kind=BroadcastKind.SEND,
    follows=None,
    status=BroadcastStatus.SENDING,
    audience=9,
    created_at=NOW,
    starts_at=NOW,
)
DELIVERY = Claimed(subscriber_id=7, chat_id=70, locale="en", attempts=1)


@pytest.mark.parametrize(
    ("kind", "message_id", "state"),
    [
        (BroadcastKind.SEND, 5, DeliveryState.SENT),
        (BroadcastKind.SEND, None, DeliveryState.UNKNOWN),
        (BroadcastKind.RESEND, None, DeliveryState.UNKNOWN),
        (BroadcastKind.RECALL, None, DeliveryState.SENT),
        (BroadcastKind.CORRECT, None, DeliveryState.SENT),
    ],
)
def test_sent_has_a_message_id(kind: BroadcastKind, message_id: int | None, state: DeliveryState) -> None:
    """A message counts as sent only with the id that Telegram gave it; a deletion gives none."""
    in_flight = InFlight(replace(SENDING, kind=kind), ALERT, until=0.0)
    in_flight.add(DELIVERY)
    in_flight.complete(DELIVERY, Attempt(result=AttemptResult.ACCEPTED, message_id=message_id))
    [result] = in_flight.results(in_flight.drain(), now=NOW)
    assert result.state is state


def test_429_is_no_attempt() -> None:
    """What a 429 put off uses up none of its attempts, and is out of nobody's way."""
    in_flight = InFlight(SENDING, ALERT, until=0.0)
    in_flight.add(DELIVERY)
    in_flight.complete(DELIVERY, Attempt(result=AttemptResult.TOO_MANY, retry_after=1.0))
    [result] = in_flight.results(in_flight.drain(), now=NOW)
    assert result.state is DeliveryState.PENDING
    assert not result.counts
    assert in_flight.empty
