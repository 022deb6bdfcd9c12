"""Each kind of action from its first question to its report, by an organizer who reads English, or Arabic.

The colleague who approves it reads the other of the two. Taps are found by what a button does, and screens by the words
of their reader's locale, so that both play the same story.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind
from bot.domain.bidi import FSI, PDI, RTL_MARK, is_balanced
from bot.domain.choices import Choice
from bot.domain.organizer import Role
from bot.domain.outcome import Outcome
from bot.domain.rich_text import RichText, entity_from
from bot.i18n.localizer import Localizer
from bot.rehearsal.world.people import ChatMessage, Json
from bot.telegram_io.action_buttons import Act, MoreOutcomes, SayOutcome
from bot.telegram_io.broadcast_buttons import AskToSend
from bot.telegram_io.callbacks import Button, pack
from bot.telegram_io.check_buttons import Check, Decide
from bot.telegram_io.compose_buttons import ChooseKind
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.telegram_io.report_buttons import OpenResults
from bot.telegram_io.review_buttons import Approve, AskColleagues, ReturnAlert, Review
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.supporter_buttons import Why
from bot.wording import estimates
from bot.wording.action_kinds import kind_name
from bot.wording.field_names import field_name
from bot.wording.footer import footer
from tests.worlds.in_process.organizing import LINK, supporters
from tests.worlds.in_process.stage import Phone, Stage, plain

OTHER = {"en": "ar", "ar": "en"}

WORDS = {
    "en": ("Ask your council", "It votes on Friday."),
    "ar": ("اكتبوا إلى المجلس", "التصويت يوم الجمعة."),
}

ANSWERS: dict[str, dict[FieldName, str]] = {
    "en": {
        FieldName.TARGET: "The city council",
        FieldName.ADDRESS: "office@council.example",
        FieldName.SUBJECT: "The contract",
        FieldName.LETTER: "Dear council,\n\nplease end the contract.",
        FieldName.PHONE: "+44 20 7946 0000",
        FieldName.HOURS: "Mon–Fri, 9:00–16:00",
        FieldName.SCRIPT: "Hello, I live here.\nPlease end the contract.",
        FieldName.ZONE: "Berlin",
        FieldName.STARTS_AT: "2099-12-04 18:00",
        FieldName.PLACE: "In front of the town hall",
        FieldName.QUESTION_1: "Where is it used?",
        FieldName.QUESTION_2: "Since when?",
        FieldName.QUESTION_3: "How do you know?",
    },
    "ar": {
        FieldName.TARGET: "مجلس المدينة",
        FieldName.ADDRESS: "office@council.example",
        FieldName.SUBJECT: "العقد",
        FieldName.LETTER: "إلى المجلس،\n\nنرجو إنهاء العقد.",
        FieldName.PHONE: "+٤٤ ٢٠ ٧٩٤٦ ٠٠٠٠",
        FieldName.HOURS: "الاثنين إلى الجمعة، ٩:٠٠–١٦:٠٠",
        FieldName.SCRIPT: "مرحبًا، أسكن هنا.\nنرجو إنهاء العقد.",
        FieldName.ZONE: "Europe/Berlin",
        FieldName.STARTS_AT: "٢٠٩٩-١٢-٠٤ ١٨:٠٠",
        FieldName.PLACE: "أمام مبنى البلدية",
        FieldName.QUESTION_1: "أين تُستخدم؟",
        FieldName.QUESTION_2: "منذ متى؟",
        FieldName.QUESTION_3: "كيف عرفتم ذلك؟",
    },
}
"""What an organizer of each language answers, in the digits they type."""

PEOPLE = {"en": "2", "ar": "٢"}
"""The number that is typed to confirm."""

Answers = dict[FieldName, str]
Facts = Callable[[Localizer, Answers], Sequence[str]]


def whom_to_write(words: Localizer, said: Answers) -> Sequence[str]:
    """Return the line of an email's institution."""
    return [
        words.gettext("To: {whom}", whom=words.apposed([said[FieldName.TARGET], "office@council.example"]))
    ]


def whom_to_call(words: Localizer, said: Answers) -> Sequence[str]:
    """Return the lines of a call's institution."""
    return [
        words.gettext("To: {whom}", whom=words.apposed([said[FieldName.TARGET], "+442079460000"])),
        words.gettext("Hours: {hours}", hours=said[FieldName.HOURS]),
    ]


def when(words: Localizer, _said: Answers) -> Sequence[str]:
    """Return the line of the moment: six in the evening in Berlin, where it is winter."""
    begins, zone = datetime(2099, 12, 4, 17, tzinfo=UTC), "Europe/Berlin"
    return [words.gettext("When: {moment} ({zone})", moment=words.moment(begins, ZoneInfo(zone)), zone=zone)]


def when_on_each_phone(words: Localizer, said: Answers) -> Sequence[str]:
    """Return the lines of an instant that each phone shows by its own clock, and counts down."""
    begins, zone = datetime(2099, 12, 4, 17, tzinfo=UTC), "Europe/Berlin"
    spelled = words.gettext("{moment} ({zone})", moment=words.moment(begins, ZoneInfo(zone)), zone=zone)
    begins_word = words.gettext("It begins:")
    return [*when(words, said), f"{begins_word} {spelled}"]


def when_and_where(words: Localizer, said: Answers) -> Sequence[str]:
    """Return the lines of an event."""
    return [*when(words, said), words.gettext("Where: {place}", place=said[FieldName.PLACE])]


def nothing(_words: Localizer, _said: Answers) -> Sequence[str]:
    """Return no lines."""
    return []


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is asked for a kind before its words and, `own`, after them; and what its readers see of it.

    `facts`: the lines under the text. `button`: what the main button says.
    """

    asked: Sequence[FieldName]
    own: Sequence[FieldName] = ()
    facts: Facts = nothing
    button: str


STORIES = {
    ActionKind.EMAIL: Story(
        asked=[FieldName.TARGET, FieldName.ADDRESS],
        own=[FieldName.SUBJECT, FieldName.LETTER],
        facts=whom_to_write,
        button="Write an email",
    ),
    ActionKind.CALL: Story(
        asked=[FieldName.TARGET, FieldName.PHONE, FieldName.HOURS],
        own=[FieldName.SCRIPT],
        facts=whom_to_call,
        button="Call",
    ),
    ActionKind.SIGN: Story(asked=[FieldName.LINK], button="Sign"),
    ActionKind.SHARE: Story(asked=[FieldName.LINK], button="Share"),
    ActionKind.ATTEND: Story(
        asked=[FieldName.ZONE, FieldName.STARTS_AT],
        own=[FieldName.PLACE],
        facts=when_and_where,
        button="Take part",
    ),
    ActionKind.PLEDGE: Story(asked=[FieldName.ZONE, FieldName.STARTS_AT], facts=when, button="Pledge"),
    ActionKind.REPORT: Story(
        asked=[],
        own=[FieldName.QUESTION_1, FieldName.QUESTION_2, FieldName.QUESTION_3],
        button="Report",
    ),
    ActionKind.MOMENT: Story(
        asked=[FieldName.ZONE, FieldName.STARTS_AT], facts=when_on_each_phone, button="Count me in"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Organizing:
    """Somebody who organizes, with the words that they read and write."""

    phone: Phone
    words: Localizer

    @property
    def said(self) -> Answers:
        """What they answer."""
        return ANSWERS[self.words.locale]

    async def press(self, button: Button) -> None:
        """Touch this button."""
        await self.phone.press(pack(button))

    async def chooses(self, choice: Choice) -> None:
        """Touch the newest button that decides so, whichever version of the words it was shown for."""
        await self.phone.press(f"choose:1:{choice}:")

    async def board(self, *fragments: str) -> ChatMessage:
        """Wait for the alert's board."""
        title, _ = WORDS[self.words.locale]
        return await self.phone.expects(self.words.gettext("Alert: {title}", title=title), *fragments)


async def composed(author: Organizing, kind: ActionKind) -> None:
    """Write an alert of this kind, question by question, up to its board."""
    story, words, phone = STORIES[kind], author.words, author.phone
    steps = iter(range(1, len(story.asked) + len(story.own) + 2))
    of = len(story.asked) + len(story.own) + 1

    def step() -> str:
        return words.gettext("Step {number} of {of}", number=next(steps), of=of)

    await phone.say("/new")
    await phone.expects(words.gettext("What does the alert ask people to do?"))
    await author.press(ChooseKind(kind))
    for name in story.asked:
        if name is FieldName.LINK:
            await phone.expects(step(), words.gettext("Where should the main button lead?"))
            await phone.say(LINK)
        else:
            await phone.expects(step(), field_name(words, name))
            await phone.say(author.said[name])
    language = words.language_name(words.locale)
    await phone.expects(step(), words.gettext("The words: {language}", language=language))
    await phone.say("\n".join(WORDS[words.locale]))
    for name in story.own:
        asks = words.gettext("{name}: {language}", name=field_name(words, name), language=language)
        await phone.expects(step(), asks)
        await phone.say(author.said[name])
    shown = await author.board(kind_name(words, kind))
    assert "!" not in plain(shown)  # what an organizer should look at begins with it


async def decided(author: Organizing, other: str) -> None:
    """Let the readers of the other language get these words, and leave those of Spanish out."""
    words = author.words
    few = estimates.short(words, 0)  # nobody who joins is counted where people are estimated
    await author.press(Decide(1))
    await author.phone.expects(words.gettext("What do these readers get?"))
    await author.press(Decide(1, other))
    await author.phone.expects(words.gettext("What do they get?"))
    await author.chooses(Choice.BASE)
    gets_base = words.gettext("{locale} – gets {base} ({n})", locale=other, base=words.locale, n=few)
    await author.board(gets_base)
    await author.press(Decide(1, "es"))
    await author.phone.expects(words.gettext("What do they get?"))
    await author.chooses(Choice.LEAVE_OUT)
    await author.board(gets_base, words.gettext("{locale} – left out ({n})", locale="es", n=few))


async def checked(author: Organizing) -> None:
    """Look at the check, where nothing blocks and nothing is to be known."""
    words = author.words
    await author.press(Check(1))
    card = await author.phone.expects(
        words.gettext("Check"),
        words.ngettext("{n} warning", "{n} warnings", 0),
        words.ngettext("{n} block", "{n} blocks", 0),
        words.ngettext("languages: {n} decided", "languages: {n} decided", 2),
    )
    assert meanings(author.phone, card) == [pack(OpenAlert(1)), pack(AskToSend(1))]
    await author.press(OpenAlert(1))
    await author.board()


async def approved(author: Organizing, colleague: Organizing, kind: ActionKind) -> list[ChatMessage]:
    """Submit the alert, and have it approved. Returns all that the colleague saw before they approved it."""
    words, reads, (title, _) = author.words, colleague.words, WORDS[author.words.locale]
    await author.press(AskColleagues(1))
    await author.phone.expects(words.ngettext("{n} colleague was asked.", "{n} colleagues were asked.", 1))
    people = estimates.reach_line(reads, 2)
    await colleague.phone.expects(
        reads.gettext(
            "{name} asks you to approve “{title}”.",
            name=reads.gettext("organizer {number}", number="1"),
            title=title,
        ),
        people,
    )
    await colleague.press(Review(1))
    card = await colleague.phone.expects(
        reads.gettext("This is what would be sent."), kind_name(reads, kind), people
    )
    approve, back = meanings(colleague.phone, card)
    assert approve.startswith(f"{Approve.wire}:1:")
    assert back.startswith(f"{ReturnAlert.wire}:1:")
    seen = colleague.phone.since()
    await colleague.phone.press(approve)
    await colleague.phone.expects(
        reads.gettext("Approved, exactly as you saw it. Its author can send it now.")
    )
    return seen


async def sent(author: Organizing) -> None:
    """Type the number of people once it is approved, and wait until everybody has it."""
    words, phone, (title, _) = author.words, author.phone, WORDS[author.words.locale]
    name = words.gettext("organizer {number}", number="2")
    await phone.expects(
        words.gettext("{name} has approved “{title}”. It can be sent now.", name=name, title=title)
    )
    await author.press(AskToSend(1))
    await phone.expects(
        words.gettext("Send “{title}”?", title=title),
        words.gettext(
            "To send it, type {number}. To leave it as it is, send {command}.", number="2", command="/cancel"
        ),
    )
    await phone.say(PEOPLE[words.locale])
    await phone.expects(words.gettext("Finished: {title}", title=title))
    await phone.settles()


async def reported(author: Organizing) -> None:
    """See in the report that it was sent to both, and that nobody left."""
    words, phone, (title, _) = author.words, author.phone, WORDS[author.words.locale]
    await phone.say("/report")
    await phone.expects(words.gettext("Which report?"))
    await author.press(OpenResults(1))
    both = words.gettext("{n} of {total} ({share})", n=2, total=2, share=words.percent(1))
    none = words.gettext("{n} of {total} ({share})", n=0, total=2, share=words.percent(0))
    await phone.expects(
        words.gettext("Report: {title}", title=title),
        words.gettext("{what}: {count}", what=words.gettext("sent"), count=both),
        words.gettext("{what}: {count}", what=words.gettext("left within two days"), count=none),
    )


def meanings(phone: Phone, message: ChatMessage) -> list[str]:
    """Return what the buttons of a message do, in the order in which they are read on this phone."""
    buttons = phone.person.buttons_of(message)
    return [button["callback_data"] for button in buttons if "callback_data" in button]


def as_sent(message: ChatMessage, *, heading: bool = False) -> tuple[RichText, list[Json]]:
    """Return what a message says, in which formatting, and its buttons; without the `heading` of a preview."""
    begins = message.text.index("\n\n") + 2 if heading else 0
    whole = RichText(message.text, tuple(entity_from(each) for each in message.entities))
    return whole.part(begins), message.buttons()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", ActionKind)
async def test_from_its_first_question_to_its_report(stage: Stage, kind: ActionKind, language: str) -> None:
    """Its readers get exactly what a colleague saw and approved: words, facts and button, in their language."""
    other, story, (title, text) = OTHER[language], STORIES[kind], WORDS[language]
    ana, amal, lucia = await supporters(stage, language, other, "es")
    author = Organizing(
        phone=await stage.organizer("Dana", Role.OWNER, language=language), words=stage.words(language)
    )
    colleague = Organizing(
        phone=await stage.organizer("Omar", Role.APPROVER, language=other), words=stage.words(other)
    )

    await composed(author, kind)
    await decided(author, other)
    await checked(author)
    shown = await approved(author, colleague, kind)
    for name in story.own:
        assert any(author.said[name] in each.text for each in shown)
    await sent(author)
    await reported(author)

    previews = [
        as_sent(each, heading=True) for each in shown if pack(Why()) in meanings(colleague.phone, each)
    ]
    assert len(previews) == 2
    for phone, preview in zip((ana, amal), previews, strict=True):
        words = stage.words(language if phone is ana else other)
        [got] = [each for each in phone.messages if title in each.text]
        assert as_sent(got) == preview
        facts = "\n".join(story.facts(words, author.said))
        expected = "\n\n".join(part for part in (title, text, facts, footer(words).text) if part)
        bare = str.maketrans("", "", FSI + PDI + RTL_MARK)
        assert plain(got).translate(bare) == expected.translate(bare)
        assert phone.person.buttons_of(got)[0]["text"] == words.gettext(story.button)
        did = [] if kind in (ActionKind.MOMENT, ActionKind.REPORT) else [pack(SayOutcome(1, Outcome.DONE))]
        share = [] if kind is ActionKind.SHARE else [pack(ShareAlert(1))]
        assert meanings(phone, got) == [pack(Act(1)), *did, *share, pack(Why()), pack(MoreOutcomes(1))]
    assert not any(title in each.text for each in lucia.messages)
    for phone in (author.phone, colleague.phone, ana, amal):
        assert all(is_balanced(each.text) for each in phone.messages)
