"""An alert's board: its languages, whom it reaches, and what can be done next."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.alert import Alert
from bot.domain.audience_edit import Whose
from bot.domain.pacing import paid_stars
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.series import Series
from bot.i18n.localizer import Localizer
from bot.telegram_io.audience_buttons import OpenAudience
from bot.telegram_io.broadcast_buttons import AskToSend
from bot.telegram_io.check_buttons import Check
from bot.telegram_io.compose_buttons import WriteWords
from bot.telegram_io.organizer_buttons import OpenAlert
from bot.telegram_io.review_buttons import Preview
from bot.telegram_io.schedule_buttons import OpenWhen
from bot.wording import estimates
from bot.wording.action_kinds import action_lines
from bot.wording.details import details_button
from bot.wording.drafts import urgent_line
from bot.wording.languages import decide_button, language_lines
from bot.wording.screen import Control, Press, Screen, packed, screen
from bot.wording.times import series_line, when_line
from bot.wording.titles import title_of

IN_A_ROW = 4
"""Buttons beside each other, where their labels are short: title and *Send …* stand on one phone screen together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a board says beside its alert.

    `notes`: what was just done, and what others are doing. `audience`: whom it is for, in words. `series`: what
    repeats it. `standing`: where its review stands. `submit`: the button that puts it in review, where it can be.
    """

    notes: Sequence[str] = ()
    audience: str = ""
    series: Series | None = None
    standing: str = ""
    submit: Press | None = None


def board_screen(
    localizer: Localizer, alert: Alert, reach: Reach, locales: Sequence[str], around: Around = Around()
) -> Screen:
    """Show the alert's translations, whom it reaches, when it goes out, and what can be done next."""
    text = joined(
        [
            joined([_title(localizer, alert), around.standing], "\n"),
            "\n".join(note for note in around.notes if note),
            in_place_line(localizer, alert),
            action_lines(localizer, alert),
            language_lines(localizer, alert, reach, locales),
            around.audience,
            reach_line(localizer, reach),
            estimates.left_out_line(localizer, reach.left_out, later=reach.later),
            when_line(localizer, alert),
            urgent_line(localizer, alert),
            series_line(localizer, around.series),
            # Translators: on an organizer's board; the buttons below are the languages.
            localizer.gettext("To write or rewrite a language, choose it."),
        ]
    )
    languages = [Press(localizer.language_name(locale), WriteWords(alert.id, locale)) for locale in locales]
    below = [*_to_change(localizer, alert), *_to_go_on(localizer, alert, reach, around.submit)]
    return screen(text, [*packed(languages, at_most=IN_A_ROW), *packed(below, at_most=IN_A_ROW)])


def _to_change(localizer: Localizer, alert: Alert) -> list[Control]:
    """Return the ways to what an alert is beside its words. Whom a correction is for, and when, stands already."""
    details = details_button(localizer, alert)
    if alert.corrects is not None:
        return [details]
    # Translators: button on an organizer's board; changes whom the alert is for. Short.
    audience = Press(localizer.gettext("Audience"), OpenAudience(Whose.ALERT, alert.id))
    # Translators: button on an organizer's board; changes when an alert goes out. Short.
    return [audience, Press(localizer.gettext("When"), OpenWhen(alert.id)), details]


def _to_go_on(localizer: Localizer, alert: Alert, reach: Reach, submit: Press | None) -> list[Control]:
    """Return what comes next, *Send …* at the very end. Nothing is submitted while something is to be decided."""
    if alert.base not in alert.translations:
        return []
    decide = decide_button(localizer, alert, reach)
    return [
        *([] if decide is None else [decide]),
        _preview_button(localizer, alert),
        check_button(localizer, alert.id),
        *([submit] if submit is not None and decide is None else []),
        send_button(localizer, alert),
    ]


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
    if not reach.is_exact:
        return bold(estimates.reach_line(localizer, reach.total))
    # Translators: on an organizer's board; {n} people would receive the alert now.
    return bold(localizer.ngettext("Reaches {n} person now", "Reaches {n} people now", reach.total))


def paid_line(localizer: Localizer, alert: Alert, people: int, *, is_estimate: bool = False) -> str:
    """Return what paid sending may cost; empty for a correction, which costs nothing."""
    if alert.corrects is not None:
        return ""
    if is_estimate:
        # Translators: Telegram takes a price for fast sending; {stars} is a number of Telegram Stars, estimated.
        return localizer.gettext(
            "Paid sending: up to about {stars} Telegram Stars.", stars=paid_stars(people)
        )
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


def check_button(localizer: Localizer, alert_id: int) -> Press:
    """Return the way to what stands in the alert's way, and what is to be known of it."""
    # Translators: button; checks an alert's translations, length, links and so on before it is sent.
    return Press(localizer.gettext("Check"), Check(alert_id))


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
