"""Once a day a backup is written, in a process of its own: who waits for the bot does not wait for it.

The process is the command `campaign-bot backup`. It is given neither the token nor the campaign key.
"""

import asyncio
import os
import shutil
import sys
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.config import ROOT, Settings
from bot.jobs.scheduler import TICK_SLACK, Chore
from bot.store.store import Store

log = structlog.get_logger(__name__)

JOB = "backup"

EVERY, LOOK, AGAIN = timedelta(days=1), timedelta(minutes=10), timedelta(hours=1)
"""How often one is written, how often to look whether that is due, and when to try again after it failed."""

SECONDS_AT_MOST = 3600.0
"""One of a million people takes a minute or two; one that takes longer than this is given up."""

NICE = ["nice", "-n", "10"]
"""It leaves the processor to whoever sends and answers."""

_INHERITED = ("PATH", "HOME", "TMPDIR", "LANG")


def chores(settings: Settings) -> list[Chore]:
    """Return what the scheduler is given: nothing, where there is no key to encrypt to."""
    if settings.backup_recipient is None:
        return []

    async def run(store: Store, clock: Clock) -> None:
        await back_up(store, clock, settings)

    return [Chore(name="back_up", run=run, every=LOOK)]


async def back_up(store: Store, clock: Clock, settings: Settings) -> bool:
    """Write a backup where one is due: of all processes that tick, one does. Returns whether it did."""
    now = clock()
    async with store.reading() as tx:
        if not await tx.jobs.is_due(JOB, now=now, every=EVERY):
            return False
    async with store.transaction() as tx:
        if not await tx.jobs.claim(JOB, now=now, every=EVERY - TICK_SLACK):
            return False
    failed = await _write(settings)
    if failed is None:
        log.info("backup_written")
        return True
    log.error("backup_failed", exit_code=failed, mend="run `campaign-bot backup`, which says why")
    async with store.transaction() as tx:
        await tx.jobs.defer(JOB, until=clock() + AGAIN)
    return False


async def _write(settings: Settings) -> int | None:
    """Run the command. Returns None where it succeeded, else its exit code; it says why on standard error."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": settings.database_url,
        "BACKUP_RECIPIENT": str(settings.backup_recipient),
        # It is not to read the token and the key of a .env here: empty is unset, and goes before the file.
        "BOT_TOKEN": "",
        "CAMPAIGN_KEY": "",
        "LOG_FORMAT": settings.log_format,
    }
    command = [sys.executable, "-m", "bot", "backup", "--json"]
    if shutil.which(NICE[0]):
        command = [*NICE, *command]
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, env=environment
        )
    except OSError:  # no room for another process
        return -1
    try:
        async with asyncio.timeout(SECONDS_AT_MOST):
            code = await process.wait()
    except TimeoutError:
        code = -1
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return code or None
