"""Two years after their yes people are asked whether they still want the alerts, and answer by a tap, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.clock import system_clock
from bot.domain.consent import AFTER_TWO_YEARS, GRACE, ConsentEvent
from bot.domain.subscriber import Subscriber
from bot.jobs.renewals import look_through
from bot.services import renewals
from bot.store.store import Transaction
from tests.flows.test_actions import LANGUAGES, plain_of
from tests.flows.test_joining import consents, joined
from tests.worlds.in_process.stage import PATIENCE, Phone, Stage, labels, plain

AFTER = AFTER_TWO_YEARS.after
SILENCE = AFTER_TWO_YEARS.answer_within + GRACE


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for what is due."""
    monkeypatch.setattr("bot.jobs.telling.EVERY_SECONDS", 0.05)


async def let_pass(stage: Stage, since_now: timedelta) -> None:
    """Let the bot find, after a restart, that so much time has passed."""
    await stage.stop()
    stage.clock = lambda: system_clock() + since_now
    await stage.start()
    agreed = stage.conversation.resources.content.consents
    await look_through(stage.app.store, stage.clock, agreed, stage.app.hours)


async def wait_until(
    stage: Stage, phone: Phone, holds: Callable[[Transaction, Subscriber], Awaitable[bool]]
) -> None:
    """Wait until this holds of somebody."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with stage.app.store.reading() as tx:
                person = await tx.subscribers.find(phone.chat_id)
                if person is not None and await holds(tx, person):
                    return
            await stage.settled()


async def is_off_the_list(_tx: Transaction, person: Subscriber) -> bool:
    """Whether somebody gets no alerts any more."""
    return not person.is_on_list


async def has_time_to_answer(tx: Transaction, person: Subscriber) -> bool:
    """Whether it is noted that somebody was asked."""
    return await renewals.answer_until(tx, person) is not None


async def asked(stage: Stage, language: str = "en") -> Phone:
    """Return somebody who was asked two years after they joined."""
    ana = await joined(stage.phone("Amal", language))
    await let_pass(stage, AFTER)
    words = stage.words(language)
    until = AFTER_TWO_YEARS.last_day(stage.clock())
    question = await ana.expects(
        words.gettext("Do you still want the alerts?"),
        words.gettext("If you don’t answer by {day}, the alerts end by themselves.", day=words.date(until)),
    )
    await wait_until(stage, ana, has_time_to_answer)
    assert labels(question) == [
        words.gettext("Yes, keep them coming"),
        words.gettext("Settings"),
        words.gettext("Stop the alerts"),
    ]
    return ana


@LANGUAGES
async def test_a_yes(stage: Stage, language: str) -> None:
    """A tap notes the yes with its day, in the same message; the alerts go on, and /privacy tells both days."""
    ana = await asked(stage, language)
    shown, words = len(ana.messages), stage.words(language)
    await ana.press("join")
    noted = await ana.expects(words.gettext("Your yes is noted with today’s date: the alerts go on."))
    ways_on = [words.gettext(label) for label in ("Fewer alerts", "Settings", "Stop the alerts")]
    assert ana.labels(noted) == ways_on
    assert len(ana.messages) == shown
    first, again = await consents(stage, ana)
    assert (first.event, again.event) == (ConsentEvent.GIVEN, ConsentEvent.GIVEN)
    assert again.day - first.day == AFTER
    await ana.say("/privacy")
    agreed = words.gettext("You agreed to alerts on {day}.", day=words.date(again.day))
    await ana.expects(agreed)
    await let_pass(stage, AFTER + SILENCE)
    await ana.say("/settings")
    await ana.expects(words.gettext("Alerts: on."))


@LANGUAGES
async def test_silence(stage: Stage, language: str) -> None:
    """Without a tap the alerts end without a word; /privacy says since when, and the old button is a yes again."""
    ana = await asked(stage, language)
    words = stage.words(language)
    await let_pass(stage, AFTER + SILENCE)
    await wait_until(stage, ana, is_off_the_list)
    shown = len(ana.messages)
    await ana.say("/privacy")
    ended = words.gettext(
        "That consent ended on {day}, as no answer came.", day=words.date(stage.clock().date())
    )
    card = await ana.expects(ended)
    assert labels(card)[-1] == words.gettext("Send me alerts")
    assert len(ana.messages) == shown + 1
    await ana.press("join")
    await ana.expects(words.gettext("You’re in."))
    assert [each.event for each in await consents(stage, ana)] == [
        ConsentEvent.GIVEN,
        ConsentEvent.LAPSED,
        ConsentEvent.GIVEN,
    ]


@LANGUAGES
async def test_from_the_settings(stage: Stage, language: str) -> None:
    """The settings say first until when, and lead back to the question, as /start does; stop works there at once."""
    ana = await asked(stage, language)
    words = stage.words(language)
    until = words.date(AFTER_TWO_YEARS.last_day(stage.clock()))
    await ana.press("settings")
    ends = words.gettext("They end after {day}, unless you say that you still want them.", day=until)
    settings = await ana.expects(ends)
    assert plain_of(f"{words.gettext('Alerts: on.')}\n{ends}\n") in plain(settings)
    assert labels(settings)[0] == words.gettext("Keep the alerts")
    await ana.say("/privacy")
    kept = words.gettext(
        "You were asked whether you still want the alerts. Without an answer they end after {day}.", day=until
    )
    await ana.expects(kept)
    await ana.press("start")
    await ana.expects(words.gettext("Do you still want the alerts?"))
    ana.look_away()
    await ana.say("/start")
    await ana.expects(words.gettext("Do you still want the alerts?"))
    await ana.press("leave")
    await ana.expects(words.gettext("You’ve unsubscribed."))
    assert [each.event for each in await consents(stage, ana)] == [ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN]
