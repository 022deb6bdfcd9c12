"""Translations that are older than the base's words."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.audience import Person
from bot.domain.choices import Choice, Chosen
from bot.domain.plan import plan_of
from bot.domain.reach import reach
from bot.domain.revision import alert_from, content_of
from bot.domain.rich_text import Entity
from bot.domain.staleness import (
    Standing,
    base_version,
    decided,
    in_force,
    left_out,
    older,
    open_to,
    reads_the_same,
    recipients,
    rewritten,
    standing,
    version_of,
    written_together,
)

DRAFT = Alert(id=7, author_id=3, kind=ActionKind.SIGN, base="en")
WAITS = Chosen(choice=Choice.WAIT, by=3, for_base="0" * 16)


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
    assert set(older(alert)) == {"ar", "es"}
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
    assert older(alert) == ("ar",)


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
    alert = decided(
        written(("en", "1"), ("ar", "1"), ("es", "1"), ("en", "2")), ["ar"], Choice.AS_IT_IS, by=3
    )
    assert (set(older(alert)), in_force(alert)) == ({"ar", "es"}, {"ar": Choice.AS_IT_IS})
    assert in_force(rewritten(alert, words("en", "3"))) == {}
    assert in_force(rewritten(alert, words("ar", "2"))) == {}


def test_a_choice_is_part_of_the_plan() -> None:
    """An approval covers the choice: another choice is another plan (I6)."""
    alert = written(("en", "1"), ("ar", "1"), ("en", "2"))
    plans = {plan_of(decided(alert, ["ar"], each, by=3), paid=False).sha256 for each in Choice}
    assert len({plan_of(alert, paid=False).sha256, *plans}) == 1 + len(Choice)


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
    arabic = replace(words("ar"), entities=entities, written_for=written_for)
    before_names = {} if kept_for is None else {"ar": Chosen(choice=Choice.AS_IT_IS, for_base=kept_for)}
    alert = replace(DRAFT, translations={"ar": arabic}, choices={**before_names, "es": WAITS})
    again = alert_from(content_of(alert), alert_id=7, author_id=3, corrects=None, revision=0)
    assert again == alert


def test_choices_of_before_keep_their_hash() -> None:
    """What was written before choices had names is read and written as it was: older approvals stay good."""
    content = content_of(written(("en", "1"), ("ar", "1"), ("en", "2")))
    content["translations"]["ar"]["kept_for"] = "0123456789abcdef"
    read = alert_from(content, alert_id=7, author_id=3, corrects=None, revision=0)
    assert read.choices == {"ar": Chosen(choice=Choice.AS_IT_IS, for_base="0123456789abcdef")}
    assert content_of(read) == content
    assert "choices" not in content


STEPS = st.lists(
    st.tuples(st.sampled_from(["en", "ar", "es"]), st.sampled_from("123"))
    | st.tuples(st.sampled_from(["ar", "es", "fr"]), st.sampled_from(list(Choice))),
    max_size=12,
)


@given(STEPS)
def test_choices_are_about_what_is_open(steps: list[tuple[str, str | Choice]]) -> None:
    """Whatever is written and chosen: a choice is about missing or older words, and never the base's."""
    alert = rewritten(DRAFT, words("en"))
    for locale, step in steps:
        if isinstance(step, Choice):
            alert = decided(alert, [locale], step, by=3)
        else:
            alert = rewritten(alert, words(locale, step))
        assert all(standing(alert, each) is not Standing.CURRENT for each in alert.choices)
        assert alert.base not in alert.choices
        for each, choice in in_force(alert).items():
            assert choice is not Choice.AS_IT_IS or standing(alert, each) is Standing.STALE
            gets_base = choice is Choice.BASE or each not in alert.translations
            assert alert.words(each).locale == (alert.base if gets_base else each)


@given(STEPS)
def test_who_is_left_out_is_no_recipient(steps: list[tuple[str, str | Choice]]) -> None:
    """Whom the alert goes to is its audience, less the readers of languages that are left out; reach says the same."""
    alert = rewritten(DRAFT, words("en"))
    for locale, step in steps:
        if isinstance(step, Choice):
            alert = decided(alert, [locale], step, by=3)
    people = [
        Person(id=n, locale=locale, joined_on=date(2026, 1, 1), topics=frozenset({"alerts"}))
        for n, locale in enumerate(["en", "ar", "es", "fr", "ar"])
    ]
    got = Counter(person.locale for person in people if recipients(alert).matches(person))
    reached = reach(
        Counter(person.locale for person in people),
        base="en",
        written=alert.translations,
        older=older(alert),
        choices=in_force(alert),
    )
    assert dict(got) == dict(reached.by_locale)
    assert reached.total + sum(reached.without.values()) == len(people)
    assert set(reached.without) == left_out(alert) & {person.locale for person in people}
    decided_of = set(in_force(alert))
    assert set(reached.undecided) == {"ar", "es", "fr"} - decided_of


def test_all_together_is_asked_of_what_is_open() -> None:
    """One choice for all: older words as they are, missing ones by the base's; what was decided before stays."""
    alert = decided(written(("en", "1"), ("ar", "1"), ("en", "2")), ["fr"], Choice.LEAVE_OUT, by=3)
    among = ["en", "ar", "es", "fr", "de"]
    assert open_to(alert, Choice.BASE, among) == ["de", "es"] == open_to(alert, Choice.LEAVE_OUT, among)
    assert open_to(alert, Choice.AS_IT_IS, among) == ["ar"]


def test_a_version_is_short() -> None:
    """It fits on a button."""
    assert len(version_of(words("en"))) == 16
