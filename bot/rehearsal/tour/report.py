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
    outside: frozenset[int] = frozenset()
    """Who had joined and stayed, and is not in the segment that the alert is for."""
    left_meanwhile: Mapping[int, int]
    """Who left while it went out, and the id of the message that confirmed it."""
    unreachable: frozenset[int]
    """Who had blocked the bot or deleted their account before the end."""
    alerts: Mapping[int, tuple[int, ...]]
    """The ids of the alert's messages in each chat that got one."""
    did_not_wait: int
    gone_in_time: frozenset[int] = frozenset()
    """Who left or blocked the bot while their hour was still to come: of these the audience may have some, or none."""
    too_early: int = 0
    """Alerts that came before the hour that was chosen, as it is where somebody lives."""

    @property
    def audience(self) -> frozenset[int]:
        """Return who was to be sent the alert."""
        return self.joined - self.left_before - self.outside


ORDER = (
    *("people", "settings", "team", "segments", "alert", "returned", "approved", "files", "thread", "sent"),
    *("digest", "shared", "recalled", "report", "moment", "audit", "erased", "next_day", "ladder"),
)
"""The steps as they are told: several are done at the same time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that was done, in a line, with its figures for programs."""

    name: str
    says: str
    figures: Mapping[str, int | float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class TourReport:
    """The closing report. `ladder`: how many came to each step with one alert. `problems`: none when all matches."""

    people: int
    joined: int
    questions: int
    left: int
    audience: int
    counts: Mapping[str, int]
    told_to_wait: int
    seconds: float
    ladder: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[Step, ...] = field(default=())
    problems: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        return {**asdict(self), "ok": not self.problems}


def problems(seen: Seen, broadcast: Mapping[str, Any]) -> Iterator[str]:
    """Yield, in a sentence each, what must not be. `broadcast` is the status command's entry."""
    got, audience = frozenset(seen.alerts), seen.audience
    if broadcast["status"] != "finished":
        yield f"The broadcast is {broadcast['status']}, not finished."
    if not len(audience - seen.gone_in_time) <= broadcast["audience"] <= len(audience):
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
    yield from _untimely(seen)


def _untimely(seen: Seen) -> Iterator[str]:
    """Yield what was sent at a time at which it must not be."""
    if late := sum(
        any(message > goodbye for message in seen.alerts.get(chat, ()))
        for chat, goodbye in seen.left_meanwhile.items()
    ):
        yield f"Sent the alert after the bot had confirmed that they left: {late}."
    if seen.too_early:
        yield f"Sent before it was the chosen hour for them: {seen.too_early}."
    if seen.did_not_wait:
        yield f"Made while Telegram had asked to wait: {seen.did_not_wait}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What a report's table says in numbers: of the whole by outcome, the sent ones by language where it shows them."""

    whole: Mapping[str, int]
    by_locale: Mapping[str, int]


def differences(table: Table, broadcast: Mapping[str, Any], *, accepted: Mapping[str, int]) -> Iterator[str]:
    """Yield where a report differs from the bot's own count, or from what Telegram accepted for readers of a language.

    What is unknown was accepted, or was not.
    """
    for outcome in ("audience", *ENDS):
        if table.whole.get(outcome) != broadcast[outcome]:
            yield f"The report says {outcome} {table.whole.get(outcome)}; the bot counts {broadcast[outcome]}."
    unknown = broadcast["unknown"]
    if not table.whole.get("sent", 0) <= sum(accepted.values()) <= table.whole.get("sent", 0) + unknown:
        yield f"The report says {table.whole.get('sent')} sent; Telegram accepted {sum(accepted.values())}."
    for locale, sent in table.by_locale.items():
        if not sent <= accepted.get(locale, 0) <= sent + unknown:
            yield f"The report says {sent} sent in {locale}; Telegram accepted {accepted.get(locale, 0)}."


def recall_problems(recalled: Mapping[str, Any], *, gone: int, were: int) -> Iterator[str]:
    """Yield what must not be after a recall: `were` messages had arrived, of which `gone` were deleted."""
    if (recalled["kind"], recalled["status"]) != ("recall", "finished"):
        yield f"The recall is a {recalled['kind']} that is {recalled['status']}."
        return
    if (ended := sum(recalled[state] for state in ENDS)) != recalled["audience"]:
        yield f"{ended} deletions have ended, of {recalled['audience']}."
    if not recalled["sent"] <= gone <= recalled["sent"] + recalled["unknown"]:
        yield f"{recalled['sent']} are counted as deleted; {gone} are gone."
    if (left := were - gone) > recalled["audience"] - recalled["sent"]:
        yield f"Still in a chat, and not counted as such: {left}."
