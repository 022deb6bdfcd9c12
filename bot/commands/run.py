"""`campaign-bot run`: the bot itself."""

import asyncio
import contextlib
import signal
from datetime import timedelta

import uvloop

from bot import running
from bot.app import build
from bot.clock import Clock
from bot.commands.open_store import campaign_key
from bot.commands.progress_bars import watched
from bot.config import Settings
from bot.privacy.own_process import close_to_others
from bot.roles import Role


def run(
    settings: Settings,
    role: str,
    *,
    until_idle: bool,
    clock: Clock | None = None,
    at_most: timedelta | None = None,
) -> int:
    """Run until SIGTERM or, with `until_idle`, until nothing is left to do. Returns the exit code.

    `clock` and `at_most` (see `bot.running.run`) are for a tour of the rehearsal; no setting reaches them.
    Raises CampaignError for whatever an operator can mend.
    """
    close_to_others()
    return uvloop.run(_run(settings, Role(role), until_idle=until_idle, clock=clock, at_most=at_most))


async def _run(
    settings: Settings, role: Role, *, until_idle: bool, clock: Clock | None, at_most: timedelta | None
) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with build(settings, campaign_key(settings), role, clock=clock) as app:
        looking_on = watched(app.store) if role is Role.SENDER else contextlib.nullcontext()
        async with looking_on:
            await running.run(app, role, until_idle=until_idle, stop=stop, at_most=at_most)
    return 0
