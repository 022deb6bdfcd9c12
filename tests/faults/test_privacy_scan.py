"""After a tour, what the bot wrote down names nobody; and the scan would have found it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands.rehearse import tour_of
from bot.content import Content
from bot.rehearsal.shared_clock import SharedClock
from bot.rehearsal.stage import Rehearsal, rehearsing
from bot.rehearsal.tour.cast import Team
from bot.rehearsal.tour.reviewing import NOTE
from bot.rehearsal.tour.screen import Quiet
from bot.rehearsal.tour.wondering import ANSWER, QUESTION
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.population import colleagues, gather, language_codes
from bot.rehearsal.world.world import World
from tests import shipped
from tests.faults.scan import forms_of_id, forms_of_text, traces

PEOPLE = 60
CONFIDED = ("My neighbour Consuelo is afraid of the cameras", "جارتي صفاء تخاف من الكاميرات")
KEY = ("key",)

CHAT_ID, NAME = 6_713_172_282, "أمل حداد"


async def play(rehearsal: Rehearsal, content: Content, clock: SharedClock, organizer: int) -> None:
    """Play a small tour, and let two people write what is theirs alone."""
    world = rehearsal.world
    approver, editor = colleagues(world, languages=language_codes(content.locales), seed=1)
    team = Team(
        owner=Actor(world, organizer),
        approver=Actor(world, approver.chat_id),
        editor=Actor(world, editor.chat_id),
    )
    tour = tour_of(rehearsal, content, team=team, clock=clock, watch=Quiet(), seed=1)
    assert (await tour.run()).problems == ()
    able = [person.chat_id for person in world.people.values() if person.state == "ok"]
    supporters = [chat_id for chat_id in able if chat_id not in team.chats]
    for chat_id, text in zip(supporters, CONFIDED, strict=False):
        await Actor(world, chat_id).say(text)


@pytest.mark.timeout(600)
async def test_nobody_is_named(tmp_path: Path) -> None:
    """Database, WAL, shared memory and log hold no id, name, text or token in clear: running, and after."""
    content = shipped.content()
    clock = SharedClock.create(tmp_path / "clock")
    world = World(now=clock.seconds)
    organizer, _ = gather(world, languages=language_codes(content.locales), people=PEOPLE, seed=1)
    async with rehearsing(world, rate=500, clock=clock) as rehearsal:
        await play(rehearsal, content, clock, organizer.chat_id)
        names = [person.first_name for person in world.people.values()]
        texts = {
            *names,
            *CONFIDED,
            NOTE,
            QUESTION,
            ANSWER,
            world.token,
            world.token.partition(":")[2],
            rehearsal.claim_code,
        }
        looked_at = {file.name for file in rehearsal.folder.rglob("*") if file.is_file()}
        assert {"campaign.db", "campaign.db-wal", "campaign.db-shm", "bot.log"} <= looked_at
        assert traces(rehearsal.folder, ids=world.people, texts=texts, but=KEY) == []
        await rehearsal.bot.end()
        assert (rehearsal.folder / "bot.log").read_text().count("bot_stopped") == 1
        assert traces(rehearsal.folder, ids=world.people, texts=texts, but=KEY) == []
    assert not rehearsal.folder.exists()


@pytest.mark.parametrize("planted", [*forms_of_id(CHAT_ID), *forms_of_text(NAME)])
def test_it_would_be_found(tmp_path: Path, planted: bytes) -> None:
    """An id or a name is found in whatever form, in any file but those left out."""
    for folder in ("database", "key"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_bytes(b"\0" * 5000 + planted + b"\xff")
    (found,) = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=KEY)
    assert found in {"file: id", "file: text"}


def test_it_would_be_found_in_a_database(tmp_path: Path) -> None:
    """A number or a text that SQLite was given is found, in the WAL as in the database."""
    with closing(sqlite3.connect(tmp_path / "campaign.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, chat, name)")
        connection.execute("INSERT INTO people (chat, name) VALUES (?, ?)", (CHAT_ID, NAME))
        connection.commit()
        found = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=())
        assert found == ["campaign.db-wal: id", "campaign.db-wal: text"]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        found = traces(tmp_path, ids=[CHAT_ID], texts=[NAME], but=())
        assert found == ["campaign.db: id", "campaign.db: text"]
