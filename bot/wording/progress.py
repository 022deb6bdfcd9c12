"""A broadcast as its organizer watches it: one message, edited, and what can be done with it."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.broadcast import ENDED, Broadcast, BroadcastKind, BroadcastStatus, StopReason
from bot.domain.delivery import DeliveryState
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.schedule import ON_CONFIRMATION, LocalHour, Moment
from bot.i18n.localizer import Localizer
from bot.services.broadcast_progress import Progress
from bot.services.follow_ups import SENDINGS
from bot.services.steering import waits_for_undo
from bot.telegram_io.broadcast_buttons import AskToSend, CopyAlert, Correct, Move, Recall, Resend, Verb
from bot.wording.board import back_button
from bot.wording.broadcast_status import can_be_sent_anew, counted, counts, headline, reason
from bot.wording.follow_ups import left_as_it_is
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.times import at_in_zone

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
        parts += [_before_start(words, progress, now=now), reason(words, progress)]
        return joined(parts)
    parts += [_bar(words, progress), counts(words, progress)]
    if pace is not None and pace.per_second > 0 and broadcast.status is BroadcastStatus.SENDING:
        parts.append(_pace(words, progress, pace))
    parts += [reason(words, progress), _waiting(words, progress), _next_zone(words, broadcast)]
    if progress.recalled:
        # Translators: in the report of an alert that was deleted from every chat afterwards.
        parts.append(words.gettext("It was recalled."))
    return joined(parts)


def progress_screen(
    words: Localizer,
    progress: Progress,
    *,
    title: str,
    now: datetime,
    pace: Pace | None = None,
    more: list[list[Control]] | None = None,
    steers: bool = True,
) -> Screen:
    """Return where a broadcast stands, and what can be done with it now.

    `more`: rows below. `steers`: the reader may do more than look.
    """
    text = progress_text(words, progress, title=title, now=now, pace=pace)
    rows = _controls(words, progress, now=now) if steers else []
    return screen(text, [*rows, *(more or [])])


def cancel_button(words: Localizer, broadcast: Broadcast) -> Press:
    """Return what ends a broadcast, by a name that says what ends."""
    if can_be_undone(broadcast):
        # Translators: button under a sending that has not started yet; nothing is sent.
        label = words.gettext("Undo")
    elif broadcast.kind is BroadcastKind.RECALL:
        # Translators: button while messages are deleted; the rest of them stays.
        label = words.gettext("Stop recalling")
    elif broadcast.kind is BroadcastKind.CORRECT:
        # Translators: button while messages are changed; the rest of them stays as it was.
        label = words.gettext("Stop correcting")
    else:
        # Translators: button under a broadcast; what was not sent yet never will be.
        label = words.gettext("Cancel")
    return Press(label, Move(Verb.CANCEL, broadcast.id))


def can_be_undone(broadcast: Broadcast) -> bool:
    """Tell whether a broadcast can be cancelled as if it had never been confirmed."""
    return (
        broadcast.status is BroadcastStatus.QUEUED
        and broadcast.started_at is None
        and broadcast.kind not in AT_ONCE
    )


def _controls(words: Localizer, progress: Progress, *, now: datetime) -> list[list[Control]]:
    broadcast = progress.broadcast
    cancel = cancel_button(words, broadcast)
    match broadcast.status:
        case BroadcastStatus.QUEUED if broadcast.kind in AT_ONCE:
            return [[cancel]]
        case BroadcastStatus.QUEUED if _waits_for_its_time(progress):
            return [[cancel]]
        case BroadcastStatus.QUEUED if broadcast.started_at is None:
            # Translators: button under a sending that has not started yet; it starts at once.
            at_once = Press(words.gettext("Send now"), Move(Verb.START, broadcast.id))
            return [[at_once, cancel]]
        case BroadcastStatus.QUEUED | BroadcastStatus.SENDING:
            # Translators: button under a broadcast.
            return [[Press(words.gettext("Pause"), Move(Verb.PAUSE, broadcast.id)), cancel]]
        case BroadcastStatus.HALTED if broadcast.stop_reason is StopReason.NOT_APPROVED:
            # Translators: button under a halted broadcast; shows it to somebody who may approve it as it is now.
            approve = Press(words.gettext("Have it approved"), AskToSend(broadcast.alert_id))
            return [[approve], [resume_button(words, broadcast.id), cancel]]
        case BroadcastStatus.PAUSED if broadcast.stop_reason is StopReason.LATE:
            return [_late_row(words, progress)]
        case BroadcastStatus.PAUSED | BroadcastStatus.HALTED:
            resume = resume_button(words, broadcast.id)
            return [[resume, cancel], _recall_row(words, progress, now=now)]
        case BroadcastStatus.CANCELLED if can_be_sent_anew(broadcast):
            return [[back_button(words, broadcast.alert_id, below=True)]]
        case _:
            return _after(words, progress, now=now)


def _waits_for_its_time(progress: Progress) -> bool:
    """Tell whether it may not start yet, whatever anybody taps: it was approved for later."""
    broadcast = progress.broadcast
    scheduled = broadcast.started_at is None and progress.start != ON_CONFIRMATION
    return scheduled and not waits_for_undo(broadcast)


def _late_row(words: Localizer, progress: Progress) -> list[Control]:
    """Return what can be done about what was slept through."""
    broadcast = progress.broadcast
    # Translators: button under a broadcast whose time came while the bot did not run; it is sent now.
    send = Press(words.gettext("Send it now"), Move(Verb.RESUME, broadcast.id))
    if isinstance(progress.start, LocalHour):
        # Translators: button under a broadcast for an hour of each person's time zone, which came while the bot did not
        # run; people whose hour is past get nothing, others get it at their hour.
        label = words.gettext("Leave these people out")
    else:
        # Translators: button under a broadcast whose time came while the bot did not run; it is not sent any more.
        label = words.gettext("Do not send it")
    return [send, Press(label, Move(Verb.LEAVE, broadcast.id))]


COUNTED_DOWN = timedelta(minutes=2)
"""Of what starts later, the time is said; sooner, the seconds are counted down."""


def is_far_ahead(broadcast: Broadcast, *, now: datetime) -> bool:
    """Tell whether it starts so late that its seconds are not counted down."""
    return broadcast.starts_at - now > COUNTED_DOWN


def resume_button(words: Localizer, broadcast_id: int) -> Press:
    """Return what lets a broadcast go on."""
    # Translators: button under a broadcast that was paused or halted; the sending goes on.
    return Press(words.gettext("Resume"), Move(Verb.RESUME, broadcast_id))


def _waiting(words: Localizer, progress: Progress) -> str:
    """Return what a broadcast under way waits for; empty where it does not."""
    if progress.waits_until is not None:
        # Translators: under a broadcast; Telegram has limited the bot. {moment} is a date and time, {zone} its zone.
        return words.gettext(
            "Telegram asks to wait until {moment} ({zone}). It goes on by itself.",
            moment=words.moment(progress.waits_until, UTC),
            zone="UTC",
        )
    if progress.held_up_by_replies:
        # Translators: under a broadcast; many people are writing to the bot, and they are answered first.
        return words.gettext("Many people are writing. They are answered first, so this goes more slowly.")
    return ""


def _next_zone(words: Localizer, broadcast: Broadcast) -> str:
    """Return when people further west get it; empty where nobody is left there."""
    if broadcast.next_at is None or broadcast.status in ENDED:
        return ""
    # Translators: under a broadcast for an hour of each person's time zone; {moment} is when others get it.
    return words.gettext("Next zone: {moment}", moment=at_in_zone(words, broadcast.next_at, "UTC"))


def _before_start(words: Localizer, progress: Progress, *, now: datetime) -> str:
    """Return what is to be known of a broadcast that has not begun."""
    broadcast = progress.broadcast
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
    if is_far_ahead(broadcast, now=now):
        zone = progress.start.zone if isinstance(progress.start, Moment) else "UTC"
        # Translators: a confirmed sending is due later; {moment} is a date, an hour and a time zone.
        return words.gettext("Starts {moment}.", moment=at_in_zone(words, broadcast.starts_at, zone))
    # Translators: a confirmed sending waits so long for being undone.
    return words.ngettext("Starts in {n} second.", "Starts in {n} seconds.", seconds)


def _after(words: Localizer, progress: Progress, *, now: datetime) -> list[list[Control]]:
    """Return what can be done once it has ended."""
    broadcast, tally = progress.broadcast, progress.tally
    if broadcast.kind is BroadcastKind.RECALL and broadcast.undone:
        return []
    if progress.recalled or broadcast.kind is BroadcastKind.RECALL:
        # Translators: button after a recall; begins a new alert with the words of the one that was deleted.
        return [[Press(words.gettext("Write it again"), CopyAlert(broadcast.id))]]
    rows: list[list[Control]] = []
    unknown = tally[DeliveryState.UNKNOWN]
    if unknown and broadcast.status is BroadcastStatus.FINISHED and broadcast.kind in SENDINGS:
        # Translators: button; sends again, marked as a repeat, to {n} people of whom it is unknown whether they got it.
        label = words.ngettext("Send again to {n} unconfirmed", "Send again to {n} unconfirmed", unknown)
        rows.append([Press(label, Resend(broadcast.id))])
    sent = _what_was_sent(progress)
    mend = _recall_row(words, progress, now=now)
    if sent is not None and _has_any(progress):
        # Translators: button; begins a corrected version that replaces the alert in every chat.
        mend = [Press(words.gettext("Correct"), Correct(sent.id)), *mend]
    return [*rows, mend]


def _what_was_sent(progress: Progress) -> Broadcast | None:
    """Return the sending that can be recalled or corrected here: itself, or what it corrects."""
    return progress.broadcast if progress.broadcast.kind in SENDINGS else progress.first


def _has_any(progress: Progress) -> bool:
    """Whether anybody has it, or finds it in a digest."""
    return bool(progress.tally[DeliveryState.SENT] or progress.in_digests or progress.digested)


def _recall_row(words: Localizer, progress: Progress, *, now: datetime) -> list[Control]:
    """Return the button that begins a recall; none where nothing can be recalled."""
    sent = _what_was_sent(progress)
    if sent is None or progress.recalled or not _has_any(progress):
        return []
    left = sent.time_to_recall(now=now)
    if not left and (progress.in_digests or progress.digested):
        # Translators: button, once it is too late to delete an alert from chats; it is struck out of digests.
        return [Press(words.gettext("Recall from digests"), Recall(sent.id))]
    if not left:
        return []
    hours = left // timedelta(hours=1)
    if hours:
        # Translators: button; deletes the alert from every chat, possible for {n} more hours.
        label = words.ngettext("Recall · {n} h left", "Recall · {n} h left", hours)
    else:
        # Translators: button; deletes the alert from every chat, possible for less than an hour more.
        label = words.gettext("Recall · under 1 h left")
    return [Press(label, Recall(sent.id))]


def _bar(words: Localizer, progress: Progress) -> str:
    tally = progress.tally
    share = tally.final / tally.audience if tally.audience else 1.0
    filled = int(share * BAR)
    return f"{'▓' * filled}{'░' * (BAR - filled)} {words.percent(share)}\n{counted(words, progress)}"


def _pace(words: Localizer, progress: Progress, pace: Pace) -> str:
    later = 0 if progress.later is None else progress.later.people
    seconds = round((progress.tally.remaining - later) / pace.per_second)
    rate = round(pace.per_second, 1)
    if seconds < MINUTE:
        # Translators: under a broadcast: {rate} messages per second; {n} seconds are left.
        return words.ngettext("{rate}/s · {n} second left", "{rate}/s · {n} seconds left", seconds, rate=rate)
    minutes = -(-seconds // MINUTE)
    # Translators: under a broadcast: {rate} messages per second; {n} minutes are left.
    return words.ngettext("{rate}/s · {n} minute left", "{rate}/s · {n} minutes left", minutes, rate=rate)
