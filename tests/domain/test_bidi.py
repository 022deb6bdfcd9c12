"""A value stays within its isolate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI, is_balanced, isolate

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
