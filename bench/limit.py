"""How much of a limit is used, against a Bot API that enforces it.

In two ways: by a bucket that a tenth of a second fills, and to the letter, so many in any one second wherever it
begins. The second forgives no delay on the way of more than the four milliseconds that the governor leaves.
"""

import time
from dataclasses import dataclass
from typing import Any

from bench.report import Figure, Goal
from bench.trial import bot_api, campaign

GOAL = 99.0
"""Per cent of the limit, with no refusal."""

ENFORCED: dict[str, dict[str, Any]] = {
    "bucket of 0.1 s": {"sliding": False},
    "any second": {"sliding": True},
}

LEAD_IN = 2.0
"""Seconds of sending before it is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One limit, and the settings that ask for it."""

    name: str
    per_second: int
    paid: bool


CASES = (
    Case(name="30/s", per_second=30, paid=False),
    Case(name="1000/s, paid", per_second=1000, paid=True),
)


def measure(seconds: float) -> list[Figure]:
    """Send for so many seconds at each limit."""
    return [figure for case in CASES for how in ENFORCED for figure in _use(case, how, seconds)]


def _use(case: Case, how: str, seconds: float) -> list[Figure]:
    people = int(case.per_second * (seconds + LEAD_IN) * 1.5) + 100
    limits = {"overall_per_second": 30, "paid_per_second": 1000, "burst": case.per_second / 10}
    settings = {"SEND_RATE": str(case.per_second), "PAID_BROADCAST": "true" if case.paid else "false"}
    with bot_api(people, limits=limits | ENFORCED[how]) as api, campaign(api, **settings) as trial:
        trial.prepare(people)
        with trial.running("sender"):
            api.wait_for(1)
            time.sleep(LEAD_IN)
            began, before = time.monotonic(), api.ask("stats")["accepted"]
            time.sleep(seconds)
            found = api.ask("stats")
            took = time.monotonic() - began
    used = 100 * (found["accepted"] - before) / took / case.per_second
    return [
        Figure(what=f"{case.name}, {how}: used", value=used, unit="%", goal=Goal(at_least=GOAL)),
        Figure(what=f"{case.name}, {how}: 429s", value=found["too_many"], unit="", goal=Goal(at_most=0)),
    ]
