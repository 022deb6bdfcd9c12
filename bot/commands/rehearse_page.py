"""A rehearsal on a page: people come by themselves, until it is interrupted."""

import asyncio
import logging
import time
from collections.abc import Callable

from rich.console import Console
from sse_starlette.sse import AppStatus

from bot.commands import output
from bot.commands.rehearse_world import beside, world_of
from bot.config import ROOT
from bot.content import Content
from bot.rehearsal.page.web import rehearsal_app
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import LOOPBACK, Rehearsal, free_port, rehearsing, required_port
from bot.rehearsal.world import population
from bot.rehearsal.world.limits import TELEGRAM
from bot.web.serving import serve

PAGE_RATE = 30.0
"""Messages per second: as Telegram allows."""


async def show_page(
    people: int,
    *,
    seed: int,
    port: int,
    pseudo: bool = False,
    database: str | None = None,
    clock: SharedClock | None = None,
    as_json: bool,
) -> None:
    """Show the page until cancelled; meanwhile people come by themselves.

    `clock`: what its world and its bot go by; without one, the machine's.
    """
    page_port = required_port(port)
    content = Content.load(ROOT / "content")
    languages = population.language_codes(content.locales)
    world = world_of(content, TELEGRAM, time.time if clock is None else clock.seconds)
    at_hand = population.phones(languages)
    organizer, others = population.gather(world, languages=languages, people=at_hand + people, seed=seed)
    screen = _Screen(quiet=as_json)
    api_port = free_port(page_port + 1)
    async with rehearsing(
        world,
        rate=PAGE_RATE,
        api_port=api_port,
        pseudo=pseudo,
        clock=clock,
        database=database,
        done=screen.done,
    ) as rehearsal:
        app = rehearsal_app(
            world, claim_code=rehearsal.claim_code, organizer=organizer.chat_id, languages=languages
        )
        screen.done(f"{people} people in {len(languages)} languages")
        answers = asyncio.Event()

        def announce() -> None:
            address = f"http://{LOOPBACK}:{page_port}/rehearsal"
            if as_json:
                output.show_json(_found(rehearsal, address=address, people=len(world.people)))
            else:
                screen.opened(address)

        await beside(
            _open_for_good(answers, announce),
            serve(app, page_port, host=LOOPBACK, answers=answers),
            rehearsal.bot.watch(),
            population.come(world, others[at_hand:]),
        )


async def _open_for_good(answers: asyncio.Event, announce: Callable[[], None]) -> None:
    """Announce the page once it answers: a program opens it at once."""
    try:
        await answers.wait()
        announce()
        await asyncio.Event().wait()
    finally:
        # Pages listen for as long as the rehearsal lasts; the web server would wait for them to go.
        AppStatus.should_exit = True
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it laments each of them


def _found(rehearsal: Rehearsal, *, address: str, people: int) -> dict[str, object]:
    return {
        "page": address,
        "bot_api": rehearsal.bot_api,
        "start": f"/start {rehearsal.claim_code}",
        "people": people,
    }


class _Screen:
    """Says on one line what stands, then where to look."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(highlight=False, soft_wrap=True, quiet=quiet)

    def done(self, what: str) -> None:
        """Tick something off."""
        self._console.print("  [green]✓[/green] " + what, end="")

    def opened(self, address: str) -> None:
        """Say where the page is."""
        self._console.print(f"\n  Open [bold]{address}[/bold]")
        self._console.print("  Ctrl-C ends it and leaves nothing behind.")
