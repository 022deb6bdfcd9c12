"""A broadcast as its organizer watches it: one message, edited, and what can be done with it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.broadcasts import Progress
from bot.services.follow_ups import SENDINGS, time_to_recall
from bot.telegram_io.callbacks import BELOW
from bot.telegram_io.replies import Keyboard, button
from bot.wording.broadcast_status import can_be_sent_anew, counts, headline, reason

BAR = 15
"""Blocks of the bar."""

MINUTE = 60

AT_ONCE = (BroadcastKind.RECALL, BroadcastKind.RESEND)
"""These start when they are confirmed, without a time to undo them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How fast it goes: deliveries ended per second, lately."""

    per_second: float


def progress_text(
    words: Localizer, progress: Progress, *, title: str, now: datetime, pace: Pace | None = None
) -> RichText:
    """Return what the message says."""
    parts: list[RichText | str] = [bold(headline(words, progress, title))]
    broadcast = progress.broadcast
    if broadcast.started_at is None:
        parts += [_before_start(words, broadcast, now=now), reason(words, progress)]
        return joined(parts)
    parts += [_bar(words, progress), counts(words, progress)]
    if pace is not None and pace.per_second > 0 and broadcast.status is BroadcastStatus.SENDING:
        parts.append(_pace(words, progress, pace))
    parts.append(reason(words, progress))
    return joined(parts)


def progress_keyboard(words: Localizer, progress: Progress, *, now: datetime) -> Keyboard:
    """Return what can be done with a broadcast now."""
    broadcast = progress.broadcast
    number = broadcast.id
    # Translators: button under a broadcast; what was not sent yet never will be.
    cancel = button(words.gettext("Cancel"), f"broadcast:cancel:{number}")
    match broadcast.status:
        case BroadcastStatus.QUEUED if broadcast.kind in AT_ONCE:
            return [[cancel]]
        case BroadcastStatus.QUEUED if broadcast.started_at is None:
            # Translators: button under a sending that has not started yet; it starts at once.
            at_once = button(words.gettext("Send now"), f"broadcast:start:{number}")
            # Translators: button under a sending that has not started yet; nothing is sent.
            return [[at_once, button(words.gettext("Undo"), f"broadcast:cancel:{number}")]]
        case BroadcastStatus.QUEUED | BroadcastStatus.SENDING:
            # Translators: button under a broadcast.
            return [[button(words.gettext("Pause"), f"broadcast:pause:{number}"), cancel]]
        case BroadcastStatus.HALTED if broadcast.stop_reason is StopReason.NOT_APPROVED:
            return [[cancel]]
        case BroadcastStatus.PAUSED | BroadcastStatus.HALTED:
            # Translators: button under a broadcast that was paused or halted; the sending goes on.
            row = [button(words.gettext("Resume"), f"broadcast:resume:{number}"), cancel]
            recall = _recall_button(words, progress, now=now)
            return [row, [recall]] if recall else [row]
        case BroadcastStatus.CANCELLED if can_be_sent_anew(broadcast):
            # Translators: button; back to an alert's board.
            return [[button(words.gettext("Back to the alert"), f"alert:{broadcast.alert_id}:{BELOW}")]]
        case _:
            return _after(words, progress, now=now)


def _before_start(words: Localizer, broadcast: Broadcast, *, now: datetime) -> str:
    """Return what is to be known of a broadcast that has not begun."""
    seconds = math.ceil((broadcast.starts_at - now).total_seconds())
    if can_be_sent_anew(broadcast):
        # Translators: a confirmed sending was undone before anything went out.
        return words.gettext("Nothing went out. The alert can be changed and sent again.")
    if broadcast.undone:
        # Translators: an organizer was asked about a recall or a resend, and said no.
        return words.gettext("Left as it is.")
    if broadcast.status is not BroadcastStatus.QUEUED:
        # Translators: a broadcast was paused or halted before anything went out.
        return words.gettext("Nothing went out yet.")
    if seconds <= 0:
        # Translators: a confirmed sending is about to begin.
        return words.gettext("Starts in a moment.")
    # Translators: a confirmed sending waits so long for being undone.
    return words.ngettext("Starts in {n} second.", "Starts in {n} seconds.", seconds)


def _after(words: Localizer, progress: Progress, *, now: datetime) -> Keyboard:
    """Return what can be done once it has ended."""
    broadcast, tally = progress.broadcast, progress.tally
    if broadcast.kind not in SENDINGS:
        return []
    rows: Keyboard = []
    unknown = tally[DeliveryState.UNKNOWN]
    if unknown and broadcast.status is BroadcastStatus.FINISHED:
        # Translators: button; sends again, marked as a repeat, to {n} people of whom it is unknown whether they got it.
        label = words.ngettext("Send again to {n} unknown", "Send again to {n} unknown", unknown)
        rows.append([button(label, f"after:resend:{broadcast.id}")])
    if tally[DeliveryState.SENT]:
        # Translators: button; begins a corrected version that replaces the alert in every chat.
        row = [button(words.gettext("Correct"), f"after:correct:{broadcast.id}")]
        recall = _recall_button(words, progress, now=now)
        rows.append([*row, recall] if recall else row)
    return rows


def _recall_button(words: Localizer, progress: Progress, *, now: datetime) -> dict[str, str] | None:
    """Return the button that begins a recall; None where nothing can be recalled."""
    broadcast = progress.broadcast
    left = time_to_recall(broadcast, now=now)
    if broadcast.kind not in SENDINGS or not progress.tally[DeliveryState.SENT] or not left:
        return None
    hours = left // timedelta(hours=1)
    if hours:
        # Translators: button; deletes the alert from every chat, possible for {n} more hours.
        label = words.ngettext("Recall · {n} h left", "Recall · {n} h left", hours)
    else:
        # Translators: button; deletes the alert from every chat, possible for less than an hour more.
        label = words.gettext("Recall · under 1 h left")
    return button(label, f"after:recall:{broadcast.id}")


def _bar(words: Localizer, progress: Progress) -> str:
    tally = progress.tally
    share = tally.final / tally.audience if tally.audience else 1.0
    filled = int(share * BAR)
    # Translators: under the bar of a broadcast: {done} of {audience} people.
    counted = words.gettext("{done} of {audience}", done=tally.final, audience=tally.audience)
    return f"{'▓' * filled}{'░' * (BAR - filled)} {words.percent(share)}\n{counted}"


def _pace(words: Localizer, progress: Progress, pace: Pace) -> str:
    seconds = round(progress.tally.remaining / pace.per_second)
    rate = round(pace.per_second, 1)
    if seconds < MINUTE:
        # Translators: under a broadcast: {rate} messages per second; {n} seconds are left.
        return words.ngettext("{rate}/s · {n} second left", "{rate}/s · {n} seconds left", seconds, rate=rate)
    minutes = -(-seconds // MINUTE)
    # Translators: under a broadcast: {rate} messages per second; {n} minutes are left.
    return words.ngettext("{rate}/s · {n} minute left", "{rate}/s · {n} minutes left", minutes, rate=rate)
