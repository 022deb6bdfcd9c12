"""What became of a broadcast, in words: its title, its counts, and why it stopped."""

from datetime import UTC

from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, StopReason, Tally
from bot.domain.delivery import DeliveryState
from bot.i18n.localizer import Localizer
from bot.services.broadcast_progress import Progress
from bot.wording.team import name_of


def headline(words: Localizer, progress: Progress, title: str) -> str:
    """Return the first line: what it does, and with which alert."""
    if progress.broadcast.kind is BroadcastKind.DIGEST:
        # Translators: in the place of an alert's title, where a broadcast brings digests of several alerts.
        title = words.gettext("digests")
    match progress.broadcast.status:
        case BroadcastStatus.SENDING:
            return _doing(words, progress.broadcast.kind, title)
        case BroadcastStatus.QUEUED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Queued: {title}", title=title)
        case BroadcastStatus.PAUSED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Paused: {title}", title=title)
        case BroadcastStatus.CANCELLED if can_be_sent_anew(progress.broadcast):
            # Translators: title of the progress message of a sending that was undone; {title} is the alert's title.
            return words.gettext("Undone: {title}", title=title)
        case BroadcastStatus.CANCELLED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Cancelled: {title}", title=title)
        case BroadcastStatus.HALTED:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Halted: {title}", title=title)
        case BroadcastStatus.FINISHED:
            return _done(words, progress.broadcast.kind, title)


def counts(words: Localizer, progress: Progress) -> str:
    """Return the counts, a line each; what is zero is left out, but for the first."""
    match progress.broadcast.kind:
        case BroadcastKind.RECALL:
            return _recalled(words, progress)
        case BroadcastKind.CORRECT:
            return _corrected(words, progress)
        case _:
            return _sent(words, progress)


def counted(words: Localizer, progress: Progress) -> str:
    """Return how many deliveries have ended, of how many."""
    # Translators: under the bar of a broadcast: {done} of {audience} people.
    return words.gettext("{done} of {audience}", done=progress.tally.final, audience=progress.tally.audience)


def reason(words: Localizer, progress: Progress) -> str:
    """Return why it stopped and what to do; empty where it did not."""
    if progress.broadcast.status not in (BroadcastStatus.PAUSED, BroadcastStatus.HALTED):
        return ""
    match progress.broadcast.stop_reason:
        case StopReason.TOKEN_REFUSED:
            # Translators: why a broadcast was halted; for organizers. They resume it by a button below.
            return words.gettext(
                "Telegram refused the bot’s token. Nobody is marked as failed. Tell whoever runs the bot; "
                "resume once it is fixed."
            )
        case StopReason.CANARY:
            # Translators: the first few alerts were sent; the organizer looks at them, then resumes by a button below.
            return words.gettext("The first ones are out. Look at one, then resume or cancel.")
        case StopReason.FAILURES:
            # Translators: a broadcast paused itself because many sends failed; the organizer decides by a button below.
            return words.gettext(
                "Too many of the last ones failed or are unknown. Find out why, then resume."
            )
        case StopReason.UNKNOWN_CHATS:
            # Translators: a broadcast paused itself because this bot knows almost none of the people on the list:
            # perhaps it was started with the token of another bot. The organizer decides by a button below.
            return words.gettext(
                "Most of these chats are unknown to this bot. Nobody was taken off the list for it. "
                "Ask whoever runs the bot: is it the right token? Resume once it is."
            )
        case StopReason.NOT_APPROVED:
            # Translators: a broadcast was halted because the alert is not approved as it stands.
            return words.gettext(
                "It is not approved as it would go out now. Have it approved and resume it, or cancel it."
            )
        case StopReason.HALT:
            # Translators: why a broadcast was halted; {name} is an organizer, {command} is /halt.
            return words.gettext(
                "{name} stopped it with {command}. It goes on only when it is resumed.",
                name=_who(words, progress),
                command="/halt",
            )
        case StopReason.LATE:
            late = progress.broadcast.starts_at
            # Translators: why a broadcast waits for an organizer: {moment} was its date and time, {zone} the time zone.
            return words.gettext(
                "It was due {moment} ({zone}), when the bot was not running. Nothing goes out until you decide.",
                moment=words.moment(late, UTC),
                zone="UTC",
            )
        case StopReason.ORGANIZER if progress.stopped_by is not None:
            # Translators: why a broadcast is paused; {name} is an organizer.
            return words.gettext("Paused by {name}.", name=_who(words, progress))
        case _:
            return _restored(words) if progress.broadcast.stop_reason is StopReason.RESTORED else ""


def _restored(words: Localizer) -> str:
    # Translators: why a broadcast waits for an organizer, who resumes or cancels it by a button below. After the backup
    # was made the bot may have gone on sending; nobody can tell to whom.
    return words.gettext(
        "The bot was restored from a backup, and this may have gone out since that was made. "
        "Whoever may have got it counts as unknown. Resume it, or cancel it."
    )


def _who(words: Localizer, progress: Progress) -> str:
    if progress.stopped_by is None:
        # Translators: in the place of an organizer's name, where they are not on the team any more.
        return words.gettext("An organizer")
    return name_of(words, progress.stopped_by)


def _doing(words: Localizer, kind: BroadcastKind, title: str) -> str:
    match kind:
        case BroadcastKind.RECALL:
            # Translators: title of the progress message while messages are deleted; {title} is the alert's title.
            return words.gettext("Recalling: {title}", title=title)
        case BroadcastKind.CORRECT:
            # Translators: title of the progress message while messages are changed; {title} is the alert's title.
            return words.gettext("Correcting: {title}", title=title)
        case BroadcastKind.RESEND:
            # Translators: title of the progress message while it is sent again to the unknown; {title} is its title.
            return words.gettext("Sending again: {title}", title=title)
        case BroadcastKind.REMIND:
            # Translators: title of the status of reminders that go out; {title} is the alert's title.
            return words.gettext("Reminding: {title}", title=title)
        case BroadcastKind.DIGEST:
            # Translators: title of the status of digests that go out, which bring several alerts at once.
            return words.gettext("Sending digests")
        case BroadcastKind.THANKS:
            # Translators: title of the progress message while those who took part are thanked; {title} is the alert's.
            return words.gettext("Thanking: {title}", title=title)
        case BroadcastKind.SEND:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Sending: {title}", title=title)


def _done(words: Localizer, kind: BroadcastKind, title: str) -> str:
    match kind:
        case BroadcastKind.RECALL:
            # Translators: title of the progress message when a recall has ended; {title} is the alert's title.
            return words.gettext("Recalled: {title}", title=title)
        case BroadcastKind.CORRECT:
            # Translators: title of the progress message when a correction has ended; {title} is the alert's title.
            return words.gettext("Corrected: {title}", title=title)
        case BroadcastKind.RESEND:
            # Translators: title of the progress message when it was sent again to the unknown; {title} is its title.
            return words.gettext("Sent again: {title}", title=title)
        case BroadcastKind.REMIND:
            # Translators: title of the status of reminders that went out; {title} is the alert's title.
            return words.gettext("Reminded: {title}", title=title)
        case BroadcastKind.DIGEST:
            # Translators: title of the status of digests that went out, which bring several alerts at once.
            return words.gettext("Digests sent")
        case BroadcastKind.THANKS:
            # Translators: title of the progress message when those who took part were thanked; {title} is the alert's.
            return words.gettext("Thanked: {title}", title=title)
        case BroadcastKind.SEND:
            # Translators: title of the progress message; {title} is the alert's title.
            return words.gettext("Finished: {title}", title=title)


def can_be_sent_anew(broadcast: Broadcast) -> bool:
    """Tell whether an undone broadcast leaves an alert that can be changed and sent again; what repeats has its own."""
    is_own = broadcast.day is None
    return is_own and broadcast.undone and broadcast.kind in (BroadcastKind.SEND, BroadcastKind.CORRECT)


def _sent(words: Localizer, progress: Progress) -> str:
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
        lines.append(words.gettext("unconfirmed, not sent again: {n}", n=tally[DeliveryState.UNKNOWN]))
    if tally[DeliveryState.SKIPPED]:
        lines.append(_skipped_line(words, tally))
    return "\n".join([*lines, *_open(words, progress)])


def _recalled(words: Localizer, progress: Progress) -> str:
    tally, kept = progress.tally, _untouched(progress) + progress.tally[DeliveryState.SKIPPED]
    if progress.struck:
        # Translators: the receipt of a recall: of {n} people some had the alert as one of several in one message.
        lines = [words.gettext("Deleted, or struck out of a digest, for {n}.", n=tally[DeliveryState.SENT])]
    else:
        # Translators: the receipt of a recall: from {n} chats the message was deleted.
        lines = [words.gettext("Deleted for {n}.", n=tally[DeliveryState.SENT])]
    if kept:
        # Translators: the receipt of a recall: in {n} chats the message may still be there.
        lines.append(words.gettext("Could not be deleted: {n}.", n=kept))
    return "\n".join([*lines, *_open(words, progress)])


def _corrected(words: Localizer, progress: Progress) -> str:
    tally, kept = progress.tally, _untouched(progress)
    # Translators: the receipt of a correction: in {n} chats the message was changed.
    lines = [words.gettext("Corrected for {n}.", n=tally[DeliveryState.SENT] - progress.unchanged)]
    if progress.unchanged:
        # Translators: the receipt of a correction: {n} people read languages in which nothing was corrected.
        unchanged = words.ngettext(
            "{n} reads a language whose words did not change.",
            "{n} read languages whose words did not change.",
            progress.unchanged,
        )
        lines.append(unchanged)
    if kept:
        # Translators: the receipt of a correction: in {n} chats the message may still be as it was.
        lines.append(words.gettext("Could not be changed: {n}.", n=kept))
    if tally[DeliveryState.SKIPPED]:
        lines.append(_skipped_line(words, tally))
    return "\n".join([*lines, *_open(words, progress)])


def _skipped_line(words: Localizer, tally: Tally) -> str:
    # Translators: counts of a broadcast; these people left, paused or changed to a language that is left out before
    # their turn came.
    return words.gettext("left, paused or changed language meanwhile: {n}", n=tally[DeliveryState.SKIPPED])


def _untouched(progress: Progress) -> int:
    """Return in how many chats the message may still be as it was."""
    tried = (DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.UNKNOWN)
    return progress.out_of_reach + sum(progress.tally[state] for state in tried)


def _open(words: Localizer, progress: Progress) -> list[str]:
    tally = progress.tally
    lines = []
    if tally[DeliveryState.CANCELLED]:
        # Translators: counts of a broadcast; not sent because it was cancelled.
        lines.append(words.gettext("cancelled: {n}", n=tally[DeliveryState.CANCELLED]))
    if tally.remaining:
        # Translators: counts of a broadcast; still to send.
        lines.append(words.gettext("remaining: {n}", n=tally.remaining))
    if progress.later is not None:
        first_at = words.moment(progress.later.first_at, UTC)
        # Translators: counts of a broadcast; {n} of the remaining people are in the hours in which they want nothing;
        # {moment} is a date and time, in UTC, when the first of them get it.
        later = words.ngettext(
            "later, after their quiet hours: {n} (from {moment} UTC)",
            "later, after their quiet hours: {n} (from {moment} UTC)",
            progress.later.people,
            moment=first_at,
        )
        lines.append(later)
    if progress.in_digests:
        # Translators: counts of a broadcast; {n} people get it together with others, once a day or a week.
        lines.append(words.gettext("waits for a digest: {n}", n=progress.in_digests))
    if progress.digested:
        # Translators: counts of a broadcast; {n} people got it together with others, once a day or a week.
        lines.append(words.gettext("sent in a digest: {n}", n=progress.digested))
    if progress.reminded:
        # Translators: counts of a broadcast; {n} reminders of it were sent.
        lines.append(words.gettext("reminders sent: {n}", n=progress.reminded))
    return lines
