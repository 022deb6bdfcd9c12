"""Acting on an alert of each kind, by somebody who reads English, or Arabic: by buttons alone, and taken back.

Taps are found by what a button does, so that both languages play the same story.
"""

from dataclasses import replace

import pytest

from bot.clock import system_clock
from bot.domain.alert import ActionKind, Alert
from bot.domain.bidi import is_balanced
from bot.domain.organizer import Role
from bot.domain.outcome import ActionCount, Outcome, Step
from bot.domain.sighting import SightingState
from bot.handlers.states import AwaitReport, dump
from bot.i18n.localizer import Localizer
from bot.rehearsal.world.people import ChatMessage, Json
from bot.telegram_io.action_buttons import (
    Act,
    FewerOutcomes,
    MoreOutcomes,
    OpenAccepted,
    OpenQueue,
    SayOutcome,
    SendCalendar,
    UndoOutcome,
    UndoPledge,
)
from bot.telegram_io.callbacks import Button, pack
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.supporter_buttons import Why
from bot.wording.outcomes import thanks_for
from tests.making import approve, draft, words
from tests.worlds.in_process.organizing import LINK, supporters
from tests.worlds.in_process.stage import Phone, Stage, plain

TITLES = {"en": "Ask your council", "ar": "اكتبوا إلى المجلس", "tr": "Belediyenize yazın"}
FIELDS = {
    "en": {
        "subject": "The contract",
        "letter": "Dear council,\nplease end it.",
        "script": "Hello, I live here.",
        "place": "Town hall",
        "question_1": "Where is it used?",
        "question_2": "Since when?",
        "question_3": "How do you know?",
    },
    "ar": {
        "subject": "العقد",
        "letter": "إلى المجلس،\nنرجو إنهاءه.",
        "script": "مرحبًا، أسكن هنا.",
        "place": "مبنى البلدية",
        "question_1": "أين تُستخدم؟",
        "question_2": "منذ متى؟",
        "question_3": "كيف عرفتم؟",
    },
    "tr": {
        "subject": "Sözleşme",
        "letter": "Sayın meclis,\nlütfen sona erdirin.",
        "script": "Merhaba, burada yaşıyorum.",
        "place": "Belediye binası",
        "question_1": "Nerede kullanılıyor?",
        "question_2": "Ne zamandan beri?",
        "question_3": "Nereden biliyorsunuz?",
    },
}
PAST, COMING = "2020-01-05T10:00", "2099-12-04T18:00"
DETAILS = {
    ActionKind.EMAIL: {"target": "The council", "address": "office@council.example"},
    ActionKind.CALL: {"target": "The council", "phone": "+442079460000", "hours": "9–16"},
    ActionKind.ATTEND: {"zone": "Europe/Berlin", "starts_at": PAST},
    ActionKind.PLEDGE: {"zone": "Europe/Berlin", "starts_at": PAST},
    ActionKind.MOMENT: {"zone": "Europe/Berlin", "starts_at": PAST},
}
OWN = {
    ActionKind.EMAIL: ("subject", "letter"),
    ActionKind.CALL: ("script",),
    ActionKind.ATTEND: ("place",),
    ActionKind.REPORT: ("question_1", "question_2", "question_3"),
}
ANSWERS = ("At the station", "Since spring", "There is a sign: https://nowhere.example/x")

LANGUAGES = pytest.mark.parametrize("language", ["en", "ar", "tr"])
"""What supporters do is played in these: English, one read from the right, and one that is neither."""


def alert_of(kind: ActionKind, **details: str) -> Alert:
    """Return an alert of a kind in these languages, with all it needs."""
    translations = {
        locale: replace(
            words(locale),
            title=title,
            fields={name: FIELDS[locale][name] for name in OWN.get(kind, ())},
        )
        for locale, title in TITLES.items()
    }
    link = LINK if kind in (ActionKind.SIGN, ActionKind.SHARE) else None
    return replace(
        draft(), kind=kind, link=link, details=DETAILS.get(kind, {}) | details, translations=translations
    )


async def sent(stage: Stage, alert: Alert) -> int:
    """Send an alert to everybody on the list. Returns its number."""
    async with stage.app.store.transaction() as tx:
        added = await tx.alerts.add(alert, now=system_clock())
        await approve(tx, added, now=system_clock())
        await tx.broadcasts.add(alert_id=added.id, organizer_id=None, now=system_clock())
    stage.app.engine.wake()
    return added.id


class Acting:
    """A supporter with an alert on their phone."""

    def __init__(self, stage: Stage, phone: Phone, alert_id: int) -> None:
        self.stage, self.phone, self.alert_id = stage, phone, alert_id

    @property
    def words(self) -> Localizer:
        """The interface in the language they read."""
        return self.stage.words(self.phone.person.language_code or "en")

    async def press(self, button: Button) -> str:
        """Touch this button. Returns the callback query's id."""
        return await self.phone.press(pack(button))

    async def sees(self, *fragments: str) -> ChatMessage:
        """Wait for a message that has all of these."""
        return await self.phone.expects(*fragments)

    async def noticed(self, query: str) -> str:
        """Return what was said in the notice over the chat after a tap."""
        await self.phone.settles()
        return str(self.stage.world.answers[query].get("text", ""))

    async def counts(self) -> dict[str, int]:
        """Return what is counted of the alert."""
        async with self.stage.app.store.reading() as tx:
            found: list[ActionCount] = await tx.action_counts.of(self.alert_id)
        return {each.event.value: each.n for each in found}


async def received(stage: Stage, kind: ActionKind, language: str, **details: str) -> Acting:
    """Let a person of a language join and get an alert of a kind."""
    [phone] = await supporters(stage, language)
    phone.look_away()
    acting = Acting(stage, phone, await sent(stage, alert_of(kind, **details)))
    await acting.sees(TITLES[language], "/stop")
    return acting


def meanings(acting: Acting, message: ChatMessage) -> list[str]:
    """Return what the buttons of a message do, as they are read: callbacks, links and what they copy."""
    return [_meaning(button) for button in acting.phone.person.buttons_of(message)]


def _meaning(button: Json) -> str:
    if "copy_text" in button:
        return f"copies {button['copy_text']['text']}"
    return str(button.get("callback_data") or button.get("url"))


DONE = SayOutcome(1, Outcome.DONE)
DONE_HERE = SayOutcome(1, Outcome.DONE, here=True)
COULD_NOT_HERE = SayOutcome(1, Outcome.COULD_NOT, here=True)
OUTCOMES_HERE = [pack(DONE_HERE), pack(COULD_NOT_HERE)]


async def did_and_undid(acting: Acting, kind: ActionKind) -> None:
    """Say that it is done on the card, be thanked for what it was, and take it back: nothing is counted any more."""
    before = await acting.counts()
    await acting.press(DONE_HERE)
    thanked = await acting.sees(plain_of(thanks_for(acting.words, kind)))
    assert len(meanings(acting, thanked)) == 2  # one next step, and Undo
    assert plain_of(acting.words.gettext("You are among the first.")) in plain(thanked)
    assert await acting.counts() == before | {"done": 1}
    await acting.press(UndoOutcome(1, here=True))
    await acting.sees(
        acting.words.gettext("Taken back: it is not counted anywhere. You can say it again at any time.")
    )
    assert await acting.counts() == before
    assert all(is_balanced(each.text) for each in acting.phone.messages)


def plain_of(text: str) -> str:
    """Return a text as `plain` gives a message's."""
    return text.translate(str.maketrans("", "", "\u2068\u2069\u200f"))


def alert_on(acting: Acting) -> ChatMessage:
    """Return the alert itself."""
    title = TITLES[acting.words.locale]
    [alert] = [each for each in acting.phone.messages if title in each.text and "/stop" in each.text]
    return alert


async def opened(acting: Acting, *fragments: str, shares: bool = True) -> ChatMessage:
    """Press the main button, and see the card below the alert, which stays."""
    alert = alert_on(acting)
    share = [pack(ShareAlert(1))] * shares
    assert meanings(acting, alert) == [pack(Act(1)), pack(DONE), *share, pack(Why()), pack(MoreOutcomes(1))]
    await acting.press(Act(1))
    card = await acting.sees(TITLES[acting.words.locale], *fragments)
    assert card.message_id != alert.message_id
    assert await acting.counts() == {"opened": 1}
    return card


@LANGUAGES
async def test_a_letter_in_the_chat(stage: Stage, language: str) -> None:
    """Without pages, the address and the subject are copied by buttons, and the letter by a tap on it."""
    acting = await received(stage, ActionKind.EMAIL, language)
    said = FIELDS[language]
    card = await opened(acting, "office@council.example", said["subject"], said["letter"])
    assert meanings(acting, card) == [
        "copies office@council.example",
        f"copies {said['subject']}",
        *OUTCOMES_HERE,
    ]
    [verbatim] = [each for each in card.entities if each["type"] == "pre"]
    assert verbatim["length"] == len(said["letter"])
    await did_and_undid(acting, ActionKind.EMAIL)


@LANGUAGES
async def test_a_call(stage: Stage, language: str) -> None:
    """The card has the number, the hours and what one may say."""
    acting = await received(stage, ActionKind.CALL, language)
    card = await opened(acting, "+442079460000", "9–16", FIELDS[language]["script"])
    assert meanings(acting, card) == ["copies +442079460000", *OUTCOMES_HERE]
    await did_and_undid(acting, ActionKind.CALL)


@LANGUAGES
async def test_a_petition(stage: Stage, language: str) -> None:
    """The card leads to the page, and one says there how it went."""
    acting = await received(stage, ActionKind.SIGN, language)
    card = await opened(acting)
    assert meanings(acting, card) == [LINK, *OUTCOMES_HERE]
    await did_and_undid(acting, ActionKind.SIGN)


@LANGUAGES
async def test_sharing(stage: Stage, language: str) -> None:
    """The card offers Telegram's own list of chats, and the link to be copied; nothing is posted."""
    acting = await received(stage, ActionKind.SHARE, language)
    card = await opened(acting, shares=False)
    share, copied, page, *rest = meanings(acting, card)
    assert share.startswith("https://t.me/share/url?url=https%3A%2F%2Fexample.org")
    assert "+" not in share  # apps show a plus where a space was meant
    assert (copied, page, rest) == (f"copies {LINK}", LINK, OUTCOMES_HERE)
    await did_and_undid(acting, ActionKind.SHARE)


@LANGUAGES
async def test_an_event(stage: Stage, language: str) -> None:
    """The card has the place, the time on the reader's own clock with words for old phones, and a file."""
    acting = await received(stage, ActionKind.ATTEND, language)
    card = await opened(acting, FIELDS[language]["place"], "Europe/Berlin")
    assert meanings(acting, card) == [pack(SendCalendar(1)), *OUTCOMES_HERE]
    [moment] = [each for each in card.entities if each["type"] == "date_time"]
    assert (moment["unix_time"], moment["date_time_format"]) == (1578214800, "wDt")
    assert moment["length"] > 10
    await acting.press(SendCalendar(1))
    file = await stage.world.wait_for(
        lambda: next((each for each in acting.phone.since() if each.attachment), None), timeout=20
    )
    assert file is not None
    assert file.attachment is not None
    assert file.attachment.file_name == "event.ics"
    lines = file.attachment.content.decode().replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20200105T090000Z" in lines
    assert f"SUMMARY:{TITLES[language]}" in lines
    assert f"LOCATION:{FIELDS[language]['place']}" in lines
    await did_and_undid(acting, ActionKind.ATTEND)


@LANGUAGES
async def test_a_pledge(stage: Stage, language: str) -> None:
    """The main button is the pledge itself; it counts once, and is taken back as if it had never been made."""
    acting = await received(stage, ActionKind.PLEDGE, language)
    await acting.press(Act(1))
    pledged = await acting.sees(acting.words.gettext("Thank you: you have pledged."))
    assert meanings(acting, pledged) == [pack(DONE_HERE), pack(UndoPledge(1, here=True))]
    again = await acting.noticed(await acting.press(Act(1)))
    assert again == acting.words.gettext("You have pledged already; it counts once.")
    assert await acting.counts() == {"pledged": 1}
    await did_and_undid(acting, ActionKind.PLEDGE)
    await acting.press(MoreOutcomes(1))  # the card has changed: the way back is under the alert
    await acting.press(UndoPledge(1))
    await acting.sees(acting.words.gettext("Taken back: your pledge is not counted anywhere."))
    assert await acting.counts() == {}


@LANGUAGES
@pytest.mark.parametrize("kind", [ActionKind.ATTEND, ActionKind.PLEDGE])
async def test_before_it_begins(stage: Stage, kind: ActionKind, language: str) -> None:
    """Nobody has done what has not begun: the server says so, whatever a phone shows."""
    acting = await received(stage, kind, language, starts_at=COMING)
    said = await acting.noticed(await acting.press(DONE))
    assert "Europe/Berlin" in said
    assert await acting.counts() == {}


@pytest.mark.parametrize("kind", [ActionKind.CALL, ActionKind.REPORT])
async def test_a_double_tap(stage: Stage, kind: ActionKind) -> None:
    """Two taps on the main button bring one card, and both are answered."""
    acting = await received(stage, kind, "en")
    before = len(acting.phone.messages)
    queries = [await acting.press(Act(1)) for _ in range(2)]
    assert [await acting.noticed(query) for query in queries] == ["", ""]
    assert len(acting.phone.messages) == before + 1


@LANGUAGES
async def test_a_report(stage: Stage, language: str) -> None:
    """Three questions are answered in the chat; an editor reads the answers before anybody else on the team."""
    acting = await received(stage, ActionKind.REPORT, language)
    phone, words_, said = acting.phone, acting.words, FIELDS[language]
    editor = await stage.organizer("Edna", Role.EDITOR)
    await acting.press(Act(1))
    for at, answer in enumerate(ANSWERS):
        await acting.sees(
            words_.gettext("Question {number} of {of}", number=at + 1, of=3), said[f"question_{at + 1}"]
        )
        if at == 1:
            await phone.say("x" * 900)
            await acting.sees(said["question_2"], "900", "800")
        await phone.say(answer)
    await acting.sees(plain_of(thanks_for(words_, ActionKind.REPORT)))
    assert await acting.counts() == {"opened": 1, "done": 1}
    told = await editor.expects("A supporter’s report waits for an editor.")
    assert not any(answer in told.text for answer in ANSWERS)

    dana = await stage.organizer("Dana", Role.EDITOR, language=language)
    vera = await stage.organizer("Vera", Role.VIEWER, language=language)
    vera.forge(pack(OpenAccepted()))
    await vera.expects(words_.gettext("No report has been accepted."))
    dana.forge(pack(OpenQueue()))
    card = await dana.expects(said["question_3"], *ANSWERS)
    assert [each["type"] for each in card.entities].count("pre") == 3  # no link in it can be tapped
    assert not any(str(acting.phone.chat_id) in each.text for each in dana.messages)
    await dana.press("sighting:")
    await dana.expects(words_.gettext("No report is waiting."))
    vera.forge(pack(OpenAccepted()))
    await vera.expects(*ANSWERS)

    await acting.press(UndoOutcome(1, here=True))
    taken_back = await acting.sees(
        words_.gettext("Taken back: it is not counted anywhere. You can say it again at any time.")
    )
    assert pack(Act(1, here=True)) in meanings(acting, taken_back)  # answers count, not that one says so
    assert pack(DONE_HERE) not in meanings(acting, taken_back)
    assert await acting.counts() == {"opened": 1}
    vera.forge(pack(OpenAccepted()))
    await vera.expects(words_.gettext("No report has been accepted."))
    async with stage.app.store.reading() as tx:
        assert await tx.sightings.count() == dict[SightingState, int]()


@pytest.mark.parametrize("leaving", ["/stop", "stop"])
async def test_leaving_amid_a_report(stage: Stage, leaving: str) -> None:
    """Whoever leaves amid the questions leaves no answer behind; what they write next is a question to the bot."""
    acting = await received(stage, ActionKind.REPORT, "en")
    await acting.press(Act(1))
    await acting.sees("Question 1 of 3")
    await acting.phone.say(ANSWERS[0])
    await acting.sees("Question 2 of 3")
    await acting.phone.say(leaving)
    await acting.sees("You’ve unsubscribed.")
    async with stage.app.store.reading() as tx:
        assert await tx.conversations.step(acting.phone.chat_id) is None
    await acting.phone.say("did microsoft leave?")
    await acting.sees("Microsoft")


async def test_blocking_amid_a_report(stage: Stage) -> None:
    """Whoever blocks the bot amid the questions leaves no answer behind; back again, they are asked from the first."""
    acting = await received(stage, ActionKind.REPORT, "en")
    await acting.press(Act(1))
    await acting.sees("Question 1 of 3")
    await acting.phone.say(ANSWERS[0])
    await acting.sees("Question 2 of 3")
    stage.world.block(acting.phone.chat_id)
    await stage.settled()
    async with stage.app.store.reading() as tx:
        assert await tx.conversations.step(acting.phone.chat_id) is None
    stage.world.unblock(acting.phone.chat_id)
    await acting.phone.say("did microsoft leave?")
    await acting.sees("Microsoft")


async def test_a_report_forgotten(stage: Stage) -> None:
    """A day after they were asked, what somebody writes is a question to the bot, and never part of a report."""
    acting = await received(stage, ActionKind.REPORT, "en")
    phone = acting.phone
    await acting.press(Act(1))
    await acting.sees("Question 1 of 3")
    yesterday = int(system_clock().timestamp()) - 24 * 60 * 60 - 1
    async with stage.app.store.transaction() as tx:
        asked = AwaitReport(alert_id=1, answers=list(ANSWERS[:2]), since=yesterday)
        await tx.conversations.save(phone.chat_id, dump(asked), now=system_clock())
    await phone.say("did microsoft leave?")
    await acting.sees("Microsoft")
    assert await acting.counts() == {"opened": 1}
    async with stage.app.store.reading() as tx:
        assert await tx.conversations.step(phone.chat_id) is None
        assert await tx.sightings.count() == {}


async def test_a_report_ended(stage: Stage) -> None:
    """Whoever ends the questions leaves nothing of their answers; nor does *I did it* stand for them."""
    acting = await received(stage, ActionKind.REPORT, "en")
    # As an alert of before still has it.
    first = await acting.noticed(acting.phone.forge(pack(DONE), alert_on(acting).message_id))
    assert first.startswith("Here it is your answers that count")
    await acting.press(Act(1))
    await acting.sees("Question 1 of 3")
    await acting.phone.say(ANSWERS[0])
    await acting.sees("Question 2 of 3")
    await acting.phone.press("sighting:end")
    await acting.sees("Stopped: nothing of it is kept.")
    assert await acting.counts() == {"opened": 1}
    async with stage.app.store.reading() as tx:
        assert await tx.conversations.step(acting.phone.chat_id) is None
        assert await tx.sightings.count() == {}


@LANGUAGES
async def test_more(stage: Stage, language: str) -> None:
    """What else can be said stands in the place of the alert's buttons; once said, Undo does."""
    acting = await received(stage, ActionKind.SIGN, language)
    alert = alert_on(acting)
    text, first = alert.text, meanings(acting, alert)
    more = [pack(Act(1)), "did:1:could_not", "did:1:not_for_me", pack(FewerOutcomes(1))]

    async def labelled(by: Button, after: list[str]) -> None:
        await acting.press(by)
        await stage.world.wait_for(lambda: True if meanings(acting, alert) == after else None, timeout=20)
        assert alert.text == text

    await labelled(MoreOutcomes(1), more)
    await labelled(FewerOutcomes(1), first)
    await labelled(MoreOutcomes(1), more)
    await acting.press(SayOutcome(1, Outcome.NOT_FOR_ME))
    await acting.sees(
        acting.words.gettext(
            "Understood: you will hear no more about this one. You choose how often you hear from us."
        )
    )
    assert await acting.counts() == {"not_for_me": 1}
    await labelled(FewerOutcomes(1), first)
    await labelled(MoreOutcomes(1), [pack(Act(1)), pack(UndoOutcome(1)), pack(FewerOutcomes(1))])
    await acting.press(UndoOutcome(1))
    await acting.sees(
        acting.words.gettext("Taken back: it is not counted anywhere. You can say it again at any time.")
    )
    assert await acting.counts() == {}


@LANGUAGES
async def test_taps_that_do_nothing(stage: Stage, language: str) -> None:
    """Double taps, made-up alerts and taps of who is not on the list: one notice each, and nothing is changed."""
    acting = await received(stage, ActionKind.SIGN, language)
    words_ = acting.words
    await acting.press(DONE)
    await acting.sees(plain_of(thanks_for(words_, ActionKind.SIGN)))
    shown = len(acting.phone.messages)
    twice = await acting.noticed(await acting.press(DONE))
    assert twice == words_.gettext(
        "You have said “{said}” already; it counts once. To take it back, tap Undo.",
        said=words_.gettext("I did it"),
    )
    gone = await acting.noticed(acting.phone.forge("act:99"))
    assert gone == words_.gettext("This alert is no longer here.")
    assert await acting.counts() == {"done": 1}
    assert len(acting.phone.messages) == shown

    stranger = stage.phone("Stranger", language)
    await stranger.say("/help")
    await stranger.settles()
    query = stranger.forge(pack(DONE), stranger.messages[-1].message_id)
    await stranger.settles()
    assert "/start" in str(stage.world.answers[query].get("text"))
    assert await acting.counts() == {"done": 1}
    stranger.forge(pack(Act(1)), stranger.messages[-1].message_id)
    await stranger.expects(TITLES[language])  # anybody may act; nothing is noted of who is not on the list
    assert await acting.counts() == {"done": 1}


async def test_after_leaving(stage: Stage) -> None:
    """Whoever has left is counted no further, and may still take back what they said."""
    acting = await received(stage, ActionKind.SIGN, "en")
    await acting.press(DONE)
    await acting.sees("Thank you for signing.")
    await acting.phone.say("/stop")
    await acting.phone.settles()
    await acting.press(UndoOutcome(1, here=True))
    await acting.sees("Taken back")
    assert "/start" in await acting.noticed(acting.phone.forge(pack(DONE)))
    assert await acting.counts() == {}


async def test_erased_and_back(stage: Stage) -> None:
    """Whoever erases everything leaves no row, and returns like the first time."""
    acting = await received(stage, ActionKind.SIGN, "en")
    await acting.press(Act(1))
    await acting.sees("The button opens the page.")
    await acting.press(DONE_HERE)
    await acting.sees("Thank you for signing.")
    await acting.phone.say("/privacy")
    await acting.sees("you opened 1 action", "You said how 1 alert went")
    await acting.phone.press("erase")
    await acting.phone.press("erase:yes")
    await acting.sees("Erased.")
    async with stage.app.store.reading() as tx:
        assert await tx.action_counts.counted(1) == []
        assert await tx.subscribers.find(acting.phone.chat_id) is None


async def test_past_its_deadline(stage: Stage) -> None:
    """Past the deadline nothing opens; what was done in time can be said."""
    [phone] = await supporters(stage, "en")
    alert = replace(alert_of(ActionKind.SIGN), deadline=system_clock())
    acting = Acting(stage, phone, await sent(stage, alert))
    await acting.sees(TITLES["en"], "/stop")
    assert (await acting.noticed(await acting.press(Act(1)))).startswith("The deadline has passed.")
    assert await acting.counts() == {}
    await acting.press(DONE)
    await acting.sees("Thank you for signing.")
    assert await acting.counts() == {Outcome.DONE.value: 1}


async def test_a_preview_counts_nothing(stage: Stage) -> None:
    """An organizer may open what a draft's button will; nobody else sees anything of it."""
    dana = await stage.organizer("Dana")
    await dana.say("/start")
    await dana.press("join")
    await dana.settles()
    async with stage.app.store.transaction() as tx:
        await tx.alerts.add(alert_of(ActionKind.CALL), now=system_clock())
    dana.forge(pack(Act(1)))
    await dana.expects(FIELDS["en"]["script"])
    acting = Acting(stage, dana, 1)
    assert await acting.noticed(dana.forge(pack(DONE))) == "This is a preview: nothing is counted."
    [sam] = await supporters(stage, "en")
    said = await Acting(stage, sam, 1).noticed(sam.forge(pack(Act(1))))
    assert said == "This alert is no longer here."
    assert await acting.counts() == {}
    assert Step.OPENED.value not in await acting.counts()
