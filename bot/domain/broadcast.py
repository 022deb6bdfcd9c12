"""A broadcast: one sending of an alert, its states, and the sums that must match."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.attempt import PERSONAL, AttemptResult
from bot.domain.delivery import FINAL, DeliveryState
from bot.domain.schedule import GRACE
from bot.domain.subscriber import SubscriberState


class BroadcastKind(StrEnum):
    """What a broadcast does with each of its deliveries."""

    SEND = "send"
    RESEND = "resend"
    """To those whose delivery was unknown, marked as a repeat."""
    CORRECT = "correct"
    """Changes what was sent."""
    RECALL = "recall"
    """Deletes what was sent."""
    REMIND = "remind"
    """Reminds who began and has not said what came of it."""
    DIGEST = "digest"
    """Several alerts as one message, to who wants them so. It stands under the first of them."""
    THANKS = "thanks"
    """Thanks those who took part in a moment, once it is over, with how many they were."""


RECALLABLE = timedelta(hours=48)
"""For how long Telegram lets a bot delete its messages (Bot API, deleteMessage). It may change them at any time."""

REPEATABLE = frozenset({BroadcastKind.CORRECT, BroadcastKind.RECALL})
"""Doing these twice does no more than once, so an unclear outcome is tried again."""

BY_ITSELF = frozenset({BroadcastKind.REMIND, BroadcastKind.DIGEST, BroadcastKind.THANKS})
"""The bot begins these by itself, out of what was approved and sent; nobody watches them. At most one of each is sent
to a person of the same alerts, and nothing that is too late by then."""

NOTIFIES = frozenset({BroadcastKind.SEND, BroadcastKind.RESEND})
"""These bring people a message: reports are of these, and where they were slept through, they ask.

What takes away or mends is done late rather than not.
"""

RECEIVES: Mapping[BroadcastKind, frozenset[SubscriberState]] = {
    BroadcastKind.SEND: frozenset({SubscriberState.ACTIVE}),
    BroadcastKind.RESEND: frozenset({SubscriberState.ACTIVE}),
    BroadcastKind.CORRECT: frozenset({SubscriberState.ACTIVE, SubscriberState.PAUSED}),
    BroadcastKind.RECALL: frozenset(SubscriberState),
    BroadcastKind.REMIND: frozenset({SubscriberState.ACTIVE}),
    BroadcastKind.DIGEST: frozenset({SubscriberState.ACTIVE}),
    BroadcastKind.THANKS: frozenset({SubscriberState.ACTIVE}),
}
"""Whom each kind may still touch at the moment of the claim. A recall takes away; it sends nothing."""


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    HALTED = "halted"


RUNNABLE = frozenset({BroadcastStatus.QUEUED, BroadcastStatus.SENDING})
"""The engine works on these."""

ENDED = frozenset({BroadcastStatus.CANCELLED, BroadcastStatus.FINISHED})
"""Nothing more happens to these."""


class StopReason(StrEnum):
    """Why a broadcast was paused or halted."""

    ORGANIZER = "organizer"
    CANARY = "canary"
    """The first few were sent; an organizer looks before the rest."""
    FAILURES = "failures"
    """Too many of the last ones failed."""
    UNKNOWN_CHATS = "unknown_chats"
    """Most of the last chats are unknown to this bot: it may have the token of another one."""
    TOKEN_REFUSED = "token_refused"  # noqa: S105  # a reason, not a secret
    NOT_APPROVED = "not_approved"
    HALT = "halt"
    """An organizer said /halt: everything was stopped at once."""
    LATE = "late"
    """Its time came while nothing could start it; an organizer decides whether it still goes out."""
    RESTORED = "restored"
    """The bot was restored from a backup: what became of it since then is not known."""


BY_SOMEBODY = frozenset({StopReason.ORGANIZER, StopReason.HALT})
"""Somebody of the team stopped it and knows; for any other reason it stopped by itself, and the team is to hear."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many deliveries are in each state, of an audience frozen at `audience` people."""

    audience: int
    counts: Mapping[DeliveryState, int] = field(default_factory=dict)

    def __getitem__(self, state: DeliveryState) -> int:
        return self.counts.get(state, 0)

    @property
    def final(self) -> int:
        """Deliveries that ended."""
        return sum(self[state] for state in FINAL)

    @property
    def remaining(self) -> int:
        """Deliveries still to end."""
        return self.audience - self.final

    @property
    def adds_up(self) -> bool:
        """Whether every person of the audience is counted exactly once."""
        return sum(self.counts.values()) == self.audience


@dataclass(frozen=True, kw_only=True, slots=True)
class Broadcast:
    """One sending of one alert.

    `audience`: people, 0 until it is frozen. `follows`: the broadcast that this one resends, corrects or recalls.
    `starts_at`: nothing is sent before. `canary`: people, the first of the audience, after whom it pauses for an
    organizer to look; `canary_last_id`: the subscriber id of the last of them, None before the freeze and where
    the audience is smaller. `organizer_id`: who confirmed it, or watches it since they cannot any more, `stopped_by`:
    who paused or halted it; None where that was nobody of the team.

    Of one for an hour of each person's zone: `day`, the one that the hour is of, where the rule has many; `next_at`,
    when the next zone's hour comes, None where no people are left for one; `left_before`, before which an hour that has
    passed leaves its people out. `tzdata`: the version of the zones by which these were reckoned.

    `took_part`: of thanks, how many took part, as it was when they began.
    """

    id: int
    alert_id: int
    kind: BroadcastKind
    follows: int | None
    status: BroadcastStatus
    audience: int
    created_at: datetime
    starts_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    canary: int | None = None
    canary_last_id: int | None = None
    stop_reason: StopReason | None = None
    organizer_id: int | None = None
    stopped_by: int | None = None
    day: date | None = None
    next_at: datetime | None = None
    left_before: datetime | None = None
    tzdata: str | None = None
    took_part: int | None = None

    def is_due(self, *, now: datetime) -> bool:
        """Whether its time has come. One that has begun goes on, should the clock be set back."""
        return self.status is BroadcastStatus.SENDING or self.starts_at <= now

    def is_late(self, *, now: datetime) -> bool:
        """Whether its time was slept through. What nobody of the team has begun there is nobody to ask about."""
        asks = self.kind in NOTIFIES and self.organizer_id is not None
        return asks and self.status is BroadcastStatus.QUEUED and now - self.starts_at > GRACE

    def time_to_recall(self, *, now: datetime) -> timedelta:
        """Return for how long everything that it sent can still be deleted; zero when that is over."""
        since = self.started_at or now
        return min(RECALLABLE, max(timedelta(0), since + RECALLABLE - now))

    @property
    def is_harmless_twice(self) -> bool:
        """Whether it does no more to anybody when it is done twice."""
        return self.kind in REPEATABLE

    @property
    def undone(self) -> bool:
        """Whether it was cancelled before anything began."""
        return self.status is BroadcastStatus.CANCELLED and self.started_at is None


FAILURES_SEEN, FAILURES_SHARE = 100, 0.2
"""Of the last so many outcomes, the share of failed and unknown ones at which a broadcast pauses itself."""

Outcome = tuple[DeliveryState, AttemptResult]
"""The state in which a delivery ended, and what made it so."""


def is_failing(outcomes: Collection[Outcome]) -> bool:
    """Tell whether too many of the last outcomes (`FAILURES_SEEN` at the most) failed or are unknown.

    People who are gone, and chats that refuse without end, say nothing about the alert: see `is_wrong_bot`.
    """
    wrong = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
    failed = sum(state in wrong and result not in PERSONAL for state, result in outcomes)
    return len(outcomes) >= FAILURES_SEEN and failed > FAILURES_SHARE * len(outcomes)


UNKNOWN_SEEN, UNKNOWN_SHARE = 20, 0.5
"""Of at least so many of the last outcomes, the share of chats that are gone above which it seems the wrong bot."""

SENT_FOR_EACH_GONE = 10
"""So many must have been sent for each chat that is gone, before those who are gone are taken off the list."""


def is_wrong_bot(outcomes: Collection[Outcome]) -> bool:
    """Tell whether most of the last chats are unknown to this bot, whomever it reached: they joined another one."""
    gone = sum(result is AttemptResult.GONE for _, result in outcomes)
    return len(outcomes) >= UNKNOWN_SEEN and gone > UNKNOWN_SHARE * len(outcomes)


def believable_gone(tally: Tally) -> int:
    """Return how many chats may be gone at the most for it to say something about them, and not about the bot."""
    return tally[DeliveryState.SENT] // SENT_FOR_EACH_GONE
