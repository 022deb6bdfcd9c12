"""What came of a tour: the bot's own count beside what its world saw, and where the two disagree."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ENDS = ("sent", "blocked", "skipped", "failed", "cancelled", "unknown")
"""The states in which a delivery may end (bot.domain.delivery), as the status command names them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The broadcast as its world saw it. Sets hold chat ids, of this world's made-up people only."""

    joined: frozenset[int]
    left_before: frozenset[int]
    left_meanwhile: Mapping[int, int]
    """Who left while it went out, and the id of the message that confirmed it."""
    unreachable: frozenset[int]
    """Who had blocked the bot or deleted their account before the end."""
    alerts: Mapping[int, tuple[int, ...]]
    """The ids of the alert's messages in each chat that got one."""
    did_not_wait: int

    @property
    def audience(self) -> frozenset[int]:
        """Return who was to be sent the alert."""
        return self.joined - self.left_before


@dataclass(frozen=True, kw_only=True, slots=True)
class TourReport:
    """The closing report. `problems` is empty when everything matches."""

    people: int
    joined: int
    questions: int
    left: int
    audience: int
    counts: Mapping[str, int]
    told_to_wait: int
    seconds: float
    problems: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        return {**asdict(self), "ok": not self.problems}


def problems(seen: Seen, broadcast: Mapping[str, Any]) -> Iterator[str]:
    """Yield, in a sentence each, what must not be. `broadcast` is the status command's entry."""
    got, audience = frozenset(seen.alerts), seen.audience
    if broadcast["status"] != "finished":
        yield f"The broadcast is {broadcast['status']}, not finished."
    if broadcast["audience"] != len(audience):
        yield f"The audience is {broadcast['audience']}; {len(audience)} people had joined and not left."
    if (ended := sum(broadcast[state] for state in ENDS)) != broadcast["audience"]:
        yield f"{ended} deliveries have ended, of an audience of {broadcast['audience']}."
    if not broadcast["sent"] <= len(got) <= broadcast["sent"] + broadcast["unknown"]:
        yield f"{broadcast['sent']} are counted as sent; Telegram accepted {len(got)}."
    if twice := sum(len(messages) > 1 for messages in seen.alerts.values()):
        yield f"Sent the alert more than once: {twice}."
    if strangers := got - audience:
        yield f"Sent an alert they had not asked for, or had asked to stop: {len(strangers)}."
    excused = seen.unreachable | frozenset(seen.left_meanwhile)
    if (missed := len(audience - got - excused)) > broadcast["unknown"]:
        yield f"Skipped without a reason: {missed}."
    if late := sum(
        any(message > goodbye for message in seen.alerts.get(chat, ()))
        for chat, goodbye in seen.left_meanwhile.items()
    ):
        yield f"Sent the alert after the bot had confirmed that they left: {late}."
    if seen.did_not_wait:
        yield f"Made while Telegram had asked to wait: {seen.did_not_wait}."
