"""Why somebody of an audience is not sent an alert when it goes out."""

from enum import StrEnum

from bot.domain.preferences import DIGESTS, Rhythm, receives_at_once
from bot.domain.subscriber import SubscriberState


class Exclusion(StrEnum):
    """The reasons, as they are shown. Quiet hours are none: there it is sent later."""

    PAUSED = "paused"
    LEFT = "left"
    BLOCKED = "blocked"
    DIGEST = "digest"
    """They asked for a digest, and find it there."""
    URGENT_ONLY = "urgent_only"


def exclusion(state: SubscriberState, rhythm: Rhythm, *, urgent: bool) -> Exclusion | None:
    """Return why a person is not sent an alert; None where they are. `urgent`: whether the alert is."""
    if state is not SubscriberState.ACTIVE:
        return Exclusion(state.value)
    if receives_at_once(rhythm, urgent=urgent):
        return None
    return Exclusion.DIGEST if rhythm in DIGESTS else Exclusion.URGENT_ONLY
