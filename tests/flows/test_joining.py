"""Supporters come, stay and go."""

import hashlib

import sqlalchemy as sa

from bot.clock import system_clock
from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.subscriber import SubscriberState
from bot.store.schema import metadata
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

PROCESSES = {"workers", "budget", "jobs"}
"""Tables about the processes at work: nobody's."""


async def consents(stage: Stage, phone: Phone) -> list[Consent]:
    """Return a person's consent records."""
    subscriber = await stage.subscriber(phone)
    assert subscriber is not None
    async with stage.app.store.reading() as tx:
        return await tx.consents.of(subscriber.id)


async def joined(phone: Phone) -> Phone:
    """Let somebody join."""
    await phone.say("/start")
    await phone.press("join")
    await phone.settles()
    return phone


async def test_start_does_not_subscribe(stage: Stage) -> None:
    """/start says what this is, who runs it and what is kept, and subscribes nobody."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    screen = await ana.expects(
        "Cut ties with AnyVision", "Palestinian BDS National Committee (BNC)", "encrypted number"
    )
    assert plain(screen).count("run by") == 1
    assert labels(screen) == ["Yes, send me alerts", "First, questions", "Language"]
    assert await stage.subscriber(ana) is None


async def test_the_yes_subscribes_with_its_record(stage: Stage) -> None:
    """Only the explicit yes subscribes; the record names the very words that were shown."""
    amal = stage.phone("Amal", "ar")
    await amal.say("/start")
    screen = await amal.expects("AnyVision")
    wording = stage.conversation.resources.content.consent("ar")
    assert wording.text in screen.text
    await amal.press("join")
    await amal.settles()
    assert len(amal.messages) == 1  # the same message, edited
    subscriber = await stage.subscriber(amal)
    assert subscriber is not None
    assert (subscriber.state, subscriber.locale) == (SubscriberState.ACTIVE, "ar")
    [record] = await consents(stage, amal)
    assert record == Consent(
        event=ConsentEvent.GIVEN,
        wording_version=wording.version,
        wording_sha256=hashlib.sha256(wording.text.encode()).hexdigest(),
        locale="ar",
        method=ConsentMethod.BUTTON,
        day=system_clock().date(),
    )


async def test_a_yes_to_other_words_is_none(stage: Stage) -> None:
    """A yes under an outdated wording shows the first screen again and subscribes nobody."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.expects("encrypted number")
    ana.forge("join:0", ana.messages[-1].message_id)
    await stage.settled()
    assert await stage.subscriber(ana) is None
    assert "Yes, send me alerts" in labels(ana.messages[-1])


async def test_two_yeses_are_one(stage: Stage) -> None:
    """Tapping yes twice leaves one subscriber with one record."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    screen = await ana.expects("encrypted number")
    for _ in range(2):
        stage.world.tap_button(ana.chat_id, screen.message_id, "Yes, send me alerts")
    await stage.settled()
    assert len(await consents(stage, ana)) == 1


async def test_stop_leaves_at_once(stage: Stage) -> None:
    """/stop leaves without a question; the withdrawal has its record; a second /stop says so, and adds none."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/stop")
    await ana.expects(
        "You’ve unsubscribed.",
        "No more alerts will come.",
        "The encrypted number stays",
        "Still kept",
        "/privacy",
    )
    subscriber = await stage.subscriber(ana)
    assert subscriber is not None
    assert subscriber.state is SubscriberState.LEFT
    await ana.say("/stop")
    await ana.expects("nothing to stop")
    assert [record.event for record in await consents(stage, ana)] == [
        ConsentEvent.GIVEN,
        ConsentEvent.WITHDRAWN,
    ]


async def test_rejoining(stage: Stage) -> None:
    """Whoever left can come back by a new yes, with a new record."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/stop")
    await ana.expects("You’ve unsubscribed.")
    await ana.say("/help")
    await ana.tap("Send me alerts")
    await ana.tap("Yes, send me alerts")
    await ana.expects("You’re in.")
    events = [record.event for record in await consents(stage, ana)]
    assert events == [ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, ConsentEvent.GIVEN]
    subscriber = await stage.subscriber(ana)
    assert subscriber is not None
    assert subscriber.receives_alerts


async def test_blocking_stops_and_start_rejoins(stage: Stage) -> None:
    """A block stops alerts once; unblocking alone brings nobody back, /start and a yes do."""
    ana = await joined(stage.phone("Ana"))
    stage.world.block(ana.chat_id)
    await stage.settled()
    subscriber = await stage.subscriber(ana)
    assert subscriber is not None
    assert subscriber.state is SubscriberState.BLOCKED
    stage.world.unblock(ana.chat_id)
    await stage.settled()
    assert await stage.subscriber(ana) == subscriber
    await ana.say("/start")
    await ana.tap("Yes, send me alerts")
    await ana.expects("You’re in.")
    back = await stage.subscriber(ana)
    assert back is not None
    assert back.receives_alerts


async def test_pause_and_resume(stage: Stage) -> None:
    """A pause keeps the place on the list; resuming is one tap."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/settings")
    await ana.expects("Alerts: on.")
    await ana.tap("Pause the alerts")
    await ana.expects("Alerts: paused")
    paused = await stage.subscriber(ana)
    assert paused is not None
    assert paused.state is SubscriberState.PAUSED
    await ana.tap("Resume the alerts")
    await ana.expects("Alerts: on.")
    resumed = await stage.subscriber(ana)
    assert resumed is not None
    assert resumed.receives_alerts


async def test_settings_of_a_stranger(stage: Stage) -> None:
    """Who has not joined finds no switch in the settings, but the way to join."""
    ana = stage.phone("Ana")
    await ana.say("/settings")
    screen = await ana.expects("Alerts: off.")
    assert labels(screen) == ["Language", "Privacy", "Send me alerts"]
    ana.forge("pause", screen.message_id)
    await stage.settled()
    assert await stage.subscriber(ana) is None


async def test_erasing_asks_once_and_leaves_nothing(stage: Stage) -> None:
    """Erasing asks once more, gives a receipt, and leaves no row that belongs to the person."""
    before = await rows(stage)
    ana = await joined(stage.phone("Ana"))
    await ana.say("/language")
    await ana.press("language:es")
    await ana.say("/privacy")
    await ana.press("erase")
    await ana.settles()
    assert await stage.subscriber(ana) is not None
    await ana.press("privacy")
    await ana.press("erase")
    await ana.press("erase:yes")
    receipt = await ana.expects("/start")
    assert receipt is ana.messages[-1]
    await stage.settled()
    # That somebody came and went stays, as sums in which nobody is.
    assert await rows(stage) == before | {"growth": 2}
    await ana.say("/privacy")
    await ana.press("erase")
    await ana.press("erase:yes")
    await ana.expects("nothing")


async def rows(stage: Stage) -> dict[str, int]:
    """Count what the database has about people: not the processes at work, nor the ids of done updates."""
    kept = {}
    async with stage.app.store.database.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name in PROCESSES:
                continue
            condition = sa.true() if table.name != "updates" else table.c.chat_ref.is_not(None)
            count = sa.select(sa.func.count()).select_from(table).where(condition)
            kept[table.name] = (await connection.execute(count)).scalar_one()
    return kept
