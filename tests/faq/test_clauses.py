"""What is urgent is heard wherever in a text it stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Content
from bot.domain.faq import SmallTalk
from bot.faq.clauses import CLAUSES, LONGEST, SHORTEST, clauses, windows
from bot.faq.encoder import Encoder
from bot.faq.index import Index
from bot.faq.matcher import Matcher
from bot.faq.names import Names
from bot.faq.ranking import Ranking

EXAMPLE = Path(__file__).parents[1] / "content/example/content"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("who leads it", []),
        ("who leads it? i want to die", ["who leads it", "i want to die"]),
        ("هل هذا صحيح؟ أريد أن أموت", ["هل هذا صحيح", "أريد أن أموت"]),
        ("yes. no. maybe so", []),  # one clause of several words
        ("a b, c d", ["a b", "c d"]),
        (" ".join(["word"] * 60), [" ".join(["word"] * n) for n in (25, 25, 10)]),
    ],
)
def test_clauses(text: str, found: list[str]) -> None:
    """A text is cut at its stops, and where it has none, after many words; a single clause is no part."""
    assert clauses(text) == found


@given(st.text(max_size=3000))
def test_any_text(text: str) -> None:
    """No text raises, and there is an end to its clauses and runs of words."""
    assert len(clauses(text)) <= CLAUSES
    assert all(SHORTEST <= len(window.split()) <= LONGEST for window in windows(text))


class Scored:
    """A scorer that knows one cry for help, and hears another in a clause that begins with "help"."""

    names = Names(carried_by={})

    def known(self, folded: str) -> str | None:
        """Know a phrasing."""
        return {"i want to die": "!distress", "who leads the company": "what"}.get(folded)

    def rank(self, folded: str, vector: bytes | None) -> Ranking:  # noqa: ARG002 -- as every scorer
        """Be sure of an entry, but for a clause."""
        is_help = folded.startswith("help")
        return Ranking(
            groups=[(0.99, "what")],
            sure=True,
            evidence={SmallTalk.DISTRESS: 9.0 if is_help else -9.0},
        )


MATCHER = Matcher(index=Index(slugs=("what", "when"), figures=(), scorer=Scored()))


@pytest.mark.parametrize(
    "text",
    [
        "what is asked btw i want to die",
        "what is asked? I want to die!",
        "what is asked? Help they are here",
        "so much to say " * 40 + "and then i want to die",
        "who leads the company " + "and " * 60 + ". help me now",
    ],
)
async def test_beside_a_question(text: str) -> None:
    """Despair beside a question, or far behind it, gets its reply, and no entry."""
    match = await MATCHER.match(text)
    assert (match.slug, match.small_talk, match.near, match.is_open) == (None, SmallTalk.DISTRESS, (), False)


@pytest.mark.parametrize(
    "text", ["what is asked", "who leads the company", "what is asked, and by whom is it"]
)
async def test_a_plain_question(text: str) -> None:
    """A question that holds nothing urgent is answered."""
    assert (await MATCHER.match(text)).slug == "what"


async def test_read_by_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a clause whose letters are suspect is read for its meaning, besides the text itself."""
    read: list[str] = []

    async def vector(_: Encoder, text: str) -> None:
        read.append(text)

    monkeypatch.setattr(Encoder, "vector", vector)
    matcher = Matcher(index=MATCHER.index, encoder=Encoder(EXAMPLE))
    await matcher.match("what is asked? help they are here")
    assert read == ["what is asked? help they are here", "help they are here"]


def test_content_of_the_example_has_none() -> None:
    """A campaign without phrasings of distress takes nothing for it."""
    assert Index.build(Content.load(EXAMPLE)).said_within("what is asked btw i want to die") is None
