"""The report of a broadcast: the card, and what it is by language and by source."""

from collections.abc import Mapping, Sequence

from bot.domain.alert import ActionKind, Alert
from bot.domain.broadcast import ENDED, Broadcast
from bot.domain.delivery import DeliveryState
from bot.domain.outcome import ActionEvent, Outcome, Step
from bot.domain.report import BroadcastReport
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.action_buttons import OpenAccepted
from bot.telegram_io.organizer_buttons import OpenReport
from bot.telegram_io.report_buttons import (
    OpenResults,
    OpenResultsList,
    ReportPicture,
    ReportTable,
    ResultsBy,
)
from bot.wording.pages import on_list, page_turns
from bot.wording.report_groups import GROUPS_SHOWN, by_head, by_title, group_line, groups, is_compared
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.shown import line_words, share_words
from bot.wording.titles import BUTTON_SHOWN, title_of

OUTCOMES = (
    DeliveryState.BLOCKED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.SKIPPED,
    DeliveryState.CANCELLED,
)
"""What else may come of a delivery; those that did not happen are left out."""


def results_list(localizer: Localizer, found: Sequence[tuple[Broadcast, Alert]]) -> Screen:
    """Show the latest broadcasts; each opens its report."""
    if not found:
        # Translators: answer to /report, before any alert was sent.
        return screen(localizer.gettext("Nothing was sent yet, so there is nothing to report."))
    rows: list[list[Control]] = []
    for broadcast, alert in found:
        day = localizer.short_date(broadcast.created_at.date())
        label = f"{day} · {title_of(alert, at_most=BUTTON_SHOWN - len(day) - 3)}"
        rows.append([Press(label, OpenResults(broadcast.id))])
    # Translators: title above the list of alerts that were sent; each has a report.
    return screen(bold(localizer.gettext("Which report?")), rows)


def report_screen(localizer: Localizer, report: BroadcastReport, alert: Alert) -> Screen:
    """Show what came of a broadcast."""
    return screen(card(localizer, report, alert), _rows(localizer, report, None, alert.kind))


def groups_screen(
    localizer: Localizer,
    report: BroadcastReport,
    alert: Alert,
    by: ResultsBy,
    names: Mapping[int, str],
    *,
    page: int = 0,
) -> Screen:
    """Show a page of what came of a broadcast by language or by source, the largest first."""
    found = groups(localizer, report, by, names)
    page = on_list(page, count=len(found), each=GROUPS_SHOWN)
    shown = found[page * GROUPS_SHOWN :][:GROUPS_SHOWN]
    lines = [group_line(localizer, group) for group in shown]
    if not lines:
        # Translators: in the report of a broadcast that has ended just now, or goes out still.
        lines = [localizer.gettext("This is counted once the broadcast has ended. Look again in a minute.")]
    elif any(is_compared(group) for group in shown):
        # Translators: below shares of several languages, each with two more percentages in brackets.
        note = localizer.gettext(
            "After each share: where the true one may lie (95%). Two that overlap may be the same."
        )
        lines.append(note)
    title = bold(by_title(localizer, by, title_of(alert)))
    turns = page_turns(
        localizer,
        page,
        count=len(found),
        each=GROUPS_SHOWN,
        to=lambda to: OpenResults(report.broadcast.id, by, to),
    )
    return screen(joined([title, "\n".join(lines)]), [turns, *_rows(localizer, report, by, alert.kind)])


def report_title(localizer: Localizer, alert: Alert) -> str:
    """Return the title of a report."""
    # Translators: title of what came of a broadcast; {title} is the alert's title.
    return localizer.gettext("Report: {title}", title=title_of(alert))


def card(localizer: Localizer, report: BroadcastReport, alert: Alert) -> RichText:
    """Return what came of a broadcast, line by line."""
    tally = report.tally
    head = bold(report_title(localizer, alert))
    lines = [
        line_words(localizer, state_words(localizer, state), of_audience(localizer, report, state))
        for state in happened(report)
    ]
    lines += [
        line_words(localizer, event_words(localizer, event), of_sent(localizer, report, n))
        for event, n in report.acted.items()
    ]
    if report.digested:
        # Translators: in a report; so many people were sent the alert together with others, once a day or a week.
        lines.append(line_words(localizer, localizer.gettext("sent in a digest"), str(report.digested)))
    if report.reminded:
        # Translators: in a report; so many reminders of the alert were sent to who began and had not finished.
        lines.append(line_words(localizer, localizer.gettext("reminders sent"), str(report.reminded)))
    left = share_words(localizer, min(report.left, tally[DeliveryState.SENT]), tally[DeliveryState.SENT])
    lines.append(line_words(localizer, left_words(localizer), left))
    if report.broadcast.status not in ENDED:
        # Translators: in a report, where the broadcast has not ended.
        lines.append(localizer.gettext("It is not over yet: these numbers change."))
    return joined([head, when(localizer, report), "\n".join(lines)])


def happened(report: BroadcastReport) -> list[DeliveryState]:
    """Return the states that its deliveries have, sent first."""
    return [DeliveryState.SENT, *(state for state in OUTCOMES if report.tally[state])]


def of_audience(localizer: Localizer, report: BroadcastReport, state: DeliveryState) -> str:
    """Return how many deliveries are in a state, of how many."""
    return share_words(localizer, report.tally[state], report.tally.audience)


def of_sent(localizer: Localizer, report: BroadcastReport, n: int) -> str:
    """Return how many did something, of those it was sent to; more did where others saw it, too."""
    sent = report.tally[DeliveryState.SENT]
    return share_words(localizer, n, sent if n <= sent else 0)


def when(localizer: Localizer, report: BroadcastReport) -> str:
    """Return when it went out, and to how many."""
    broadcast = report.broadcast
    day = localizer.date((broadcast.started_at or broadcast.starts_at).date())
    # Translators: in a report: when the alert went out, and to how many people.
    return localizer.ngettext(
        "{day} · to {n} person", "{day} · to {n} people", report.tally.audience, day=day
    )


def state_words(localizer: Localizer, state: DeliveryState) -> str:
    """Return what a state of deliveries is called before a number."""
    match state:
        case DeliveryState.SENT:
            # Translators: in a report, before a number; Telegram accepted the message.
            return localizer.gettext("sent")
        case DeliveryState.BLOCKED:
            # Translators: in a report, before a number; these people had blocked the bot.
            return localizer.gettext("had blocked the bot")
        case DeliveryState.FAILED:
            # Translators: in a report, before a number; Telegram refused these messages.
            return localizer.gettext("failed")
        case DeliveryState.UNKNOWN:
            # Translators: in a report, before a number; it cannot be known whether these arrived.
            return localizer.gettext("unconfirmed")
        case DeliveryState.SKIPPED:
            # Translators: in a report, before a number; these people left, paused or changed
            # to a language that is left out before their turn came.
            return localizer.gettext("left, paused or changed language before")
        case _:
            # Translators: in a report, before a number; not sent, because the broadcast was cancelled.
            return localizer.gettext("cancelled")


def event_words(localizer: Localizer, event: ActionEvent) -> str:
    """Return what people did or said is called before a number: nothing of it was measured."""
    match event:
        case Step.OPENED:
            # Translators: in a report, before a number; these people tapped the main button.
            return localizer.gettext("tapped the main button")
        case Step.PLEDGED:
            # Translators: in a report, before a number; these people pledged to do it.
            return localizer.gettext("pledged")
        case Outcome.DONE:
            # Translators: in a report, before a number; these people say that they did what the alert asked for.
            return localizer.gettext("say they did it")
        case Outcome.COULD_NOT:
            # Translators: in a report, before a number; these people say that they could not do it.
            return localizer.gettext("say they couldn’t")
        case _:
            # Translators: in a report, before a number; these people say that it is nothing for them.
            return localizer.gettext("say it is not for them")


def left_words(localizer: Localizer) -> str:
    """Return what leaving after a broadcast is called before a number."""
    # Translators: in a report, before a number: people who left, or blocked the bot, within two days after an alert.
    return localizer.gettext("left within two days")


def _rows(
    localizer: Localizer, report: BroadcastReport, by: ResultsBy | None, kind: ActionKind
) -> list[list[Control]]:
    number = report.broadcast.id
    # Translators: button under a report; it sends the numbers as a picture.
    picture = Press(localizer.gettext("Picture"), ReportPicture(number))
    # Translators: button under a report; it sends the numbers as a file for spreadsheets (CSV).
    table = Press(localizer.gettext("Table (CSV)"), ReportTable(number))
    views: list[Control] = [
        Press(by_head(localizer, each), OpenResults(number, each)) for each in ResultsBy if each is not by
    ]
    if by is not None:
        # Translators: button; back from a report by language or source to the whole.
        views.append(Press(localizer.gettext("In all"), OpenResults(number)))
    if kind is ActionKind.REPORT:
        # Translators: button under a report; opens what supporters reported in answers to the alert's questions.
        views.append(Press(localizer.gettext("What people reported"), OpenAccepted()))
    # Translators: button under a report; opens what can still be done with what was sent: correct, recall.
    steer = Press(localizer.gettext("Correct or recall"), OpenReport(number))
    # Translators: button; opens the list of reports.
    others = Press(localizer.gettext("All reports"), OpenResultsList())
    return [[picture, table], views, [steer, others]]
