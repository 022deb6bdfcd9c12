"""An alert as Telegram gets it: rendered and serialized once for each locale of a broadcast."""

from datetime import UTC
from typing import Any

import orjson

from bot.delivery.sender import Prepared
from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import Broadcast, BroadcastKind
from bot.domain.rich_text import RichText, joined, styled
from bot.i18n.localizer import Localizer
from bot.telegram_io.supporter_buttons import Why
from bot.wording.action_facts import fact_lines
from bot.wording.chat import parameters
from bot.wording.screen import Control, Link, Press, Screen, screen


def main_label(words: Localizer, kind: ActionKind) -> str:
    """Return what the main button says where the author wrote nothing."""
    match kind:
        case ActionKind.EMAIL:
            # Translators: the main button of an alert; writes an email. At most 64 characters.
            return words.gettext("Write an email")
        case ActionKind.CALL:
            # Translators: the main button of an alert; makes a phone call. At most 64 characters.
            return words.gettext("Call")
        case ActionKind.SIGN:
            # Translators: the main button of an alert; signs a petition. At most 64 characters.
            return words.gettext("Sign")
        case ActionKind.SHARE:
            # Translators: the main button of an alert; shares it with others. At most 64 characters.
            return words.gettext("Share")
        case ActionKind.ATTEND:
            # Translators: the main button of an alert; comes to an event. At most 64 characters.
            return words.gettext("Take part")
        case ActionKind.PLEDGE:
            # Translators: the main button of an alert; makes a pledge. At most 64 characters.
            return words.gettext("Pledge")
        case ActionKind.REPORT:
            # Translators: the main button of an alert; reports where the technology is used. At most 64 characters.
            return words.gettext("Report")
        case ActionKind.MOMENT:
            # Translators: the main button of an alert; everybody does one thing at one time. At most 64 characters.
            return words.gettext("See how")


def alert_text(alert: Alert, words: Localizer) -> RichText:
    """Return the alert as a reader of this locale sees it, with what its action needs, its deadline and the way out."""
    # Translators: the last line of each alert; /stop is a command and stays as it is.
    way_out = styled(words.gettext("No more alerts: {command}", command="/stop"), "italic")
    return joined([shared_text(alert, words), way_out])


def shared_text(alert: Alert, words: Localizer) -> RichText:
    """Return the alert as it stands in any chat, with what its action needs and its deadline."""
    parts: list[RichText | str] = [alert.words(words.locale).rendered()]
    parts.append("\n".join(fact_lines(alert, words)))
    if alert.deadline is not None:
        # Translators: in an alert, under its text. {moment} is a date and time; {zone} the zone it is in.
        until = words.gettext("Until {moment} ({zone})", moment=words.moment(alert.deadline, UTC), zone="UTC")
        parts.append(until)
    return joined(parts)


def alert_screen(alert: Alert, words: Localizer, *, mark: str = "") -> Screen:
    """Return the alert with its buttons, the main one and why; `mark` stands above it."""
    rows: list[list[Control]] = []
    if alert.link:
        label = alert.words(words.locale).button or main_label(words, alert.kind)
        rows.append([Link(label, alert.link)])
    # Translators: a button under an alert; it opens the campaign's answers.
    rows.append([Press(words.gettext("Why?"), Why())])
    picture = "" if alert.picture is None else alert.picture.file_id
    return screen(joined([styled(mark, "italic"), alert_text(alert, words)]), rows, picture=picture)


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
