"""A whole campaign, once: what the tour tells of it, and that nothing it wrote down names anybody.

The tour is played as `campaign-bot rehearse --tour` plays it, but that the bot, a process of its own, logs all it can.
Before its folder goes, every file in it is looked through, while the bot runs and after it has ended.
"""

import asyncio
import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.commands import rehearse_tour as command
from bot.rehearsal.bot_process import BotChild
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import Rehearsal, rehearsing
from bot.rehearsal.tour.report import ORDER, TourReport
from bot.rehearsal.tour.reviewing import NOTE
from bot.rehearsal.tour.tour import Tour
from bot.rehearsal.tour.wondering import ANSWER, QUESTION
from bot.rehearsal.world.actor import Actor
from tests.faults.scan import search_of, traces
from tests.worlds.postgres import PostgresServer

pytestmark = pytest.mark.timeout(600)  # a campaign takes a minute, and several where much else is done

PEOPLE = 60
CONFIDED = ("My neighbour Consuelo is afraid of the cameras", "جارتي صفاء تخاف من الكاميرات")
KEY = ("key",)


@dataclass(kw_only=True)
class Toured:
    """A tour that was played. `files`: what there was to look through; `running`, `ended`: where somebody is named.

    `sent`: the files that were sent to people and name somebody else.
    """

    report: dict[str, Any] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    log: str = ""
    running: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    uploads: int = 0
    sent: list[str] = field(default_factory=list)

    async def look(self, tour: Tour, rehearsal: Rehearsal) -> None:
        """Let two people write what is theirs alone, and look through everything."""
        world, folder = rehearsal.world, rehearsal.folder
        able = [person.chat_id for person in world.people.values() if person.state == "ok"]
        supporters = [chat_id for chat_id in able if chat_id not in tour.play.team.chats]
        for chat_id, text in zip(supporters, CONFIDED, strict=False):
            await Actor(world, chat_id).say(text)
        names = {person.first_name for person in world.people.values()}
        secrets = {world.token, world.token.partition(":")[2], rehearsal.claim_code}
        texts = {*names, *CONFIDED, NOTE, QUESTION, ANSWER, *secrets}
        self.files = {file.name for file in folder.rglob("*") if file.is_file()}
        self.running = traces(folder, ids=world.people, texts=texts, but=KEY)
        await rehearsal.bot.end()
        self.ended = traces(folder, ids=world.people, texts=texts, but=KEY)
        self.log = (folder / "bot.log").read_text(encoding="utf-8")
        self.sent = [*self._naming_others(rehearsal)]

    def _naming_others(self, rehearsal: Rehearsal) -> Iterator[str]:
        world = rehearsal.world
        for person in world.people.values():
            uploads = [each.attachment for each in person.messages if each.from_bot and each.attachment]
            others = [each for each in world.people.values() if each is not person]
            names = {each.first_name for each in others} - {person.first_name}
            search = search_of(ids=[each.chat_id for each in others], texts={*names, world.token})
            for upload in uploads:
                self.uploads += 1
                yield from (f"{upload.file_name}: {each}" for each in search.names_in(upload.content))


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    """Play a campaign of sixty."""
    found = Toured()
    played = command._played

    async def looked_at(tour: Tour, rehearsal: Rehearsal) -> TourReport:
        report = await played(tour, rehearsal)
        await found.look(tour, rehearsal)
        return report

    async def see_no_end(_bot: BotChild) -> None:
        """Let the bot be ended before the tour is over."""
        await asyncio.Event().wait()

    clock = SharedClock.create(tmp_path_factory.mktemp("tour") / "clock")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "_played", looked_at)
        patch.setattr(BotChild, "watch", see_no_end)
        patch.setattr(command, "rehearsing", functools.partial(rehearsing, debug=True))
        report = asyncio.run(
            command.toured(PEOPLE, clock=clock, seed=1, pseudo=False, database=None, quiet=True)
        )
    found.report = json.loads(json.dumps(report.as_dict()))
    return found


@pytest.fixture
def report(toured: Toured) -> dict[str, Any]:
    """Return what came of it."""
    assert toured.report["problems"] == []
    return toured.report


def test_nobody_is_named(toured: Toured) -> None:
    """Database, WAL, shared memory and log hold no id, name, text or token in clear: running, and after."""
    assert {"campaign.db", "campaign.db-wal", "campaign.db-shm", "bot.log"} <= toured.files
    assert toured.log.count("bot_stopped") == 1
    assert (toured.running, toured.ended) == ([], [])


def test_no_file_names_others(toured: Toured) -> None:
    """What is sent as a file, reports, posters and what is kept about somebody, names nobody but who gets it."""
    assert toured.uploads >= 3
    assert toured.sent == []


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


def rehearse(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Play a tour as an operator does, for programs."""
    called = [sys.executable, "-m", "bot", "rehearse", "--tour", "--json", *arguments]
    return subprocess.run(called, capture_output=True, text=True, check=False, timeout=600)


def test_a_tour_on_postgresql(postgres: PostgresServer) -> None:
    """The command plays it on a database that is lent to it as well: one document for programs, and exit code 0."""
    url = postgres.create("lent_to_a_tour")
    played = rehearse("--people", "40", "--seed", "1", "--database", url)
    assert played.stderr == ""
    found = json.loads(played.stdout)
    assert (played.returncode, found["ok"], found["problems"], found["seed"]) == (0, True, [], 1)


def test_a_tour_of_too_few_is_refused() -> None:
    """With fewer than forty people there is nobody to choose from: one line, and nothing starts."""
    played = rehearse("--people", "39")
    assert (played.returncode, played.stdout) == (2, "")
    assert played.stderr == "A tour needs at least 40 people. Give --people a greater number.\n"


def figures_of(report: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the figures of each step."""
    return {step["name"]: step["figures"] for step in report["steps"]}
