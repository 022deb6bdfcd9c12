"""A rehearsal as a tour that plays a whole campaign by itself."""

import asyncio
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from rich.console import Console

from bot.commands import audit, output
from bot.commands.rehearse_world import beside, world_of
from bot.commands.status import status
from bot.config import ROOT
from bot.content import Content
from bot.i18n.catalogs import Catalogs
from bot.i18n.pseudo import pseudo as altered
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import Rehearsal, rehearsing
from bot.rehearsal.tour.cast import Team
from bot.rehearsal.tour.play import Tools, Watch
from bot.rehearsal.tour.report import TourReport
from bot.rehearsal.tour.screen import Bars, Quiet, closing
from bot.rehearsal.tour.tour import Tour
from bot.rehearsal.world import population
from bot.rehearsal.world.actor import Actor, NoAnswer
from bot.rehearsal.world.limits import Limits
from bot.services.audit_log import Comparison

TOUR_RATE = 500.0
"""Messages per second: so that a tour is over within a minute."""


async def play_tour(people: int, *, seed: int, pseudo: bool, database: str | None, as_json: bool) -> int:
    """Play the tour, and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="tour-") as folder:
        clock = SharedClock.create(Path(folder) / "clock")
        report = await toured(people, clock=clock, seed=seed, pseudo=pseudo, database=database, quiet=as_json)
    _show(report, seed=seed, as_json=as_json)
    return 1 if report.problems else 0


async def toured(
    people: int, *, clock: SharedClock, seed: int, pseudo: bool, database: str | None, quiet: bool
) -> TourReport:
    """Play the tour. Returns what came of it."""
    content = Content.load(ROOT / "content")
    limits = Limits(overall_per_second=TOUR_RATE, per_chat_per_second=1.0, retry_after=1)
    world = world_of(content, limits, clock.seconds)
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
            return await beside(_played(tour, rehearsal), rehearsal.bot.watch())


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
