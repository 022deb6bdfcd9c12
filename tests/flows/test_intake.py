"""An update is neither lost nor applied twice, however the process ends."""

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.consent import ConsentEvent
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.world.world import World
from bot.store.store import open_store
from tests.making import KEY
from tests.worlds.in_process.stage import PATIENCE, Phone, Stage
from tests.worlds.processes.program import running

PEOPLE = 12
GIVEN, WITHDRAWN = ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN


@pytest.fixture
def outside(world: World, server: RehearsalServer, database: Path) -> Stage:
    """Set the stage for a bot that runs in a process of its own."""
    return Stage(world=world, server=server, database=database)


async def come_and_go(phone: Phone) -> None:
    """Join, leave and join again, each step when the one before was answered."""
    await phone.say("/start")
    await phone.tap("Yes, send me alerts")
    await phone.expects("You’re in.")
    await phone.say("/stop")
    await phone.expects("You’ve unsubscribed.")
    await phone.say("/start")
    await phone.tap("Yes, send me alerts")
    await phone.expects("You’re in.")


async def test_killed_between_updates(
    outside: Stage, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed three times while people talk, it loses no update and applies none twice; each is answered."""
    # Each time what the dead process had to post is taken over only when its heartbeat is missed.
    monkeypatch.setattr("tests.worlds.in_process.stage.PATIENCE", 3 * PATIENCE)
    phones = [outside.phone(f"Person {number}") for number in range(PEOPLE)]
    async with running(outside, tmp_path) as program:
        talking = asyncio.gather(*(come_and_go(phone) for phone in phones))
        for posted in (2, 10, 18):
            await has_posted(world, posted)
            await program.kill()
            await program.start()
        await talking
        assert await program.terminate() < 10
    events = await consent_events(outside, phones)
    assert events == [[GIVEN, WITHDRAWN, GIVEN]] * PEOPLE
    assert open_updates(outside) == 0
    log = program.log.read_text()
    assert world.token not in log
    assert not any(str(phone.chat_id) in log or phone.person.first_name in log for phone in phones)


async def test_stopped_while_people_talk(outside: Stage, world: World, tmp_path: Path) -> None:
    """SIGTERM ends it within 10 s, at any moment, and the next start answers what was left."""
    phones = [outside.phone(f"Person {number}") for number in range(PEOPLE)]
    async with running(outside, tmp_path) as program:
        talking = asyncio.gather(*(come_and_go(phone) for phone in phones))
        for posted in (3, 15):
            await has_posted(world, posted)
            assert await program.terminate() < 10
            await program.start()
        await talking
        await program.terminate()
    assert await consent_events(outside, phones) == [[GIVEN, WITHDRAWN, GIVEN]] * PEOPLE
    assert open_updates(outside) == 0


async def has_posted(world: World, count: int) -> None:
    """Wait until the bot has posted this many messages in all."""
    await world.wait_for(lambda: world.requests["sendMessage"] >= count, timeout=3 * PATIENCE)


async def consent_events(stage: Stage, phones: list[Phone]) -> list[list[ConsentEvent]]:
    """Read each person's consent records, with the bot away."""
    store = await open_store(stage.settings.database_url, KEY)
    try:
        async with store.reading() as tx:
            found = [await tx.subscribers.find(phone.chat_id) for phone in phones]
            return [[each.event for each in await tx.consents.of(one.id)] for one in found if one is not None]
    finally:
        await store.close()


def open_updates(stage: Stage) -> int:
    """Count the updates that are not done."""
    with sqlite3.connect(stage.database) as connection:
        [count] = connection.execute("SELECT count(*) FROM updates WHERE state != 'done'").fetchone()
    connection.close()
    return int(count)


async def test_a_replayed_update_changes_nothing(stage: Stage, world: World) -> None:
    """Telegram repeating an update, at once or later, has no effect and no answer."""
    ana = stage.phone("Ana")
    ana.person.started = True
    message = {"message_id": 900, "date": 0, "from": ana.person.as_user(), "chat": ana.person.as_chat()}
    update = {"update_id": 7, "message": {**message, "text": "/help"}}
    await stage.conversation.inbox.intake.receive([update, update])
    await stage.conversation.inbox.intake.receive([update])
    await stage.conversation.inbox.idle()
    await stage.conversation.inbox.intake.receive([update])
    await stage.conversation.inbox.idle()
    assert len(ana.messages) == 1
    await stage.stop()
    await stage.start()
    world.push_update(update)
    await stage.settled()
    assert len(ana.messages) == 1


async def test_nothing_is_kept_of_what_was_said(stage: Stage) -> None:
    """When an update is done its payload is gone, and the row names no chat."""
    ana = stage.phone("Ana")
    await ana.say("did microsft leave?")
    await ana.expects("From the statement")
    await stage.settled()
    with sqlite3.connect(stage.database) as connection:
        rows = connection.execute("SELECT payload, chat_ref FROM updates").fetchall()
    connection.close()
    assert rows
    assert set(rows) == {(None, None)}


async def test_a_lost_answer_is_tried_again(stage: Stage, world: World) -> None:
    """What a person did counts even while the Bot API is in trouble: a 429 delays the answer, no more."""
    plan = {"rules": [{"kind": "too_many", "seconds": 1.0, "methods": ["sendMessage"], "to_nth": 2}]}
    world.faults = world.faults.from_plan(plan)
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.expects("Palestinian BDS National Committee")


async def test_no_trouble_while_the_bot_api_is_away(
    world: World, server: RehearsalServer, database: Path
) -> None:
    """With nobody at BOT_API_URL the bot waits, without naming its token, and stops when told to."""
    stage = Stage(world=world, server=server, database=database)
    with capture_logs() as logged:
        await stage.start()
        await server.stop()
        await stage.stop()
    assert world.token not in repr(logged)


def sent_photo(phone: Phone, number: int, **more: object) -> dict[str, object]:
    """Return an update in which somebody sends a picture."""
    phone.person.started = True
    photo = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    message = {
        "message_id": 900 + number,
        "date": int(time.time()),
        "from": phone.person.as_user(),
        "photo": photo,
    }
    return {"message": {**message, "chat": phone.person.as_chat(), **more}}


async def test_one_answer_to_an_album(stage: Stage, world: World) -> None:
    """Ten pictures of one album are one thing said, and get one answer, also where some have words below them."""
    ana = stage.phone("Ana")
    for number in range(10):
        caption = {"caption": "Look at this"} if number == 4 else {}
        world.push_update(sent_photo(ana, number, media_group_id="1", **caption))
    await stage.settled()
    assert len(ana.messages) == 1
    world.push_update(sent_photo(ana, 11, media_group_id="2", caption="did microsft leave?"))
    await ana.expects("From the statement")


async def test_leaving_in_an_album(stage: Stage, world: World) -> None:
    """A /stop below the last picture of an album leaves, and is answered."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.tap("Yes, send me alerts")
    await ana.expects("You’re in.")
    for number in range(10):
        caption = {"caption": "/stop"} if number == 9 else {}
        world.push_update(sent_photo(ana, number, media_group_id="1", **caption))
    await ana.expects("You’ve unsubscribed.")


async def test_one_answer_to_what_cannot_be_understood(stage: Stage, world: World) -> None:
    """Of ten pictures in a row the first is answered; what is said between them is, and begins another run."""
    ana = stage.phone("Ana")
    for number in range(10):
        world.push_update(sent_photo(ana, number))
    await stage.settled()
    assert len(ana.messages) == 1
    await ana.say("/help")
    await ana.expects("What this bot can do")
    world.push_update(sent_photo(ana, 11))
    await stage.settled()
    assert len(ana.messages) == 3
