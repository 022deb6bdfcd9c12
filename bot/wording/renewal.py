"""Asking whether somebody's consent still holds."""

from datetime import date

from bot.content import Wording
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.preference_buttons import OpenRhythm
from bot.telegram_io.supporter_buttons import Join, OpenSettings, Start
from bot.wording.leaving import leave_button
from bot.wording.screen import Press, Screen, screen


def renewal_screen(localizer: Localizer, wording: Wording, *, until: date) -> Screen:
    """Ask, under the words that a yes is to; `until`: the last day for the answer."""
    text = joined(
        [
            # Translators: title of a message that comes after a year or two, or when the words that people agree to
            # have changed.
            bold(localizer.gettext("Do you still want the alerts?")),
            # Translators: below the title; what people agree to stands under it.
            localizer.gettext(
                "This bot asks again after some time, and whenever the words below change. This is what you say yes to:"
            ),
            wording.text,
            # Translators: below what people agree to; {day} is a date.
            localizer.gettext(
                "If you don’t answer by {day}, the alerts end by themselves.", day=localizer.date(until)
            ),
        ]
    )
    # Translators: button below the question whether somebody still wants the alerts. At most 28 characters.
    yes = Press(localizer.gettext("Yes, keep them coming"), Join(wording.version))
    return screen(text, [[yes], [_settings(localizer)], [leave_button(localizer)]])


def renewed_screen(localizer: Localizer) -> Screen:
    """Thank somebody who still wants the alerts."""
    text = joined(
        [
            # Translators: title, to somebody who has just said that they still want the alerts.
            bold(localizer.gettext("Thank you.")),
            # Translators: to somebody who has just said that they still want the alerts.
            localizer.gettext("Your yes is noted with today’s date: the alerts go on."),
        ]
    )
    # Translators: button in the settings; how often alerts come.
    fewer = Press(localizer.gettext("Fewer alerts"), OpenRhythm())
    return screen(text, [[fewer, _settings(localizer)], [leave_button(localizer)]])


def ends_line(localizer: Localizer, until: date) -> str:
    """Say in the settings that the alerts end without an answer."""
    # Translators: in the settings, below "Alerts: on."; {day} is a date.
    return localizer.gettext(
        "They end after {day}, unless you say that you still want them.", day=localizer.date(until)
    )


def answer_button(localizer: Localizer) -> Press:
    """Return the button in the settings that shows the question again."""
    # Translators: button in the settings; asks whether somebody still wants the alerts. At most 28 characters.
    return Press(localizer.gettext("Keep the alerts"), Start())


def _settings(localizer: Localizer) -> Press:
    # Translators: button; opens the settings (language, pause).
    return Press(localizer.gettext("Settings"), OpenSettings())
