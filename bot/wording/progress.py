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
from bot.telegram_io.callbacks import Correct, Move, Recall, Resend, Verb
from bot.wording.board import back_button
from bot.wording.broadcast_status import can_be_sent_anew, counts, headline, reason
from bot.wording.follow_ups import left_as_it_is
from bot.wording.screen import Control, Press, Screen, screen

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


def progress_screen(
    words: Localizer, progress: Progress, *, title: str, now: datetime, pace: Pace | None = None
) -> Screen:
    """Return where a broadcast stands, and what can be done with it now."""
    text = progress_text(words, progress, title=title, now=now, pace=pace)
    return screen(text, _controls(words, progress, now=now))


def _controls(words: Localizer, progress: Progress, *, now: datetime) -> list[list[Control]]:
    broadcast = progress.broadcast
    # Translators: button under a broadcast; what was not sent yet never will be.
    cancel = Press(words.gettext("Cancel"), Move(Verb.CANCEL, broadcast.id))
    match broadcast.status:
        case BroadcastStatus.QUEUED if broadcast.kind in AT_ONCE:
            return [[cancel]]
        case BroadcastStatus.QUEUED if broadcast.started_at is None:
            # Translators: button under a sending that has not started yet; it starts at once.
            at_once = Press(words.gettext("Send now"), Move(Verb.START, broadcast.id))
            # Translators: button under a sending that has not started yet; nothing is sent.
            return [[at_once, Press(words.gettext("Undo"), Move(Verb.CANCEL, broadcast.id))]]
        case BroadcastStatus.QUEUED | BroadcastStatus.SENDING:
            # Translators: button under a broadcast.
            return [[Press(words.gettext("Pause"), Move(Verb.PAUSE, broadcast.id)), cancel]]
        case BroadcastStatus.HALTED if broadcast.stop_reason is StopReason.NOT_APPROVED:
            return [[cancel]]
        case BroadcastStatus.PAUSED | BroadcastStatus.HALTED:
            # Translators: button under a broadcast that was paused or halted; the sending goes on.
            resume = Press(words.gettext("Resume"), Move(Verb.RESUME, broadcast.id))
            return [[resume, cancel], _recall_row(words, progress, now=now)]
        case BroadcastStatus.CANCELLED if can_be_sent_anew(broadcast):
            return [[back_button(words, broadcast.alert_id, below=True)]]
        case _:
            return _after(words, progress, now=now)


def _before_start(words: Localizer, broadcast: Broadcast, *, now: datetime) -> str:
    """Return what is to be known of a broadcast that has not begun."""
    seconds = math.ceil((broadcast.starts_at - now).total_seconds())
    if can_be_sent_anew(broadcast):
        # Translators: a confirmed sending was undone before anything went out.
        return words.gettext("Nothing went out. The alert can be changed and sent again.")
    if broadcast.undone:
        return left_as_it_is(words)
    if broadcast.status is not BroadcastStatus.QUEUED:
        # Translators: a broadcast was paused or halted before anything went out.
        return words.gettext("Nothing went out yet.")
    if seconds <= 0:
        # Translators: a confirmed sending is about to begin.
        return words.gettext("Starts in a moment.")
    # Translators: a confirmed sending waits so long for being undone.
    return words.ngettext("Starts in {n} second.", "Starts in {n} seconds.", seconds)


def _after(words: Localizer, progress: Progress, *, now: datetime) -> list[list[Control]]:
    """Return what can be done once it has ended."""
    broadcast, tally = progress.broadcast, progress.tally
    if broadcast.kind not in SENDINGS:
        return []
    rows: list[list[Control]] = []
    unknown = tally[DeliveryState.UNKNOWN]
    if unknown and broadcast.status is BroadcastStatus.FINISHED:
        # Translators: button; sends again, marked as a repeat, to {n} people of whom it is unknown whether they got it.
        label = words.ngettext("Send again to {n} unknown", "Send again to {n} unknown", unknown)
        rows.append([Press(label, Resend(broadcast.id))])
    if tally[DeliveryState.SENT]:
        # Translators: button; begins a corrected version that replaces the alert in every chat.
        correct = Press(words.gettext("Correct"), Correct(broadcast.id))
        rows.append([correct, *_recall_row(words, progress, now=now)])
    return rows


def _recall_row(words: Localizer, progress: Progress, *, now: datetime) -> list[Control]:
    """Return the button that begins a recall; none where nothing can be recalled."""
    broadcast = progress.broadcast
    left = time_to_recall(broadcast, now=now)
    if broadcast.kind not in SENDINGS or not progress.tally[DeliveryState.SENT] or not left:
        return []
    hours = left // timedelta(hours=1)
    if hours:
        # Translators: button; deletes the alert from every chat, possible for {n} more hours.
        label = words.ngettext("Recall · {n} h left", "Recall · {n} h left", hours)
    else:
        # Translators: button; deletes the alert from every chat, possible for less than an hour more.
        label = words.gettext("Recall · under 1 h left")
    return [Press(label, Recall(broadcast.id))]


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
