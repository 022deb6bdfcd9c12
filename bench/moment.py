"""A moment at size: 100,000 have its card, 1,000 tap a second, and the bot's process is killed three times within."""

import asyncio
import tempfile
from pathlib import Path

from bench.report import Figure, Goal
from bench.trial import cores
from tests.worlds.processes.at_once import Asked, play

PEOPLE, A_SECOND, KILLS = 100_000, 1000, 3
PATIENCE = 180.0
ANSWER_SECONDS = 1.0
"""Within this time 99 of 100 taps are to be answered while the bot runs."""


def measure(seconds: float) -> list[Figure]:
    """Let people tap for so long."""
    tapping = min(int(A_SECOND * seconds), PEOPLE - 2)
    asked = Asked(people=PEOPLE, tapping=tapping, seconds=seconds, kills=KILLS, patience=PATIENCE)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        played = asyncio.run(play(asked, folder=Path(folder), core=cores()[1], fresh=True))
    broken = played.broken()
    for line in broken:
        print(line)  # what this run is about
    return [
        Figure(what="taps", value=played.people, unit=""),
        Figure(what="taps lost or counted twice", value=abs(played.people - played.kept), unit=""),
        Figure(what="what must not be, and was", value=len(broken), unit="", goal=Goal(at_most=0)),
        Figure(what="kills", value=len(played.kills), unit=""),
        Figure(
            what="answer to a tap while it runs, p99",
            value=played.seconds(0.99, calm=True),
            unit="s",
            goal=Goal(at_most=ANSWER_SECONDS),
        ),
        Figure(what="answer to any tap, p99", value=played.seconds(0.99, calm=False), unit="s"),
        Figure(what="answer to any tap, p50", value=played.seconds(0.5, calm=False), unit="s"),
    ]
