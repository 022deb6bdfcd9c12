"""A broadcast as its organizer watches it: one message, edited."""

from bot.domain.broadcast import Because, BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n import Words
from bot.services.broadcasts import Progress
from bot.telegram_io.replies import Keyboard, button

BAR = 15
"""Blocks of the bar."""


def progress_text(words: Words, progress: Progress, *, title: str) -> RichText:
    """Return what the message says."""
    tally = progress.tally
    share = tally.final / tally.audience if tally.audience else 1.0
    filled = round(share * BAR)
    # Translators: under the bar of a broadcast: {done} of {audience} people.
    counted = words.gettext("{done} of {audience}", done=tally.final, audience=tally.audience)
    bar = f"{'▓' * filled}{'░' * (BAR - filled)} {words.percent(share)}\n{counted}"
    if not tally.audience and progress.broadcast.status is BroadcastStatus.QUEUED:
        bar = ""
    return joined([bold(_title(words, progress, title)), bar, _counts(words, progress)])


def progress_keyboard(words: Words, progress: Progress) -> Keyboard:
    """Return what can be done with a broadcast now."""
    number = progress.broadcast.id
    # Translators: button under a broadcast; what was not sent yet never will be.
    cancel = button(words.gettext("Cancel"), f"broadcast:cancel:{number}")
    match progress.broadcast.status:
        case BroadcastStatus.QUEUED | BroadcastStatus.SENDING:
            # Translators: button under a broadcast.
            return [[button(words.gettext("Pause"), f"broadcast:pause:{number}"), cancel]]
        case BroadcastStatus.PAUSED | BroadcastStatus.HALTED:
            # Translators: button under a broadcast that was paused or halted; the sending goes on.
            return [[button(words.gettext("Resume"), f"broadcast:resume:{number}"), cancel]]
        case _:
            return []


def _title(words: Words, progress: Progress, title: str) -> str:
    match progress.broadcast.status:
        case BroadcastStatus.QUEUED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Queued: {title}", title=title)
        case BroadcastStatus.SENDING:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Sending: {title}", title=title)
        case BroadcastStatus.PAUSED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Paused: {title}", title=title)
        case BroadcastStatus.CANCELLED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Cancelled: {title}", title=title)
        case BroadcastStatus.FINISHED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Finished: {title}", title=title)
        case BroadcastStatus.HALTED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Halted: {title}", title=title)


def _counts(words: Words, progress: Progress) -> str:
    tally = progress.tally
    # Translators: counts of a broadcast; Telegram accepted the message.
    lines = [words.gettext("sent: {n}", n=tally[DeliveryState.SENT])]
    if tally[DeliveryState.BLOCKED]:
        # Translators: counts of a broadcast; these people have blocked the bot.
        lines.append(words.gettext("blocked the bot: {n}", n=tally[DeliveryState.BLOCKED]))
    if tally[DeliveryState.FAILED]:
        # Translators: counts of a broadcast; Telegram refused these messages.
        lines.append(words.gettext("failed: {n}", n=tally[DeliveryState.FAILED]))
    if tally[DeliveryState.UNKNOWN]:
        # Translators: counts of a broadcast; it cannot be known whether these arrived, and they are not sent again.
        lines.append(words.gettext("unknown, not sent again: {n}", n=tally[DeliveryState.UNKNOWN]))
    if tally[DeliveryState.SKIPPED]:
        # Translators: counts of a broadcast; these people left or paused before their turn came.
        lines.append(words.gettext("left or paused meanwhile: {n}", n=tally[DeliveryState.SKIPPED]))
    if tally[DeliveryState.CANCELLED]:
        # Translators: counts of a broadcast; not sent because it was cancelled.
        lines.append(words.gettext("cancelled: {n}", n=tally[DeliveryState.CANCELLED]))
    if tally.remaining:
        # Translators: counts of a broadcast; still to send.
        lines.append(words.gettext("remaining: {n}", n=tally.remaining))
    if progress.broadcast.because is Because.TOKEN_REFUSED:
        lines.append(
            # Translators: why a broadcast was halted; for organizers. They resume it by a button below.
            words.gettext(
                "Telegram refused the bot’s token. Nobody is marked as failed. Tell whoever runs the bot, then resume."
            )
        )
    return "\n".join(lines)
