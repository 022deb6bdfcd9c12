"""What of one broadcast is in flight in this process, and the answers that are not recorded yet."""

import random
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.delivery.sender import NOT_FOUND, Prepared
from bot.domain.alert import Alert
from bot.domain.attempt import FREE, Attempt, AttemptResult, back_off, next_state, seconds_waited
from bot.domain.broadcast import FAILURES_SEEN, REPEATABLE, Broadcast, BroadcastKind, Outcome
from bot.domain.delivery import DeliveryState
from bot.store.claims import Claimed
from bot.store.transitions import Recorded

Returned = tuple[Claimed, Attempt]

BodyKey = tuple[str, tuple[int, ...], int, tuple[int, ...]]
"""The locale and, of a digest, which alerts it is of, how many are left for the next one and which are struck out."""


class InFlight:
    """One broadcast under way in this process.

    `words`: the alert whose words go out, where it was corrected another. `left_out`: locales whose readers get
    nothing. `until`: the end of its time slice, in seconds of the loop's clock. `yielding`: it claims nothing more,
    another broadcast is due or its words were corrected. `claim_uncertain`: a claim may have been committed without
    our knowing. `nothing_due_until`: a claim found nothing; in seconds of the loop's clock, when to look again.
    `rests`: for so many seconds others have the turn, since all that is left waits for the end of quiet hours.
    `alerts`: what a digest may be of, by their ids.
    """

    def __init__(
        self,
        broadcast: Broadcast,
        alert: Alert,
        *,
        until: float,
        words: Alert | None = None,
        left_out: frozenset[str] = frozenset(),
    ) -> None:
        self.broadcast = broadcast
        self.alert = alert
        self.words = words or alert
        self.left_out = left_out
        self.until = until
        self.yielding = False
        self.claim_uncertain = False
        self.nothing_due_until = 0.0
        self.rests = 0.0
        self.sends: set[int] = set()
        self.bodies: dict[BodyKey, Prepared] = {}
        self.alerts: dict[int, Alert] = {}
        self._back: list[Returned] = []
        self._recent: deque[Outcome] = deque(maxlen=FAILURES_SEEN)
        self._counted: tuple[Outcome, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is in flight and nothing waits to be recorded."""
        return not self.sends and not self._back

    def add(self, delivery: Claimed) -> None:
        """Note that a delivery is being sent."""
        self.sends.add(delivery.subscriber_id)

    def complete(self, delivery: Claimed, attempt: Attempt) -> None:
        """Note what came of it. *Sent* means that Telegram named the message; without that it is not known."""
        unnamed = attempt.result is AttemptResult.ACCEPTED and attempt.message_id is None
        if unnamed and self.broadcast.kind not in REPEATABLE:
            attempt = Attempt(result=AttemptResult.UNCLEAR, error="no message_id")
        self.sends.discard(delivery.subscriber_id)
        self._back.append((delivery, attempt))

    def drain(self) -> list[Returned]:
        """Return the answers since the last cycle, to be recorded."""
        back, self._back = self._back, []
        self._counted = tuple(self._recent)
        return back

    def requeue(self, back: list[Returned]) -> None:
        """Keep the answers of a cycle that was rolled back for the next one, which counts them again."""
        self._back = back + self._back
        self._recent = deque(self._counted, maxlen=FAILURES_SEEN)

    def returned(self) -> list[int]:
        """Return the subscribers whose delivery came back and is not recorded."""
        return [delivery.subscriber_id for delivery, _ in self._back]

    def recent(self) -> Collection[Outcome]:
        """Return how the last deliveries ended."""
        return self._recent

    def results(self, back: list[Returned], *, now: datetime) -> list[Recorded]:
        """Return what is to be recorded of these."""
        results = [self._result(delivery, attempt, now=now) for delivery, attempt in back]
        self._recent.extend(
            (result.state, attempt.result)
            for result, (_, attempt) in zip(results, back, strict=True)
            if result.state is not DeliveryState.PENDING
        )
        return results

    def _result(self, delivery: Claimed, attempt: Attempt, *, now: datetime) -> Recorded:
        repeatable = self.broadcast.kind in REPEATABLE
        waited = seconds_waited(attempt)
        state = next_state(
            attempt.result,
            attempts=delivery.attempts,
            repeatable=repeatable,
            waited=delivery.waited + waited,
        )
        if self.broadcast.kind is BroadcastKind.RECALL and attempt.error == NOT_FOUND:
            # Gone already: deleted by its reader, or by us with an answer that was lost.
            state = DeliveryState.SENT
        due_at = None
        if state is DeliveryState.PENDING:
            jitter = random.random()  # noqa: S311  # spreads retries; nothing secret
            due_at = now + timedelta(seconds=back_off(attempt, attempts=delivery.attempts, jitter=jitter))
        return Recorded(
            subscriber_id=delivery.subscriber_id,
            state=state,
            message_id=attempt.message_id,
            error=attempt.error,
            due_at=due_at,
            counts=attempt.result not in FREE,
            waited=waited,
        )
