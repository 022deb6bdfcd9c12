"""The clock of a tour: put forward in one process, it is later in the other; and it never goes back."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import system_clock
from bot.config import ROOT
from bot.rehearsal.shared_clock import SharedClock

SHOWN = """
import pathlib, sys
from bot.rehearsal.shared_clock import SharedClock
print(SharedClock(pathlib.Path(sys.argv[1])).seconds())
"""


def test_it_begins_as_the_machines(tmp_path: Path) -> None:
    """Nobody has put it forward: it shows the machine's time."""
    clock = SharedClock.create(tmp_path / "clock")
    assert abs(clock.now() - system_clock()) < timedelta(seconds=5)


def test_another_process_sees_it(tmp_path: Path) -> None:
    """What one process puts forward is so in another; what it was put to before it is forgotten."""
    clock, later = SharedClock.create(tmp_path / "clock"), system_clock() + timedelta(days=3)
    clock.put_forward(later)
    clock.put_forward(later - timedelta(days=1))
    command = [sys.executable, "-c", SHOWN, str(clock.file)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert timedelta(0) <= datetime.fromtimestamp(float(shown), UTC) - later < timedelta(minutes=2)
