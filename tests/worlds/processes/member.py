"""One of several processes of the bot: `campaign-bot run` by a clock that may be wrong, and with leases that end soon.

`python -m tests.worlds.processes.member '{"ahead": 600, "lease": 1.5, "wrong": null, "stops": null}' sender`. `ahead`:
by how many seconds its clock is; `lease`: after how many seconds without a heartbeat it takes others for dead; `wrong`:
in which way it is wrong on purpose; `stops`: at which place it stops itself (`places`); `looks`: the file in which it
notes when it looks whether what it sends is its own (`looks`); `rarely`: whether chores wait for their turn as they do
in life.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from bot.cli_options import PRIVATE
from bot.clock import Clock, system_clock
from bot.commands.run import run
from bot.config import load_settings
from bot.delivery import liveness, lost_sends
from bot.errors import CampaignError
from bot.log import configure_log
from tests.mutants.wrong_processes import WRONG
from tests.worlds.processes.looks import note_looks
from tests.worlds.processes.places import PLACES

OFTEN = timedelta(seconds=1)
"""No chore waits longer for its turn: a process does not live for a minute."""


def shifted(ahead: timedelta) -> Clock:
    """Return a clock that is ahead by so much."""

    def now() -> datetime:
        return system_clock() + ahead

    return now


def set_lease(seconds: float) -> None:
    """Take for dead who wrote no heartbeat for so long; the other times of a lease follow in their proportions."""
    every = seconds * liveness.HEARTBEAT_SECONDS / liveness.DEAD_AFTER
    patch = pytest.MonkeyPatch()
    patch.setattr(liveness, "DEAD_AFTER", seconds)
    patch.setattr(liveness, "SURE_SECONDS", seconds - every)
    for module in (liveness, lost_sends):
        patch.setattr(module, "HEARTBEAT_SECONDS", every)


def main(arguments: list[str]) -> NoReturn:
    """Run until SIGTERM."""
    from tests.worlds.processes.words import begin_with_them  # noqa: PLC0415  # read before it was forked

    about, role = json.loads(arguments[0]), arguments[1]
    os.umask(PRIVATE)
    begin_with_them()
    set_lease(about["lease"])
    if about["wrong"] is not None:
        WRONG[about["wrong"]](pytest.MonkeyPatch())
    if about["stops"] is not None:
        PLACES[about["stops"]]()
    if about.get("looks"):
        note_looks(Path(about["looks"]))
    try:
        settings = load_settings()
        configure_log(settings)
        clock = shifted(timedelta(seconds=about["ahead"]))
        at_most = None if about.get("rarely") else OFTEN
        code = run(settings, role, until_idle=False, clock=clock, at_most=at_most)
    except CampaignError as error:
        sys.stderr.write(f"{error}\n")
        code = error.exit_code
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
