"""Leaving needs no command: the word is enough, at once, with the way back."""

from datetime import timedelta

import pytest

from bot.clock import system_clock
from bot.domain.consent import ConsentEvent, ConsentMethod
from bot.domain.subscriber import SubscriberState
from tests.flows.test_joining import consents, joined
from tests.worlds.in_process.stage import Phone, Stage, labels


async def state(stage: Stage, phone: Phone) -> SubscriberState:
    """Return where somebody stands, once everything is done."""
    await stage.settled()
    subscriber = await stage.subscriber(phone)
    assert subscriber is not None
    return subscriber.state


@pytest.mark.parametrize(
    "text",
    [
        *("stop", "STOP!!!", "Unsubscribe", "leave me alone", "end", "stooop 🛑", "stop, please"),
        *("/stop\nthank you", "/stop.", "/stop، شكراً", "\u2068/stop\u2069", "\u200f/stop\u00a0", "«/STOP»"),
        *("وقف", "خلص!", "بس", "עצור", "תורידו אותי", "baja", "arrêt", "ARRET", "cancellami", "chega"),
        *("yeter", "çık", "aufhören", "Schluss"),
    ],
)
async def test_the_word_is_enough(stage: Stage, text: str) -> None:
    """Whoever says it leaves, in any of the languages, whatever their own; it says what is kept and how it goes."""
    ana = await joined(stage.phone("Ana"))
    await ana.say(text)
    said = await ana.expects(
        "You’ve unsubscribed.", "Still kept", "which alerts were sent to you", "/privacy"
    )
    assert labels(said) == ["Undo", "Erase everything"]
    assert await state(stage, ana) is SubscriberState.LEFT


async def test_undo(stage: Stage) -> None:
    """One tap takes it back, under the words they had agreed to; each step has its record."""
    ana = await joined(stage.phone("Ana", "de"))
    await ana.say("aufhören")
    await ana.tap("Rückgängig")
    await ana.expects("Ab dem nächsten Aktionsaufruf bekommst du sie wieder")
    assert await state(stage, ana) is SubscriberState.ACTIVE
    given, withdrawn, again = await consents(stage, ana)
    assert (withdrawn.event, withdrawn.method) == (ConsentEvent.WITHDRAWN, ConsentMethod.WORD)
    assert again == given


async def test_undo_keeps_a_pause(stage: Stage) -> None:
    """Who had paused is on the list again as before: paused."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("/settings")
    await ana.tap("Pause the alerts")
    await ana.expects("Alerts: paused")
    await ana.say("stop")
    await ana.tap("Undo")
    await ana.expects("the alerts stay paused")
    assert await state(stage, ana) is SubscriberState.PAUSED


async def test_undo_after_days(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days later the same button shows the words one agrees to; nobody is put on the list by it."""
    ana = await joined(stage.phone("Ana"))
    await ana.say("stop")
    await ana.expects("You’ve unsubscribed.")
    monkeypatch.setattr("bot.services.subscriptions.UNDO_DAYS", timedelta(days=-1))
    await ana.tap("Undo")
    shown = await ana.expects("encrypted number")
    assert "Yes, send me alerts" in labels(shown)
    assert await state(stage, ana) is SubscriberState.LEFT


async def test_nobody_joins_by_undo(stage: Stage) -> None:
    """A forged Undo of somebody who never joined shows the first screen."""
    eve = stage.phone("Eve")
    await eve.say("/start")
    await eve.settles()
    eve.forge("leave:undo", eve.messages[-1].message_id)
    await eve.settles()
    assert await stage.subscriber(eve) is None
    assert "Yes, send me alerts" in labels(eve.messages[-1])


@pytest.mark.parametrize("text", ["stop?", "how do i unsubscribe", "how do i leave", "where do i send /stop"])
async def test_near_words_are_asked(stage: Stage, text: str) -> None:
    """What may mean leaving is asked once, with buttons; a tap on yes leaves, on no nothing changes."""
    ana = await joined(stage.phone("Ana"))
    await ana.say(text)
    asked = await ana.expects("Stop the alerts?")
    assert labels(asked) == ["Yes, stop", "Pause the alerts", "No, keep them"]
    await ana.tap("No, keep them")
    await ana.expects("Alerts: on.")
    await ana.say(text)
    await ana.tap("Yes, stop")
    await ana.expects("You’ve unsubscribed.")
    assert await state(stage, ana) is SubscriberState.LEFT
    assert (await consents(stage, ana))[-1].method is ConsentMethod.BUTTON


async def test_the_button_in_the_settings(stage: Stage) -> None:
    """Stopping is one tap after joining and in the settings, and there too it can be undone."""
    ana = stage.phone("Ana")
    await ana.say("/start")
    await ana.tap("Yes, send me alerts")
    welcome = await ana.expects("You’re in.")
    assert "Stop the alerts" in labels(welcome)
    await ana.say("/settings")
    await ana.tap("Stop the alerts")
    assert await state(stage, ana) is SubscriberState.LEFT


@pytest.mark.parametrize("text", ["/stop", "stop"])
async def test_edits_and_captions_leave(stage: Stage, text: str) -> None:
    """A message that is changed into a word for leaving leaves, and so does one below a picture."""
    for update in (
        {"edited_message": {"text": text, "edit_date": 1}},
        {"message": {"photo": [], "caption": text}},
    ):
        ana = await joined(stage.phone("Ana"))
        stage.world.push_update({kind: {**message(ana), **parts} for kind, parts in update.items()})
        await ana.expects("You’ve unsubscribed.")
        assert await state(stage, ana) is SubscriberState.LEFT


def message(phone: Phone) -> dict[str, object]:
    """Return a message of this phone without its content."""
    now = int(system_clock().timestamp())
    return {"message_id": 900, "date": now, "from": phone.person.as_user(), "chat": phone.person.as_chat()}


async def test_other_edits_are_passed_over(stage: Stage) -> None:
    """Whoever changes a question after it was answered is not answered again."""
    ana = await joined(stage.phone("Ana"))
    stage.world.push_update(
        {"edited_message": {**message(ana), "text": "did microsoft leave?", "edit_date": 1}}
    )
    await ana.settles()
    assert len(ana.messages) == 1


async def test_a_caption_is_answered(stage: Stage) -> None:
    """A question below a picture is a question."""
    ana = await joined(stage.phone("Ana"))
    stage.world.push_update({"message": {**message(ana), "photo": [], "caption": "did microsft leave?"}})
    await ana.expects("Did Microsoft divest")


async def test_service_messages_get_silence(stage: Stage) -> None:
    """What happens in a chat is not answered like speech."""
    ana = stage.phone("Ana")
    ana.person.started = True
    for happened in ("pinned_message", "message_auto_delete_timer_changed", "boost_added", "gift"):
        stage.world.push_update({"message": {**message(ana), happened: {"x": 1}}})
    await ana.settles()
    assert ana.messages == []
