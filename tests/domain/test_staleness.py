"""Translations that are older than the base's words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.plan import plan_of
from bot.domain.revision import alert_from, content_of
from bot.domain.rich_text import Entity
from bot.domain.staleness import (
    base_version,
    kept_as_they_are,
    older,
    reads_the_same,
    rewritten,
    undecided,
    version_of,
    written_together,
)

DRAFT = Alert(id=7, author_id=3, kind=ActionKind.SIGN, base="en")


def words(locale: str, text: str = "One.") -> Translation:
    """Return words in a locale."""
    return Translation(locale=locale, title="Ask", text=text)


def written(*steps: tuple[str, str]) -> Alert:
    """Return an alert written in these steps."""
    alert = DRAFT
    for locale, text in steps:
        alert = rewritten(alert, words(locale, text))
    return alert


def test_another_base_makes_the_others_older() -> None:
    """A change of the base makes every other locale older; its old words back make them fine again."""
    alert = written(("en", "1"), ("ar", "1"), ("es", "1"), ("en", "2"))
    assert set(older(alert)) == {"ar", "es"} == set(undecided(alert))
    assert older(rewritten(alert, words("en", "1"))) == ()
    assert older(rewritten(alert, words("ar", "2"))) == ("es",)


def test_the_same_words_anew_change_nothing() -> None:
    """Who sends the base's words once more makes nothing older, formatted in the app or by tags."""
    alert = written(("en", "a <b>b</b>"), ("ar", "1"))
    by_app = replace(words("en", "a b"), entities=(Entity(type="bold", offset=2, length=1),))
    assert older(rewritten(alert, by_app)) == ()
    assert older(rewritten(alert, replace(by_app, entities=()))) == ("ar",)


def test_written_for_what_was_shown() -> None:
    """A translation of the base as it was shown is older, where the base was written anew meanwhile."""
    alert = written(("en", "1"))
    shown = base_version(alert)
    alert = rewritten(rewritten(alert, words("en", "2")), words("ar"), written_for=shown)
    assert older(alert) == ("ar",) == undecided(alert)


def test_written_before_the_base() -> None:
    """Words that were there before the base are older from the base's first change on."""
    alert = written(("ar", "1"), ("en", "1"))
    assert older(alert) == ()
    assert older(rewritten(alert, words("en", "2"))) == ("ar",)


def test_words_of_before() -> None:
    """Words of an earlier version of the program, which knew nothing of this, are fine until the base changes."""
    alert = replace(DRAFT, translations={"en": words("en"), "ar": words("ar")})
    assert older(alert) == ()
    assert older(rewritten(alert, words("en", "2"))) == ("ar",)


def test_a_choice_holds_for_one_version() -> None:
    """What is sent as it is stays older and is decided, until the base changes once more or it is written anew."""
    alert = kept_as_they_are(written(("en", "1"), ("ar", "1"), ("es", "1"), ("en", "2")), ["ar"])
    assert (set(older(alert)), undecided(alert)) == ({"ar", "es"}, ("es",))
    assert set(undecided(rewritten(alert, words("en", "3")))) == {"ar", "es"}
    assert undecided(rewritten(alert, words("ar", "2"))) == ("es",)


def test_a_choice_is_part_of_the_plan() -> None:
    """An approval covers the choice: another choice is another plan (I6)."""
    alert = written(("en", "1"), ("ar", "1"), ("en", "2"))
    kept = kept_as_they_are(alert, ["ar"])
    assert plan_of(kept, paid=False).sha256 != plan_of(alert, paid=False).sha256


def test_written_together_is_not_older() -> None:
    """All words of one file belong to its base."""
    alert = written_together(replace(DRAFT, translations={"en": words("en"), "ar": words("ar")}))
    assert alert.translations["ar"].written_for == base_version(alert)
    assert older(rewritten(alert, words("en", "2"))) == ("ar",)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, {"en", "ar", "es"}),
        ({"link": "https://example.org/b"}, set()),
        ({"translations": {"en": words("en", "2"), "ar": words("ar")}}, {"ar"}),
        ({"translations": {"en": words("en"), "ar": words("ar", "2")}}, {"en", "es"}),
        ({"translations": {"en": words("en"), "ar": words("ar"), "es": words("es", "2")}}, {"en", "ar"}),
        ({"kind": ActionKind.CALL}, set()),
    ],
)
def test_who_reads_the_same(change: dict[str, object], same: set[str]) -> None:
    """A correction changes something exactly for those whose words, button or link it changes."""
    before = replace(DRAFT, link="https://example.org/a", translations={"en": words("en"), "ar": words("ar")})
    after = replace(before, **change)  # type: ignore[arg-type]  # any field
    assert {locale for locale in ("en", "ar", "es") if reads_the_same(locale, before, after)} == same


ENTITIES = st.none() | st.lists(
    st.builds(
        Entity,
        type=st.sampled_from(["bold", "text_link"]),
        offset=st.integers(0, 9),
        length=st.integers(1, 9),
        url=st.none() | st.just('https://example.org/?a="&lt;'),
        custom=st.just(()) | st.just((("language", "python"),)),
    ),
    max_size=3,
).map(tuple)


@given(ENTITIES, st.none() | st.just("0" * 16), st.none() | st.just("1" * 16))
def test_a_revision_keeps_formatting_and_versions(
    entities: tuple[Entity, ...] | None, written_for: str | None, kept_for: str | None
) -> None:
    """An alert comes back from its revision as it was, its formatting and what was decided of it too."""
    arabic = replace(words("ar"), entities=entities, written_for=written_for, kept_for=kept_for)
    alert = replace(DRAFT, translations={"ar": arabic})
    again = alert_from(content_of(alert), alert_id=7, author_id=3, corrects=None, revision=0)
    assert again == alert


def test_a_version_is_short() -> None:
    """It fits on a button."""
    assert len(version_of(words("en"))) == 16
