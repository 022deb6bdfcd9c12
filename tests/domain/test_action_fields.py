"""What each kind of action needs, as data."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.action_fields import (
    FIELDS,
    Field,
    FieldName,
    field_after,
    field_of,
    fields_of,
    first_missing,
    missing_fields,
    only_of_kind,
    position,
    read_value,
    starts_at,
    value_for,
    value_of,
    with_value,
)
from bot.domain.alert import ActionKind, Alert
from bot.domain.pasting import SHORTEST_PART
from bot.domain.plan import plan_of
from bot.domain.revision import alert_from, content_of
from bot.domain.staleness import (
    base_version,
    field_version,
    in_force,
    older,
    reads_the_same,
    rewritten,
    with_field,
)
from tests.making import NOW, draft, words

KINDS = st.sampled_from(ActionKind)


def one(kind: ActionKind, name: FieldName) -> Field:
    """Return a field that the kind has."""
    found = field_of(kind, name)
    assert found is not None
    return found


def alert_of(kind: ActionKind, *locales: str) -> Alert:
    """Return a draft of this kind, without any of its fields."""
    return replace(draft(locales=locales or ("en", "ar")), kind=kind, link=None)


def test_every_kind_has_its_fields() -> None:
    """No kind is left out, and no field stands twice in one."""
    assert set(FIELDS) == set(ActionKind)
    for fields in FIELDS.values():
        names = [field.name for field in fields]
        assert len(set(names)) == len(names)


def test_no_value_is_part_of_a_text_that_was_cut() -> None:
    """Apps cut what is too long for one message into parts that are longer than any field's text."""
    assert (
        max(field.limit for fields in FIELDS.values() for field in fields if field.per_locale) < SHORTEST_PART
    )


@given(KINDS)
def test_the_walk_asks_each_field_once(kind: ActionKind) -> None:
    """Those of the alert, then its words, then those of a language: each has its place, and none is asked twice."""
    asked: list[FieldName | None] = []
    for per_locale in (False, True):
        field = field_after(kind, None, per_locale=per_locale)
        while field is not None:
            asked.append(field.name)
            field = field_after(kind, field.name, per_locale=per_locale)
        if not per_locale:
            asked.append(None)
    assert [name for name in asked if name] == [
        *(each.name for each in fields_of(kind, per_locale=False)),
        *(each.name for each in fields_of(kind, per_locale=True)),
    ]
    assert [position(kind, name).number for name in asked] == list(range(1, len(asked) + 1))
    assert {position(kind, name).of for name in asked} == {len(asked)}


@pytest.mark.parametrize("kind", ActionKind)
def test_each_value_is_part_of_what_is_approved(kind: ActionKind) -> None:
    """Every field, in every language, is read back from its revision and makes another plan."""
    alert = alert_of(kind)
    for field in fields_of(kind):
        for locale in ("en", "ar") if field.per_locale else ("",):
            edited = with_value(alert, field, "value", locale)
            assert value_of(edited, field, locale) == "value"
            assert plan_of(edited, paid=False).sha256 != plan_of(alert, paid=False).sha256
            kept = alert_from(content_of(edited), alert_id=0, author_id=None, corrects=None, revision=0)
            assert value_of(kept, field, locale) == "value"
            assert with_value(edited, field, None, locale) == alert
            assert field_version(alert, field, locale) == "" != field_version(edited, field, locale)


@pytest.mark.parametrize("kind", ActionKind)
def test_what_is_missing(kind: ActionKind) -> None:
    """What is required is missing until it is there, in each language that is written; then nothing is."""
    alert = alert_of(kind)
    required = [field for field in fields_of(kind) if field.required]
    assert {field.name for field, _ in missing_fields(alert)} == {field.name for field in required}
    for field in required:
        for locale in ("en", "ar") if field.per_locale else ("",):
            alert = with_value(alert, field, "value", locale)
    assert list(missing_fields(alert)) == []
    assert first_missing(alert, "en") is None


def test_another_kind_takes_only_what_it_needs_along() -> None:
    """What only the kind of before needed goes: nothing is approved that nobody sees."""
    full = alert_of(ActionKind.CALL, "en")
    for name, value in ((FieldName.TARGET, "Council"), (FieldName.PHONE, "+1"), (FieldName.SCRIPT, "Say")):
        full = with_value(full, one(ActionKind.CALL, name), value, "en")
    changed = only_of_kind(replace(full, kind=ActionKind.EMAIL))
    assert dict(changed.details) == {"target": "Council"}
    assert not changed.translations["en"].fields


def test_a_reader_without_own_words_gets_the_bases() -> None:
    """A language without a value of its own reads the base's; the base's, in a file of before, stands above all."""
    place = one(ActionKind.ATTEND, FieldName.PLACE)
    alert = replace(alert_of(ActionKind.ATTEND), details={"place": "The square"})
    assert value_for(alert, place, "ar") == "The square" == value_of(alert, place, "en")
    assert value_of(alert, place, "ar") is None
    moved = with_value(alert, place, "The park", "en")
    assert value_for(moved, place, "ar") == "The park"
    assert moved.details == {}
    assert not reads_the_same("ar", alert, moved)


def test_another_letter_makes_translations_older() -> None:
    """A change of what the action needs in the base's words makes the other languages older; their own does not."""
    letter = one(ActionKind.EMAIL, FieldName.LETTER)
    alert = rewritten(rewritten(alert_of(ActionKind.EMAIL, "en"), words("en")), words("ar"))
    assert older(with_field(alert, letter, "Dear council", "ar")) == ()
    edited = with_field(alert, letter, "Dear council", "en")
    assert older(edited) == ("ar",)
    assert not in_force(edited)
    assert base_version(edited) != base_version(alert)
    # What is older stays so until its words are rewritten, or it is said that it is sent as it is.
    assert older(with_field(edited, letter, "عزيزي", "ar")) == ("ar",)
    assert older(rewritten(edited, words("ar"))) == ()
    assert older(with_field(edited, letter, None, "en")) == ()


@pytest.mark.parametrize(
    ("details", "begins"),
    [
        ({}, None),
        ({"starts_at": "2027-01-31T18:00"}, datetime(2027, 1, 31, 18, tzinfo=UTC)),
        ({"starts_at": "2027-01-31T18:00", "zone": "Europe/Paris"}, datetime(2027, 1, 31, 17, tzinfo=UTC)),
        ({"starts_at": "2027-07-31T18:00", "zone": "Europe/Paris"}, datetime(2027, 7, 31, 16, tzinfo=UTC)),
        # The clocks skip 2:30 that night, and show 1:30 twice on another.
        ({"starts_at": "2027-03-28T02:30", "zone": "Europe/Paris"}, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (
            {"starts_at": "2027-10-31T02:30", "zone": "Europe/Paris"},
            datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        ),
        # As files were read before.
        ({"starts_at": "2026-12-04 18:00:00+02:00"}, datetime(2026, 12, 4, 16, tzinfo=UTC)),
        ({"starts_at": "on Friday"}, None),
    ],
)
def test_when_it_begins(details: dict[str, str], begins: datetime | None) -> None:
    """A moment is the one that clocks in its zone show; in a gap it is later, in an overlap the first."""
    assert starts_at(replace(alert_of(ActionKind.ATTEND), details=details)) == begins


def test_a_moment_is_read_in_the_zone_beside_it() -> None:
    """The same hour is over in one zone and to come in another."""
    field = one(ActionKind.MOMENT, FieldName.STARTS_AT)
    alert = replace(alert_of(ActionKind.MOMENT), details={"zone": "America/New_York"})
    assert read_value(alert, field, "2026-11-23 08:00", now=NOW) == "2026-11-23T08:00"
