"""A value stays within its isolate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI, RTL_MARK, is_balanced, isolate, read_from_the_right

LRI, RLI, RLO, PDF = "\u2066", "\u2067", "\u202e", "\u202c"

awkward = st.text(st.sampled_from([*"aب7 \n\r\u2029", FSI, PDI, LRI, RLI, RLO, PDF]), max_size=30)


@pytest.mark.parametrize(
    ("value", "isolated"),
    [
        ("@handle", f"{FSI}@handle{PDI}"),
        ("", ""),
        (f"a{PDI}b", f"{FSI}ab{PDI}"),
        (f"a{RLI}b", f"{FSI}a{RLI}b{PDI}{PDI}"),
        (f"{RLO}evil{PDF}", f"{FSI}evil{PDI}"),
        ("one\ntwo", f"{FSI}one{PDI}\n{FSI}two{PDI}"),
        ("one\r\n\r\ntwo", f"{FSI}one{PDI}\r\n\r\n{FSI}two{PDI}"),
    ],
)
def test_isolated(value: str, isolated: str) -> None:
    """Stray marks are dropped, open ones closed, and every paragraph is isolated on its own."""
    assert isolate(value) == isolated


@given(st.text() | awkward)
def test_isolates_are_balanced_for_any_value(value: str) -> None:
    """Nothing a value holds can end its isolate early or leave one open."""
    assert is_balanced(isolate(value))
    assert is_balanced(f"before {isolate(value)} after")


@given(awkward)
def test_no_override_survives(value: str) -> None:
    assert not set(isolate(value)) & {RLO, PDF}


@given(st.text(st.characters(exclude_categories=["Cf"])))
def test_plain_values_are_kept(value: str) -> None:
    """Only direction marks are touched."""
    assert isolate(value).replace(FSI, "").replace(PDI, "") == value


@pytest.mark.parametrize("text", [PDI, FSI, f"{FSI}a\n{PDI}", RLO, f"{PDI}{FSI}"])
def test_unbalanced(text: str) -> None:
    assert not is_balanced(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"{FSI}سارة{PDI}: {FSI}editor{PDI}", f"{RTL_MARK}{FSI}سارة{PDI}: {FSI}editor{PDI}"),
        (f"1. {FSI}{FSI}English{PDI} أو{PDI}", f"{RTL_MARK}1. {FSI}{FSI}English{PDI} أو{PDI}"),
        (f"نص\n{FSI}שלום{PDI} 3", f"نص\n{RTL_MARK}{FSI}שלום{PDI} 3"),
        (f"لغة {FSI}English{PDI}", f"لغة {FSI}English{PDI}"),
        (f"AnyVision {FSI}سارة{PDI}", f"AnyVision {FSI}سارة{PDI}"),
        (f"{FSI}https://example.org{PDI}", f"{FSI}https://example.org{PDI}"),
        (f"{FSI}Town hall{PDI}, {FSI}a@b.c{PDI}", f"{RTL_MARK}{FSI}Town hall{PDI}, {FSI}a@b.c{PDI}"),
        (f"{FSI}Town hall{PDI}, {FSI}+1{PDI}", f"{RTL_MARK}{FSI}Town hall{PDI}, {FSI}+1{PDI}"),
        (f"{FSI}Town {FSI}hall{PDI}{PDI}, 3", f"{FSI}Town {FSI}hall{PDI}{PDI}, 3"),
        (f"{FSI}9{PDI}–{FSI}16{PDI}", f"{FSI}9{PDI}–{FSI}16{PDI}"),
        ("3 · 4", "3 · 4"),
        ("", ""),
    ],
)
def test_lines_without_a_direction_of_their_own_are_read_from_the_right(text: str, read: str) -> None:
    """Only paragraphs whose letters are all isolated get a mark: where one is read from the right, or two are apart."""
    assert read_from_the_right(text) == read


@given(st.text() | awkward)
def test_a_mark_is_set_once(text: str) -> None:
    marked = read_from_the_right(text)
    assert read_from_the_right(marked) == marked
    assert marked.replace(RTL_MARK, "") == text.replace(RTL_MARK, "")
