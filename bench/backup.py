"""Backup, restore and move by the size of the list: how long, and in how much memory; and until it is ready again."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bench.report import Figure, Goal
from bench.trial import Bot, Campaign, bot_api, campaign, peak_mib
from tests.worlds.processes.campaign import wait_until_served

LOOK_SECONDS = 0.02
"""How often a process is asked for its memory."""

READY_GOAL, MEMORY_GOAL = 120.0, 150.0
"""Seconds from the call of `restore` until `/readyz` says so; MiB at the peak."""


def measure(sizes: Sequence[int]) -> list[Figure]:
    """Fill a list of each size, back it up, restore it, wait until it is served, and move what was restored."""
    return [figure for size in sizes for figure in _of(size)]


def _of(people: int) -> list[Figure]:
    with bot_api(1) as api, campaign(api) as made:
        made.prepare(people, broadcast=False)
        file, key = made.folder / "it.age", made.folder / "key.txt"
        recipient = json.loads(made.call("backup", "keygen", str(key), "--json"))["recipient"]
        made.environ["BACKUP_RECIPIENT"] = recipient
        backup, backup_peak = _run(made, "backup", str(file))
        there = _elsewhere(made, "restored")
        began = time.monotonic()
        restore, restore_peak = _run(there, "restore", str(file), "--identity", str(key))
        with there.bot("run", "--role", "all"):
            wait_until_served(f"http://127.0.0.1:{there.environ['PORT']}")
            ready = time.monotonic() - began
        move, move_peak = _run(made, "move", f"sqlite:///{made.folder / 'moved.db'}")
        size = file.stat().st_size / 1e6
    return [
        Figure(what=f"{people:,}: backup", value=backup, unit="s"),
        Figure(what=f"{people:,}: its size", value=size, unit="MB"),
        Figure(what=f"{people:,}: its memory", value=backup_peak, unit="MiB", goal=Goal(at_most=MEMORY_GOAL)),
        Figure(what=f"{people:,}: restore", value=restore, unit="s"),
        Figure(
            what=f"{people:,}: its memory", value=restore_peak, unit="MiB", goal=Goal(at_most=MEMORY_GOAL)
        ),
        Figure(what=f"{people:,}: restored and ready", value=ready, unit="s", goal=Goal(at_most=READY_GOAL)),
        Figure(what=f"{people:,}: move, compared", value=move, unit="s"),
        Figure(what=f"{people:,}: its memory", value=move_peak, unit="MiB", goal=Goal(at_most=MEMORY_GOAL)),
    ]


def _elsewhere(made: Campaign, name: str) -> Campaign:
    there = {"DATABASE_URL": f"sqlite:///{made.folder / name}.db"}
    return replace(made, environ=made.environ | there)


def _run(made: Campaign, *arguments: str) -> tuple[float, float]:
    """Run a command to its end. Returns the seconds, and the most memory it had, in MiB."""
    log = Path(made.folder / "log")
    began = time.monotonic()
    bot: Bot = made.bot(*arguments, log=log).start()
    peak = 0.0
    while bot.code is None:
        with suppress(OSError, StopIteration):  # it is ending
            peak = max(peak, peak_mib(bot))
        time.sleep(LOOK_SECONDS)
    assert bot.code == 0, log.read_text()  # noqa: S101  # else there is nothing to measure
    return time.monotonic() - began, peak
