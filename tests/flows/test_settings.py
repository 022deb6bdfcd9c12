"""People choose how alerts reach them, by buttons alone, in one message that changes; and it is kept to."""

from datetime import timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from bot.clock import system_clock
from bot.domain.estimate import PANEL
from bot.domain.preferences import AT_NIGHT, MINUTES, Preferences, QuietHours, Rhythm
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.services.preferences import SHARED_OF
from bot.store import subscribers
from tests.flows.test_actions import LANGUAGES
from tests.flows.test_joining import joined
from tests.worlds.in_process.organizing import confirmed, crowd, said_in_world, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

TITLE = "Ask your council"


async def person_of(stage: Stage, phone: Phone) -> Subscriber:
    """Return what is known of somebody, once everything is done."""
    await stage.settled()
    person = await stage.subscriber(phone)
    assert person is not None
    return person


def hours(begins_in: int, ends_in: int) -> QuietHours:
    """Return quiet hours in UTC that begin and end so many hours from now."""
    now = system_clock()
    minute = now.hour * 60 + now.minute
    return QuietHours(start=(minute + begins_in * 60) % MINUTES, end=(minute + ends_in * 60) % MINUTES)


async def choose(stage: Stage, phone: Phone, chosen: Preferences) -> None:
    """Let somebody have chosen this."""
    async with stage.app.store.transaction() as tx:
        person = await tx.subscribers.find(phone.chat_id)
        assert person is not None
        await tx.subscribers.save_preferences(person.with_preferences(chosen))


@LANGUAGES
async def test_everything_by_buttons(stage: Stage, language: str) -> None:
    """Rhythm, hours, zone and place are chosen by taps, in one message that changes, and say what they are."""
    ana = await joined(stage.phone("Amal", language))
    words = stage.words(language)
    await ana.say("/settings")
    await ana.expects(words.gettext("Settings"), words.gettext("Alerts: on."))
    shown = len(ana.messages)
    await ana.press("often")
    await ana.expects(words.gettext("How often?"))
    await ana.press("often:is:weekly")
    await ana.expects(words.gettext("Several alerts come as one message. At which hour?"))
    await ana.press("often:at:8")
    await ana.settles()
    await ana.press("often:on:1")
    await ana.settles()
    await ana.press("settings")
    await ana.expects(words.gettext("Settings"))
    await ana.press("quiet")
    await ana.expects(words.gettext("Quiet hours"))
    await ana.press("quiet:is:1260:540")
    await ana.settles()
    await ana.press("zone")
    await ana.expects(words.gettext("Which time zone are you in? Your location is never asked for."))
    await ana.press("zone:now")
    await ana.expects(words.gettext("What time is it where you are?"))
    gaza = system_clock().astimezone(ZoneInfo("Asia/Gaza")).utcoffset()
    assert gaza is not None
    await ana.press(f"zone:shows:{1440 + int(gaza.total_seconds()) // 60}")
    await ana.expects(words.gettext("Which of these cities has the same time as you?"))
    await ana.press("zone:is:Asia.Gaza")
    await ana.expects(words.gettext("Settings"))
    await ana.press("place")
    await ana.press("place:is:madrid")
    place = stage.conversation.resources.content.campaign.place("madrid", language)
    await ana.expects(words.gettext("Place: {place}.", place=place))
    assert (await person_of(stage, ana)).preferences == Preferences(
        rhythm=Rhythm.WEEKLY,
        zone="Asia/Gaza",
        quiet=AT_NIGHT,
        digest_hour=8,
        digest_day=1,
        locality="madrid",
    )
    assert len(ana.messages) == shown
    await ana.say("/privacy")
    await ana.expects(words.gettext("Kept about you"), words.gettext("Place: {place}.", place=place))


async def test_fewer_and_pauses_stand_before_stop(stage: Stage) -> None:
    """Whoever has enough sees fewer and a pause first; the stop is the last, and at once."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/settings")
    shown = labels(await ana.expects("Settings"))
    order = ["Fewer alerts", "Pause a week", "Pause a month", "Stop the alerts"]
    assert [label for label in shown if label in order] == order
    await ana.tap("Stop the alerts")
    await ana.expects("You’ve unsubscribed.")
    await ana.tap("Undo")
    await ana.expects("You are on the list")
    assert (await person_of(stage, ana)).receives_alerts


async def test_a_region(stage: Stage) -> None:
    """A zone is found by its part of the world, page by page."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/settings")
    await ana.tap("Time zone")
    await ana.tap("Americas")
    await ana.expects("Which of these cities")
    await ana.tap("More")
    await ana.settles()
    await ana.tap("Back a page")
    await ana.settles()
    await ana.tap("Another way")
    await ana.tap("Europe")
    await ana.tap("More")
    await ana.settles()
    await ana.tap("Madrid")
    await ana.expects("Time zone: Madrid, where it is")
    assert (await person_of(stage, ana)).preferences.zone == "Europe/Madrid"


async def test_forged_and_late(stage: Stage) -> None:
    """What is on no list is refused in a sentence; whoever left chooses nothing by an old button."""
    ana = await joined(stage.phone("Ana"))
    for forged in (
        "place:is:atlantis",
        "zone:is:Europe.Atlantis",
        "often:at:77",
        "quiet:is:9:9",
        "topics:turn:no",
    ):
        ana.forge(forged)
        await ana.expects("out of date")
    await ana.say("stop")
    await ana.expects("You’ve unsubscribed.")
    for late in (
        "often:is:daily",
        "quiet:is:1260:540",
        "zone:is:Asia.Gaza",
        "pause:for:week",
        "place:is:madrid",
    ):
        ana.forge(late)
        await ana.expects("Alerts: off.")
    left = await person_of(stage, ana)
    assert (left.preferences, left.state) == (Preferences(), SubscriberState.LEFT)


@LANGUAGES
async def test_a_pause_ends(stage: Stage, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    """A pause says until when; at its end alerts come again, and one message says so."""
    monkeypatch.setattr("bot.jobs.telling.EVERY_SECONDS", 0.05)
    await stage.stop()
    await stage.start()
    words = stage.words(language)
    ana = await joined(stage.phone("Amal", language))
    await choose(stage, ana, Preferences(zone="UTC", quiet=hours(6, 7)))
    await ana.say("/settings")
    await ana.press("pause:for:week")
    until = (await person_of(stage, ana)).paused_until
    assert until is not None
    await ana.expects(words.gettext("Alerts: paused until {day}.", day=words.date(until.date())))
    paused = await person_of(stage, ana)
    ana.look_away()
    async with stage.app.store.transaction() as tx:
        await tx.subscribers.save(paused.pause(until=system_clock() - timedelta(seconds=1)))
    over = words.gettext("Your pause is over: alerts come again.")
    await ana.expects(over)
    assert (await person_of(stage, ana)).receives_alerts
    assert sum(over in each.text for each in ana.messages) == 1


async def test_kept_to(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets an alert as they chose: at once, later, in a digest, or not; and who chooses anew while it goes out."""
    monkeypatch.setattr(subscribers, "draw_id", partial(next, count(PANEL, PANEL)))
    ana, asleep, daily, urgent = await supporters(stage, "en", "en", "en", "en")
    await choose(stage, asleep, Preferences(zone="UTC", quiet=hours(-1, 2)))
    await choose(stage, daily, Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18))
    await choose(stage, urgent, Preferences(rhythm=Rhythm.URGENT))
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.expects(
        "Reaches 2 people now",
        "Left out: about 10 people (want urgent alerts only).",
        "Later, in their digest: about 10 people.",
        "Later, after their quiet hours: about 10 people.",
    )
    await confirmed(dana, 2)
    await dana.expects(
        "sent: 1", "remaining: 1", "later, after their quiet hours: 1", "waits for a digest: 1"
    )
    assert list(said_in_world(stage, TITLE)) == [ana.chat_id]
    await asleep.say("/settings")
    await asleep.tap("Quiet hours")
    await asleep.tap("No quiet hours")
    await dana.expects("Finished: ", "sent: 2", "waits for a digest: 1")
    assert sorted(said_in_world(stage, TITLE)) == sorted([ana.chat_id, asleep.chat_id])


async def test_others_go_on(stage: Stage) -> None:
    """While all that is left of one alert waits for the end of quiet hours, another goes out and ends."""
    ana, asleep = await supporters(stage, "en", "en")
    await choose(stage, asleep, Preferences(zone="UTC", quiet=hours(-1, 2)))
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 2)
    await dana.expects("Sending: ", "sent: 1", "later, after their quiet hours: 1")
    async with stage.app.store.transaction() as tx:
        person = await tx.subscribers.find(asleep.chat_id)
        assert person is not None
        await tx.subscribers.save(person.pause())
    await written(dana, "Come to the square\nOn Friday at six.")
    await confirmed(dana, 1)
    await dana.expects("Finished: ", "sent: 1")
    assert said_in_world(stage, "Come to the square") == {ana.chat_id: 1}


async def test_urgent(stage: Stage) -> None:
    """What is urgent goes to who wants only that as well; the board and the card say so."""
    _, urgent = await supporters(stage, "en", "en")
    await choose(stage, urgent, Preferences(rhythm=Rhythm.URGENT))
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.expects("Reaches 1 person now")
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.tap("Urgent")
    await dana.expects("Urgent: it also goes to people who want urgent alerts only.")
    await dana.tap("Back to the alert")
    board = await dana.expects("Reaches 2 people now", "Urgent: ")
    assert "Left out" not in plain(board)
    await confirmed(dana, 2)
    await dana.expects("Finished: ", "sent: 2")
    assert said_in_world(stage, TITLE)[urgent.chat_id] == 1


async def test_a_place_of_ten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An audience can be of a place from the tenth person on, of those who are counted, who has named it."""
    monkeypatch.setattr(subscribers, "draw_id", partial(next, count(SHARED_OF, SHARED_OF)))
    people = await crowd(stage, 12)
    for phone in people[:9]:
        await choose(stage, phone, Preferences(locality="madrid"))
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Audience")
    await dana.tap("Add a term")
    shown = await dana.expects("What is the term about?")
    assert "Place" not in labels(shown)
    await choose(stage, people[9], Preferences(locality="madrid"))
    await dana.tap("Back to the audience")
    await dana.tap("Add a term")
    await dana.tap("Place")
    await dana.expects("Places that at least 10 people have named")
    await dana.tap("Madrid")
    await dana.expects("In Madrid", "Estimated from a tenth of the people")
