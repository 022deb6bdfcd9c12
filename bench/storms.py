"""A storm: 100,000 updates, 10,000 of them of one chat; people join and leave all the while, and organizers work."""

import tempfile
from pathlib import Path

import uvloop

from bench.report import Figure, Goal
from bench.trial import cores
from tests.worlds.processes.storm import play
from tests.worlds.processes.stormed import Asked, Stormed, share

CHATS, LOUD = 10_000, 10_000
PATIENCE = 600.0

TELEGRAMS_RATE = "30"
"""Answers per second, as Telegram allows; without it what is measured is the bot alone."""

SECONDS_GOAL, GROWTH_GOAL = 1.0, 10.0
"""Seconds within which 99 of 100 are answered, or are out; percent of memory."""


def measure(seconds: float) -> list[Figure]:
    """Let it come within so many seconds, twice: with no limit to the answers, and with Telegram's."""
    return [*_stormed(seconds, "unlimited"), *_stormed(seconds, "at 30/s", SEND_RATE=TELEGRAMS_RATE)]


def _stormed(seconds: float, named: str, **settings: str) -> list[Figure]:
    asked = Asked(chats=CHATS, loud=LOUD, seconds=seconds, patience=PATIENCE, answers_all=not settings)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        stormed = uvloop.run(play(asked, folder=Path(folder), core=cores()[1], fresh=True, **settings))
    for line in stormed.broken():
        print(line)  # what this run is about
    return [_named(named, figure) for figure in _figures(stormed)]


def _named(named: str, figure: Figure) -> Figure:
    return Figure(what=f"{named}: {figure.what}", value=figure.value, unit=figure.unit, goal=figure.goal)


def _figures(stormed: Stormed) -> list[Figure]:
    within = Goal(at_most=SECONDS_GOAL)
    return [
        Figure(what="updates of the storm", value=stormed.asked.updates, unit=""),
        Figure(what="what must not be, and was", value=len(stormed.broken()), unit="", goal=Goal(at_most=0)),
        Figure(
            what="an organizer's card, p99",
            value=share(stormed.waits(leaves=False), 0.99),
            unit="s",
            goal=within,
        ),
        Figure(
            what="/stop to its commit, p99",
            value=share(stormed.waits(leaves=True), 0.99),
            unit="s",
            goal=within,
        ),
        Figure(
            what="memory, last third over the first",
            value=100 * stormed.growth(),
            unit="%",
            goal=Goal(at_most=GROWTH_GOAL),
        ),
        Figure(what="memory at the end", value=stormed.memory[-1], unit="MiB"),
        Figure(what="answers to the one with 10,000", value=len(stormed.got[stormed.loud]), unit=""),
        Figure(what="not fetched yet at the end", value=stormed.behind, unit=""),
        Figure(what="the bot's processor", value=stormed.cpu, unit="s"),
    ]
