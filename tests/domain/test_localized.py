"""Which locale serves whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.localized import resolve_locale

NINE = ("en", "ar", "es", "fr", "de", "it", "pt_BR", "tr", "he")


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("ar", "ar"),
        ("AR", "ar"),
        ("  ar \n", "ar"),
        ("ar-PS", "ar"),
        ("arb", "ar"),
        ("pt_BR", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("PT-BR", "pt_BR"),
        ("pt", "pt_BR"),
        ("pt-pt", "pt_BR"),
        ("iw", "he"),
        ("iw_IL", "he"),
        ("es_ES.UTF-8", "es"),
        ("es-419", "es"),
        ("de_DE@euro", "de"),
        ("de-CH-1996", "de"),
        ("ar-Arab-EG", "ar"),
        ("zh-hans", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("-", "en"),
        ("a", "en"),
        ("es; DROP TABLE", "en"),
        ("../../etc", "en"),
    ],
)
def test_what_is_asked_is_understood(asked: str | None, served: str) -> None:
    """Case, separators, regions, encodings and old codes do not matter; junk gets the default."""
    assert resolve_locale(asked, available=NINE, default="en") == served


@pytest.mark.parametrize(
    ("asked", "available", "served"),
    [
        ("pt", ("pt_BR", "pt_PT"), "en"),
        ("pt-PT", ("pt_BR", "pt_PT"), "pt_PT"),
        ("pt-AO", ("pt", "pt_BR"), "pt"),
        ("zh-TW", ("zh_Hans", "zh_Hant"), "zh_Hant"),
        ("zh-Hant-HK", ("zh_Hans", "zh_Hant"), "zh_Hant"),
        ("zh-hans", ("zh_CN", "zh_TW"), "zh_CN"),
        ("zh", ("zh_Hans", "zh_Hant"), "zh_Hans"),
        ("zh-SG", ("zh_Hans", "zh_Hant"), "zh_Hans"),
        ("no", ("nb",), "nb"),
        ("nb", ("no",), "no"),
        ("nn", ("nb", "nn"), "nn"),
        ("nn", ("nb",), "nb"),
        ("id", ("in",), "in"),
    ],
)
def test_relatives_serve_where_there_is_no_doubt(asked: str, available: tuple[str, ...], served: str) -> None:
    """Another region serves when it is the only one; a script decides between several."""
    assert resolve_locale(asked, available=available, default="en") == served


@given(asked=st.text(max_size=200), available=st.lists(st.text(max_size=20)))
def test_junk_never_raises(asked: str, available: list[str]) -> None:
    """Whatever is asked, the answer is one of those there are, or the default."""
    assert resolve_locale(asked, available=available, default="en") in {*available, "en"}


@given(locale=st.sampled_from(NINE))
def test_a_locale_serves_itself(locale: str) -> None:
    assert resolve_locale(locale, available=NINE, default="en") == locale
    assert resolve_locale(locale.replace("_", "-").upper(), available=NINE, default="en") == locale
