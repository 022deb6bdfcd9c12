"""`campaign-bot rehearse`: the real bot with simulated people, on a page or as a tour that plays by itself."""

import asyncio
import logging
import secrets
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import uvloop
from rich.console import Console
from sse_starlette.sse import AppStatus

from bot.commands import audit, output
from bot.commands.status import status
from bot.config import ROOT
from bot.content import Content
from bot.errors import CampaignError
from bot.i18n.catalogs import Catalogs
from bot.i18n.pseudo import pseudo as altered
from bot.rehearsal.page.web import rehearsal_app
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import LOOPBACK, Rehearsal, free_port, rehearsing, required_port
from bot.rehearsal.tour.cast import Team
from bot.rehearsal.tour.play import Tools, Watch
from bot.rehearsal.tour.report import TourReport
from bot.rehearsal.tour.screen import Bars, Quiet, closing
from bot.rehearsal.tour.tour import Tour
from bot.rehearsal.world import population
from bot.rehearsal.world.actor import Actor, NoAnswer
from bot.rehearsal.world.limits import TELEGRAM, Limits
from bot.rehearsal.world.world import World
from bot.services.audit_log import Comparison
from bot.web.serving import serve

PAGE_PEOPLE, TOUR_PEOPLE = 200, 2000
"""How many come unless --people says otherwise."""

PAGE_RATE, TOUR_RATE = 30.0, 500.0
"""Messages per second: as Telegram allows; and so that a tour is over within a minute."""

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
        play = _tour(people or TOUR_PEOPLE, seed=chosen, pseudo=pseudo, database=database, as_json=as_json)
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
    world = _world(content, TELEGRAM, time.time if clock is None else clock.seconds)
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

        await _with(
            _open_for_good(answers, announce),
            serve(app, page_port, host=LOOPBACK, answers=answers),
            rehearsal.bot.watch(),
            population.come(world, others[at_hand:]),
        )


def _world(content: Content, limits: Limits, now: Callable[[], float] = time.time) -> World:
    """Make a world whose BotFather was told the campaign's name."""
    world, campaign = World(limits=limits, now=now), content.campaign
    names = {locale.partition("_")[0]: campaign.name(locale) for locale in content.locales}
    world.profile.names.update({**names, "": campaign.name(campaign.default)})
    return world


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


async def _tour(people: int, *, seed: int, pseudo: bool, database: str | None, as_json: bool) -> int:
    """Play the tour, and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="tour-") as folder:
        clock = SharedClock.create(Path(folder) / "clock")
        report = await _toured(
            people, clock=clock, seed=seed, pseudo=pseudo, database=database, quiet=as_json
        )
    _show(report, seed=seed, as_json=as_json)
    return 1 if report.problems else 0


async def _toured(
    people: int, *, clock: SharedClock, seed: int, pseudo: bool, database: str | None, quiet: bool
) -> TourReport:
    content = Content.load(ROOT / "content")
    limits = Limits(overall_per_second=TOUR_RATE, per_chat_per_second=1.0, retry_after=1)
    world = _world(content, limits, clock.seconds)
    languages = population.language_codes(content.locales)
    organizer, _ = population.gather(world, languages=languages, people=people, seed=seed)
    approver, editor = population.colleagues(world, languages=languages, seed=seed)
    async with rehearsing(world, rate=TOUR_RATE, pseudo=pseudo, clock=clock, database=database) as rehearsal:
        with _looking_on(quiet=quiet) as watch:
            team = Team(
                owner=Actor(world, organizer.chat_id),
                approver=Actor(world, approver.chat_id),
                editor=Actor(world, editor.chat_id),
            )
            tour = tour_of(rehearsal, content, team=team, clock=clock, watch=watch, seed=seed, pseudo=pseudo)
            return await _with(_played(tour, rehearsal), rehearsal.bot.watch())


def tour_of(
    rehearsal: Rehearsal,
    content: Content,
    *,
    team: Team,
    clock: SharedClock,
    watch: Watch,
    seed: int,
    pseudo: bool = False,
) -> Tour:
    """Return a tour of this rehearsal, with what its operator has beside the chat."""
    settings = rehearsal.settings
    catalogs = Catalogs.load(settings.locales_folder, default=settings.default_locale)
    if pseudo:
        catalogs = altered(catalogs)

    async def verify(note: str) -> Comparison:
        kept = rehearsal.folder / "checkpoint.txt"
        kept.write_text(note, encoding="utf-8")
        return (await asyncio.to_thread(audit.verify, settings, kept)).comparison

    return Tour(
        rehearsal.world,
        content,
        team=team,
        claim_code=rehearsal.claim_code,
        tools=Tools(
            status=lambda: asyncio.to_thread(status, settings),
            verify=verify,
            put_forward=clock.put_forward,
            words=catalogs.words,
        ),
        watch=watch,
        seed=seed,
    )


async def _played(tour: Tour, rehearsal: Rehearsal) -> TourReport:
    try:
        return await tour.run()
    except NoAnswer as error:  # its log goes with the rehearsal: say here what is in it
        raise NoAnswer(f"{error} {rehearsal.bot.last_words()}") from error


def _looking_on(*, quiet: bool) -> AbstractContextManager[Watch]:
    console = Console()
    return nullcontext(Quiet()) if quiet or not console.is_terminal else Bars(console)


def _show(report: TourReport, *, seed: int, as_json: bool) -> None:
    if as_json:
        output.show_json({**report.as_dict(), "seed": seed})
    else:
        output.show_lines([*closing(report), f"To play the same again: --seed {seed}"])


async def _with(main: Awaitable[T], *beside: Coroutine[Any, Any, None]) -> T:
    """Return what `main` does; the rest goes on beside it and ends with it, and an error of any ends all."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in beside]
            done = await main
            for task in tasks:
                task.cancel()
    except* CampaignError as several:
        raise several.exceptions[0] from None
    return done


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
