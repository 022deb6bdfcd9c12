"""Things that go wrong on the way, by a seeded plan; the world keeps the truth of what was accepted."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from bot.errors import CampaignError


class FaultKind(StrEnum):
    """What may go wrong with one request."""

    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    STALL = "stall"
    TRUNCATED = "truncated"
    HTML = "html"
    SERVER_ERROR = "server_error"
    TOO_MANY = "too_many"
    SLOW = "slow"
    UNAUTHORIZED = "unauthorized"


ACCEPTED_ALL_THE_SAME = frozenset(
    {FaultKind.RESET_AFTER, FaultKind.STALL, FaultKind.TRUNCATED, FaultKind.SLOW}
)
"""Faults that hit the answer: unless the rule says otherwise, the request itself was carried out."""


class FaultsInvalid(CampaignError):
    """A fault plan cannot be read. Each rule needs a known kind and known fields."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultRule:
    """One kind of trouble, for a share (0…1) of the requests from the nth to before the mth.

    Requests are counted from 1, only those of the rule's `methods` (lower case; none named: all).
    `seconds` is how slow, or the retry_after of a 429; `status` is that of a server error;
    `accepted` overrides whether the request is carried out; `everywhere` makes a 429 stop every chat.
    """

    kind: FaultKind
    share: float = 1.0
    from_nth: int = 1
    to_nth: int | None = None
    methods: tuple[str, ...] = ()
    seconds: float = 1.0
    status: int = 502
    accepted: bool | None = None
    everywhere: bool = False

    @property
    def carried_out(self) -> bool:
        """Whether the world does what the request asks, whatever the bot gets to hear."""
        return self.kind in ACCEPTED_ALL_THE_SAME if self.accepted is None else self.accepted


class Faults:
    """The rules in force. The same seed and the same requests make the same trouble."""

    def __init__(self, seed: int = 0, rules: Iterable[FaultRule] = ()) -> None:
        self._chance = random.Random(seed)  # noqa: S311  a repeatable plan, not a secret
        self._rules = [_Counted(rule) for rule in rules]
        self.struck: dict[FaultKind, int] = {}

    @classmethod
    def from_plan(cls, plan: Any) -> "Faults":
        """Read `{"seed": 1, "rules": [{"kind": …, …}]}`. Raises FaultsInvalid."""
        known = {field.name for field in fields(FaultRule)}
        try:
            rules = []
            for given in plan.get("rules", ()):
                if unknown := set(given) - known:
                    raise FaultsInvalid(f"Unknown in a fault rule: {', '.join(sorted(unknown))}.")
                kind, methods = FaultKind(given["kind"]), tuple(m.lower() for m in given.get("methods", ()))
                rules.append(FaultRule(**{**given, "kind": kind, "methods": methods}))
                HTTPStatus(rules[-1].status)
            return cls(plan.get("seed", 0), rules)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise FaultsInvalid(f"The fault plan cannot be read: {error}.") from error

    def strike(self, method: str) -> FaultRule | None:
        """Return what goes wrong with this request of the (lower-case) method, if anything does."""
        struck: FaultRule | None = None
        for counted in self._rules:
            rule = counted.rule
            if rule.methods and method not in rule.methods:
                continue
            counted.seen += 1
            due = rule.from_nth <= counted.seen and (rule.to_nth is None or counted.seen < rule.to_nth)
            if due and struck is None and (rule.share >= 1.0 or self._chance.random() < rule.share):
                struck = rule
        if struck is not None:
            self.struck[struck.kind] = self.struck.get(struck.kind, 0) + 1
        return struck


class _Counted:
    """A rule and how many requests it has seen."""

    __slots__ = ("rule", "seen")

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.seen = 0
