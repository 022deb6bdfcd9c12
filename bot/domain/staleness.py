"""Which translations were written for other words of the base than those of today, and what was decided of them."""

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from bot.domain.action_fields import Field, fields_of, value_for, value_of, with_value
from bot.domain.alert import Alert, Translation
from bot.domain.audience import Audience, Locales, Not
from bot.domain.canonical import sha256_of
from bot.domain.choices import Choice, Chosen

VERSION = 16
"""Digits of the hash that tells one version of the base's words from another; nothing secret hangs on it."""


def version_of(words: Translation) -> str:
    """Return what tells these words from any others."""
    said = words.body()
    entities = [entity.as_dict() for entity in said.entities]
    return sha256_of([words.title, said.text, entities, words.button])[:VERSION]


def locale_version(alert: Alert, locale: str) -> str:
    """Return the version of one locale's words; empty before they are written."""
    words = alert.translations.get(locale)
    return "" if words is None else version_of(words)


def base_version(alert: Alert) -> str | None:
    """Return the version of the base's words, and of what its action needs in words; None before they are written."""
    base = alert.translations.get(alert.base)
    if base is None:
        return None
    return sha256_of([version_of(base), dict(base.fields)])[:VERSION] if base.fields else version_of(base)


def older(alert: Alert) -> tuple[str, ...]:
    """Return the locales whose words were written for other words of the base than those of today."""
    today = base_version(alert)
    return tuple(
        locale
        for locale, words in alert.translations.items()
        if locale != alert.base and words.written_for not in (None, today)
    )


class Standing(StrEnum):
    """How one locale's words stand to those of the base."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"


def standing(alert: Alert, locale: str) -> Standing:
    """Return whether there are words in this locale, and whether they are older than the base's."""
    if locale not in alert.translations:
        return Standing.MISSING
    return Standing.STALE if locale in older(alert) else Standing.CURRENT


def in_force(alert: Alert) -> dict[str, Choice]:
    """Return what holds for the readers of each locale of which an organizer has decided."""
    today = base_version(alert)
    return {
        locale: chosen.choice
        for locale, chosen in alert.choices.items()
        if chosen.holds(today) and standing(alert, locale) is not Standing.CURRENT
    }


def left_out(alert: Alert) -> frozenset[str]:
    """Return the locales whose readers get nothing."""
    return frozenset(locale for locale, choice in in_force(alert).items() if choice is Choice.LEAVE_OUT)


def recipients(alert: Alert) -> Audience:
    """Return whom the alert goes to: its audience without the readers who are left out for their language."""
    without = left_out(alert)
    if not without:
        return alert.audience
    return Audience(terms=(*alert.audience.terms, Not(term=Locales(locales=without))))


def open_to(alert: Alert, choice: Choice, locales: Collection[str]) -> list[str]:
    """Return which of the locales nobody has decided of, and this choice is for when it is made for all together.

    Older words are sent as they are; the readers of missing ones get the base's, or nothing. Whoever has older words
    is not given others, or none, unasked.
    """
    about = Standing.STALE if choice is Choice.AS_IT_IS else Standing.MISSING
    before = in_force(alert)
    return sorted(locale for locale in locales if locale not in before and standing(alert, locale) is about)


def decided(alert: Alert, locales: Collection[str], choice: Choice, *, by: int) -> Alert:
    """Return the alert with this choice for those of the locales of which it can be made.

    Older words can be sent as they are; for missing ones there is nothing to send so.
    """
    possible = {Standing.STALE} if choice is Choice.AS_IT_IS else {Standing.STALE, Standing.MISSING}
    before = in_force(alert)
    new = Chosen(choice=choice, by=by, for_base=base_version(alert))
    made = {
        locale: new
        for locale in locales
        if locale != alert.base and standing(alert, locale) in possible and before.get(locale) is not choice
    }
    return replace(alert, choices={**alert.choices, **made})


def settled(alert: Alert) -> Alert:
    """Return the alert without the choices about locales whose words are there and fine: nothing is left to choose."""
    open_ones = {
        locale: chosen
        for locale, chosen in alert.choices.items()
        if standing(alert, locale) is not Standing.CURRENT
    }
    return replace(alert, choices=open_ones)


def rewritten(alert: Alert, words: Translation, *, written_for: str | None = None) -> Alert:
    """Return the alert with these words; those of the other locales keep the version they were written for.

    `written_for`: the version of the base's words that the writer of a translation saw; None for those of today.
    """
    before = base_version(alert)
    kept = {
        locale: each if each.written_for or locale == alert.base else replace(each, written_for=before)
        for locale, each in alert.translations.items()
    }
    if words.locale != alert.base:
        words = replace(words, written_for=written_for or before)
        left = {locale: chosen for locale, chosen in alert.choices.items() if locale != words.locale}
        return replace(alert, translations={**alert.translations, words.locale: words}, choices=left)
    edited = replace(alert, translations={**alert.translations, words.locale: words})
    if base_version(edited) == before:
        return edited
    return settled(replace(alert, translations={**kept, words.locale: words}))


def written_together(alert: Alert) -> Alert:
    """Return an alert all of whose words were written for its base's as they are, as in one file."""
    today = base_version(alert)
    translations = {
        locale: words if locale == alert.base else replace(words, written_for=today)
        for locale, words in alert.translations.items()
    }
    return replace(alert, translations=translations)


def field_version(alert: Alert, field: Field, locale: str = "") -> str:
    """Return the version of one field's value; empty where it has none."""
    return _version(value_of(alert, field, locale))


def link_version(alert: Alert) -> str:
    """Return the version of what the main button opens; empty where there is none."""
    return _version(alert.link)


def picture_version(alert: Alert) -> str:
    """Return the version of the picture; empty where there is none."""
    return _version(None if alert.picture is None else alert.picture.as_json())


def _version(value: object) -> str:
    return "" if value is None else sha256_of(value)[:VERSION]


def with_field(alert: Alert, field: Field, value: str | None, locale: str = "") -> Alert:
    """Return the alert with another value of a field. What was older stays older until its words are rewritten."""
    edited = with_value(alert, field, value, locale)
    if not field.per_locale:
        return edited
    words = edited.translations[locale]
    written = rewritten(replace(alert, details=edited.details), words, written_for=words.written_for)
    if locale == alert.base or locale not in alert.choices:
        return written
    return replace(written, choices={**written.choices, locale: alert.choices[locale]})


def reads_the_same(locale: str, one: Alert, other: Alert) -> bool:
    """Whether readers of this locale see the same in both: words, button, link, deadline, what the action needs."""
    return _seen(one, locale) == _seen(other, locale)


def _seen(alert: Alert, locale: str) -> tuple[object, ...]:
    words = alert.words(locale)
    label = words.button or alert.kind if alert.link else None
    needs = [value_for(alert, field, locale) for field in fields_of(alert.kind)]
    return words.rendered(), label, alert.link, alert.deadline, alert.picture, tuple(needs)
