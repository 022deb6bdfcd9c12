"""Bulk sends: the real engine, durable, beside loops that keep no record.

Every contender runs alone on one core; the server has the other. The engine's seconds are from the start of its
sending to its end, commits included.
"""

import json

from bench.report import Figure, Goal
from bench.trial import Api, bot_api, campaign, contender

CONTENDERS = {
    "ptb": ("python-telegram-bot, stock loop", 50, 20.0),
    "aiogram": ("aiogram, bare loop", 100, 2.5),
    "aiohttp": ("aiohttp, raw POST loop", 100, 0.9),
}
"""Name → what it is, how many in flight suit it best, and the goal: the engine's rate over its own."""

SLOW_SHARE = 10
"""The slowest needs a tenth of the people for the same certainty."""


def measure(people: int) -> list[Figure]:
    """Send to so many people with each contender, and with the engine."""
    with bot_api(people) as api:
        rates = {name: _contend(name, api, people) for name in CONTENDERS}
        engine = _send_with_engine(api, people)
    figures = [Figure(what="our engine, durable", value=engine, unit="/s")]
    for name, rate in rates.items():
        what, _, goal = CONTENDERS[name]
        figures += [
            Figure(what=what, value=rate, unit="/s"),
            Figure(what=f"engine over {what}", value=engine / rate, unit="x", goal=Goal(at_least=goal)),
        ]
    return figures


def _contend(name: str, api: Api, people: int) -> float:
    """Return a contender's sends per second."""
    people = people // SLOW_SHARE if name == "ptb" else people
    sending = contender(name, api.url, "--people", str(people), "--in-flight", str(CONTENDERS[name][1]))
    return people / float(json.loads(sending.output())["seconds"])


def _send_with_engine(api: Api, people: int) -> float:
    """Return the engine's sends per second: `prepare`, then `run --role sender --until-idle`."""
    with campaign(api) as trial:
        trial.prepare(people)
        trial.call("run", "--role", "sender", "--until-idle")
        sent = trial.broadcast()["sent"]
        if sent != people:
            raise SystemExit(f"The engine sent to {sent} of {people} people.")
        return people / trial.seconds_of_sending()
