"""What supporters are told: nothing false, and the way onto the list wherever it is missing, in each language."""

import dataclasses
from typing import Any

import pytest

from bot.domain.faq import Match
from bot.domain.subscriber import SubscriberState
from bot.handlers.router import Router
from bot.i18n.localizer import Localizer
from bot.services import subscriptions
from bot.store.store import Store, Transaction
from bot.telegram_io import supporter_buttons
from bot.telegram_io.callbacks import Button, pack
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import read_update
from bot.wording.resources import Resources
from tests.handlers.conftest import Doing, said, tapped
from tests.handlers.test_screens import LOCALES
from tests.making import CHAT, NOW, join

FAQ_SCREENS: list[Button] = [
    supporter_buttons.OpenTopics(),
    supporter_buttons.OpenTopics("call"),
    supporter_buttons.OpenAnswer("until-when"),
    supporter_buttons.OpenAnswer("until-when", more=True),
    supporter_buttons.OpenStatement(),
    supporter_buttons.OpenStatement(4),
    supporter_buttons.Why(),
    supporter_buttons.Help(),
    supporter_buttons.OpenSettings(),
    supporter_buttons.OpenPrivacy(),
]
TEXTS = [
    "hello",
    "did microsoft leave",
    "what will it cost",
    "qqq zzz xxx",
    "👍",
    "/help",
    "/nonsense",
    "who are you",
]


def rows(replies: list[Reply]) -> list[list[str]]:
    """Return the labels of all buttons that are shown, row by row."""
    shown = [
        row for one in replies for row in one.parameters.get("reply_markup", {}).get("inline_keyboard", [])
    ]
    return [[each["text"] for each in row] for row in shown]


def labels(replies: list[Reply]) -> list[str]:
    """Return the labels of all buttons that are shown."""
    return [each for row in rows(replies) for each in row]


def text(replies: list[Reply]) -> str:
    """Return what the last reply says."""
    written: str = replies[-1].parameters["text"]
    return written


@pytest.fixture
def english(resources: Resources) -> Localizer:
    """Return the words of the source language."""
    return resources.catalogs.words("en")


async def member(tx: Transaction) -> None:
    """Put the person of the test on the list."""
    await join(tx, 1)


async def left(tx: Transaction) -> None:
    """Let the person of the test have left."""
    await join(tx, 1)
    found = await tx.subscribers.find(CHAT)
    assert found is not None
    await tx.subscribers.save(found.leave())


@pytest.mark.parametrize(
    "raw",
    [*(tapped(pack(button)) for button in FAQ_SCREENS), *(said(words) for words in TEXTS)],
    ids=[*(pack(button) for button in FAQ_SCREENS), *TEXTS],
)
async def test_the_way_in_is_never_far(do: Doing, raw: dict[str, Any]) -> None:
    """Who is not on the list, or left it, finds the way in under every screen; who is on it is not asked again."""
    assert labels(await do(raw))[-1] == "Send me alerts"
    assert labels(await do(raw, before=left))[-1] == "Send me alerts"
    assert "Send me alerts" not in labels(await do(raw, before=member))


@pytest.mark.parametrize("words", ["/start", "how many alerts a week?", "idiots"])
async def test_nothing_stands_beside_stop(do: Doing, words: str) -> None:
    """A row is drawn from the left for everybody: read from the right, a stop at its end would come first."""
    assert rows(await do(said(words), before=member))[-1] == ["Stop the alerts"]


async def test_help_names_what_is_of_use(do: Doing) -> None:
    """/help tells a newcomer how to get the alerts, and a member how to pause and stop them."""
    newcomer, reader = text(await do(said("/help"))), text(await do(said("/help"), before=member))
    assert "/start" in newcomer
    assert "/stop" not in newcomer
    assert "/stop" in reader
    assert "/settings" in reader


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("what does it cost", "That is not in the statement."),
        ("how many people have been scanned", "That is not in the statement."),
        ("asdfgh qwertz uiop", "This bot did not understand that."),
        *(
            (odd, "This bot understands written questions")
            for odd in ("👍", "???", "a", "ok", "201", "…", "٢٠١")
        ),
        *((odd, "This bot doesn’t know that command.") for odd in ("/nonsense", "/faqs", "/Stop_it_now")),
        ("how often will you message me", "About two alerts a week."),
        ("who are you", "This is a program."),
    ],
)
async def test_nothing_false_is_said(do: Doing, words: str, answer: str) -> None:
    """That the statement is silent is said only of what it is known to leave open."""
    assert answer in text(await do(said(words), before=member))


WHO = {
    "en": "who are you?",
    "ar": "مين انتو؟",
    "es": "¿quién eres?",
    "fr": "qui êtes-vous ?",
    "de": "wer bist du?",
    "it": "chi sei?",
    "pt_BR": "quem é você?",
    "tr": "sen kimsin",
    "he": "מי אתם?",
}
HOW_OFTEN = {
    "en": "how often do you write?",
    "ar": "كم تنبيه بالاسبوع؟",
    "es": "¿cada cuánto mandan mensajes?",
    "fr": "combien de messages par jour ?",
    "de": "wie oft kommen nachrichten?",
    "it": "ogni quanto scrivete?",
    "pt_BR": "quantas mensagens por dia?",
    "tr": "haftada kaç duyuru geliyor?",
    "he": "כמה הודעות ביום?",
}


@pytest.mark.parametrize("locale", LOCALES)
async def test_who_and_how_often(do: Doing, resources: Resources, locale: str) -> None:
    """Who asks who writes here, and how often, is told so, in each language."""
    language, campaign = locale.replace("_", "-"), resources.content.campaign
    assert campaign.run_by(locale) in text(await do(said(WHO[locale], language=language)))
    often = campaign.how_often(locale)
    assert often is not None
    assert often in text(await do(said(HOW_OFTEN[locale], language=language)))
    consent = resources.content.consent(locale)
    before = text(await do(said("/start", language=language)))
    assert consent.text in before
    assert often in consent.text
    assert often in text(await do(tapped(f"join:{consent.version}", language=language)))
    assert often in text(await do(said("/settings", language=language)))
    assert often in text(await do(said("/settings", language=language), before=member))


@pytest.mark.parametrize(
    "words", ["انتو كذابين وحمير", "كلاب", "אתם שקרנים ומטומטמים", "לכו להזדיין", "you suck", "defol"]
)
async def test_an_insult_is_met_calmly(do: Doing, words: str) -> None:
    """An insult gets one calm sentence, and the way out to who is on the list; never the way in."""
    replies = await do(said(words), before=member)
    assert text(replies).startswith("Questions about the campaign")
    assert labels(replies) == ["Questions and answers", "Stop the alerts"]
    assert labels(await do(said(words))) == ["Questions and answers"]


async def test_a_friendly_question_is_no_insult(do: Doing) -> None:
    """A question that the campaign has nothing to do with is not taken for an insult."""
    assert not text(await do(said("Pizza sever misiniz?"))).startswith("Questions about the campaign")


@pytest.mark.parametrize("locale", LOCALES)
async def test_leaving_says_what_is_kept(do: Doing, resources: Resources, locale: str) -> None:
    """Who leaves is told what is still kept and how to erase it, in each language."""
    language = locale.replace("_", "-")
    replies = await do(said("stop", language=language), before=member)
    assert "/privacy" in text(replies)
    localizer = resources.catalogs.words(locale)
    assert labels(replies) == [localizer.gettext("Undo"), localizer.gettext("Erase everything")]


async def test_an_older_translation_says_so(store: Store, resources: Resources) -> None:
    """An answer, or the statement's digest, whose original has changed since is marked; the original is not."""
    content = resources.content
    older = dict(content.answers)
    older["until-when", "de"] = dataclasses.replace(content.entry("until-when", "de"), is_older=True)
    digests = dict(content.digests) | {"de": dataclasses.replace(content.statement("de"), is_older=True)}
    changed = dataclasses.replace(content, answers=older, digests=digests)
    router = Router(dataclasses.replace(resources, content=changed))
    mark = "Diese Übersetzung ist älter als der Text auf"
    async with store.transaction() as tx:
        for button, marked in (
            (supporter_buttons.OpenAnswer("until-when"), True),
            (supporter_buttons.OpenAnswer("until-when", more=True), True),
            (supporter_buttons.OpenStatement(), True),
            (supporter_buttons.OpenAnswer("what-is-bnc"), False),
        ):
            incoming = read_update(tapped(pack(button), language="de"))
            assert incoming is not None
            assert (mark in text(await router.handle(tx, incoming, None, now=NOW))) is marked


async def test_continue_shows_the_same(store: Store, router: Router) -> None:
    """“Continue in …” shows the same answer in place, in the language of the question, for good."""
    incoming = read_update(said("¿quién dirige la empresa?", language="en"))
    assert incoming is not None
    match = Match(slug="who-runs-anyvision", score=1.0, suggestions=(), locale="es")
    async with store.transaction() as tx:
        replies = await router.handle(tx, incoming, match, now=NOW)
        assert "Seguir en \u2068Español\u2069" in labels(replies)
        tap = read_update(tapped(pack(supporter_buttons.AnswerIn("es", "who-runs-anyvision"))))
        assert tap is not None
        [_, changed] = await router.handle(tx, tap, None, now=NOW)
        assert changed.method == "editMessageText"
        assert "comunicado" in changed.parameters["text"]
        assert await subscriptions.language(tx, CHAT) == "es"


async def test_continue_after_suggestions(store: Store, router: Router) -> None:
    """Where there was no answer, “Continue in …” goes on with the questions in that language."""
    incoming = read_update(said("¿y el precio de las cosas?", language="en"))
    assert incoming is not None
    match = Match(slug=None, score=0.1, suggestions=("what-is-bnc",), locale="es")
    async with store.transaction() as tx:
        [reply] = await router.handle(tx, incoming, match, now=NOW)
        rows = reply.parameters["reply_markup"]["inline_keyboard"]
        [data] = [each["callback_data"] for row in rows for each in row if "Español" in each["text"]]
        tap = read_update(tapped(data))
        assert tap is not None
        assert "Elige un tema" in text(await router.handle(tx, tap, None, now=NOW))


async def test_a_pause_is_no_absence(do: Doing) -> None:
    """Who paused is on the list: they are not asked to join."""

    async def paused(tx: Transaction) -> None:
        await join(tx, 1)
        person = await subscriptions.pause(tx, CHAT)
        assert person is not None
        assert person.state is SubscriberState.PAUSED

    assert "Send me alerts" not in labels(await do(said("hello"), before=paused))
