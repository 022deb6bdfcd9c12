"""`campaign-bot rehearse`: the real bot with simulated people, on a page or as a tour that plays by itself."""

import asyncio
import secrets
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from bot.commands.rehearse_page import show_page
from bot.commands.rehearse_tour import play_tour
from bot.errors import CampaignError

PAGE_PEOPLE, TOUR_PEOPLE = 200, 2000
"""How many come unless --people says otherwise."""

FEWEST = 40
"""With fewer there are not enough for each part of a tour, nor ten for each part of the list that alerts go to."""

INTERRUPTED = 130
SEEDS = 1_000_000

T = TypeVar("T")


class TooFewPeople(CampaignError):
    """A tour needs at least 40 people."""

    exit_code = 2


def rehearse(
    *,
    tour: bool,
    people: int | None,
    seed: int | None,
    port: int,
    pseudo: bool = False,
    database: str | None = None,
    as_json: bool,
) -> int:
    """Rehearse until interrupted, or to the tour's end. Returns the exit code: 1 when an invariant broke.

    With `pseudo` the interface's strings are shown altered. `database`: an empty one on PostgreSQL to rehearse on.

    Raises PortInUse, BotStopped, NotEmpty and, on a tour, NoAnswer and TooFewPeople.
    """
    chosen = secrets.randbelow(SEEDS) if seed is None else seed
    if tour:
        if people is not None and people < FEWEST:
            raise TooFewPeople(f"A tour needs at least {FEWEST} people. Give --people a greater number.")
        play = play_tour(
            people or TOUR_PEOPLE, seed=chosen, pseudo=pseudo, database=database, as_json=as_json
        )
        played = until_ended(play)
        return INTERRUPTED if (ended := uvloop.run(played)) is None else ended
    shown = show_page(
        PAGE_PEOPLE if people is None else people,
        seed=chosen,
        port=port,
        pseudo=pseudo,
        database=database,
        as_json=as_json,
    )
    uvloop.run(until_ended(shown))
    return 0


async def until_ended(play: Coroutine[Any, Any, T]) -> T | None:
    """Play until it is over or the process is told to end: then None, with everything taken away."""
    playing = asyncio.ensure_future(play)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Once is enough: a second Ctrl-C must not cut short the taking away.
        loop.add_signal_handler(number, lambda: playing.cancelling() or playing.cancel())
    try:
        return await playing
    except asyncio.CancelledError:
        return None
