"""What each kind of action needs beside title and text, as data: which fields, in which order, how they are read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial

from bot.domain.alert import ActionKind, Alert
from bot.domain.field_values import (
    ADDRESS_LIMIT,
    instant,
    local_moment,
    mail_address,
    one_line,
    paragraphs,
    phone_number,
    zone_name,
)
from bot.domain.links import LINK_LIMIT, checked_link

INSTITUTION_LIMIT, HOURS_LIMIT, PLACE_LIMIT = 80, 50, 120
"""UTF-16 units of what stands under an alert's text: with the longest text it still fits into one message."""

SUBJECT_LIMIT, QUESTION_LIMIT, SHORT = 150, 300, 64

LETTER_LIMIT = SCRIPT_LIMIT = 2000
"""UTF-16 units: mail programs cut longer links that carry a letter; and less than Telegram's apps cut a text into."""


class FieldName(StrEnum):
    """A field, by its name in the alert file and on buttons."""

    LINK = "link"
    TARGET = "target"
    ADDRESS = "address"
    SUBJECT = "subject"
    LETTER = "letter"
    PHONE = "phone"
    HOURS = "hours"
    SCRIPT = "script"
    ZONE = "zone"
    STARTS_AT = "starts_at"
    PLACE = "place"
    QUESTION_1 = "question_1"
    QUESTION_2 = "question_2"
    QUESTION_3 = "question_3"


Read = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One thing that is asked. `per_locale`: it is words, and has a value in each language.

    `read`: returns the value as it is kept; None for a moment, which is read with the zone beside it. `limit`: UTF-16
    units that are taken at the most. `lines`: it may have several.
    """

    name: FieldName
    read: Read | None
    limit: int
    per_locale: bool = False
    required: bool = True
    lines: bool = False


def _text(
    name: FieldName, limit: int, *, per_locale: bool = True, required: bool = True, lines: bool = False
) -> Field:
    return Field(
        name=name,
        read=partial(paragraphs if lines else one_line, limit=limit),
        limit=limit,
        per_locale=per_locale,
        required=required,
        lines=lines,
    )


_LINK = Field(name=FieldName.LINK, read=checked_link, limit=LINK_LIMIT, required=False)
_TARGET = _text(FieldName.TARGET, INSTITUTION_LIMIT, per_locale=False)
_ADDRESS = Field(name=FieldName.ADDRESS, read=mail_address, limit=ADDRESS_LIMIT)
_PHONE = Field(name=FieldName.PHONE, read=phone_number, limit=SHORT)
_HOURS = _text(FieldName.HOURS, HOURS_LIMIT, per_locale=False, required=False)
_WHEN = (
    Field(name=FieldName.ZONE, read=zone_name, limit=SHORT),
    Field(name=FieldName.STARTS_AT, read=None, limit=SHORT),
)

FIELDS: dict[ActionKind, tuple[Field, ...]] = {
    ActionKind.EMAIL: (
        _TARGET,
        _ADDRESS,
        _text(FieldName.SUBJECT, SUBJECT_LIMIT),
        _text(FieldName.LETTER, LETTER_LIMIT, lines=True),
    ),
    ActionKind.CALL: (_TARGET, _PHONE, _HOURS, _text(FieldName.SCRIPT, SCRIPT_LIMIT, lines=True)),
    ActionKind.SIGN: (_LINK,),
    ActionKind.SHARE: (_LINK,),
    ActionKind.ATTEND: (*_WHEN, _text(FieldName.PLACE, PLACE_LIMIT)),
    ActionKind.PLEDGE: _WHEN,
    ActionKind.MOMENT: _WHEN,
    ActionKind.REPORT: (
        _text(FieldName.QUESTION_1, QUESTION_LIMIT),
        _text(FieldName.QUESTION_2, QUESTION_LIMIT),
        _text(FieldName.QUESTION_3, QUESTION_LIMIT),
    ),
}
"""In the order in which they are asked: those of the alert before its words, those of each language after them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where in the writing of an alert a question stands: the `number`-th `of` so many."""

    number: int
    of: int


def fields_of(kind: ActionKind, *, per_locale: bool | None = None) -> tuple[Field, ...]:
    """Return the fields of a kind; only those of the alert, or of each language, where that is said."""
    return tuple(each for each in FIELDS[kind] if per_locale in (None, each.per_locale))


def field_of(kind: ActionKind, name: FieldName) -> Field | None:
    """Return a field of a kind; None where the kind has none of this name."""
    return next((each for each in FIELDS[kind] if each.name is name), None)


def field_after(kind: ActionKind, name: FieldName | None, *, per_locale: bool) -> Field | None:
    """Return what is asked after a field, or first, among those of the alert or of a language; None at their end."""
    fields = fields_of(kind, per_locale=per_locale)
    names = [each.name for each in fields]
    at = names.index(name) + 1 if name in names else 0
    return fields[at] if at < len(fields) else None


def position(kind: ActionKind, name: FieldName | None = None) -> Position:
    """Return where a field's question stands among all that are asked of a new alert; without a name, the words'."""
    shared, own = fields_of(kind, per_locale=False), fields_of(kind, per_locale=True)
    asked = [*(each.name for each in shared), None, *(each.name for each in own)]
    return Position(number=asked.index(name) + 1, of=len(asked))


def read_value(alert: Alert, field: Field, written: str, *, now: datetime) -> str:
    """Return what was written for a field as it is kept.

    Raises FieldInvalid, LinkInvalid, PersonLinked.
    """
    if field.read is None:
        return local_moment(written, zone=alert.details.get(FieldName.ZONE, "UTC"), now=now)
    return field.read(written)


def value_of(alert: Alert, field: Field, locale: str = "") -> str | None:
    """Return the value of a field; of one that is words, just what is written in this locale."""
    if field.name is FieldName.LINK:
        return alert.link
    if not field.per_locale:
        return alert.details.get(field.name)
    words = alert.translations.get(locale)
    own = None if words is None else words.fields.get(field.name)
    # A file of before there were fields in each language has one place for all.
    return own or (alert.details.get(field.name) if locale == alert.base else None)


def value_for(alert: Alert, field: Field, locale: str) -> str | None:
    """Return what a reader of this locale gets: their language's value, or else the base's."""
    return value_of(alert, field, locale) or value_of(alert, field, alert.base)


def with_value(alert: Alert, field: Field, value: str | None, locale: str = "") -> Alert:
    """Return the alert with another value of a field, or without one. Words of a locale have to be there first."""
    if field.name is FieldName.LINK:
        return replace(alert, link=value)
    if not field.per_locale:
        return replace(alert, details=_put(alert.details, field.name, value))
    words = alert.translations[locale]
    changed = replace(words, fields=_put(words.fields, field.name, value))
    details = alert.details
    if locale == alert.base:
        details = {name: each for name, each in details.items() if name != field.name}
    return replace(alert, details=details, translations={**alert.translations, locale: changed})


def missing_fields(alert: Alert) -> Iterator[tuple[Field, str]]:
    """Yield what the alert needs and has not: each field with the locale in which it is missing, empty for all.

    A language without words of its own gets the base's, and its fields with them.
    """
    for field in fields_of(alert.kind):
        if not field.required:
            continue
        for locale in sorted(alert.translations) if field.per_locale else ("",):
            if value_of(alert, field, locale) is None:
                yield field, locale


def first_missing(alert: Alert, locale: str) -> Field | None:
    """Return the first field that a language needs and has not; None where it has all."""
    own = fields_of(alert.kind, per_locale=True)
    return next((field for field in own if value_of(alert, field, locale) is None), None)


def starts_at(alert: Alert) -> datetime | None:
    """Return when it begins, in UTC; None where that is not said."""
    written = alert.details.get(FieldName.STARTS_AT)
    if written is None:
        return None
    try:
        return instant(written, alert.details.get(FieldName.ZONE))
    except ValueError:  # from a file of before it was read
        return None


def only_of_kind(alert: Alert) -> Alert:
    """Return the alert without the values of fields that its kind has not: what goes out is what is seen."""
    shared = {each.name for each in fields_of(alert.kind)}
    own = {each.name for each in fields_of(alert.kind, per_locale=True)}
    translations = {
        locale: replace(words, fields={name: value for name, value in words.fields.items() if name in own})
        for locale, words in alert.translations.items()
    }
    details = {name: value for name, value in alert.details.items() if name in shared}
    return replace(alert, details=details, translations=translations)


def _put(values: Mapping[str, str], name: str, value: str | None) -> dict[str, str]:
    kept = {each: said for each, said in values.items() if each != name}
    return kept if value is None else {**kept, str(name): value}
