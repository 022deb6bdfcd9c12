"""`ask` and `ask --batch`."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.commands.ask import ask_batch, ask_one
from bot.errors import ContentInvalid

CONTENT = Path(__file__).parents[2] / "content"
EXAMPLE = Path(__file__).parents[1] / "content/example/content"


def _batch(*lines: bytes, folder: Path = CONTENT) -> list[dict[str, Any]]:
    out = io.StringIO()
    ask_batch(lines, out=out, folder=folder)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_answer() -> None:
    """An answer is shown with its question and the paragraph it is from."""
    question, short, source = ask_one("did microsft leave?", locale="en", folder=CONTENT).lines()
    assert question == "Did Microsoft divest from AnyVision?"
    assert short.startswith("The statement (June 2020) says that Microsoft divested")
    assert source == "Statement, paragraph 9 · microsoft-divest"


def test_editors_note() -> None:
    """The editors' note is marked as such, in the asker's own language."""
    lines = ask_one("qué es oosto", locale="es-MX", folder=CONTENT).lines()
    assert lines[1].startswith("Nota de la redacción, no del comunicado:")
    assert lines[2] == "Editors' note, not from the statement · since-then"


def test_not_answered() -> None:
    """What the statement does not say is said so, with the questions near it that it does answer, if any."""
    answer = ask_one("what will it cost the city?", locale=None, folder=CONTENT)
    assert answer.match.slug is None
    assert answer.lines()[0] == "That is not in the statement."
    assert len(answer.lines()) == 1 + len(answer.match.near)


def test_paragraphs_of_an_answer() -> None:
    """Of several paragraphs the last stands after “and”."""
    source = ask_one("who is making this call?", locale="en", folder=CONTENT).lines()[-1]
    assert source == "Statement, paragraphs 1, 2 and 11 · who-is-calling"


@pytest.mark.parametrize(
    ("text", "locale", "kind", "said"),
    [
        ("hello", "en", "greeting", "Hello. Write your question"),
        ("danke", "de", "thanks", "Gern"),
        ("ya no quiero avisos", "es", "leave", "¿"),
        ("how often will you write?", "en", "frequency", "About two alerts a week."),
    ],
)
def test_reply_to_no_question(text: str, locale: str, kind: str, said: str) -> None:
    """What is no question is shown with its reply, in the asker's language, so that a translator can read it."""
    what, reply = ask_one(text, locale=locale, folder=CONTENT).lines()
    assert what == f"Not a question to the statement ({kind}). It is replied:"
    assert reply.startswith(said)


def test_batch_in_order() -> None:
    """There is one answer for each line, in order, with the fixed keys."""
    answers = _batch(
        b'{"lang":"en","question":"who runs anyvision"}\n',
        '{"lang":"ar","question":"إلى متى تستمر المقاطعة؟"}\n'.encode(),
        b'{"lang":"es","question":"va a llover"}\n',
    )
    assert [answer["slug"] for answer in answers] == ["who-runs-anyvision", "until-when", None]
    for answer in answers:
        assert list(answer) == ["slug", "score", "suggestions"]
        assert len(answer["suggestions"]) == 3
        assert 0 <= answer["score"] <= 1
    assert answers[0]["suggestions"][0] == "who-runs-anyvision"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"\xff\xfe",
        b"not json",
        b"[]",
        b"{}",
        b'{"question": 7}',
        b'{"question": null, "lang": "en"}',
        b"[" * 100_000,
        b'{"question": "\\ud800\\u202e", "lang": []}',
    ],
)
def test_bad_line_stops_nothing(line: bytes) -> None:
    """A line that is no question gets a null answer, and the next one its own."""
    bad, good = _batch(line, b'{"lang":"tlh","question":"What is asked?"}', folder=EXAMPLE)
    assert (bad["slug"], bad["score"]) == (None, 0.0)
    assert good["slug"] == "what"


def test_broken_content_is_refused(tmp_path: Path) -> None:
    """Nothing is answered from content with gaps."""
    with pytest.raises(ContentInvalid):
        ask_one("who", locale="en", folder=tmp_path)
