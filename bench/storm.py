"""An opt-in storm: many say /start at once. Our answers are durable; aiogram's bare echo keeps nothing."""

import time

from bench.contenders import FIRST_CHAT_ID
from bench.report import Figure, Goal
from bench.trial import Api, Child, bot_api, campaign, contender

GOAL, PTB_GOAL = 2.0, 0.7
"""Our answers per second over aiogram's, and over python-telegram-bot's on our connections."""

WARM_UP = 50
"""Answers before the storm, so that nobody is measured while starting."""


def measure(people: int) -> list[Figure]:
    """Let so many people say /start, to us and to aiogram."""
    with bot_api(people + WARM_UP) as api, campaign(api) as trial:
        trial.prepare(1, broadcast=False)
        with trial.running("all") as bot:
            ours = _answers_per_second(api, bot, people)
    aiogram, ptb = _echo("echo", people), _echo("ptb-echo", people)
    return [
        Figure(what="our answers to /start, durable", value=ours, unit="/s"),
        Figure(what="aiogram's bare echo", value=aiogram, unit="/s"),
        Figure(what="ours over aiogram's", value=ours / aiogram, unit="x", goal=Goal(at_least=GOAL)),
        Figure(what="python-telegram-bot's bare echo on our connections", value=ptb, unit="/s"),
        Figure(what="ours over that", value=ours / ptb, unit="x", goal=Goal(at_least=PTB_GOAL)),
    ]


def _echo(name: str, people: int) -> float:
    """Return the answers per second of a bare echo."""
    with bot_api(people + WARM_UP) as api, contender(name, api.url) as echo:
        return _answers_per_second(api, echo, people)


def _answers_per_second(api: Api, bot: Child, people: int) -> float:
    """Return the answers per second."""
    api.ask("say", {"chat_id": FIRST_CHAT_ID, "count": WARM_UP, "text": "/start"})
    api.wait_for(WARM_UP)
    began = time.monotonic()
    api.ask("say", {"chat_id": FIRST_CHAT_ID + WARM_UP, "count": people, "text": "/start"})
    ended = api.wait_for(WARM_UP + people, seconds=120)
    assert bot.code is None  # noqa: S101  # it is still running
    return people / (ended - began)
