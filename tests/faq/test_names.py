"""Names in a question that an answer does not carry."""

from pathlib import Path

import pytest

from bot.content import Content, Unanswered
from bot.domain.faq import fold
from bot.faq.index import Index
from bot.faq.names import PREMISES, Names
from bot.faq.ranking import Ranking

EXAMPLE = Path(__file__).parents[1] / "content/example/content"
NAMES = Names(
    carried_by={
        "google": frozenset(),
        "jewish voice": frozenset({"what"}),
        "ibm": frozenset({"what"}),
        "غوغل": frozenset(),
        "גוגל": frozenset(),
        "un": frozenset(),
    }
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("When did Google divest?", {"google"}),
        ("Google’ın tutumu ne", {"google"}),
        ("did googles owner leave", {"google"}),
        ("what of the Jewish  Voice, then", {"jewish voice"}),
        ("وغوغل؟", {"غوغل"}),
        ("ومتى انسحبت بغوغل", {"غوغل"}),
        ("ומה עם לגוגל", {"גוגל"}),
        ("undo it", set()),  # two letters, and the word goes on
        ("googleplexes are large", set()),  # more than an ending
        ("a jewish choir", set()),
        ("que dit l’UN ici", {"un"}),  # behind an article that is written together
        ("UN'in çağrısı mı", {"un"}),  # before an ending that is not
        ("UNO", set()),
        ("", set()),
    ],
)
def test_within(text: str, names: set[str]) -> None:
    """A name is found as a word, with an ending, beside an apostrophe, and after the prefixes of Arabic and Hebrew."""
    assert NAMES.within(text) == names


def test_carried() -> None:
    """An entry carries the names of its question, its answers and its phrasings, in any locale and any spelling."""
    content = Content.load(EXAMPLE)
    entry = content.entry(content.entries[0], content.campaign.default)
    word = max(fold(entry.short).split(), key=len)
    with_names = Content(
        **{field: getattr(content, field) for field in content.__dataclass_fields__}
        | {"names": (f"{word} = abcd", "efgh")}
    )
    names = Names.of(with_names)
    assert entry.slug in names.carried_by["abcd"]
    assert names.carried_by["abcd"] == names.carried_by[word]
    assert names.is_nowhere("efgh")
    assert names.foreign_to(entry.slug, f"abcd {word} efgh") == {"efgh"}


WORDS = Names(carried_by={"Shell": frozenset({"oil"})}, word_in={"Shell": frozenset({"en"})})
"""A company, and a word of English."""


@pytest.mark.parametrize(
    ("text", "locale", "is_named"),
    [
        ("has it banned Shell", "en", True),
        ("has it banned shell", "en", False),  # a word of English
        ("Shell we do it", "en", False),  # it begins the sentence
        ("et shell a quitté quand ?", "fr", True),
        ("Shell a quitté quand ?", "fr", True),
        ("l'accord de shell'in", "tr", True),
        ("et shell a quitté quand ?", None, False),  # of which language it is one is not known
        ("shellfish", "fr", False),
    ],
)
def test_a_word_elsewhere(text: str, locale: str | None, is_named: bool) -> None:
    """A name that is a word of some language counts in small letters in every other, and where a sentence begins."""
    assert WORDS.within(text, locale) == ({"Shell"} if is_named else set())
    assert WORDS.foreign_to("what", text, locale) == WORDS.within(text, locale)
    assert WORDS.foreign_to("oil", text, locale) == set()


def test_where_it_is_a_word() -> None:
    """Where a name is a word is told by what people say there, but for what they ask of companies."""
    content = Content.load(EXAMPLE)
    locale = content.campaign.default
    word = next(
        word for word in fold(content.entry(content.entries[0], locale).short).split() if word.isalpha()
    )
    premise = Unanswered(topic=PREMISES, locale=locale, phrasings=("when did abcd leave",))
    with_names = Content(
        **{each: getattr(content, each) for each in content.__dataclass_fields__}
        | {"names": (word.capitalize(), "Abcd"), "unanswered": (premise,)}
    )
    names = Names.of(with_names)
    assert locale in names.word_in[word.capitalize()]
    assert names.word_in["Abcd"] == frozenset()
    assert names.within("when did abcd leave", locale) == {"Abcd"}


class Scored:
    """A scorer that always says the same."""

    names = NAMES

    def known(self, folded: str) -> str | None:
        """Know one phrasing."""
        return "what" if folded == "google as a phrasing" else None

    def rank(self, folded: str, vector: bytes | None) -> Ranking:  # noqa: ARG002 -- as every scorer
        """Be sure of an entry."""
        return Ranking(groups=[(0.99, "what"), (0.005, "when")], sure=True)


INDEX = Index(slugs=("what", "when"), figures=(), scorer=Scored())


def test_kept_from_answering() -> None:
    """A question with a name that is nowhere is not answered directly: the statement does not speak of it."""
    match = INDEX.match("what does google do")
    assert (match.slug, match.is_open, match.near) == (None, True, ("what",))


def test_welcome() -> None:
    """An entry that any name may be asked with is kept back by none; a name that is nowhere else is still nowhere."""
    names = Names(carried_by={"milan": frozenset()}, welcome_in=frozenset({"what"}))
    assert names.foreign_to("what", "i sit on the council of milan") == set()
    assert names.foreign_to("when", "when did milan ban it") == {"milan"}
    assert names.is_nowhere("milan")


def test_answered() -> None:
    """Names that the entry carries, and phrasings that were written so, are answered."""
    assert INDEX.match("what does IBM do").slug == "what"
    assert INDEX.match("Google, as a phrasing?").slug == "what"
