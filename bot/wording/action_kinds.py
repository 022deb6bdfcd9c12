"""What organizers call the kinds of actions, and how they see what an alert asks for."""

from datetime import UTC

from bot.domain.alert import ActionKind, Alert, lacks_number, text_links
from bot.domain.links import mixes_scripts, shown_link
from bot.domain.moment import window_of
from bot.domain.outcome import opens_something
from bot.i18n.localizer import Localizer
from bot.wording.drafts import picture_line
from bot.wording.fields import field_lines, missing_line
from bot.wording.main_button import main_label

LINKS_SHOWN = 9
"""Addresses of links in a text that are listed: as many as there are locales."""


def kind_name(words: Localizer, kind: ActionKind) -> str:
    """Return what an organizer calls this kind of action."""
    match kind:
        case ActionKind.EMAIL:
            # Translators: a kind of action, on a button for organizers: writing an email.
            return words.pgettext("kind", "Write an email")
        case ActionKind.CALL:
            # Translators: a kind of action, on a button for organizers: making a phone call.
            return words.pgettext("kind", "Make a call")
        case ActionKind.SIGN:
            # Translators: a kind of action, on a button for organizers: signing a petition.
            return words.pgettext("kind", "Sign a petition")
        case ActionKind.SHARE:
            # Translators: a kind of action, on a button for organizers: sharing something.
            return words.pgettext("kind", "Share something")
        case ActionKind.ATTEND:
            # Translators: a kind of action, on a button for organizers: coming to an event.
            return words.pgettext("kind", "Come to an event")
        case ActionKind.PLEDGE:
            # Translators: a kind of action, on a button for organizers: making a pledge.
            return words.pgettext("kind", "Make a pledge")
        case ActionKind.REPORT:
            # Translators: a kind of action, on a button for organizers: reporting where the technology is used.
            return words.pgettext("kind", "Report where it is used")
        case ActionKind.MOMENT:
            # Translators: a kind of action, on a button for organizers: everybody doing one thing at one time.
            return words.pgettext("kind", "Act at the same time")


def action_lines(localizer: Localizer, alert: Alert) -> str:
    """Return what the alert asks for, where its main button leads, and what an organizer should look at."""
    lines = [
        kind_name(localizer, alert.kind),
        picture_line(localizer, alert),
        *field_lines(localizer, alert),
        _moment_line(localizer, alert),
        _button_line(localizer, alert),
        _text_links_line(localizer, alert),
        warning_lines(localizer, alert),
    ]
    return "\n".join(line for line in lines if line)


def _moment_line(localizer: Localizer, alert: Alert) -> str:
    """Return what follows from a moment's instant: it is approved with the rest."""
    window = window_of(alert)
    if window is None:
        return ""
    # Translators: for organizers, on the card of an alert that asks everybody to act at one instant. {moment} is a date
    # and time; {zone} the zone it is in.
    return localizer.gettext(
        "Taps count from that instant until {moment} ({zone}). Then everyone who took part gets one message of "
        "thanks that says how many they were.",
        moment=localizer.moment(window.closes_at, UTC),
        zone="UTC",
    )


def warning_lines(localizer: Localizer, alert: Alert) -> str:
    """Return what is likely to be a mistake in what the alert asks for; empty if nothing is."""
    lines = []
    if lacks_number(alert):
        # Translators: to an organizer, about an alert that asks for a phone call.
        lines.append(localizer.gettext("! A call with neither a number nor a button: add one of them."))
    if missing := missing_line(localizer, alert):
        lines.append(missing)
    addresses = [*([alert.link] if alert.link else []), *text_links(alert)]
    if any(mixes_scripts(address) for address in addresses):
        # Translators: to an organizer; the address of the alert's button, or of a link in its text, has letters of
        # several alphabets.
        lines.append(localizer.gettext("! The address mixes alphabets, as look-alikes do. Check it."))
    return "\n".join(lines)


def _text_links_line(localizer: Localizer, alert: Alert) -> str:
    links = dict.fromkeys(shown_link(address) for address in text_links(alert))
    if not links:
        return ""
    shown = list(links)[:LINKS_SHOWN]
    # Translators: a line of an organizer's board; {links} is where links in the alert's text lead.
    line = localizer.gettext("Links in the text: {links}", links=localizer.list(shown))
    return line if len(links) == len(shown) else f"{line} …"


def _button_line(localizer: Localizer, alert: Alert) -> str:
    if not opens_something(alert, alert.base):
        # Translators: a line of an organizer's board; the alert has no link, and nothing else to open.
        return localizer.gettext("No link, so no main button")
    base = alert.translations.get(alert.base)
    label = base.button if base is not None and base.button else main_label(localizer, alert.kind)
    if not alert.link:
        # Translators: a line of an organizer's board; {label} is what the main button says. It opens what the action
        # needs: a letter, a number, the place of an event.
        return localizer.gettext("Button: {label}", label=label)
    # Translators: a line of an organizer's board; {label} is what the main button says, {link} where it leads.
    return localizer.gettext("Button: {label} → {link}", label=label, link=shown_link(alert.link))
