"""The list of alerts, short enough for a phone: what goes on, the drafts, what was sent."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from bot.domain.alert import Alert
from bot.domain.broadcast import ENDED, NOTIFIES
from bot.domain.organizer import Organizer
from bot.domain.review import AlertState
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.broadcast_progress import Progress
from bot.telegram_io.callbacks import Button
from bot.telegram_io.compose_buttons import Discard, NewAlert
from bot.telegram_io.organizer_buttons import Answer, OpenAlert, OpenAlerts, OpenReport, Shelf
from bot.telegram_io.report_buttons import OpenResults
from bot.telegram_io.review_buttons import Preview, Review
from bot.wording.broadcast_status import counted, headline
from bot.wording.halting import halt_button
from bot.wording.reviewing import state_line
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.titles import BUTTON_SHOWN, cut, title_of

Item = TypeVar("Item")

IN_REVIEW_SHOWN = 3
"""Alerts in review that have a button in the first list; all of them stand among the drafts."""

PAGE = 5
"""Alerts on one screen."""


def now_screen(
    localizer: Localizer,
    running: Sequence[tuple[Progress, str]],
    *,
    page: int = 0,
    drafts: int,
    sent: int,
    actor: Organizer,
    in_review: Sequence[Alert] = (),
) -> Screen:
    """Show a page of what goes on now, in the order given, and what waits for approval; and lead to the rest."""
    shown = _of(running, page)
    # Translators: title of the list of alerts.
    parts: list[RichText | str] = [bold(localizer.gettext("Alerts"))]
    if shown:
        parts += ["\n".join(_running_line(localizer, *each) for each in shown)]
    else:
        # Translators: in the list of alerts.
        parts.append(localizer.gettext("Nothing is going out now."))
    rows: list[list[Control]] = [
        [Press(cut(headline(localizer, progress, title), BUTTON_SHOWN), OpenReport(progress.broadcast.id))]
        for progress, title in shown
    ]
    rows.append(_turns(localizer, len(running), Shelf.NOW, page))
    if in_review:
        parts.append(_in_review(localizer, len(in_review)))
        rows += [[_in_review_button(each, actor)] for each in in_review[:IN_REVIEW_SHOWN]]
    if running:
        rows.append([halt_button(localizer)])
    # Translators: button; alerts that were begun and not sent. {n} is how many there are.
    begun = Press(localizer.gettext("Drafts ({n})", n=drafts), OpenAlerts(Shelf.DRAFTS))
    # Translators: button; the last alerts that were sent. {n} is how many there are.
    gone = Press(localizer.gettext("Sent ({n})", n=sent), OpenAlerts(Shelf.SENT))
    rows.append([begun, gone])
    if actor.may_compose:
        # Translators: button for organizers; begins a new alert.
        rows.append([Press(localizer.gettext("Write an alert"), NewAlert())])
    return screen(joined(parts), rows)


def drafts_screen(
    localizer: Localizer,
    drafts: Sequence[Alert],
    *,
    page: int,
    actor: Organizer,
    states: Mapping[int, AlertState] = MappingProxyType({}),
) -> Screen:
    """Show a page of the drafts; who may compose can go on with each, or delete it.

    `states`: where those stand that are more than a draft.
    """
    if not drafts:
        # Translators: in the list of alerts, where no alert was begun and not sent.
        return screen(localizer.gettext("There are no drafts."), [[list_button(localizer)]])
    rows: list[list[Control]] = []
    for draft in _of(drafts, page):
        opens: Button = OpenAlert(draft.id) if actor.may_compose else Preview(draft.id)
        row: list[Control] = [Press(title_of(draft, at_most=BUTTON_SHOWN), opens)]
        if actor.may_compose:
            # Translators: button beside a draft; it is deleted, after a question.
            row.append(Press(localizer.gettext("Delete"), Discard(draft.id)))
        rows.append(row)
    rows += [_turns(localizer, len(drafts), Shelf.DRAFTS, page), [list_button(localizer)]]
    lines = [
        # Translators: a line of a list of alerts; {title} is an alert's title, {state} where it stands: in review.
        localizer.gettext("{title}: {state}", title=title_of(draft), state=state_line(localizer, state))
        for draft in _of(drafts, page)
        if (state := states.get(draft.id, AlertState.DRAFT)) is not AlertState.DRAFT
    ]
    # Translators: title of the list of alerts that were begun and not sent.
    return screen(joined([bold(localizer.gettext("Drafts")), "\n".join(lines)]), rows)


def sent_screen(localizer: Localizer, sent: Sequence[tuple[Progress, str]], *, page: int) -> Screen:
    """Show a page of what was sent; each opens its report."""
    if not sent:
        # Translators: in the list of alerts.
        return screen(localizer.gettext("Nothing was sent yet."), [[list_button(localizer)]])
    lines = [_sent_line(localizer, *each) for each in _of(sent, page)]
    rows: list[list[Control]] = [
        [Press(cut(headline(localizer, progress, title), BUTTON_SHOWN), OpenReport(progress.broadcast.id))]
        for progress, title in _of(sent, page)
    ]
    rows += [_turns(localizer, len(sent), Shelf.SENT, page), [list_button(localizer)]]
    # Translators: title of the list of alerts that were sent lately.
    return screen(joined([bold(localizer.gettext("Sent recently")), "\n".join(lines)]), rows)


def ask_discard(localizer: Localizer, draft: Alert) -> Screen:
    """Ask before a draft is deleted."""
    # Translators: asks an organizer before a draft is deleted; {title} is its title.
    head = localizer.gettext("Delete “{title}”?", title=title_of(draft))
    # Translators: button; deletes a draft.
    yes = Press(localizer.gettext("Yes, delete it"), Discard(draft.id, Answer.YES))
    # Translators: button; goes on without doing it.
    no = Press(localizer.gettext("No, leave it"), Discard(draft.id, Answer.NO))
    return screen(bold(head), [[yes, no]])


def list_button(localizer: Localizer) -> Press:
    """Return the way back to the list."""
    # Translators: button; opens the list of what goes out, of drafts and of what was sent.
    return Press(localizer.gettext("All alerts"), OpenAlerts())


def report_rows(localizer: Localizer, progress: Progress) -> list[list[Control]]:
    """Return what stands below a report that was opened from the list."""
    # Translators: button; shows the numbers as they are at this moment.
    anew = Press(localizer.gettext("Refresh"), OpenReport(progress.broadcast.id))
    rows: list[list[Control]] = [[anew, list_button(localizer)]]
    broadcast = progress.broadcast
    if broadcast.status in ENDED and broadcast.kind in NOTIFIES and not broadcast.undone:
        # Translators: button; opens what came of an alert that was sent: by language, as a picture, as a table.
        rows.append([Press(localizer.pgettext("what came of it", "Report"), OpenResults(broadcast.id))])
    return rows


def _in_review(localizer: Localizer, count: int) -> str:
    # Translators: in the list of alerts; {n} alerts were submitted and wait for somebody who approves them.
    return localizer.ngettext(
        "{n} alert is waiting for approval:", "{n} alerts are waiting for approval:", count
    )


def _in_review_button(alert: Alert, actor: Organizer) -> Press:
    looks: Button = Preview(alert.id)
    if actor.may_approve:
        looks = Review(alert.id)
    elif actor.may_compose:
        looks = OpenAlert(alert.id)
    return Press(title_of(alert, at_most=BUTTON_SHOWN), looks)


def _of(items: Sequence[Item], page: int) -> Sequence[Item]:
    return items[page * PAGE : (page + 1) * PAGE]


def _turns(localizer: Localizer, count: int, shelf: Shelf, page: int) -> list[Control]:
    turns: list[Control] = []
    if page:
        # Translators: button; the page before, in a list of alerts.
        turns.append(Press(localizer.gettext("Newer"), OpenAlerts(shelf, page - 1)))
    if (page + 1) * PAGE < count:
        # Translators: button; the next page of a list of alerts.
        turns.append(Press(localizer.gettext("Older"), OpenAlerts(shelf, page + 1)))
    return turns


def _running_line(localizer: Localizer, progress: Progress, title: str) -> str:
    line = headline(localizer, progress, title)
    return line if progress.broadcast.started_at is None else f"{line}\n{counted(localizer, progress)}"


def _sent_line(localizer: Localizer, progress: Progress, title: str) -> str:
    day = localizer.date(progress.broadcast.created_at.date())
    return f"{headline(localizer, progress, title)} · {day} · {counted(localizer, progress)}"
