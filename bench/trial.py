"""What every measurement stands on: a Bot API on one core, the bot or a contender in its own process on the other.

Each process is a fresh one: what it takes to start is part of what is measured.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from bot.rehearsal.world.bot_side import REHEARSAL_TOKEN
from tests.worlds.processes import campaign as processes
from tests.worlds.processes.campaign import Api, Campaign
from tests.worlds.processes.child import Bot, Child

__all__ = ["Api", "Bot", "Campaign", "Child", "bot_api", "campaign", "contender", "cores", "peak_mib"]


def cores() -> tuple[int, int]:
    """Return the server's core and the bot's: the same one, where the machine has no other."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[min(1, len(usable) - 1)]


def bot_api(people: int, **options: Any) -> AbstractContextManager[Api]:
    """Run the local Bot API with a crowd of so many people."""
    return processes.bot_api(people, core=cores()[0], fresh=True, **options)


@contextmanager
def campaign(api: Api, **settings: str) -> Iterator[Campaign]:
    """Make a campaign whose bot talks to this Bot API, and take it away afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        yield processes.campaign(api, Path(folder), core=cores()[1], fresh=True, **settings)


def contender(
    name: str, url: str, *arguments: str, token: str = REHEARSAL_TOKEN, core: int | None = None
) -> Child:
    """Return a contender, not started yet, on the bot's core unless told otherwise."""
    given = [name, "--url", url, "--token", token, *arguments]
    return Child("-m", "bench.contenders", *given, core=cores()[1] if core is None else core, fresh=True)


def peak_mib(child: Child) -> float:
    """Return the most memory a running process has had, in MiB (Linux's VmHWM)."""
    status = Path(f"/proc/{child.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
