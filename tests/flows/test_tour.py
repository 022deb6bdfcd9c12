"""The tour as an operator runs it: one command, the real bot in a process of its own, an exit code."""

import json
import subprocess
import sys
from typing import Any

import pytest

from bot.rehearsal.tour.report import ORDER
from tests.worlds.postgres import PostgresServer

pytestmark = pytest.mark.timeout(600)  # a campaign takes a minute, and several where much else is done


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Play a tour, for programs."""
    command = [sys.executable, "-m", "bot", "rehearse", "--tour", "--json", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Return what came of a campaign of sixty."""
    played = rehearse("--people", "60", "--seed", "1")
    assert played.stderr == ""
    found: dict[str, Any] = json.loads(played.stdout)
    assert (played.returncode, found["problems"]) == (0, [])
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
    assert [step["name"] for step in report["steps"]] == list(ORDER)
    figures = figures_of(report)
    assert figures["people"] == {"joined": 54, "zones": 13, "asked": 5, "left": 1}
    assert figures["team"] == {"people": 3, "invited": 2}
    assert figures["segments"] == {"built": 3}
    assert figures["alert"] == {"languages": 3, "served_by_base": 6}
    sent = figures["sent"]
    assert sent["confirmed"] == report["audience"]
    assert sent["at_once"] + sent["at_their_hour"] == report["counts"]["sent"]
    assert sent["at_once"] > sent["at_their_hour"] > 0
    assert figures["report"]["accepted"] == figures["report"]["sent"] == report["counts"]["sent"]
    assert figures["recalled"]["gone"] == figures["recalled"]["deleted"] >= report["counts"]["sent"]
    assert figures["audit"]["entries"] >= figures["audit"]["checkpoint"] > 0


def test_the_supporters_ladder(report: dict[str, Any]) -> None:
    """Settings, a thread, a digest, sharing, a moment, erasing and reminders; then each step of the ladder."""
    figures = figures_of(report)
    topics = figures["settings"].pop("topics")
    assert topics in (0, 1), "as the campaign's words have any, or none"
    assert figures["settings"] == {"zones": 47, "quiet": 1, "digest": 3, "urgent": 1}
    assert figures["thread"] == {"asked": 1, "answered": 1}
    assert figures["digest"] == {"people": 3, "alerts": 3}
    assert figures["shared"] == {"sharing": 3, "joined": 5, "told": 5}
    assert figures["moment"]["tapped"] == 27
    assert figures["erased"] == {"files": 1, "erased": 1}
    assert figures["next_day"] == {"thanked": 26, "reminded": 9}
    ladder = report["ladder"]
    assert figures["ladder"] == ladder
    assert ladder == {"sent": 52, "opened": 23, "done": 11, "shared": 3, "joined": 5}


def test_a_tour_on_postgresql(postgres: PostgresServer) -> None:
    """The same campaign on a database that is lent to it ends as well."""
    url = postgres.create("lent_to_a_tour")
    played = rehearse("--people", "40", "--seed", "1", "--database", url)
    assert played.stderr == ""
    assert (played.returncode, json.loads(played.stdout)["problems"]) == (0, [])


def test_a_tour_of_too_few_is_refused() -> None:
    """With fewer than forty people there is nobody to choose from: one line, and nothing starts."""
    played = rehearse("--people", "39")
    assert (played.returncode, played.stdout) == (2, "")
    assert played.stderr == "A tour needs at least 40 people. Give --people a greater number.\n"


def figures_of(report: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the figures of each step."""
    return {step["name"]: step["figures"] for step in report["steps"]}
