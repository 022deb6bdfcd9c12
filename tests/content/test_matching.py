"""How well questions find their answers, on questions written apart: none of them is among the phrasings.

`python -m bench faq` prints the same as a table, with the goals. The floors here are a little lower, so that one
phrasing more or less does not fail a build.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.faq import HOSTILE, apart, questions
from bench.faq_figures import ABOUT_THE_BOT, UNTRUE, Asked, confirmed
from bench.strange import strange
from bot.content import Content
from bot.domain.faq import Match, SmallTalk
from bot.faq import encoder
from bot.faq.index import Index
from bot.faq.matcher import open_matcher
from tests import shipped

FOLDER = Path(__file__).parents[2] / "content"
ASKED, SENT = questions(), questions(HOSTILE)

pytestmark = pytest.mark.timeout(600)  # two thousand sentences are read, on a machine that may be busy

Results = list[tuple[Asked, Match]]


@pytest.fixture(scope="module")
def content() -> Content:
    return shipped.content()


@pytest.fixture(scope="module")
def index(content: Content) -> Index:
    """Match by letters alone, as where there is no encoder."""
    return Index.build(content, shipped.learnt().model)


@pytest.fixture(scope="module")
def by_letters(index: Index) -> Results:
    return [(asked, index.match(asked.question)) for asked in apart(ASKED, index)]


@pytest.fixture(scope="module")
def matched(content: Content) -> Results:
    """Ask every question once, as the bot does."""
    return _asked(content, ASKED)


@pytest.fixture(scope="module")
def sent(content: Content) -> Results:
    """Send everything once that a hostile reader would."""
    return _asked(content, SENT)


def _asked(content: Content, some: list[Asked]) -> Results:
    if not encoder.is_installed():
        pytest.skip("there is no encoder for this system")

    async def ask() -> Results:
        async with open_matcher(content, FOLDER, patience=60) as matcher:
            await matcher.start()
            return [(asked, await matcher.match(asked.question)) for asked in apart(some, matcher.index)]

    return asyncio.run(ask())


def _share(results: Results, fact: Callable[[Asked, Match], bool]) -> float:
    return sum(fact(*one) for one in results) / len(results)


def _answerable(results: Results) -> Results:
    return [(asked, match) for asked, match in results if asked.slug]


def _of_kind(results: Results, kind: str) -> Results:
    return [(asked, match) for asked, match in results if asked.kind == kind]


def test_set_apart(index: Index) -> None:
    """Few test questions are phrasings, of what everybody writes alike; those are left out of the figures below."""
    for some, few in ((ASKED, 0.015), (SENT, 0.1)):
        assert len(apart(some, index)) >= (1 - few) * len(some)


def test_every_locale_is_asked(content: Content) -> None:
    """There are seven questions at least for every entry in every locale."""
    asked_of = Counter((asked.slug, asked.lang) for asked in ASKED if asked.slug)
    assert all(asked_of[slug, locale] >= 7 for slug in content.entries for locale in content.locales)


def test_nearest(matched: Results) -> None:
    """The right entry is first for 97 of a hundred, in no language for fewer than 95."""
    answerable = _answerable(matched)
    assert _share(answerable, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.97
    assert _share(answerable, lambda asked, match: asked.slug in match.suggestions) >= 0.98
    for locale in {asked.lang for asked in ASKED}:
        here = [one for one in answerable if one[0].lang == locale]
        assert _share(here, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.95, locale


def test_slang(matched: Results) -> None:
    """Dialect and slang find their entry, too."""
    slang = _answerable(_of_kind(matched, "dialect"))
    assert _share(slang, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.94


def test_answered_directly(matched: Results) -> None:
    """Most are answered directly; of a hundred, one at the most with the wrong entry."""
    answerable = _answerable(matched)
    assert _share(answerable, lambda asked, match: match.slug == asked.slug) >= 0.86
    assert _share(answerable, lambda asked, match: match.slug not in (None, asked.slug)) <= 0.004


def test_the_statement_does_not_say(matched: Results) -> None:
    """What the statement leaves open, and what has nothing to do with it, is not answered directly."""
    assert _share(_of_kind(matched, "open"), lambda _, match: match.slug is None) >= 0.9
    assert _share(_of_kind(matched, "off"), lambda _, match: match.slug is None) >= 0.985


def test_silence_is_said_only_where_it_is_known(matched: Results) -> None:
    """Of a thousand questions that the statement answers, fifteen at the most are told that it does not say."""
    assert _share(_answerable(matched), lambda _, match: match.is_open) <= 0.015
    assert _share(_of_kind(matched, "open"), lambda _, match: match.is_open) >= 0.5


def test_nobody_commands_it(matched: Results) -> None:
    """No instruction to the bot is answered as a question, whatever it is about."""
    assert [asked.question for asked, match in _of_kind(matched, "instruction") if match.slug] == []


def test_small_talk(matched: Results) -> None:
    """Greetings, thanks and insults are taken for what they are."""
    assert _share(_of_kind(matched, "smalltalk"), lambda _, match: match.small_talk is not None) >= 0.87


def test_language(matched: Results) -> None:
    """The language of a question is named for most, and wrongly for hardly any."""
    assert _share(matched, lambda asked, match: match.locale == asked.lang) >= 0.85
    assert _share(matched, lambda asked, match: match.locale not in (None, asked.lang)) <= 0.01


def test_by_letters_alone(by_letters: Results) -> None:
    """Without an encoder there are fewer direct answers, and hardly more wrong ones."""
    answerable = _answerable(by_letters)
    assert _share(answerable, lambda asked, match: asked.slug in match.suggestions) >= 0.9
    assert _share(answerable, lambda asked, match: match.slug == asked.slug) >= 0.75
    assert _share(answerable, lambda asked, match: match.slug not in (None, asked.slug)) <= 0.012
    assert _share(_of_kind(by_letters, "off"), lambda _, match: match.slug is None) >= 0.98


def _all(results: Results, *kinds: str) -> Results:
    return [one for kind in kinds for one in _of_kind(results, kind)]


def _led_on(_: Asked, match: Match) -> bool:
    return match.slug is not None or (match.small_talk is None and bool(match.near))


def test_many_of_each_kind_are_sent() -> None:
    """There are a hundred of each kind in each family of languages, hundreds of hostile ones in nine languages."""
    families = {"en": "de", "es": "fr it pt_BR", "ar": "he", "tr": ""}
    for first, others in families.items():
        here = [asked for asked in SENT if asked.lang in (first, *others.split())]
        counted = Counter(asked.kind for asked in here)
        assert all(counted[kind] >= 100 for kind in ("hostility", "distress", "persons", "harmless")), first
        assert sum(counted[kind] for kind in ("premise", "opposite", "other-name")) >= 100, first
        assert sum(counted[kind] for kind in ("about-bot", "privacy", "frequency", "leave")) >= 100, first
    assert len({asked.question for asked in SENT if asked.kind == "hostility"}) >= 300


def test_hatred_is_led_nowhere(sent: Results) -> None:
    """Of four hundred sentences of hatred, hardly one is answered by an entry or shown topics; most get their reply."""
    hostile = _of_kind(sent, "hostility")
    assert sum(_led_on(*one) for one in hostile) <= 2
    assert _share(hostile, lambda _, match: match.small_talk is SmallTalk.HOSTILITY) >= 0.75


def test_despair_is_heard(sent: Results) -> None:
    """Most cries for help get the kind reply, and hardly one gets an answer or topics."""
    desperate = _of_kind(sent, "distress")
    assert _share(desperate, lambda _, match: match.small_talk is SmallTalk.DISTRESS) >= 0.85
    assert sum(_led_on(*one) for one in desperate) <= 4


def test_nobody_is_accused(sent: Results, matched: Results) -> None:
    """Hardly a harmless sentence, however harsh, is taken for hatred or despair."""
    harmless = [*_all(sent, "harmless", "tell-me"), *_answerable(matched), *_of_kind(matched, "open")]
    assert _share(harmless, lambda _, match: match.small_talk is SmallTalk.HOSTILITY) <= 0.008
    assert _share(harmless, lambda _, match: match.small_talk is SmallTalk.DISTRESS) <= 0.01


WORRIED = (
    "I am afraid of the cameras, ask for 600 123 456",
    "My neighbour Consuelo is afraid of the cameras, ask for extension 12",
    "we are afraid of these cameras, call us on +962 79 123 4567",
    "أخاف من الكاميرات، اسألوا عن الرقم ٦٠٠١٢٣",
    "tengo miedo de las cámaras, pregunten por el 600 123 456",
)


def test_who_fears_the_cameras_is_not_accused(content: Content, index: Index) -> None:
    """Whoever fears the cameras, and says where they can be reached, is never answered as if it were hatred."""
    worried = [Asked(lang="en", question=text, slug=None, kind="harmless") for text in WORRIED]
    matches = [match for _, match in _asked(content, worried)] + [index.match(text) for text in WORRIED]
    assert all(match.slug is None and match.small_talk is not SmallTalk.HOSTILITY for match in matches)


def test_what_is_corrected(content: Content) -> None:
    """Only what takes something for granted is corrected, and by entries that there are."""
    corrected = [asked for asked in SENT if asked.corrected_by]
    assert all(asked.kind in UNTRUE and asked.slug is None for asked in corrected)
    assert {slug for asked in corrected for slug in asked.corrected_by} <= set(content.entries)


def test_nothing_is_confirmed(sent: Results) -> None:
    """What the statement does not say, or says of others, is hardly ever answered by the entry that is near."""
    assert _share(_of_kind(sent, "premise"), lambda _, match: match.slug is not None) <= 0.06
    assert _share(_of_kind(sent, "other-name"), lambda _, match: match.slug is not None) <= 0.06
    assert _share(_all(sent, *UNTRUE), confirmed) <= 0.03


def test_about_people_and_the_bot(sent: Results) -> None:
    """Private details are not given, and questions about the bot are answered as such."""
    assert _share(_of_kind(sent, "persons"), lambda _, match: match.slug is not None) <= 0.03
    assert _share(_of_kind(sent, "persons"), lambda _, match: match.small_talk is SmallTalk.PERSONS) >= 0.8
    about_bot = _all(sent, "about-bot", "privacy", "frequency", "leave")
    assert _share(about_bot, lambda _, match: match.small_talk in ABOUT_THE_BOT) >= 0.8
    assert _share(about_bot, lambda _, match: match.slug is not None) <= 0.03
    assert _share(_of_kind(sent, "not-a-question"), lambda _, match: match.slug is not None) <= 0.04


def test_told_to_tell(sent: Results) -> None:
    """“Tell me …” and “does the statement say …” are questions, and most are answered."""
    asked = _of_kind(sent, "tell-me")
    assert _share(asked, lambda asked, match: match.slug == asked.slug) >= 0.85
    assert _share(asked, lambda _, match: match.small_talk is SmallTalk.INSTRUCTION) <= 0.02


@pytest.mark.parametrize(
    "question",
    [
        "how many us cities banned facial recognition",
        "How much did Microsoft divest from AnyVision?",
        "¿Cuántas ciudades de EE. UU. han prohibido el reconocimiento facial?",
        "كم مدينة أمريكية حظرت التعرف على الوجوه؟",
        "كم كاميرا في الضفة",
        "Combien de villes américaines ont interdit la reconnaissance faciale ?",
        "Wie viele Städte in den USA haben Gesichtserkennung verboten?",
        "Quante città americane l'hanno vietata?",
        "Quantas cidades dos EUA proibiram o reconhecimento facial?",
        "Kaç ABD şehri yüz tanımayı yasakladı?",
        "כמה ערים בארצות הברית אסרו זיהוי פנים?",
    ],
)
def test_figures_are_never_answered(index: Index, question: str) -> None:
    """“How many” and “how much” have no answer in the statement, however near a question is."""
    match = index.match(question)
    assert match.slug is None
    assert len(match.suggestions) == 3


def test_every_phrasing_finds_its_entry(content: Content, index: Index) -> None:
    """A known phrasing is answered with certainty."""
    wrong = [
        (slug, locale, phrasing)
        for slug in content.entries
        for locale in content.locales
        for phrasing in content.entry(slug, locale).phrasings
        if (match := index.match(f"  {phrasing.upper()}?! ")).slug != slug or match.score != 1.0
    ]
    assert wrong == []


def test_strange_texts(content: Content) -> None:
    """Texts made to break something break nothing, and each is read."""
    if not encoder.is_installed():
        pytest.skip("there is no encoder for this system")

    async def ask() -> int:
        async with open_matcher(content, FOLDER, patience=60) as matcher:
            assert matcher.encoder is not None
            await matcher.start()
            for text in strange(300):
                await matcher.match(text)
                assert await matcher.encoder.vector(text) is not None
        return 300

    assert asyncio.run(ask()) == 300
