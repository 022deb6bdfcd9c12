"""An alert's board: its languages, whom it reaches, and what can be done next."""

from bot.domain.alert import Alert
from bot.domain.organizer import Organizer
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.subscriber import SubscriberState
from bot.handlers.request import Request
from bot.services import alerts, team
from bot.telegram_io.callbacks import BELOW, number
from bot.telegram_io.replies import Keyboard, Reply, button
from bot.wording.titles import title_of


async def board(request: Request) -> list[Reply]:
    """Show where the alert stands; whoever goes back to it is not confirming or writing any more."""
    actor = await team.require_composer(request.tx, request.chat_id)
    alert_id, _, where = request.incoming.argument.partition(":")
    alert = await alerts.get(request.tx, number(alert_id), actor=actor)
    await request.tx.conversations.end(request.chat_id)
    if where == BELOW:
        return [*request.acknowledge(), *await show_board(request.below(), alert, actor=actor)]
    return await show_board(request, alert, actor=actor)


async def show_board(request: Request, alert: Alert, *, actor: Organizer) -> list[Reply]:
    """Show the alert's translations, whom it reaches, and what can be done next."""
    words = request.words
    if await alerts.is_sent(request.tx, alert.id, actor=actor):
        # Translators: on an organizer's board for an alert that was sent; it cannot be changed any more.
        sent = words.gettext("It has gone out, and stays as it is.")
        return request.replace(joined([_title(request, alert), sent]), [[_preview_button(request, alert)]])
    reach = await alerts.reach_of(request.tx, alert, actor=actor)
    locales = request.resources.catalogs.locales
    text = joined(
        [
            _title(request, alert),
            in_place_line(request, alert),
            "\n".join(_translation_line(request, alert, reach, locale) for locale in locales),
            reach_line(request, reach),
            left_out_line(request, reach),
            # Translators: on an organizer's board; the buttons below are the languages.
            words.gettext("To write or rewrite a language, choose it."),
        ]
    )
    rows: Keyboard = [
        [button(words.language_name(locale), f"words:{alert.id}:{locale}")] for locale in locales
    ]
    if alert.base in alert.translations:
        rows.append([_preview_button(request, alert), send_button(request, alert)])
    return request.replace(text, rows)


def reach_line(request: Request, reach: Reach) -> RichText:
    """Return the number it reaches; always on the screen."""
    # Translators: on an organizer's board; {n} people would receive the alert now.
    return bold(request.words.ngettext("Reaches {n} person now", "Reaches {n} people now", reach.total))


def left_out_line(request: Request, reach: Reach) -> str:
    """Return whom it leaves out, and why; empty where that is nobody."""
    words, whys = request.words, []
    paused = reach.left_out.get(SubscriberState.PAUSED, 0)
    blocked = reach.left_out.get(SubscriberState.BLOCKED, 0)
    if paused:
        # Translators: part of "Left out: …" on an organizer's board; {n} people have paused their alerts.
        whys.append(words.ngettext("{n} has paused", "{n} have paused", paused))
    if blocked:
        # Translators: part of "Left out: …" on an organizer's board; {n} people have blocked the bot.
        whys.append(words.ngettext("{n} has blocked the bot", "{n} have blocked the bot", blocked))
    # Translators: on an organizer's board, under the number it reaches; {whys} is a list: 41 have paused and 9 have …
    return words.gettext("Left out: {whys}.", whys=words.list(whys)) if whys else ""


def missing_lines(request: Request, reach: Reach) -> str:
    """Return a line for each language whose readers get the base's words, most of them first; empty if none."""
    most_first = sorted(reach.missing, key=lambda locale: -reach.missing[locale])
    return "\n".join(_missing_line(request, reach, locale) for locale in most_first)


def in_place_line(request: Request, alert: Alert) -> str:
    """Return what a correction does; empty for an alert that is none."""
    if alert.corrects is None:
        return ""
    # Translators: a corrected alert replaces the one sent before, without a new notification.
    return request.words.gettext("It replaces what was sent, in place. Nobody is notified anew.")


def back_button(request: Request, alert: Alert) -> dict[str, str]:
    """Return the way back to the board."""
    # Translators: button; back to an alert's board.
    return button(request.words.gettext("Back to the alert"), f"alert:{alert.id}")


def send_button(request: Request, alert: Alert) -> dict[str, str]:
    """Return the way on to the number that is to be typed."""
    # Translators: button; goes on to confirm the sending of an alert.
    return button(request.words.gettext("Send …"), f"send:{alert.id}")


def _preview_button(request: Request, alert: Alert) -> dict[str, str]:
    # Translators: button; shows an alert as its readers will see it.
    return button(request.words.gettext("Preview"), f"preview:{alert.id}")


def _title(request: Request, alert: Alert) -> RichText:
    if alert.corrects is not None:
        # Translators: title of an organizer's board for a corrected alert; {title} is the alert's own title.
        return bold(request.words.gettext("Correction: {title}", title=title_of(alert)))
    # Translators: title of an organizer's board for one alert; {title} is the alert's own title.
    return bold(request.words.gettext("Alert: {title}", title=title_of(alert)))


def _translation_line(request: Request, alert: Alert, reach: Reach, locale: str) -> str:
    if locale not in alert.translations:
        return _missing_line(request, reach, locale)
    # Translators: a line of the board: the words in this language are written; {n} people read it.
    return request.words.ngettext(
        "✓ {language}: written, {n} person",
        "✓ {language}: written, {n} people",
        reach.by_locale.get(locale, 0),
        language=request.words.language_name(locale),
    )


def _missing_line(request: Request, reach: Reach, locale: str) -> str:
    words = request.words
    # Translators: a line of the board: no words in this language; {n} people will get the language {base} instead.
    return words.ngettext(
        "– {language}: missing, {n} person gets {base}",
        "– {language}: missing, {n} people get {base}",
        reach.by_locale.get(locale, 0),
        language=words.language_name(locale),
        base=words.language_name(reach.base),
    )
