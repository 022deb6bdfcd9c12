"""A supporter who reads Arabic takes every step by buttons alone.

Typed is only what is a text by its nature: a question, an answer to one, and START and links, which Telegram writes
for who taps them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.clock import system_clock
from bot.domain.alert import ActionKind
from bot.domain.deep_links import DeepLink
from bot.domain.moment import OPEN_FOR, Window
from bot.domain.organizer import Role
from bot.domain.outcome import Outcome
from bot.domain.preferences import Pause as PauseLength
from bot.domain.preferences import Rhythm
from bot.handlers.routes import ROOMS
from bot.jobs import by_itself
from bot.telegram_io import action_buttons as acting
from bot.telegram_io import preference_buttons as choosing
from bot.telegram_io import sharing_buttons as sharing
from bot.telegram_io import supporter_buttons as basic
from bot.telegram_io import thread_buttons as asking
from bot.telegram_io.callbacks import Button, unpack
from tests.flows.test_actions import ANSWERS, COMING, TITLES, alert_of, sent
from tests.flows.test_languages import assert_readable
from tests.flows.test_threads import ANSWER, QUESTION, answered, taken
from tests.worlds.in_process.stage import PATIENCE, Phone, Stage

ARABIC = "ar"


class Fingers:
    """Somebody who taps the newest button of a kind, and none that is not shown. `tapped`: the kinds they found."""

    def __init__(self, stage: Stage, phone: Phone) -> None:
        self.stage, self.phone = stage, phone
        self.tapped: set[type[Button]] = set()

    async def tap(self, *buttons: type[Button], **carrying: Any) -> None:
        """Tap these one after another; the last one is the newest that carries this."""
        *before, last = buttons
        for button, wanted in (*((each, {}) for each in before), (last, carrying)):
            await self._touch(button, wanted)
        self.look()

    async def _touch(self, button: type[Button], wanted: dict[str, Any]) -> None:
        message_id, data = await self._see(lambda: self._newest(button, wanted), button)
        self.phone.forge(data, message_id)
        await self.phone.settles()
        self.tapped.add(button)

    async def types(self, text: str) -> None:
        """Send what only they can say."""
        await self.phone.say(text)
        await self.phone.settles()
        self.look()

    def look(self) -> None:
        """Assert that all there is to read keeps its order from the right."""
        for message in self.phone.messages:
            assert_readable(message.text)
            for button in message.buttons():
                assert_readable(button["text"])

    async def _see(
        self, found: Callable[[], tuple[int, str] | None], button: type[Button]
    ) -> tuple[int, str]:
        try:
            seen = await self.stage.world.wait_for(found, timeout=PATIENCE)
        except TimeoutError:
            shown = [each.get("callback_data") for m in self.phone.messages[-3:] for each in m.buttons()]
            raise AssertionError(f"no button {button.__name__} among {shown}") from None
        assert seen is not None
        return seen

    def _newest(self, kind: type[Button], has: dict[str, Any]) -> tuple[int, str] | None:
        for message in reversed(self.phone.messages):
            for each in message.buttons():
                data = str(each.get("callback_data", ""))
                button = unpack(data) if data else None
                if type(button) is kind and all(
                    getattr(button, name) == value for name, value in has.items()
                ):
                    return message.message_id, str(data)
        return None


async def arrives(amal: Fingers) -> None:
    """START, the language, questions first, and then the yes."""
    await amal.types("/start")
    await amal.tap(basic.ChooseLanguage, basic.Language, locale=ARABIC)
    await amal.tap(basic.OpenTopics, basic.OpenTopics, topic="company")
    await amal.tap(basic.OpenAnswer, basic.OpenAnswer, more=True)
    await amal.tap(basic.OpenTopics)
    await amal.tap(basic.OpenStatement, basic.OpenStatement)
    await amal.tap(basic.Start, basic.Join)


async def comes_by_a_link(bilal: Fingers) -> None:
    """Carry the link on through what is looked at first and the languages; then read an answer in one's own."""
    payload = DeepLink(friend="abcdefgh", answer="microsoft-divest").payload
    await bilal.types(f"/start {payload}")
    await bilal.tap(sharing.StartBy)
    await bilal.tap(basic.LanguageThenJoin, basic.JoinIn, locale=ARABIC)
    await bilal.tap(basic.Join)
    await bilal.types("¿Microsoft se retiró de AnyVision?")
    await bilal.tap(basic.AnswerIn)
    await bilal.tap(basic.OpenTopics)


async def chooses(amal: Fingers) -> None:
    """Everything in the settings; in the end alerts come one by one, at any hour."""
    await amal.tap(basic.OpenSettings, choosing.OpenRhythm, choosing.ChooseRhythm, rhythm=Rhythm.WEEKLY)
    await amal.tap(choosing.ChooseDigestHour, hour=8)
    await amal.tap(choosing.ChooseDigestDay, day=1)
    await amal.tap(choosing.ChooseRhythm, rhythm=Rhythm.EVERY)
    await amal.tap(basic.OpenSettings, choosing.OpenQuietHours, choosing.ChooseQuietHours, start=22 * 60)
    await amal.tap(choosing.ChooseQuietHours, start=None)
    await amal.tap(choosing.OpenZones, choosing.OpenZones, region=choosing.Region.ASIA)
    await amal.tap(choosing.OpenZones, region=None)
    await amal.tap(choosing.OpenClocks, choosing.ZonesShowing, choosing.ChooseZone)
    await amal.tap(choosing.OpenPlaces, choosing.ChoosePlace, place="madrid")
    await amal.tap(basic.ChooseLanguage, basic.Language, locale=ARABIC)
    await amal.tap(choosing.PauseFor, pause=PauseLength.WEEK)
    await amal.tap(basic.Resume, basic.Pause, basic.Resume)
    await amal.tap(sharing.BringFriend)


DID = (acting.SayOutcome, {"outcome": Outcome.DONE, "here": True})
COULD_NOT = (acting.SayOutcome, {"outcome": Outcome.COULD_NOT})
UNDO = (acting.UndoOutcome, {"here": True})
OPEN = (acting.Act, dict[str, Any]())
STEPS: dict[ActionKind, tuple[tuple[type[Button], dict[str, Any]], ...]] = {
    ActionKind.EMAIL: (OPEN, DID, UNDO),
    ActionKind.CALL: (
        (acting.MoreOutcomes, {}),
        (acting.FewerOutcomes, {}),
        (acting.MoreOutcomes, {}),
        COULD_NOT,
    ),
    ActionKind.SIGN: (OPEN, (sharing.ShareAlert, {})),
    ActionKind.SHARE: (OPEN,),
    ActionKind.ATTEND: (OPEN, (acting.SendCalendar, {})),
    ActionKind.PLEDGE: (OPEN, (acting.UndoPledge, {})),
    ActionKind.REPORT: (OPEN, (acting.EndSighting, {}), OPEN),
    ActionKind.MOMENT: (OPEN,),
}
"""What is tapped under an alert of each kind, in order."""


async def acts(amal: Fingers) -> None:
    """Open, say and take back, under an alert of each kind."""
    stage = amal.stage
    assert set(STEPS) == set(ActionKind)
    for kind, steps in STEPS.items():
        at = (
            {"starts_at": COMING} if kind in (ActionKind.ATTEND, ActionKind.PLEDGE, ActionKind.MOMENT) else {}
        )
        amal.phone.look_away()
        alert = await sent(stage, alert_of(kind, **at))
        await amal.phone.expects(TITLES[ARABIC], "/stop")
        for button, carrying in steps:
            await amal.tap(button, alert_id=alert, **carrying)
        if kind is ActionKind.REPORT:
            for answer in ANSWERS:
                await amal.types(answer)
            await amal.tap(acting.UndoOutcome, alert_id=alert, here=True)
        elif kind is ActionKind.MOMENT:
            await it_is_time(stage, alert)
            await amal.tap(acting.Act, acting.UndoOutcome, alert_id=alert)
    await amal.tap(basic.Why)


async def it_is_time(stage: Stage, alert: int) -> None:
    """Let the moment of an alert be now."""
    now = system_clock()
    async with stage.app.store.transaction() as tx:
        kept = await tx.moments.find(alert)
        assert kept is not None
        window = Window(opens_at=now, closes_at=now + OPEN_FOR)
        await tx.moments.keep(alert, broadcast_id=kept.broadcast_id, window=window)


async def reads_a_digest(amal: Fingers) -> None:
    """Alerts that come together are read one by one."""
    stage = amal.stage
    await amal.tap(choosing.OpenRhythm, choosing.ChooseRhythm, rhythm=Rhythm.DAILY)
    amal.phone.look_away()
    alerts = [await sent(stage, alert_of(kind)) for kind in (ActionKind.SIGN, ActionKind.EMAIL)]
    for number in alerts:
        await ended(stage, number)
    async with stage.app.store.transaction() as tx:
        person = await tx.subscribers.find(amal.phone.chat_id)
        assert person is not None
        await tx.digests.set_due(person.id, system_clock() - timedelta(seconds=1))
    await by_itself.queue_due(stage.app.store, system_clock)
    stage.app.engine.wake()
    await amal.phone.expects(stage.words(ARABIC).gettext("Your alerts"))
    await amal.tap(acting.ReadAlert, alert_id=alerts[-1])


async def ended(stage: Stage, alert: int) -> None:
    """Wait until the sending of an alert has ended."""
    for _ in range(500):
        await stage.settled()
        async with stage.app.store.reading() as tx:
            if any(each.alert_id == alert and each.ended_at for each in await tx.broadcasts.all()):
                return
    raise AssertionError("the broadcast does not end")


async def asks_a_person(amal: Fingers, editor: Phone) -> None:
    """From the menu of questions to somebody's answer and back."""
    await amal.tap(basic.OpenTopics, asking.AskPerson)
    await amal.types(QUESTION[ARABIC])
    await amal.tap(asking.KeepBack)
    await amal.tap(basic.OpenTopics, asking.AskPerson)
    await amal.types(QUESTION[ARABIC])
    await amal.tap(asking.PassOn)
    await taken(editor)
    await answered(editor, ANSWER[ARABIC])
    await amal.tap(asking.WriteBack)
    await amal.types("شكراً")
    await amal.tap(asking.StopWriting, asking.CloseOwn)


async def leaves(amal: Fingers) -> None:
    """Out and back twice, with and without topics of their own; then all is read, and erased."""
    await amal.tap(basic.OpenSettings, basic.Leave, basic.UndoLeaving)
    await amal.tap(basic.OpenSettings, choosing.OpenAlertTopics, choosing.TurnTopic, topic="councils")
    await amal.tap(basic.OpenSettings, basic.Leave, basic.UndoLeavingTopics)
    await amal.tap(basic.OpenSettings, basic.OpenPrivacy, basic.GetHeld)
    await amal.tap(basic.AskErase, basic.OpenPrivacy)
    await amal.tap(basic.AskErase, basic.Erase)
    gone = "Erased. The bot’s database holds nothing about you any more."
    assert any(amal.stage.words(ARABIC).gettext(gone) in each.text for each in amal.phone.messages)


NOT_A_STEP = {basic.Help}
"""Shown to who has sent what the bot cannot read, such as a picture."""


async def test_every_step(stage: Stage) -> None:
    """Each button that a supporter can have is found and tapped, on screens that read from the right."""
    editor = await stage.organizer("Ed", Role.EDITOR)
    bilal = Fingers(stage, stage.phone("Bilal", "en"))
    await comes_by_a_link(bilal)
    amal = Fingers(stage, stage.phone("Amal", ARABIC))
    await arrives(amal)
    await chooses(amal)
    await acts(amal)
    await reads_a_digest(amal)
    await asks_a_person(amal, editor)
    await leaves(amal)
    theirs = {route.button for room in ROOMS for route in room.buttons if route.needs is None}
    assert theirs - amal.tapped - bilal.tapped - NOT_A_STEP == set()
