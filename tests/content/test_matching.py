"""How well questions find their answers, on questions written apart: none of them is among the phrasings.

`python -m bench faq` prints the same as a table, with the goals. The floors here are a little lower, so that one
phrasing more or less does not fail a build.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.faq import HOSTILE, Asked, questions, strange
from bot.content import Content
from bot.domain.faq import Match, fold
from bot.faq import encoder
from bot.faq.index import Index
from bot.faq.matcher import open_matcher
from bot.faq.model import load_model

FOLDER = Path(__file__).parents[2] / "content"
ASKED, SENT = questions(), questions(HOSTILE)

pytestmark = pytest.mark.timeout(600)  # two thousand sentences are read, on a machine that may be busy

Results = list[tuple[Asked, Match]]


@pytest.fixture(scope="module")
def content() -> Content:
    return Content.load(FOLDER)


@pytest.fixture(scope="module")
def index(content: Content) -> Index:
    """Match by letters alone, as where there is no encoder."""
    return Index.build(content, load_model(FOLDER, content).model)


@pytest.fixture(scope="module")
def by_letters(index: Index) -> Results:
    return [(asked, index.match(asked.question)) for asked in ASKED]


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
            return [(asked, await matcher.match(asked.question)) for asked in some]

    return asyncio.run(ask())


def _share(results: Results, fact: Callable[[Asked, Match], bool]) -> float:
    return sum(fact(*one) for one in results) / len(results)


def _answerable(results: Results) -> Results:
    return [(asked, match) for asked, match in results if asked.slug]


def _of_kind(results: Results, kind: str) -> Results:
    return [(asked, match) for asked, match in results if asked.kind == kind]


def test_set_apart(index: Index) -> None:
    """No test question is a phrasing: the figures below would mean nothing otherwise."""
    assert [asked.question for asked in ASKED if index.scorer.known(fold(asked.question))] == []


def test_every_locale_is_asked(content: Content) -> None:
    """There are seven questions at least for every entry in every locale."""
    asked_of = Counter((asked.slug, asked.lang) for asked in ASKED if asked.slug)
    assert all(asked_of[slug, locale] >= 7 for slug in content.entries for locale in content.locales)


def test_nearest(matched: Results) -> None:
    """The right entry is first for nineteen of twenty, in no language for fewer than nine of ten."""
    answerable = _answerable(matched)
    assert _share(answerable, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.94
    assert _share(answerable, lambda asked, match: asked.slug in match.suggestions) >= 0.98
    for locale in {asked.lang for asked in ASKED}:
        here = [one for one in answerable if one[0].lang == locale]
        assert _share(here, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.9, locale


def test_slang(matched: Results) -> None:
    """Dialect and slang find their entry, too."""
    slang = _answerable(_of_kind(matched, "dialect"))
    assert _share(slang, lambda asked, match: match.suggestions[0] == asked.slug) >= 0.88


def test_answered_directly(matched: Results) -> None:
    """Most are answered directly; of a hundred, one at the most with the wrong entry."""
    answerable = _answerable(matched)
    assert _share(answerable, lambda asked, match: match.slug == asked.slug) >= 0.85
    assert _share(answerable, lambda asked, match: match.slug not in (None, asked.slug)) <= 0.01


def test_the_statement_does_not_say(matched: Results) -> None:
    """What the statement leaves open, and what has nothing to do with it, is not answered directly."""
    assert _share(_of_kind(matched, "open"), lambda _, match: match.slug is None) >= 0.9
    assert _share(_of_kind(matched, "off"), lambda _, match: match.slug is None) >= 0.985


def test_silence_is_said_only_where_it_is_known(matched: Results) -> None:
    """Of a thousand questions that the statement answers, five at the most are told that it does not say."""
    assert _share(_answerable(matched), lambda _, match: match.is_open) <= 0.005
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
    assert _share(answerable, lambda asked, match: match.slug not in (None, asked.slug)) <= 0.02
    assert _share(_of_kind(by_letters, "off"), lambda _, match: match.slug is None) >= 0.98


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
