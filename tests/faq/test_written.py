"""Names that are told by a capital letter."""

import pytest

from bot.domain.faq import folded_words
from bot.faq.index import Index
from bot.faq.names import Names
from bot.faq.ranking import Ranking
from bot.faq.written import NO_WORDS, Vocabulary, capitals

KNOWN = Vocabulary.of(
    folded_words("did the company palestinians anyvision leave about what of sell say stop")
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("did Acme leave", [("Acme", False)]),
        ("Acme left", [("Acme", True)]),
        ("Well. Acme left", [("Acme", True)]),  # no space follows “Well”
        ("Dell'azienda che dite", []),
        ("Vale, qué piden", []),
        ("et l’Acme alors", [("Acme", False)]),
        ("what is “Field tested”", [("Field", True)]),
        ("ACME LEFT", []),
        ("did ACME leave", [("ACME", False)]),
        ("متى انسحبت", []),
        ("", []),
    ],
)
def test_capitals(text: str, words: list[tuple[str, bool]]) -> None:
    """Words with a capital are found, and whether a sentence or a quotation begins with them."""
    assert [(one.word, one.opens) for one in capitals(text)] == words


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("did the Quxcorp leave", {"quxcorp"}),
        ("did the QXZ leave", {"qxz"}),
        ("did the Palestinans leave", set()),  # a letter is missing
        ("did the Anyvisions leave", set()),  # a form of a known word
        ("Quxcorp did leave", set()),  # any sentence begins so
        ("did quxcorp leave", set()),
        ("Did The Quxcorp Leave", set()),  # a title
        ("of Quxcorp", set()),  # too little to tell a title from
        ("did it Qx leave", set()),  # two letters
        ("", set()),
    ],
)
def test_strange_names(text: str, strange: set[str]) -> None:
    """What is written as a name within a sentence is strange, unless it is a form or a slip of a known word."""
    assert KNOWN.strange_names(text) == strange
    assert NO_WORDS.strange_names(text) == set()


class Scored:
    """A scorer that is sure of one entry, and of the language."""

    def __init__(self, locale: str | None) -> None:
        self.locale = locale
        self.names = Names(
            carried_by={"Meta": frozenset(), "acme": frozenset({"what"})},
            welcome_in=frozenset({"open"}),
            vocabulary=KNOWN,
        )

    def known(self, folded: str) -> str | None:
        """Know one phrasing."""
        return "what" if folded == "what did quxcorp say" else None

    def rank(self, folded: str, vector: bytes | None) -> Ranking:  # noqa: ARG002 -- as every scorer
        """Be sure of the entry that is asked for."""
        groups = [(0.99, "open" if "open" in folded else "what"), (0.005, "other")]
        return Ranking(groups=groups, sure=True, locale=self.locale)


def _index(locale: str | None) -> Index:
    return Index(slugs=("what", "open", "other"), figures=(), scorer=Scored(locale))


def test_kept_back() -> None:
    """A strange name keeps an answer back; that the statement is silent on it is not claimed."""
    match = _index("en").match("did the company Quxcorp leave")
    assert (match.slug, match.is_open, match.near) == (None, False, ("what",))


@pytest.mark.parametrize("locale", ["de", None])
def test_nouns_with_capitals(locale: str | None) -> None:
    """Where nouns are written with capitals, or the language is not plain, a capital tells nothing."""
    assert _index(locale).match("did the company Quxcorp leave").slug == "what"


def test_answered() -> None:
    """What is strange is answered where any name is welcome, and where it is a phrasing as it stands."""
    assert _index("en").match("is it open to the Quxcorp people").slug == "open"
    assert _index("en").match("what did Quxcorp say").slug == "what"


def test_a_name_that_is_a_word() -> None:
    """A name that is listed with a capital counts where it is written so, or all in capitals, and nowhere else."""
    names = Scored("en").names
    assert names.within("did Meta leave") == names.within("did META leave") == {"Meta"}
    assert names.within("la meta de la campaña") == names.within("LA META") == set()
    assert names.is_nowhere("Meta")
    assert _index("de").match("hat Meta das Geld abgezogen").slug is None
