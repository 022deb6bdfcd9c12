"""An alert as Telegram gets it: rendered and serialized once for each locale of a broadcast."""

from typing import Any

import orjson

from bot.delivery.sender import Prepared
from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.domain.outcome import Outcome
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer
from bot.wording.action_facts import fact_lines
from bot.wording.alert_buttons import alert_rows, said_button
from bot.wording.chat import parameters
from bot.wording.footer import footer
from bot.wording.instants import at_once, until
from bot.wording.moments import afterwards
from bot.wording.screen import Screen, screen


def alert_text(alert: Alert, words: Localizer) -> RichText:
    """Return the alert as a reader of this locale sees it, with what its action needs, its deadline and the footer."""
    return joined([shared_text(alert, words), footer(words)])


def shared_text(alert: Alert, words: Localizer) -> RichText:
    """Return the alert as it stands in any chat, with what its action needs and its deadline."""
    parts: list[RichText | str] = [alert.words(words.locale).rendered()]
    parts.append(_facts(alert, words))
    if alert.deadline is not None:
        parts.append(until(alert.deadline, words))
    return joined(parts)


def _facts(alert: Alert, words: Localizer) -> RichText | str:
    """Return what the action needs; a moment counts down on each phone, and is told in full where one cannot."""
    if alert.kind is ActionKind.MOMENT:
        return at_once(alert, words)
    return "\n".join(fact_lines(alert, words))


def alert_screen(alert: Alert, words: Localizer, *, mark: str = "") -> Screen:
    """Return the alert with its buttons; `mark` stands above it."""
    picture = "" if alert.picture is None else alert.picture.file_id
    return screen(
        joined([styled(mark, "italic"), alert_text(alert, words)]), alert_rows(alert, words), picture=picture
    )


def reminder_screen(alert: Alert, words: Localizer) -> Screen:
    """Return what reminds of an alert, with its title and its buttons; one more says that it is not for them."""
    if alert.kind is ActionKind.ATTEND:
        # Translators: a reminder of an event, to somebody who opened its alert; its title stands below.
        said = words.gettext("This is coming up. Hope to see you there:")
    elif alert.kind is ActionKind.PLEDGE:
        # Translators: a reminder to somebody who pledged, or opened the alert; its title stands below.
        said = words.gettext("Now is the time for this. You can say below how it went:")
    else:
        # Translators: the one reminder of an alert, to somebody who began it; the alert's title stands below.
        said = words.gettext("You began this. There is still time, and this is the only reminder:")
    parts: list[RichText | str] = [said, bold(alert.words(words.locale).title)]
    parts.append("\n".join(fact_lines(alert, words)))
    if alert.deadline is not None:
        parts.append(until(alert.deadline, words))
    parts.append(footer(words))
    not_for_me = said_button(words, alert.id, Outcome.NOT_FOR_ME)
    return screen(joined(parts), alert_rows(alert, words, extra=[not_for_me]))


def prepare(broadcast: Broadcast, alert: Alert, words: Localizer, *, paid: bool) -> Prepared:
    """Return what a broadcast sends to a reader of this locale."""
    if broadcast.kind is BroadcastKind.RECALL:
        return Prepared(method="deleteMessage", rest=b"}")
    if broadcast.kind is BroadcastKind.REMIND:
        # Without a sound: whoever began knows of it.
        reminder = parameters(reminder_screen(alert, words), words) | {"disable_notification": True}
        return Prepared(method="sendMessage", rest=_rest(reminder | _cost(paid=paid)))
    if broadcast.kind is BroadcastKind.THANKS:
        thanks = parameters(afterwards(words, alert, broadcast.took_part or 0), words)
        silent = {"disable_notification": True}
        return Prepared(method="sendMessage", rest=_rest(thanks | silent | _cost(paid=paid)))
    mark = ""
    if broadcast.kind is BroadcastKind.RESEND:
        # Translators: above an alert that is sent again to those of whom it is not known whether it arrived.
        mark = words.gettext("Sent again, in case it did not arrive:")
    sent = parameters(alert_screen(alert, words, mark=mark), words)
    if broadcast.kind is BroadcastKind.CORRECT:
        if sent.pop("photo", None):
            return Prepared(method="editMessageCaption", rest=_rest(sent))
        return Prepared(method="editMessageText", rest=_rest(sent))
    sent |= _cost(paid=paid)
    method = "sendMessage" if alert.picture is None else "sendPhoto"
    return Prepared(method=method, rest=_rest(sent))


def _cost(*, paid: bool) -> dict[str, Any]:
    return {"allow_paid_broadcast": True} if paid else {}


def _rest(parameters: dict[str, Any]) -> bytes:
    return b"," + orjson.dumps(parameters)[1:]
