"""The audit as organizers read it: pages of what was done, and what a checkpoint says of it."""

from datetime import UTC, datetime
from itertools import groupby

from bot.domain.audit import Difference, Fault, Kept
from bot.domain.checkpoint import Signed, SignedCheckpoint
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.i18n.localizer import Localizer
from bot.services.audit_log import Comparison, Page
from bot.telegram_io.team_buttons import AskCheckpoint, OpenAudit
from bot.wording.audit_lines import said
from bot.wording.screen import Control, Copy, Press, Screen, screen

ZONE = "UTC"


def audit_screen(localizer: Localizer, page: Page) -> Screen:
    """Show a page of what was done, newest first, by days."""
    # Translators: title of the list of who of the team did what and when.
    title = localizer.gettext("Audit")
    parts: list[RichText | str] = [bold(title)]
    if not page.entries:
        # Translators: in the list of who did what and when.
        parts.append(localizer.gettext("Nothing was recorded yet."))
    for day, entries in groupby(page.entries, key=lambda each: _day(localizer, each)):
        parts.append(
            joined([styled(day, "italic"), *(_line(localizer, page, each) for each in entries)], "\n")
        )
    turns: list[Control] = []
    if page.newer is not None:
        # Translators: button; the page before, in a list whose newest entries stand first.
        turns.append(Press(localizer.gettext("Newer"), OpenAudit(page.newer)))
    if page.older is not None:
        # Translators: button; the next page of a list whose newest entries stand first.
        turns.append(Press(localizer.gettext("Older"), OpenAudit(page.older)))
    # Translators: button; compares the list of who did what with a checkpoint: some lines that were sent earlier.
    compare = Press(localizer.gettext("Compare a checkpoint"), AskCheckpoint())
    return screen(joined(parts), [turns, [compare]])


def ask_checkpoint(localizer: Localizer) -> Screen:
    """Ask for a checkpoint."""
    # Translators: asks an organizer for some lines that the bot sent to the owners earlier; {command} is /cancel.
    says = localizer.gettext(
        "Send a checkpoint that you kept: the message itself, or the lines in its box. An older one covers less, and "
        "is harder to forge. To leave it, send {command}.",
        command="/cancel",
    )
    return screen(says, [[_back(localizer)]])


def no_checkpoint(localizer: Localizer) -> Screen:
    """Answer what is no checkpoint."""
    # Translators: an organizer sent something else than a checkpoint, which is some lines that the bot sent earlier;
    # {command} is /cancel.
    says = localizer.gettext(
        "This is not a checkpoint, or not all of one. Copy every line in the box, from the first to the one with the "
        "dash. To leave it, send {command}.",
        command="/cancel",
    )
    return screen(says, [[_back(localizer)]])


def comparison_screen(localizer: Localizer, found: Comparison) -> Screen:
    """Say whether anything was removed or changed."""
    rows = [[_back(localizer)]]
    difference = found.verdict.difference
    if found.signed is Signed.BROKEN:
        # Translators: answer to a checkpoint, some lines that the bot sent earlier, of which a letter is wrong.
        broken = localizer.gettext(
            "This checkpoint was not copied whole, or this bot did not make it. It proves nothing. Copy it from the "
            "message it came in."
        )
        return screen(broken, rows)
    parts: list[RichText | str] = []
    if difference is None:
        parts.append(bold(_unchanged(localizer, found)))
    else:
        parts += _differs(localizer, found, difference)
    if found.signed is Signed.UNKNOWN:
        # Translators: about a checkpoint whose signature was made with another key than the bot has now.
        unknown = localizer.gettext(
            "The checkpoint is not signed with a key that this bot has now: it is from before the key was changed, "
            "or not the bot’s own."
        )
        parts.append(unknown)
    return screen(joined(parts), rows)


def checkpoint_screen(localizer: Localizer, signed: SignedCheckpoint) -> Screen:
    """Show an owner the checkpoint that they keep."""
    note = signed.note.rstrip("\n")
    # Translators: sent to the owners of a campaign by itself. A checkpoint is some lines below; {number} is how many
    # acts are recorded, {command} is /audit.
    says = localizer.gettext(
        "Checkpoint of the audit, up to entry {number}. If anything before is ever changed, this shows it: send it "
        "after {command}. Forward it to your saved messages: what lies here, the bot could delete.",
        number=str(signed.checkpoint.size),
        command="/audit",
    )
    # Translators: button; copies some lines.
    copy = Copy(localizer.gettext("Copy the checkpoint"), note)
    return screen(joined([says, styled(note, "pre")]), [[copy]])


def _day(localizer: Localizer, kept: Kept) -> str:
    if kept.entry is None:
        return ""
    # Translators: above what was done on one day; {date} is a day, {zone} the time zone of the times below.
    return localizer.gettext("{date} ({zone})", date=localizer.date(kept.entry.at.date()), zone=ZONE)


def _line(localizer: Localizer, page: Page, kept: Kept) -> str:
    if kept.entry is None or not kept.is_whole:
        # Translators: in the place of an entry of the audit that somebody has tampered with; {number} is its number.
        return localizer.gettext("{number} · This entry is not what was recorded.", number=str(kept.number))
    entry = kept.entry
    # Translators: a line of the audit: number of the entry, time of day, and what somebody did.
    return localizer.gettext(
        "{number} · {time} · {what}",
        number=str(entry.number),
        time=localizer.time_of_day(entry.at, UTC),
        what=said(localizer, page, kept),
    )


def _unchanged(localizer: Localizer, found: Comparison) -> str:
    number = found.verdict.size if found.checkpoint is None else found.checkpoint.size
    if found.verdict.until is None:
        # Translators: the audit, the list of who did what, is empty.
        return localizer.gettext("Nothing was recorded yet.")
    # Translators: answer to a checkpoint that an organizer kept; {date} and {time} are those of entry {number}.
    return localizer.gettext(
        "Nothing removed or changed since {date}, {time} {zone} (entry {number}).",
        **_moment(localizer, found.verdict.until),
        number=str(number),
    )


def _differs(localizer: Localizer, found: Comparison, difference: Difference) -> list[RichText | str]:
    says: list[RichText | str] = [bold(_fault(localizer, difference))]
    if found.checkpoint is not None and difference.number > found.checkpoint.size:
        # Translators: below the first entry of the audit that was changed; {number} is how many before it were not.
        before = localizer.gettext(
            "Up to entry {number}, where the checkpoint ends, everything is as it was.",
            number=str(found.checkpoint.size),
        )
        says.append(before)
    # Translators: below what was changed in the audit.
    advice = localizer.gettext(
        "The bot does not do this. Tell the owners and whoever runs it, and keep every checkpoint."
    )
    return [*says, advice]


def _fault(localizer: Localizer, difference: Difference) -> str:
    number = str(difference.number)
    match difference.fault:
        case Fault.CHANGED:
            # Translators: the first difference in the audit; {number} is the number of an entry.
            return localizer.gettext("Entry {number} was changed.", number=number)
        case Fault.REMOVED:
            # Translators: the first difference in the audit; {number} is the number of an entry.
            return localizer.gettext("Entry {number} was removed.", number=number)
        case Fault.ADDED:
            # Translators: the first difference in the audit; {number} is the number of an entry.
            return localizer.gettext("Entry {number} was added by somebody else.", number=number)
        case Fault.REWRITTEN:
            # Translators: the audit was changed, and made to look whole; {number} is the number of an entry.
            return localizer.gettext(
                "The audit was rewritten from some entry up to {number} onwards. An older checkpoint shows from "
                "where.",
                number=number,
            )
        case Fault.FOREIGN:
            # Translators: a checkpoint that an organizer kept does not belong to the list that the bot has now.
            return localizer.gettext(
                "This checkpoint is of another audit. If this bot sent it to you, the audit was replaced."
            )


def _moment(localizer: Localizer, at: datetime) -> dict[str, str]:
    return {"date": localizer.date(at.date()), "time": localizer.time_of_day(at, UTC), "zone": ZONE}


def _back(localizer: Localizer) -> Press:
    return Press(localizer.gettext("Audit"), OpenAudit())
