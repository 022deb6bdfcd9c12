"""The languages of an alert: which are up to date, and what is decided about the others."""

from collections.abc import Mapping, Sequence

from bot.domain.alert import Alert
from bot.domain.bidi import isolate
from bot.domain.choices import Choice
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, styled
from bot.domain.staleness import Standing, standing
from bot.i18n.localizer import Localizer
from bot.telegram_io.check_buttons import Decide
from bot.wording.estimates import short
from bot.wording.screen import Control, Press

IN_A_ROW = 3
"""Buttons of languages beside each other: a phone shows ten lines."""

NAME_SHOWN = 10
"""Letters of a language's name that a button has room for beside another; a longer one is counted."""

CHANGES_SHOWN = 1200
"""UTF-16 units of the changes that are shown."""

_APART = "   "
_TOGETHER = "\u2060\u00a0"
"""A space at which no line is broken, not even after a dash (UAX 14, LB12a): a word joiner stands before it."""


def language_lines(localizer: Localizer, alert: Alert, reach: Reach, locales: Sequence[str]) -> str:
    """Return how each language stands, the base first, those left out that nobody reads and nobody wrote.

    As many stand in a line as the phone has room for.
    """
    shown = [
        locale
        for locale in dict.fromkeys((alert.base, *locales, *reach.by_locale, *reach.without))
        if locale in alert.translations
        or reach.readers(locale)
        or locale in reach.choices
        or locale in reach.missing
    ]
    said = [unbroken(_stands(localizer, alert, reach, locale)) for locale in shown]
    return localizer.directed(_APART.join(map(isolate, said)))


def unbroken(text: str) -> str:
    """Return a few words that stay in one line."""
    return text.replace(" ", _TOGETHER)


def choice_lines(localizer: Localizer, reach: Reach) -> str:
    """Return, for whoever approves or confirms, whose readers get other words than their own of today, or none."""
    kept = {locale: n for locale, n in reach.older.items() if locale in reach.choices}
    lines = []
    if kept:
        # Translators: on a card before an alert is sent; {languages} are languages, each with its number of readers,
        # whose words are older than those of the language {base}, and are sent so.
        older = localizer.gettext(
            "! Older than {base}, sent as it is: {languages}",
            base=localizer.language_name(reach.base),
            languages=counted(localizer, reach, kept),
        )
        lines.append(older)
    gets_base = {locale: n for locale, n in reach.missing.items() if locale in reach.choices}
    if gets_base:
        # Translators: on a card before an alert is sent; readers of {languages}, each with its number, get the words in
        # the language {base}.
        says = localizer.gettext(
            "Get {base} instead: {languages}",
            base=localizer.language_name(reach.base),
            languages=counted(localizer, reach, gets_base),
        )
        lines.append(says)
    if reach.without:
        # Translators: on a card before an alert is sent; readers of {languages}, each with its number, get nothing.
        nothing = localizer.gettext(
            "Left out for their language: {languages}", languages=counted(localizer, reach, reach.without)
        )
        lines.append(nothing)
    return "\n".join(lines)


def open_line(localizer: Localizer, reach: Reach) -> str:
    """Name the languages of which nobody has decided; empty if there are none."""
    if not reach.undecided:
        return ""
    # Translators: {languages} are languages, each with its number of readers, that are missing, or older than the first
    # language; nobody has decided yet what their readers get.
    return localizer.gettext(
        "! Not decided: {languages}", languages=counted(localizer, reach, reach.undecided)
    )


def waiting_line(localizer: Localizer, reach: Reach) -> str:
    """Name the languages whose words are waited for; empty if there are none."""
    if not reach.waiting:
        return ""
    # Translators: an organizer decided that nothing is sent before the words in {languages} are written; each stands
    # with its number of readers.
    return localizer.gettext("! Waits for: {languages}", languages=counted(localizer, reach, reach.waiting))


def decide_button(localizer: Localizer, alert: Alert, reach: Reach) -> Press | None:
    """Return the button that leads to what is to be decided; None where nothing is."""
    locales = [*reach.undecided, *reach.waiting]
    if not locales or alert.base not in alert.translations:
        return None
    one = locales[0] if len(locales) == 1 else None
    if one is not None and len(localizer.language_name(one)) <= NAME_SHOWN:
        # Translators: button; asks what the readers of one {language} get, whose words are missing or older. Short.
        label = localizer.gettext("Decide: {language}", language=localizer.language_name(one))
    else:
        # Translators: button; asks what the readers of {n} languages get, whose words are missing or older. Short.
        label = localizer.ngettext("Decide: {n} language", "Decide: {n} languages", len(locales))
    return Press(label, Decide(alert.id, one))


def decide_rows(localizer: Localizer, alert: Alert, reach: Reach) -> list[list[Control]]:
    """Return the same in a row of its own; no row where nothing is to be decided."""
    button = decide_button(localizer, alert, reach)
    return [] if button is None else [[button]]


def changed_lines(localizer: Localizer, alert: Alert, changes: RichText | None) -> list[RichText | str]:
    """Return what was changed in the base since; nothing where that is not known."""
    if changes is None or not changes.text:
        return []
    # Translators: above words of the language {base}; removed ones are struck out, added ones underlined.
    says = localizer.gettext("Changed in {base} since:", base=localizer.language_name(alert.base))
    return [styled(says, "italic"), changes.cut(CHANGES_SHOWN)]


def older_mark(localizer: Localizer, alert: Alert, locale: str) -> str:
    """Say that the words of a locale are older than the base's; empty where they are not."""
    if standing(alert, locale) is not Standing.STALE:
        return ""
    # Translators: about words that were written for other words of the language {base} than those of today.
    return localizer.gettext("! older than {base}", base=localizer.language_name(alert.base))


def choice_name(localizer: Localizer, choice: Choice, *, base: str) -> str:
    """Return what was decided about a language, inside a sentence."""
    match choice:
        case Choice.WAIT:
            # Translators: what was decided about a language whose words are missing or older; after a colon.
            return localizer.gettext("wait for its words")
        case Choice.BASE:
            # Translators: what was decided about a language whose words are missing or older; after a colon.
            return localizer.gettext("they get {base}", base=localizer.language_name(base))
        case Choice.LEAVE_OUT:
            # Translators: what was decided about the readers of a language; after a colon.
            return localizer.gettext("they are left out")
        case Choice.AS_IT_IS:
            # Translators: what was decided about a language whose words are older; after a colon.
            return localizer.gettext("it is sent as it is")


def _stands(localizer: Localizer, alert: Alert, reach: Reach, locale: str) -> str:
    """Return the code of a language and how it stands."""
    stands = standing(alert, locale)
    if stands is Standing.CURRENT:
        # Translators: on an organizer's board, three a row: {locale} is a language's code. Its words are up to date.
        return localizer.gettext("{locale} ✓ current", locale=locale)
    readers = _people(localizer, reach, reach.readers(locale))
    match reach.choices.get(locale):
        case Choice.WAIT:
            # Translators: on an organizer's board, three a row: words in {locale}, a language's code, are waited for.
            return localizer.gettext("{locale} ! waited for ({n})", locale=locale, n=readers)
        case Choice.BASE:
            # Translators: on an organizer's board, three a row: the {n} readers of the language with the code {locale}
            # get the words of the language with the code {base}.
            return localizer.gettext(
                "{locale} – gets {base} ({n})", locale=locale, base=reach.base, n=readers
            )
        case Choice.LEAVE_OUT:
            # Translators: on an organizer's board, three a row: the {n} readers of the language {locale} get nothing.
            return localizer.gettext("{locale} – left out ({n})", locale=locale, n=readers)
        case Choice.AS_IT_IS:
            # Translators: on an organizer's board, three a row: older words in {locale} are sent to its {n} readers.
            return localizer.gettext("{locale} ! older, sent ({n})", locale=locale, n=readers)
        case None:
            pass
    if stands is Standing.STALE:
        # Translators: on an organizer's board, three a row: the words in {locale} are older than the first language's;
        # {n} people read them.
        return localizer.gettext("{locale} ! older ({n})", locale=locale, n=readers)
    # Translators: on an organizer's board, three a row: there are no words in {locale}, which {n} people read.
    return localizer.gettext("{locale} – missing ({n})", locale=locale, n=readers)


def counted(localizer: Localizer, reach: Reach, readers: Mapping[str, int]) -> str:
    """Return the languages with their numbers of readers, the most read first."""
    most_first = sorted(readers.items(), key=lambda each: -each[1])
    return localizer.list(
        [with_number(localizer, locale, _people(localizer, reach, n)) for locale, n in most_first]
    )


def with_number(localizer: Localizer, locale: str, people: str) -> str:
    """Return a language and how many read it, in the order in which this locale is read: “العربية 14”."""
    return localizer.directed(unbroken(f"{isolate(localizer.language_name(locale))} {people}"))


def _people(localizer: Localizer, reach: Reach, n: int) -> str:
    return short(localizer, n) if reach.is_estimate else localizer.number(n)
