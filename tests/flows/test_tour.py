"""The tour as an operator runs it: one command, the real bot in a process of its own, an exit code."""

import json
import subprocess
import sys


def test_the_tour_ends_well() -> None:
    """A campaign of sixty on a bad day: every sum matches, somebody was unreachable, Telegram asked to wait."""
    command = [sys.executable, "-m", "bot", "rehearse", "--tour", "--people", "60", "--seed", "1", "--json"]
    played = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert (played.returncode, played.stderr) == (0, "")
    report = json.loads(played.stdout)
    assert report["ok"]
    assert report["problems"] == []
    assert sum(report["counts"].values()) == report["audience"] == 56
    assert report["counts"]["blocked"] >= 1
    assert report["told_to_wait"] == 5
