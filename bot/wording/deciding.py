"""The question what readers get whose language is missing, or older than the base."""

from bot.domain.alert import Alert
from bot.domain.choices import Choice
from bot.domain.organizer import Organizer
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.staleness import Standing, base_version, standing
from bot.i18n.localizer import Localizer
from bot.telegram_io.check_buttons import Choose, Decide
from bot.telegram_io.compose_buttons import WriteWords
from bot.wording.board import back_button
from bot.wording.languages import IN_A_ROW, changed_lines, choice_name, counted, open_line, waiting_line
from bot.wording.screen import Control, Press, Screen, packed, screen
from bot.wording.team import name_of


def decide_screen(
    localizer: Localizer,
    alert: Alert,
    reach: Reach,
    locale: str,
    *,
    changes: RichText | None = None,
    by: Organizer | None = None,
) -> Screen:
    """Ask what the readers of one language get. `changes`: of the base's words since; `by`: who decided before."""
    text = joined(
        [
            bold(_standing_line(localizer, alert, locale)),
            _readers_line(localizer, reach, locale),
            _decided_line(localizer, reach, locale, by),
            *changed_lines(localizer, alert, changes),
            # Translators: an organizer decides about a language whose words are missing or older; buttons are below.
            localizer.gettext("What do they get?"),
        ]
    )
    return screen(text, [*_choice_rows(localizer, alert, reach, locale), [back_button(localizer, alert.id)]])


def decide_all_screen(localizer: Localizer, alert: Alert, reach: Reach) -> Screen:
    """Ask about all languages that are open: each by itself, or those of one kind together."""
    locales = [*reach.undecided, *reach.waiting]
    stale = [locale for locale in reach.undecided if standing(alert, locale) is Standing.STALE]
    missing = {locale: n for locale, n in reach.undecided.items() if locale not in stale}
    text = joined(
        [
            # Translators: title; an organizer decides about languages whose words are missing or older.
            bold(localizer.gettext("What do these readers get?")),
            "\n".join(line for line in (open_line(localizer, reach), waiting_line(localizer, reach)) if line),
            # Translators: under it; the buttons are languages, and ways to decide about several at once.
            localizer.gettext("Choose a language, or decide about all together."),
        ]
    )
    each = [Press(localizer.language_name(locale), Decide(alert.id, locale)) for locale in locales]
    rows = packed(each, at_most=IN_A_ROW)
    seen = base_version(alert) or "0"
    if missing:
        base = localizer.language_name(alert.base)
        # Translators: button; all readers without words of their own, {n}, get those in the language {base}. Short.
        people = sum(missing.values())
        gets = localizer.ngettext("{base} for {n} person", "{base} for all {n}", people, base=base)
        gets = _base_label(localizer, base) if reach.is_estimate else gets
        rows.append([Press(gets, Choose(alert.id, Choice.BASE, seen))])
        nothing = _nothing_label(localizer, reach, people)
        rows.append([Press(nothing, Choose(alert.id, Choice.LEAVE_OUT, seen))])
    if len(stale) > 1:
        # Translators: button; translations older than the first language are sent as they are, all of them.
        kept = localizer.gettext("Send all as they are")
        rows.append([Press(kept, Choose(alert.id, Choice.AS_IT_IS, seen))])
    return screen(text, [*rows, [back_button(localizer, alert.id)]])


def _choice_rows(localizer: Localizer, alert: Alert, reach: Reach, locale: str) -> list[list[Control]]:
    seen = base_version(alert) or "0"

    def choosing(label: str, choice: Choice) -> Press:
        return Press(label, Choose(alert.id, choice, seen, locale))

    is_stale = standing(alert, locale) is Standing.STALE
    # Translators: button; words in a language that are there, but older than the first one's, are written anew.
    rewrite = localizer.gettext("Rewrite it")
    # Translators: button; words in a language that has none are written.
    write = localizer.gettext("Write it")
    first: list[Control] = [Press(rewrite if is_stale else write, WriteWords(alert.id, locale))]
    if is_stale:
        # Translators: button; a translation older than the first language is sent as it is.
        first.append(choosing(localizer.gettext("Send it as it is"), Choice.AS_IT_IS))
    base = localizer.language_name(alert.base)
    gets = choosing(_base_label(localizer, base), Choice.BASE)
    nothing = choosing(_nothing_label(localizer, reach, reach.readers(locale)), Choice.LEAVE_OUT)
    # Translators: button; nothing is sent before the words in this language are there.
    wait = choosing(localizer.gettext("Wait for it"), Choice.WAIT)
    return [first, [gets], [nothing, wait]]


def _readers_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    people = reach.readers(locale)
    if reach.is_estimate:
        return counted(localizer, reach, {locale: people})
    # Translators: under the name of a language; so many of those whom the alert is for read it.
    return localizer.ngettext("{n} person reads it.", "{n} people read it.", people)


def _base_label(localizer: Localizer, base: str) -> str:
    # Translators: button; the readers of another language get the words in the language {base}. Short.
    return localizer.gettext("Send them {base}", base=base)


def _nothing_label(localizer: Localizer, reach: Reach, people: int) -> str:
    """Return the label of leaving readers out; an estimate of them has no place on a button."""
    if reach.is_estimate:
        # Translators: button; some people get nothing of an alert.
        return localizer.gettext("Leave these people out")
    # Translators: button; the {n} readers without words of their own get nothing. Short.
    return localizer.ngettext("Leave {n} out", "Leave {n} out", people)


def _standing_line(localizer: Localizer, alert: Alert, locale: str) -> str:
    language = localizer.language_name(locale)
    if standing(alert, locale) is Standing.STALE:
        # Translators: title; the words in the {language} were written for other words in {base} than those of today.
        return localizer.gettext(
            "{language}: older than {base}", language=language, base=localizer.language_name(alert.base)
        )
    # Translators: title; there are no words in this {language}.
    return localizer.gettext("{language}: missing", language=language)


def _decided_line(localizer: Localizer, reach: Reach, locale: str, by: Organizer | None) -> str:
    choice = reach.choices.get(locale)
    if choice is None:
        return ""
    said = choice_name(localizer, choice, base=reach.base)
    if by is None:
        # Translators: what is decided about a language now; {choice} is one of: send it as it is, wait …
        return localizer.gettext("Decided: {choice}.", choice=said)
    # Translators: what {name}, an organizer, decided about a language; {choice} is one of: send it as it is, wait …
    return localizer.gettext("{name} decided: {choice}.", name=name_of(localizer, by), choice=said)
