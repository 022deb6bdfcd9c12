"""A moment at size: 100,000 have its card and 1,000 tap a second: how long they wait, and what comes of their taps."""

import asyncio
import tempfile
from pathlib import Path

from bench.report import Figure, Goal
from bench.trial import cores
from tests.worlds.processes.at_once import Asked, Played, play

PEOPLE, A_SECOND, KILLS = 100_000, 1000, 3
PATIENCE = 180.0
ANSWER_SECONDS = 1.0
"""Within this time 99 of 100 taps are to be answered while the bot runs."""


def measure(seconds: float) -> list[Figure]:
    """Let people tap for so long, undisturbed; then once more, the bot's process being killed three times within."""
    undisturbed, killed = _play(seconds, kills=0), _play(seconds, kills=KILLS)
    broken = [*undisturbed.broken(), *killed.broken()]
    for line in broken:
        print(line)  # what this run is about
    lost = sum(abs(played.people - played.kept) for played in (undisturbed, killed))
    return [
        Figure(what="taps", value=undisturbed.people + killed.people, unit=""),
        Figure(what="taps lost or counted twice", value=lost, unit="", goal=Goal(at_most=0)),
        Figure(what="what must not be, and was", value=len(broken), unit="", goal=Goal(at_most=0)),
        Figure(
            what="answer to a tap, p99",
            value=undisturbed.seconds(0.99, calm=True),
            unit="s",
            goal=Goal(at_most=ANSWER_SECONDS),
        ),
        Figure(what="answer to a tap, p50", value=undisturbed.seconds(0.5, calm=True), unit="s"),
        Figure(what="kills", value=len(killed.kills), unit=""),
        Figure(what="with kills: not around one, p99", value=killed.seconds(0.99, calm=True), unit="s"),
        Figure(what="with kills: any tap, p99", value=killed.seconds(0.99, calm=False), unit="s"),
        Figure(what="with kills: any tap, p50", value=killed.seconds(0.5, calm=False), unit="s"),
    ]


def _play(seconds: float, *, kills: int) -> Played:
    tapping = min(int(A_SECOND * seconds), PEOPLE - 2)
    asked = Asked(people=PEOPLE, tapping=tapping, seconds=seconds, kills=kills, patience=PATIENCE)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        return asyncio.run(play(asked, folder=Path(folder), core=cores()[1], fresh=True))
