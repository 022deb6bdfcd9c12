"""How long a person waits for an answer to /start, at rest and at the whole rate of a broadcast; and an organizer."""

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

OWNERS = range(600_000, 600_012)
"""Chat ids of organizers who ask in turn: one chat alone is answered about once a second."""

CARD_GOAL = 1000.0
"""Milliseconds within which an organizer has a card during a broadcast, but for the slowest per cent."""

PAUSES = (0.15, 0.35)
"""Seconds between two who ask: few enough to leave the rate to the broadcast."""

LOOK_SECONDS = 0.001
PATIENCE = 20.0


def measure(samples: int) -> list[Figure]:
    """Ask so many times in each of the two."""
    rest, busy = _answers(samples, broadcast=False), _answers(samples, broadcast=True)
    more = _p99(busy) - _p99(rest)
    cards = _cards(samples)
    return [
        Figure(what="at rest, p50", value=statistics.median(rest), unit="ms"),
        Figure(what="at rest, p99", value=_p99(rest), unit="ms"),
        Figure(what=f"during a broadcast at {RATE}/s, p50", value=statistics.median(busy), unit="ms"),
        Figure(what=f"during a broadcast at {RATE}/s, p99", value=_p99(busy), unit="ms"),
        Figure(what="more at p99", value=more, unit="ms", goal=Goal(at_most=MORE_GOAL)),
        Figure(
            what="an organizer's card meanwhile, p99",
            value=_p99(cards),
            unit="ms",
            goal=Goal(at_most=CARD_GOAL),
        ),
    ]


def _cards(samples: int) -> list[float]:
    """Return the milliseconds until /alerts is answered during a broadcast, each time."""
    people = int(samples * PAUSES[1] * RATE * 2) + 1000
    owners = ",".join(map(str, OWNERS))
    with bot_api(people) as api, campaign(api, SEND_RATE=str(RATE), OWNER_IDS=owners) as trial:
        trial.prepare(people, broadcast=True)
        api.ask("people", {"people": [{"name": "O", "chat_id": chat_id} for chat_id in OWNERS]})
        with trial.running("all"):
            api.wait_for(RATE)
            for chat_id in OWNERS:
                _ask(api, chat_id)
            return [_ask(api, OWNERS[n % len(OWNERS)], "/alerts") for n in range(samples)]


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


def _ask(api: Api, chat_id: int, text: str = "/start") -> float:
    """Let one person say this; return the milliseconds until something more is in the chat."""
    time.sleep(random.uniform(*PAUSES))  # noqa: S311  # spreads the questions over the turns
    before = _said(api, chat_id)
    api.ask("say", {"chat_id": chat_id, "text": text})
    began = time.perf_counter()
    while time.perf_counter() < began + PATIENCE:
        if _said(api, chat_id) > before:
            return (time.perf_counter() - began) * 1000
        time.sleep(LOOK_SECONDS)
    raise SystemExit(f"There was no answer within {PATIENCE:.0f} s.")


def _said(api: Api, chat_id: int) -> int:
    """Return how many messages the bot has posted into a chat."""
    messages = api.ask(f"messages?chat_id={chat_id}")["messages"]
    return sum(message["from"]["is_bot"] for message in messages)


def _p99(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
