"""The tour as an operator runs it: one command, the real bot in a process of its own, an exit code."""

import json
import subprocess
import sys
from typing import Any

import pytest

STEPS = ["alert", "approved", "audit", "people", "recalled", "report", "returned", "segments", "sent", "team"]


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Play a tour, for programs."""
    command = [sys.executable, "-m", "bot", "rehearse", "--tour", "--json", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Return what came of a campaign of sixty."""
    played = rehearse("--people", "60", "--seed", "1")
    assert (played.returncode, played.stderr) == (0, "")
    found: dict[str, Any] = json.loads(played.stdout)
    return found


def test_the_tour_ends_well(report: dict[str, Any]) -> None:
    """A campaign of sixty on a bad day: every sum matches, somebody was unreachable, Telegram asked to wait."""
    assert report["ok"]
    assert report["problems"] == []
    assert sum(report["counts"].values()) == report["audience"]
    assert report["counts"]["blocked"] >= 1
    assert report["told_to_wait"] == 5


def test_each_step_has_its_figures(report: dict[str, Any]) -> None:
    """A team, segments, a review, an hour of each zone, a recall, a report and the audit: each is told with figures."""
    assert sorted({step["name"] for step in report["steps"]}) == STEPS
    figures = {step["name"]: step["figures"] for step in report["steps"]}
    assert figures["people"] == {"joined": 57, "zones": 13, "asked": 6, "left": 1}
    assert figures["team"] == {"people": 3, "invited": 2}
    assert figures["segments"] == {"built": 3}
    assert figures["alert"] == {"languages": 3, "served_by_base": 6}
    sent = figures["sent"]
    assert sent["confirmed"] == report["audience"]
    assert sent["at_once"] + sent["at_their_hour"] == report["counts"]["sent"]
    assert sent["at_once"] > sent["at_their_hour"]
    assert figures["report"]["accepted"] == figures["report"]["sent"] == report["counts"]["sent"]
    assert figures["recalled"]["gone"] == figures["recalled"]["deleted"] == report["counts"]["sent"]
    assert figures["audit"]["entries"] >= figures["audit"]["checkpoint"] > 0


def test_a_tour_of_too_few_is_refused() -> None:
    """With fewer than twenty people there is nobody to choose from: one line, and nothing starts."""
    played = rehearse("--people", "19")
    assert (played.returncode, played.stdout) == (2, "")
    assert played.stderr == "A tour needs at least 20 people. Give --people a greater number.\n"
