"""An alert as Telegram gets it: rendered and serialized once for each locale of a broadcast."""

from datetime import UTC
from typing import Any

import orjson

from bot.delivery.sender import Prepared
from bot.domain.alert import Alert
from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.domain.rich_text import RichText, joined, styled
from bot.i18n.localizer import Localizer
from bot.wording.action_facts import fact_lines
from bot.wording.alert_buttons import alert_rows
from bot.wording.chat import parameters
from bot.wording.screen import Screen, screen


def alert_text(alert: Alert, words: Localizer) -> RichText:
    """Return the alert as a reader of this locale sees it, with what its action needs, its deadline and the way out."""
    parts: list[RichText | str] = [alert.words(words.locale).rendered()]
    parts.append("\n".join(fact_lines(alert, words)))
    if alert.deadline is not None:
        # Translators: in an alert, under its text. {moment} is a date and time; {zone} the zone it is in.
        until = words.gettext("Until {moment} ({zone})", moment=words.moment(alert.deadline, UTC), zone="UTC")
        parts.append(until)
    # Translators: the last line of each alert; /stop is a command and stays as it is.
    parts.append(styled(words.gettext("No more alerts: {command}", command="/stop"), "italic"))
    return joined(parts)


def alert_screen(alert: Alert, words: Localizer, *, mark: str = "") -> Screen:
    """Return the alert with its buttons; `mark` stands above it."""
    picture = "" if alert.picture is None else alert.picture.file_id
    return screen(
        joined([styled(mark, "italic"), alert_text(alert, words)]), alert_rows(alert, words), picture=picture
    )


def prepare(broadcast: Broadcast, alert: Alert, words: Localizer, *, paid: bool) -> Prepared:
    """Return what a broadcast sends to a reader of this locale."""
    if broadcast.kind is BroadcastKind.RECALL:
        return Prepared(method="deleteMessage", rest=b"}")
    mark = ""
    if broadcast.kind is BroadcastKind.RESEND:
        # Translators: above an alert that is sent again to those of whom it is not known whether it arrived.
        mark = words.gettext("Sent again, in case it did not arrive:")
    sent = parameters(alert_screen(alert, words, mark=mark))
    if broadcast.kind is BroadcastKind.CORRECT:
        if sent.pop("photo", None):
            return Prepared(method="editMessageCaption", rest=_rest(sent))
        return Prepared(method="editMessageText", rest=_rest(sent))
    if paid:
        sent["allow_paid_broadcast"] = True
    method = "sendMessage" if alert.picture is None else "sendPhoto"
    return Prepared(method=method, rest=_rest(sent))


def _rest(parameters: dict[str, Any]) -> bytes:
    return b"," + orjson.dumps(parameters)[1:]
