"""An alert's board: its languages, whom it reaches, and what can be done next."""

from collections.abc import Sequence

from bot.domain.alert import Alert
from bot.domain.pacing import paid_stars
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.staleness import base_version, older, undecided
from bot.domain.subscriber import SubscriberState
from bot.i18n.localizer import Localizer
from bot.telegram_io.organizer_buttons import (
    AskToSend,
    EditKind,
    EditLink,
    KeepWords,
    OpenAlert,
    Preview,
    WriteWords,
)
from bot.wording.action_kinds import action_lines
from bot.wording.screen import Control, Press, Screen, in_rows, screen
from bot.wording.titles import title_of

LANGUAGES_IN_A_ROW = 3
"""So that title and *Send …* stand on one phone screen together."""

MISSING_SHOWN = 3
"""Languages without words that have a line of their own."""

OLDER_EACH = 2
"""Up to so many translations older than the base have a row of buttons each."""


def board_screen(
    localizer: Localizer,
    alert: Alert,
    reach: Reach,
    locales: Sequence[str],
    *,
    standing: str = "",
    submit: Press | None = None,
) -> Screen:
    """Show the alert's translations, whom it reaches, and what can be done next.

    `standing`: where its review stands. `submit`: the button that puts it in review, where it can be.
    """
    text = joined(
        [
            joined([_title(localizer, alert), standing], "\n"),
            in_place_line(localizer, alert),
            action_lines(localizer, alert),
            _language_lines(localizer, alert, reach, locales),
            reach_line(localizer, reach),
            left_out_line(localizer, reach),
            # Translators: on an organizer's board; the buttons below are the languages.
            localizer.gettext("To write or rewrite a language, choose it."),
        ]
    )
    rows = in_rows(
        [Press(localizer.language_name(locale), WriteWords(alert.id, locale)) for locale in locales],
        LANGUAGES_IN_A_ROW,
    )
    rows += older_rows(localizer, alert)
    # Translators: button on an organizer's board; changes the address that the alert's main button opens.
    link = Press(localizer.gettext("Link"), EditLink(alert.id))
    # Translators: button on an organizer's board; changes the kind of action that the alert asks for.
    rows.append([link, Press(localizer.gettext("Kind"), EditKind(alert.id))])
    if alert.base in alert.translations:
        rows.append([submit] if submit is not None else [])
        rows.append([_preview_button(localizer, alert), send_button(localizer, alert)])
    return screen(text, rows)


def sent_board(localizer: Localizer, alert: Alert, *, going_out: bool = False) -> Screen:
    """Show an alert that has gone out; `going_out`: that is queued, or not over yet."""
    if going_out:
        # Translators: on an organizer's board for an alert that is queued or going out; {command} is /alerts.
        sent = localizer.gettext(
            "It is queued or going out, and stays as it is. To undo or stop that, send {command}.",
            command="/alerts",
        )
    else:
        # Translators: on an organizer's board for an alert that was sent; it cannot be changed any more.
        sent = localizer.gettext("It has gone out, and stays as it is.")
    return screen(joined([_title(localizer, alert), sent]), [[_preview_button(localizer, alert)]])


def reach_line(localizer: Localizer, reach: Reach) -> RichText:
    """Return the number it reaches; always on the screen."""
    # Translators: on an organizer's board; {n} people would receive the alert now.
    return bold(localizer.ngettext("Reaches {n} person now", "Reaches {n} people now", reach.total))


def left_out_line(localizer: Localizer, reach: Reach) -> str:
    """Return whom it leaves out, and why; empty where that is nobody."""
    whys = []
    paused = reach.left_out.get(SubscriberState.PAUSED, 0)
    blocked = reach.left_out.get(SubscriberState.BLOCKED, 0)
    if paused:
        # Translators: part of "Left out: …" on an organizer's board; {n} people have paused their alerts.
        whys.append(localizer.ngettext("{n} has paused", "{n} have paused", paused))
    if blocked:
        # Translators: part of "Left out: …" on an organizer's board; {n} people have blocked the bot.
        whys.append(localizer.ngettext("{n} has blocked the bot", "{n} have blocked the bot", blocked))
    # Translators: on an organizer's board, under the number it reaches; {whys} is a list: 41 have paused and 9 have …
    return localizer.gettext("Left out: {whys}.", whys=localizer.list(whys)) if whys else ""


def missing_lines(localizer: Localizer, reach: Reach) -> str:
    """Return whose words are older than the base's, and whose readers get those of the base; empty if none.

    The languages that most people read have a line each, the rest one together.
    """
    lines = [_older_line(localizer, reach, locale) for locale in reach.older]
    most_first = sorted(reach.missing, key=lambda locale: -reach.missing[locale])
    shown = most_first if len(most_first) <= MISSING_SHOWN + 1 else most_first[:MISSING_SHOWN]
    lines += [_missing_line(localizer, reach, locale) for locale in shown]
    if rest := most_first[len(shown) :]:
        # Translators: a line of the board: {n} people of other languages get the language {base} instead.
        line = localizer.ngettext(
            "– other languages: missing, {n} person gets {base}",
            "– other languages: missing, {n} people get {base}",
            sum(reach.missing[locale] for locale in rest),
            base=localizer.language_name(reach.base),
        )
        lines.append(line)
    return "\n".join(lines)


def older_mark(localizer: Localizer, alert: Alert, locale: str) -> str:
    """Say that the words of a locale are older than the base's; empty where they are not."""
    if locale not in older(alert):
        return ""
    # Translators: about words that were written for other words of the language {base} than those of today.
    return localizer.gettext("! older than {base}", base=localizer.language_name(alert.base))


def older_lines(localizer: Localizer, alert: Alert) -> str:
    """Name the languages that are older than the base and of which nobody has decided; empty if there are none."""
    locales = undecided(alert)
    if not locales:
        return ""
    # Translators: {languages} were written for other words of the language {base} than those of today.
    return localizer.gettext(
        "! Older than {base}: {languages}. Rewrite them, or say that they are sent as they are.",
        base=localizer.language_name(alert.base),
        languages=localizer.list([localizer.language_name(locale) for locale in locales]),
    )


def older_rows(localizer: Localizer, alert: Alert, *, rewrite: bool = False) -> list[list[Control]]:
    """Return the buttons that decide about what is older than the base: each alone, or where they are many, all.

    `rewrite`: there are no other buttons of the languages beside them.
    """
    locales = undecided(alert)
    if len(locales) <= OLDER_EACH:
        return [
            [_rewrite_button(localizer, alert, locale), keep_button(localizer, alert, locale)]
            for locale in locales
        ]
    each = [_rewrite_button(localizer, alert, locale) for locale in locales] if rewrite else []
    return [*in_rows(each, 2), [keep_button(localizer, alert, None)]]


def keep_button(localizer: Localizer, alert: Alert, locale: str | None) -> Press:
    """Return the button that lets older words be sent as they are; `locale` None for all of them."""
    keep = KeepWords(alert.id, base_version(alert) or "0", locale)
    if locale is None:
        # Translators: button; translations older than the first language are sent as they are, all of them.
        return Press(localizer.gettext("Send all as they are"), keep)
    # Translators: button; a translation older than the first language is sent as it is.
    return Press(localizer.gettext("Send it as it is"), keep)


def paid_line(localizer: Localizer, alert: Alert, people: int) -> str:
    """Return what paid sending may cost; empty for a correction, which costs nothing."""
    if alert.corrects is not None:
        return ""
    # Translators: Telegram takes a price for fast sending; {stars} is a number of Telegram Stars.
    return localizer.gettext("Paid sending: up to {stars} Telegram Stars.", stars=paid_stars(people))


def in_place_line(localizer: Localizer, alert: Alert) -> str:
    """Return what a correction does; empty for an alert that is none."""
    if alert.corrects is None:
        return ""
    # Translators: a corrected alert replaces the one sent before, without a new notification.
    return localizer.gettext("It replaces what was sent, in place. Nobody gets a new notification.")


def back_button(localizer: Localizer, alert_id: int, *, below: bool = False) -> Press:
    """Return the way back to the board; `below`, in a message of its own."""
    # Translators: button; back to an alert's board.
    return Press(localizer.gettext("Back to the alert"), OpenAlert(alert_id, below=below))


def send_button(localizer: Localizer, alert: Alert) -> Press:
    """Return the way on to the number that is to be typed."""
    # Translators: button; goes on to confirm the sending of an alert.
    return Press(localizer.gettext("Send …"), AskToSend(alert.id))


def _preview_button(localizer: Localizer, alert: Alert) -> Press:
    # Translators: button; shows an alert as its readers will see it.
    return Press(localizer.gettext("Preview"), Preview(alert.id))


def _title(localizer: Localizer, alert: Alert) -> RichText:
    if alert.corrects is not None:
        # Translators: title of an organizer's board for a corrected alert; {title} is the alert's own title.
        return bold(localizer.gettext("Correction: {title}", title=title_of(alert)))
    # Translators: title of an organizer's board for one alert; {title} is the alert's own title.
    return bold(localizer.gettext("Alert: {title}", title=title_of(alert)))


def _rewrite_button(localizer: Localizer, alert: Alert, locale: str) -> Press:
    # Translators: button; {language} is a language whose words are to be written anew. Short.
    label = localizer.gettext("Rewrite: {language}", language=localizer.language_name(locale))
    return Press(label, WriteWords(alert.id, locale))


def _language_lines(localizer: Localizer, alert: Alert, reach: Reach, locales: Sequence[str]) -> str:
    fresh = [locale for locale in locales if locale in alert.translations and locale not in reach.older]
    written = [_written_line(localizer, reach, locale) for locale in fresh]
    return "\n".join(line for line in (*written, missing_lines(localizer, reach)) if line)


def _older_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    if locale in reach.kept:
        # Translators: a line of the board: the words in this language were written for other words of the language
        # {base} than those of today, and an organizer has said that they are sent so; {n} people read it.
        return localizer.ngettext(
            "! {language}: older than {base}, sent as it is, {n} person",
            "! {language}: older than {base}, sent as it is, {n} people",
            reach.older[locale],
            language=localizer.language_name(locale),
            base=localizer.language_name(reach.base),
        )
    # Translators: a line of the board: the words in this language were written for other words of the language {base}
    # than those of today; {n} people read it.
    return localizer.ngettext(
        "! {language}: older than {base}, {n} person",
        "! {language}: older than {base}, {n} people",
        reach.older[locale],
        language=localizer.language_name(locale),
        base=localizer.language_name(reach.base),
    )


def _written_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    # Translators: a line of the board: the words in this language are written; {n} people read it.
    return localizer.ngettext(
        "✓ {language}: written, {n} person",
        "✓ {language}: written, {n} people",
        reach.by_locale.get(locale, 0),
        language=localizer.language_name(locale),
    )


def _missing_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    # Translators: a line of the board: no words in this language; {n} people will get the language {base} instead.
    return localizer.ngettext(
        "– {language}: missing, {n} person gets {base}",
        "– {language}: missing, {n} people get {base}",
        reach.by_locale.get(locale, 0),
        language=localizer.language_name(locale),
        base=localizer.language_name(reach.base),
    )
