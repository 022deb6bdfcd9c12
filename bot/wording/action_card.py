"""What the main button opens: all that one needs for the action, and how to say what came of it."""

from dataclasses import dataclass

from bot.domain.action_fields import FieldName, field_of, starts_at, value_for
from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Outcome
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer
from bot.telegram_io.action_buttons import SendCalendar
from bot.wording.alert_buttons import said_button
from bot.wording.instants import own_clock
from bot.wording.main_button import main_label
from bot.wording.screen import Control, Copy, Link, Press, Screen, screen
from bot.wording.sharing import alert_said, share_address

COPY_LIMIT = 256
"""Characters that a button copies (Bot API, CopyTextButton)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Where a card can lead. `letter`: the page with the letter, where the bot has pages; `bot`: a link to the bot.

    `campaign`: what it is called, to whom a link is passed on.
    """

    letter: str | None = None
    bot: str | None = None
    campaign: str = ""


def action_card(alert: Alert, words: Localizer, places: Places) -> Screen:
    """Return the card that the main button opens."""
    parts, rows = _needed(alert, words, places)
    if alert.link and alert.kind is not ActionKind.SHARE:
        rows.append([Link(_link_label(alert, words), alert.link)])
    outcomes = [said_button(words, alert.id, each, here=True) for each in (Outcome.DONE, Outcome.COULD_NOT)]
    title = bold(alert.words(words.locale).title)
    return screen(joined([title, *parts]), [*rows, [*outcomes]])


Parts = tuple[list[RichText | str], list[list[Control]]]


def _needed(alert: Alert, words: Localizer, places: Places) -> Parts:
    match alert.kind:
        case ActionKind.EMAIL:
            return _email(alert, words, places)
        case ActionKind.CALL:
            return _call(alert, words)
        case ActionKind.SHARE:
            return _share(alert, words, places)
        case ActionKind.ATTEND:
            return _attend(alert, words)
        case _:
            # Translators: on the card with a button that leads to a page; "I did it" is the button below it.
            back = words.gettext("The button opens the page. Afterwards, come back here and say how it went.")
            return [back], []


def _email(alert: Alert, words: Localizer, places: Places) -> Parts:
    target, address = _value(alert, FieldName.TARGET, words), _value(alert, FieldName.ADDRESS, words)
    subject, letter = _value(alert, FieldName.SUBJECT, words), _value(alert, FieldName.LETTER, words)
    whom = [each for each in (target, address) if each]
    lines = []
    if whom:
        lines.append(words.gettext("To: {whom}", whom=words.apposed(whom)))
    if subject:
        # Translators: on the card of a letter; {subject} is the subject of the email.
        lines.append(words.gettext("Subject: {subject}", subject=subject))
    head = "\n".join(lines)
    if places.letter and letter:
        # Translators: on the card of a letter, above a button that opens a page with it.
        ready = words.gettext(
            "The page has the letter. Change it as you like, and send it from your own account."
        )
        # Translators: button; opens a page with a letter that can be changed and sent.
        return [head, ready], [[Link(words.gettext("Open the letter"), places.letter)]]
    copies: list[Control] = []
    if address:
        # Translators: button; copies the mail address of an institution.
        copies.append(Copy(words.gettext("Copy the address"), address))
    if subject and len(subject) <= COPY_LIMIT:
        # Translators: button; copies the subject of an email.
        copies.append(Copy(words.gettext("Copy the subject"), subject))
    if not letter:
        return [head], [copies]
    # Translators: on the card of a letter, above its text: a tap on it copies it.
    own = words.gettext(
        "This is the letter; a tap copies it. Change it as you like, and send it from your own account."
    )
    return [head, own, styled(letter, "pre")], [copies]


def _call(alert: Alert, words: Localizer) -> Parts:
    target, phone = _value(alert, FieldName.TARGET, words), _value(alert, FieldName.PHONE, words)
    hours, script = _value(alert, FieldName.HOURS, words), _value(alert, FieldName.SCRIPT, words)
    whom, lines = [each for each in (target, phone) if each], []
    if whom:
        # Translators: on the card of a call; {whom} is an institution with its number.
        lines.append(words.gettext("Call: {whom}", whom=words.apposed(whom)))
    if hours:
        lines.append(words.gettext("Hours: {hours}", hours=hours))
    parts: list[RichText | str] = ["\n".join(lines)]
    if script:
        # Translators: on the card of a call, above words that one may say.
        parts += [words.gettext("You can say, in your own words:"), styled(script, "blockquote")]
    # Translators: button; copies a phone number.
    copies = [Copy(words.gettext("Copy the number"), phone)] if phone else []
    return parts, [[*copies]]


def _share(alert: Alert, words: Localizer, places: Places) -> Parts:
    link = alert.link or places.bot
    # Translators: on the card of an alert that asks to be passed on.
    text = words.gettext("Pass it on to anyone you choose. Nothing is sent or posted for you.")
    if not link:
        return [text], []
    said = alert_said(words, places.campaign, alert.words(words.locale).title)
    address = share_address(said, link)
    # Translators: button; opens Telegram's list of one's own chats, to pass a link on.
    rows: list[list[Control]] = [[Link(words.gettext("Pass it on"), address)]]
    if len(link) <= COPY_LIMIT:
        # Translators: button; copies the address of a page.
        rows.append([Copy(words.gettext("Copy the link"), link)])
    if alert.link:
        # Translators: button; opens the page that is to be passed on.
        rows[-1].append(Link(words.gettext("Look at it"), alert.link))
    return [text], rows


def _attend(alert: Alert, words: Localizer) -> Parts:
    place = _value(alert, FieldName.PLACE, words)
    parts: list[RichText | str] = [own_clock(alert, words, "wDt")]
    if place:
        parts.append(words.gettext("Where: {place}", place=place))
    rows: list[list[Control]] = []
    if starts_at(alert) is not None:
        # Translators: button; sends an event as a file (.ics) that calendars read.
        rows.append([Press(words.gettext("Add it to my calendar"), SendCalendar(alert.id))])
    return parts, rows


def _link_label(alert: Alert, words: Localizer) -> str:
    return alert.words(words.locale).button or main_label(words, alert.kind)


def _value(alert: Alert, name: FieldName, words: Localizer) -> str | None:
    field = field_of(alert.kind, name)
    return None if field is None else value_for(alert, field, words.locale)
