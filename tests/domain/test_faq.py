"""Folding: what makes no difference between two questions."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.faq import QUESTION_LIMIT, fold

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("¿Qué pasó con Microsoft?", "que paso con microsoft"),
        ("WHO’S   BEHIND\tthis?!", "whos behind this"),
        ("إلى متى تستمرّ المُقاطَعة؟", "الي متي تستمر المقاطعه"),
        ("مُقـــاطعة", "مقاطعه"),
        ("شؤون الهيئة", "شوون الهييه"),
        ("ڪ ک ی", "ڪ ك ي"),
        ("\u202eAny\u200bVision\u2069", "anyvision"),
        ("ＢＮＣ", "bnc"),
        ("Straße", "strasse"),
        ("pleeeease", "pleease"),
        ("٢٠٢٠", "2020"),
        ("ISPIYOR ışık", "ispiyor isik"),
        ("🙂👍🏽", ""),
        ("\ud800\x00", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    """Case, accents, vowel signs, hamza, invisible characters and drawn-out letters make no difference."""
    assert fold(typed) == folded


def test_ligature_cannot_blow_up() -> None:
    """A character that unfolds into eighteen does not make a question longer than the limit."""
    assert len(fold("\ufdfa" * 4096)) <= QUESTION_LIMIT


@given(ANY_TEXT)
def test_fold_any_text(text: str) -> None:
    """Folding never raises, is bounded, keeps letters and digits only, and changes nothing the second time."""
    folded = fold(text)
    assert len(folded) <= QUESTION_LIMIT
    assert all(character == " " or unicodedata.category(character)[0] in "LN" for character in folded)
    assert fold(folded) == folded
