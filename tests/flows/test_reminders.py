"""Reminders and digests as people get them, in three languages: by buttons alone, once, and without a sound."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clock import system_clock
from bot.domain.alert import ActionKind
from bot.domain.broadcast import BroadcastKind
from bot.domain.outcome import Outcome
from bot.domain.preferences import Preferences, Rhythm
from bot.jobs import by_itself
from bot.store.store import Transaction
from bot.telegram_io.action_buttons import Act, ReadAlert, SayOutcome, UndoOutcome
from bot.telegram_io.callbacks import pack
from bot.wording.alert_buttons import outcome_label
from bot.wording.footer import footer
from tests.flows.test_actions import LANGUAGES, TITLES, alert_of, sent
from tests.worlds.in_process.organizing import said_in_world, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

DAY = timedelta(days=1)


async def later(stage: Stage, after: timedelta) -> None:
    """Let what is due so much later be due now, and be sent."""
    at = system_clock() + after

    async def shifted(tx: Transaction) -> None:
        for sending in await tx.broadcasts.all():
            for planned in await tx.reminders.of(sending.id):
                moved = replace(planned.reminder, at=planned.reminder.at - after, began_before=None)
                await tx.reminders.plan(sending.id, [moved])

    async with stage.app.store.transaction() as tx:
        await shifted(tx)
    assert at > system_clock()
    await by_itself.queue_due(stage.app.store, system_clock)
    stage.app.engine.wake()


async def choose(stage: Stage, phone: Phone, chosen: Preferences) -> None:
    """Let somebody have chosen this."""
    async with stage.app.store.transaction() as tx:
        person = await tx.subscribers.find(phone.chat_id)
        assert person is not None
        await tx.subscribers.save_preferences(person.with_preferences(chosen))


def reminded(stage: Stage, phone: Phone, language: str) -> int:
    """Count the reminders in a chat."""
    said = stage.words(language).gettext(
        "You began this. There is still time, and this is the only reminder:"
    )
    return sum(said in plain(message) for message in phone.messages)


@LANGUAGES
async def test_a_reminder(stage: Stage, language: str) -> None:
    """Who pressed the main button is reminded once, with the same buttons and one more; who did it is not."""
    ana, done, silent = await supporters(stage, language, language, language)
    words = stage.words(language)
    alert_id = await sent(stage, replace(alert_of(ActionKind.SIGN), deadline=system_clock() + 4 * DAY))
    for phone in (ana, done, silent):
        await phone.expects(TITLES[language])
    for phone in (ana, done):
        await phone.press(pack(Act(alert_id)))
        await phone.settles()
    await done.press(pack(SayOutcome(alert_id, Outcome.DONE)))
    await done.settles()
    ana.look_away()
    await later(stage, 3 * DAY)
    shown = await ana.expects(
        words.gettext("You began this. There is still time, and this is the only reminder:"), TITLES[language]
    )
    assert outcome_label(words, Outcome.NOT_FOR_ME) in labels(shown)
    await stage.settled()
    assert [reminded(stage, phone, language) for phone in (ana, done, silent)] == [1, 0, 0]
    await ana.press(pack(SayOutcome(alert_id, Outcome.NOT_FOR_ME)))
    await ana.settles()
    await ana.press(pack(UndoOutcome(alert_id, here=True)))
    await ana.settles()
    await by_itself.queue_due(stage.app.store, system_clock)
    await stage.settled()
    assert reminded(stage, ana, language) == 1
    async with stage.app.store.reading() as tx:
        kinds = [each.kind for each in await tx.broadcasts.all()]
    assert kinds == [BroadcastKind.SEND, BroadcastKind.REMIND]


@LANGUAGES
async def test_a_digest(stage: Stage, language: str) -> None:
    """Several alerts come as one message, by deadline; each is read, acted on and said done of from there."""
    (daily,) = await supporters(stage, language)
    words = stage.words(language)
    await choose(stage, daily, Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18))
    daily.look_away()
    second = await sent(stage, replace(alert_of(ActionKind.SIGN), deadline=system_clock() + 4 * DAY))
    first = await sent(stage, replace(alert_of(ActionKind.EMAIL), deadline=system_clock() + 2 * DAY))
    await _ended(stage, 2)
    assert said_in_world(stage, TITLES[language]) == {}
    await _due(stage, daily, system_clock() - timedelta(seconds=1))
    head = words.gettext("Your alerts")
    shown = await daily.expects(head, f"1. {TITLES[language]}", f"2. {TITLES[language]}")
    assert [label for label in labels(shown) if label.startswith("1.")] == labels(shown)[:2]
    await daily.press(pack(ReadAlert(first)))
    read = await daily.expects(TITLES[language], footer(words).text)
    assert words.gettext("I did it") in labels(read)
    await daily.press(pack(Act(second)))
    await daily.settles()
    await daily.press(pack(SayOutcome(first, Outcome.DONE)))
    await daily.settles()
    await by_itself.queue_due(stage.app.store, system_clock)
    await stage.settled()
    assert sum(head in plain(message) for message in daily.messages) == 1


async def test_no_reminder_by_choice(stage: Stage) -> None:
    """An organizer turns reminders off under More; the card that a colleague approves says so."""
    await supporters(stage, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await dana.tap("Details")
    await dana.tap("More …")
    await dana.expects("Reminder to those who began: after three days.")
    await dana.tap("No reminders")
    await dana.expects("Reminders: none.")
    await dana.tap("Back to the alert")
    await dana.tap("Send …")
    await dana.expects("Reminders: none.")


async def _ended(stage: Stage, broadcasts: int) -> None:
    """Wait until so many broadcasts are finished."""
    for _ in range(500):
        await stage.settled()
        async with stage.app.store.reading() as tx:
            if sum(each.ended_at is not None for each in await tx.broadcasts.all()) >= broadcasts:
                return
    pytest.fail("the broadcasts do not end")


async def _due(stage: Stage, phone: Phone, due_at: datetime) -> None:
    """Let somebody's digest be due then, and be sent."""
    async with stage.app.store.transaction() as tx:
        person = await tx.subscribers.find(phone.chat_id)
        assert person is not None
        await tx.digests.set_due(person.id, due_at)
    await by_itself.queue_due(stage.app.store, system_clock)
    stage.app.engine.wake()
