"""Matching, on the small example campaign, which has no trained matcher."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from bot.domain.faq import SmallTalk
from bot.faq import urgency
from bot.faq.index import Index
from bot.faq.names import Names
from bot.faq.ranking import Ranking
from bot.faq.suspicion import Listed, Suspicion

EXAMPLE = Path(__file__).parents[1] / "content/example/content"
INDEX = Index.build(Content.load(EXAMPLE))


def test_exact() -> None:
    """A known phrasing is certain, in whatever language the person reads."""
    match = INDEX.match("PARA CUANDO??")
    assert (match.slug, match.score) == ("when", 1.0)
    assert match.suggestions == ("when", "what")


def test_typo() -> None:
    """A typo still finds its entry."""
    assert INDEX.match("whn must it happen").slug == "when"


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u202e\u200b", "🙂", "zzzz qqqq"])
def test_nothing_in_common(text: str) -> None:
    """What shares nothing with any phrasing is not answered; the menu's first are suggested."""
    match = INDEX.match(text)
    assert (match.slug, match.score, match.locale) == (None, 0.0, None)
    assert match.suggestions == ("what", "when")


def test_foreign_letters_lower_the_score() -> None:
    """Words never seen before make a match less sure."""
    plain = INDEX.match("what do you want now").score
    assert INDEX.match("what do you want xylophone quartz").score < plain


@dataclass(frozen=True)
class Ranked:
    """A scorer that has made up its mind."""

    ranking: Ranking
    names = Names(carried_by={})

    def known(self, folded: str) -> str | None:  # noqa: ARG002 -- as every scorer
        """Know no phrasing."""
        return None

    def rank(self, folded: str, vector: bytes | None) -> Ranking:  # noqa: ARG002 -- as every scorer
        """Rank every text alike."""
        return self.ranking


@pytest.mark.parametrize(
    ("groups", "sure", "near_entry", "text", "is_open"),
    [
        (["?cost", "what"], True, False, "the price", True),
        (["?cost", "what"], False, False, "the price", False),
        (["?cost", "what"], True, True, "the price", False),
        (["?gibberish", "what"], True, False, "qwertz", False),
        (["what", "?cost"], True, True, "how many people", True),
        (["what", "?cost"], True, True, "what people", False),
        (["!frequency", "what"], False, False, "how many messages", False),
        (["!frequency", "what"], True, False, "how many messages", False),
        ([], False, False, "how many", True),
    ],
)
def test_what_is_known_to_be_open(
    groups: list[str], sure: bool, near_entry: bool, text: str, is_open: bool
) -> None:
    """Open is a subject that is known to be, and any figure, unless it is asked of the bot; nonsense is no subject."""
    ranking = Ranking(groups=[(0.5, group) for group in groups], sure=sure, near_entry=near_entry)
    index = Index(slugs=("what", "when"), figures=(" how many ",), scorer=Ranked(ranking))
    assert index.match(text).is_open is is_open


@pytest.mark.parametrize("kind", [SmallTalk.HOSTILITY, SmallTalk.DISTRESS])
@pytest.mark.parametrize("group", ["what", "?cost", "!thanks"])
def test_urgent(kind: SmallTalk, group: str) -> None:
    """Hostility and distress win over whatever is near, whatever the score, and nothing is shown as near."""
    ranking = Ranking(groups=[(0.99, group), (0.5, "what")], sure=True, evidence={kind: 9.0})
    match = Index(slugs=("what", "when"), figures=(), scorer=Ranked(ranking)).match(
        "let us burn what there is"
    )
    assert (match.slug, match.small_talk, match.near, match.is_open) == (None, kind, (), False)
    assert len(match.suggestions) == 2


@pytest.mark.parametrize("kind", [SmallTalk.HOSTILITY, SmallTalk.DISTRESS])
def test_objection(kind: SmallTalk) -> None:
    """What speaks against a text being urgent is weighed against what speaks for it; without, the latter is enough."""
    least = urgency.BY_MEANING.plain[kind]
    for more, against, small_talk in ((0.0, 0.0, kind), (3.0, -2.9, kind), (3.0, -3.1, None)):
        ranking = Ranking(
            groups=[(0.99, "?heat")], sure=True, evidence={kind: least + more}, against={kind: against}
        )
        index = Index(slugs=("what",), figures=(), scorer=Ranked(ranking))
        assert index.match("this heat is killing me", b"").small_talk is small_talk
    beside = Ranking(groups=[], sure=False, evidence={kind: urgency.PLAIN_BESIDE + 1}, against={kind: -1.1})
    assert Index(slugs=("what",), figures=(), scorer=Ranked(beside)).urgent("this heat is killing me") is None


@pytest.mark.parametrize(
    ("vector", "kind", "least"),
    [
        *((b"", kind, least) for kind, least in urgency.BY_MEANING.possible.items()),
        *((None, kind, least) for kind, least in urgency.BY_LETTERS.possible.items()),
    ],
)
def test_suspect(vector: bytes | None, kind: SmallTalk, least: float) -> None:
    """What may be hostility, distress or an order is not answered by an entry, and nothing is shown as near."""
    for evidence, slug in ((least, None), (least - 0.1, "what")):
        ranking = Ranking(groups=[(0.99, "what")], sure=True, evidence={kind: evidence})
        index = Index(slugs=("what", "when"), figures=(), scorer=Ranked(ranking))
        match = index.match("say what", vector)
        assert (match.slug, match.small_talk, match.is_open) == (slug, None, False)
        assert slug is not None or match.near == ()


WORDS = Suspicion(
    alone=Listed.of(["burn*", "hang them"]),
    peoples=Listed.of(["martian*"]),
    contempt=Listed.of(["vermin"]),
)


@pytest.mark.parametrize("vector", [b"", None])
@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("say what to burn", None),
        ("what of the burning", None),
        ("say what, then hang them", None),
        ("what vermin are the Martians", None),
        ("what do Martians say", "what"),
        ("what of vermin", "what"),
        ("hang what up", "what"),
        ("what " * 100 + "burn it", None),
    ],
)
def test_suspect_words(vector: bytes | None, text: str, slug: str | None) -> None:
    """No entry answers what has a word that is enough alone, or contempt beside a people; no topic is shown either."""
    ranking = Ranking(groups=[(0.99, "what"), (0.5, "when")], sure=True)
    match = Index(slugs=("what",), figures=(), scorer=Ranked(ranking), suspicion=WORDS).match(text, vector)
    assert (match.slug, match.small_talk, bool(match.near)) == (slug, None, slug is not None)


@pytest.mark.parametrize(("vector", "least"), [(b"", urgency.BY_MEANING), (None, urgency.BY_LETTERS)])
def test_a_people_named(vector: bytes | None, least: urgency.Doubts) -> None:
    """Where a people is named, less evidence of hatred keeps an entry back; of nobody else is more asked."""
    evidence = {SmallTalk.HOSTILITY: least.beside_a_people}
    ranking = Ranking(groups=[(0.99, "what")], sure=True, evidence=evidence)
    index = Index(slugs=("what",), figures=(), scorer=Ranked(ranking), suspicion=WORDS)
    assert index.match("what do Martians say", vector).slug is None
    assert index.match("what do they say", vector).slug == "what"


@pytest.mark.parametrize("kind", [SmallTalk.HOSTILITY, SmallTalk.DISTRESS])
@pytest.mark.parametrize(("vector", "least"), [(b"", urgency.BY_MEANING), (None, urgency.BY_LETTERS)])
def test_topics_withheld(vector: bytes | None, least: urgency.Doubts, kind: SmallTalk) -> None:
    """What no entry answers is shown topics only where it is far from hatred and despair."""
    for evidence, near in ((least.remote, ()), (least.remote - 0.1, ("what",))):
        ranking = Ranking(groups=[(0.5, "what")], sure=False, evidence={kind: evidence})
        match = Index(slugs=("what",), figures=(), scorer=Ranked(ranking)).match("say what", vector)
        assert (match.slug, match.small_talk, match.near) == (None, None, near)


@pytest.mark.parametrize(
    ("scores", "near"),
    [
        ([0.5, 0.3], ("what", "when")),
        ([0.5, 0.001], ("what",)),
        ([0.05, 0.04], ()),
        ([], ()),
    ],
)
def test_near(scores: list[float], near: tuple[str, ...]) -> None:
    """Below a floor nothing is near; below the first, what is hardly near is not shown either."""
    groups = list(zip(scores, ("what", "when"), strict=False))
    index = Index(slugs=("what", "when"), figures=(), scorer=Ranked(Ranking(groups=groups, sure=False)))
    assert index.match("what people").near == near


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_any_text(text: str) -> None:
    """No text, however strange, raises; the answer is an entry or none, the score from 0 to 1."""
    match = INDEX.match(text)
    assert match.slug in (None, "what", "when")
    assert 0.0 <= match.score <= 1.0
    assert set(match.suggestions) == {"what", "when"}
