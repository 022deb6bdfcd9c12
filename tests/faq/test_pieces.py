"""Texts cut into pieces: the likeliest cut, whatever the text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.faq.pieces import Pieces
from bot.faq.weights import Vocabulary

PIECES = [
    "<s>",
    "</s>",
    "<unk>",
    "▁",
    "▁ban",
    "▁b",
    "a",
    "n",
    "ned",
    "▁banned",
    "e",
    "d",
    "ح",
    "▁حظر",
    "x" * 40,
]
SCORES = [0.0, 0.0, 0.0, -3.0, -4.0, -6.0, -5.0, -5.0, -6.0, -12.0, -5.0, -5.0, -7.0, -8.0, -1.0]


def _pieces() -> Pieces:
    encoded = [piece.encode() for piece in PIECES]
    return Pieces(
        Vocabulary(
            offsets=np.cumsum([0, *map(len, encoded)]).astype(np.uint32),
            letters=np.frombuffer(b"".join(encoded), np.uint8),
            scores=np.array(SCORES, np.float32),
            begin=0,
            end=1,
            unknown=2,
            replaced={ord("ﬁ"): "a", ord("\u00a0"): " "},
        )
    )


CUT = _pieces()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("ban", ["▁ban"]),
        ("banned", ["▁ban", "ned"]),  # -10, likelier than the whole word at -12
        ("ban  ban", ["▁ban", "▁ban"]),
        ("ba", ["▁b", "a"]),
        ("حظر", ["▁حظر"]),
        ("ح", ["▁", "ح"]),
        ("q", ["▁", "<unk>"]),
        ("", []),
        ("   ", []),
        ("ﬁ\u00a0ban", ["▁", "a", "▁ban"]),
    ],
)
def test_cut(text: str, pieces: list[str]) -> None:
    """A text is cut into the pieces that are likeliest together; a letter that is in none is unknown."""
    assert [PIECES[number] for number in CUT.of([text])[0]] == pieces


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Any text has pieces, the same each time, and a known text is read back from them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    (numbers,) = CUT.of([text])
    assert [numbers] == CUT.of([text]) == _pieces().of([text])
    if 2 not in numbers:
        read = "".join(PIECES[number] for number in numbers).replace("▁", " ").split()
        assert read == [word for word in text.replace("ﬁ", "a").replace("\u00a0", " ").split(" ") if word]


@given(st.lists(st.text(alphabet="bande حظرq\u00a0", max_size=20), max_size=8))
def test_many_texts(texts: list[str]) -> None:
    """Texts that are cut together have the pieces that each has alone."""
    assert CUT.of(texts) == [CUT.of([text])[0] for text in texts]
