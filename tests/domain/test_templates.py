"""Places in strings, and what a translation may do with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bidi import FSI, PDI, is_balanced
from bot.domain.templates import fill, form_mistakes, has_loose_brace, mistakes, places


def test_places_are_filled_and_isolated() -> None:
    assert fill("Hello {name}!", {"name": "@x", "other": "y"}) == f"Hello {FSI}@x{PDI}!"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("Hello {name}", {})


@pytest.mark.parametrize(
    "template", ["{name.__class__}", "{name[0]}", "{name!r}", "{name:>99999}", "{0}", "{}", "{{name}}"]
)
def test_only_plain_names_are_places(template: str) -> None:
    """A translation cannot reach into values, pad them to any length, or name them by position."""
    assert has_loose_brace(template)
    assert mistakes("{name}", template)


@given(template=st.text(), value=st.text())
def test_filling_never_recurses(template: str, value: str) -> None:
    """A value that looks like a place stays a value, and what it fills stays balanced."""
    filled = fill("a {x} b", {"x": "{x}" + value})
    assert "{x}" in filled
    assert is_balanced(filled)
    assert fill(template, dict.fromkeys(places(template), value)) is not None


@pytest.mark.parametrize(
    ("source", "translation", "mistake"),
    [
        ("Stop", "", "is missing"),
        ("Stop", "  ", "is missing"),
        ("Hi {name}", "Hola", "lacks {name}"),
        ("Hi", "Hola {name}", "has {name}, which the source has not"),
        ("Hi {name}", "Hola {name", "has a brace that is not a {place}"),
        ("Hi", f"Hola{FSI}", "has a direction mark without its counterpart"),
        ("Hi ", "Hola", "begins or ends with other white space than the source"),
    ],
)
def test_mistakes_are_named(source: str, translation: str, mistake: str) -> None:
    assert mistake in mistakes(source, translation)


def test_a_sound_translation_has_no_mistakes() -> None:
    assert mistakes("{a} and {b}", f"{FSI}{{b}}{PDI} y {{a}}") == []


def test_a_form_of_one_number_may_leave_it_out() -> None:
    """“One person” needs no figure; “few people” does."""
    exact = [True, False]
    assert form_mistakes("{n} people", ["one person", "{n} people"], exact=exact) == []
    assert form_mistakes("{n} people", ["one person", "people"], exact=exact) == ["form 1 lacks {n}"]
    assert form_mistakes("{n} people in {place}", ["one", "{n} {place}"], exact=exact) == [
        "form 0 lacks {place}"
    ]


def test_every_form_is_needed() -> None:
    assert form_mistakes("{n} people", ["{n}"], exact=[True, False]) == ["has 1 plural forms instead of 2"]
    assert form_mistakes("{n} people", ["", ""], exact=[True, False]) == ["is missing"]
    assert form_mistakes("{n} people", ["one", ""], exact=[True, False]) == ["form 1 is missing"]
