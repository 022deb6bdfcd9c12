"""How long a person waits for an answer to /start: at rest, and while a broadcast takes the whole rate."""

import random
import statistics
import time
from collections.abc import Sequence

from bench.report import Figure, Goal
from bench.trial import Api, bot_api, campaign

RATE = 30
"""Messages per second: what Telegram allows, and what the broadcast takes."""

MORE_GOAL = 50.0
"""Milliseconds by which the slowest per cent of the answers may be slower than at rest."""

ASKERS_FROM = 500_000
"""Chat ids of those who ask; nobody else's."""

PAUSES = (0.15, 0.35)
"""Seconds between two who ask: few enough to leave the rate to the broadcast."""

LOOK_SECONDS = 0.001
PATIENCE = 20.0


def measure(samples: int) -> list[Figure]:
    """Ask so many times in each of the two."""
    rest, busy = _answers(samples, broadcast=False), _answers(samples, broadcast=True)
    more = _p99(busy) - _p99(rest)
    return [
        Figure(what="at rest, p50", value=statistics.median(rest), unit="ms"),
        Figure(what="at rest, p99", value=_p99(rest), unit="ms"),
        Figure(what=f"during a broadcast at {RATE}/s, p50", value=statistics.median(busy), unit="ms"),
        Figure(what=f"during a broadcast at {RATE}/s, p99", value=_p99(busy), unit="ms"),
        Figure(what="more at p99", value=more, unit="ms", goal=Goal(at_most=MORE_GOAL)),
    ]


def _answers(samples: int, *, broadcast: bool) -> list[float]:
    """Return the milliseconds of each answer."""
    people = int(samples * PAUSES[1] * RATE * 2) + 1000
    with bot_api(people) as api, campaign(api, SEND_RATE=str(RATE)) as trial:
        trial.prepare(people, broadcast=broadcast)
        names = [{"name": "P", "chat_id": ASKERS_FROM + n} for n in range(samples + 1)]
        api.ask("people", {"people": names})
        with trial.running("all"):
            if broadcast:
                api.wait_for(RATE)
            _ask(api, ASKERS_FROM + samples)  # the first finds everything cold
            return [_ask(api, ASKERS_FROM + n) for n in range(samples)]


def _ask(api: Api, chat_id: int) -> float:
    """Let one person say /start; return the milliseconds until something is in the chat."""
    time.sleep(random.uniform(*PAUSES))  # noqa: S311  # spreads the questions over the turns
    api.ask("say", {"chat_id": chat_id, "text": "/start"})
    began = time.perf_counter()
    while time.perf_counter() < began + PATIENCE:
        messages = api.ask(f"messages?chat_id={chat_id}")["messages"]
        if any(message["from"]["is_bot"] for message in messages):
            return (time.perf_counter() - began) * 1000
        time.sleep(LOOK_SECONDS)
    raise SystemExit(f"There was no answer within {PATIENCE:.0f} s.")


def _p99(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
