"""The report of a broadcast: the card, what it is by language and by source, and the picture of both."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.alert import Alert
from bot.domain.broadcast import ENDED, Broadcast
from bot.domain.chart import Bar, Chart, Column, Section
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Shown, disclosed
from bot.domain.report import ERASED, BroadcastReport, left_by, states_by
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.statistics import Share
from bot.i18n.localizer import Localizer
from bot.telegram_io.organizer_buttons import (
    OpenReport,
    OpenResults,
    OpenResultsList,
    ReportPicture,
    ReportTable,
    ResultsBy,
)
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.shown import compared_words, count_words, share_words
from bot.wording.titles import BUTTON_SHOWN, cut, title_of

GROUPS_SHOWN = 9
"""Languages or sources in a card and a picture, those with the most people; the table has all."""

SOURCE_SHOWN = 20
"""Characters of a source's name beside numbers."""

OUTCOMES = (
    DeliveryState.BLOCKED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.SKIPPED,
    DeliveryState.CANCELLED,
)
"""What else may come of a delivery; those that did not happen are left out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The people of one language or source: to how many it was sent, and how many of them left after it."""

    label: str
    sent: Shown
    left: Shown


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
    return screen(_card(localizer, report, alert), _rows(localizer, report, None))


def groups_screen(
    localizer: Localizer, report: BroadcastReport, alert: Alert, by: ResultsBy, names: Mapping[int, str]
) -> Screen:
    """Show what came of a broadcast by language or by source."""
    found = groups(localizer, report, by, names)
    lines = [_group_line(localizer, group) for group in found[:GROUPS_SHOWN]]
    if not lines:
        # Translators: in the report of a broadcast that has ended just now, or goes out still.
        lines = [localizer.gettext("This is counted once the broadcast has ended. Look again in a minute.")]
    elif any(_is_compared(group) for group in found):
        # Translators: below shares of several languages, each with two more percentages in brackets.
        note = localizer.gettext(
            "After each share, where the true one may lie (95%). Two that overlap may be the same."
        )
        lines.append(note)
    title = bold(_by_title(localizer, by, title_of(alert)))
    return screen(joined([title, "\n".join(lines)]), _rows(localizer, report, by))


def report_picture_screen(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Screen:
    """Return what stands below the picture: every number of it in words."""
    parts: list[RichText | str] = [_card(localizer, report, alert)]
    for by in ResultsBy:
        found = groups(localizer, report, by, names)[:GROUPS_SHOWN]
        if _is_worth_showing(found):
            head = _by_head(localizer, by)
            parts.append("\n".join([head, *(_group_line(localizer, group) for group in found)]))
    # Translators: button under the picture of a report; opens the report as a card.
    opens = Press(localizer.gettext("Open the report"), OpenResults(report.broadcast.id))
    return screen(joined(parts), [[opens]])


def report_upload(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Upload:
    """Return the picture of a report as a file."""
    chart = report_chart(localizer, report, alert, names).as_dict()
    return Upload(kind=UploadKind.CHART, name=f"report-{report.broadcast.id}.png", of=chart)


def report_title(localizer: Localizer, alert: Alert) -> str:
    """Return the title of a report."""
    # Translators: title of what came of a broadcast; {title} is the alert's title.
    return localizer.gettext("Report: {title}", title=title_of(alert))


def report_chart(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Chart:
    """Return the picture of a report."""
    sections = [_outcomes_section(localizer, report)]
    for by in ResultsBy:
        found = groups(localizer, report, by, names)[:GROUPS_SHOWN]
        if _is_worth_showing(found):
            sections.append(_groups_section(localizer, by, found))
    return Chart(
        title=title_of(alert),
        note=_when(localizer, report),
        sections=tuple(sections),
        rtl=localizer.rtl,
    )


def groups(
    localizer: Localizer, report: BroadcastReport, by: ResultsBy, names: Mapping[int, str]
) -> list[Group]:
    """Return the languages or sources of a broadcast, the largest first, as far as their counts may be shown."""
    label = _labels(localizer, by, names)
    if by is ResultsBy.LOCALE:
        states: Mapping[object, Mapping[DeliveryState, int]] = dict(
            states_by(report.counts or (), lambda count: count.locale)
        )
        left: Mapping[object, int] = dict(left_by(report.departures, lambda count: count.locale))
    else:
        states = dict(states_by(report.counts or (), lambda count: count.source_id))
        left = dict(left_by(report.departures, lambda count: count.source_id))
    sent = disclosed({key: row.get(DeliveryState.SENT, 0) for key, row in states.items()})
    gone = disclosed({key: left.get(key, 0) for key in states})
    return [Group(label=label(key), sent=sent[key], left=gone[key]) for key in states]


def _labels(localizer: Localizer, by: ResultsBy, names: Mapping[int, str]) -> Callable[[object], str]:
    if by is ResultsBy.LOCALE:
        # Translators: in the place of a language: people who have erased what was kept about them.
        erased = localizer.gettext("erased since")
        return lambda key: erased if key == ERASED else localizer.language_name(str(key))
    return lambda key: source_label(localizer, names, key)


def source_label(localizer: Localizer, names: Mapping[int, str], key: object) -> str:
    """Return what a source is called beside numbers."""
    if isinstance(key, int) and key in names:
        return cut(names[key], SOURCE_SHOWN)
    # Translators: in the place of a source: people who came by none of the campaign's named links.
    return localizer.gettext("no named link")


def _card(localizer: Localizer, report: BroadcastReport, alert: Alert) -> RichText:
    tally = report.tally
    head = bold(report_title(localizer, alert))
    lines = [
        f"{_state_words(localizer, state)}: {_of_audience(localizer, report, state)}"
        for state in _happened(report)
    ]
    left = share_words(localizer, min(report.left, tally[DeliveryState.SENT]), tally[DeliveryState.SENT])
    lines.append(f"{_left_words(localizer)}: {left}")
    if report.broadcast.status not in ENDED:
        # Translators: in a report, where the broadcast has not ended.
        lines.append(localizer.gettext("It is not over yet: these numbers change."))
    return joined([head, _when(localizer, report), "\n".join(lines)])


def _happened(report: BroadcastReport) -> list[DeliveryState]:
    return [DeliveryState.SENT, *(state for state in OUTCOMES if report.tally[state])]


def _of_audience(localizer: Localizer, report: BroadcastReport, state: DeliveryState) -> str:
    return share_words(localizer, report.tally[state], report.tally.audience)


def _when(localizer: Localizer, report: BroadcastReport) -> str:
    broadcast = report.broadcast
    day = localizer.date((broadcast.started_at or broadcast.starts_at).date())
    # Translators: in a report: when the alert went out, and to how many people.
    return localizer.ngettext(
        "{day} · to {n} person", "{day} · to {n} people", report.tally.audience, day=day
    )


def _state_words(localizer: Localizer, state: DeliveryState) -> str:
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
            # Translators: in a report, before a number; these people left or paused before their turn came.
            return localizer.gettext("left or paused before")
        case _:
            # Translators: in a report, before a number; not sent, because the broadcast was cancelled.
            return localizer.gettext("cancelled")


def _left_words(localizer: Localizer) -> str:
    # Translators: in a report, before a number: people who left, or blocked the bot, within two days after an alert.
    return localizer.gettext("left within two days")


def _group_line(localizer: Localizer, group: Group) -> str:
    left = count_words(localizer, group.left)
    if isinstance(group.sent, int) and isinstance(group.left, int) and group.left <= group.sent:
        left = compared_words(localizer, Share(group.left, group.sent))
    # Translators: a line of a report: {group} is a language or a source; to how many it was sent, and how many left.
    return localizer.gettext(
        "{group}: sent {sent} · left {left}",
        group=group.label,
        sent=count_words(localizer, group.sent),
        left=left,
    )


def _is_compared(group: Group) -> bool:
    return isinstance(group.sent, int) and isinstance(group.left, int)


def _is_worth_showing(found: Sequence[Group]) -> bool:
    """Whether it says more than the whole does."""
    return len(found) > 1


def _by_head(localizer: Localizer, by: ResultsBy) -> str:
    if by is ResultsBy.LOCALE:
        # Translators: above numbers of people, a line for each language.
        return localizer.gettext("By language")
    # Translators: above numbers of people, a line for each source (a named link or poster they came by).
    return localizer.gettext("By source")


def _by_title(localizer: Localizer, by: ResultsBy, title: str) -> str:
    if by is ResultsBy.LOCALE:
        # Translators: title of a report with a line for each language; {title} is the alert's title.
        return localizer.gettext("By language: {title}", title=title)
    # Translators: title of a report with a line for each source; {title} is the alert's title.
    return localizer.gettext("By source: {title}", title=title)


def _outcomes_section(localizer: Localizer, report: BroadcastReport) -> Section:
    states = _happened(report)
    bars = [Bar(text=_of_audience(localizer, report, state), size=report.tally[state]) for state in states]
    sent = report.tally[DeliveryState.SENT]
    left = min(report.left, sent)
    return Section(
        # Translators: in the picture of a report, above its bars.
        title=localizer.gettext("What came of it"),
        rows=(*(_state_words(localizer, state) for state in states), _left_words(localizer)),
        columns=(
            # Translators: in a picture, above bars: how many people.
            Column(
                title=localizer.gettext("people"),
                bars=(*bars, Bar(text=share_words(localizer, left, sent), size=left)),
            ),
        ),
    )


def _groups_section(localizer: Localizer, by: ResultsBy, found: Sequence[Group]) -> Section:
    def bars(of: Callable[[Group], Shown]) -> tuple[Bar, ...]:
        return tuple(bar(localizer, of(group)) for group in found)

    return Section(
        title=_by_head(localizer, by),
        rows=tuple(group.label for group in found),
        columns=(
            Column(title=_state_words(localizer, DeliveryState.SENT), bars=bars(lambda group: group.sent)),
            Column(title=_left_words(localizer), bars=bars(lambda group: group.left)),
        ),
    )


def bar(localizer: Localizer, shown: Shown) -> Bar:
    """Return a bar as long as its count, where that may be shown."""
    return Bar(text=count_words(localizer, shown), size=shown if isinstance(shown, int) else None)


def _rows(localizer: Localizer, report: BroadcastReport, by: ResultsBy | None) -> list[list[Control]]:
    number = report.broadcast.id
    # Translators: button under a report; it sends the numbers as a picture.
    picture = Press(localizer.gettext("Picture"), ReportPicture(number))
    # Translators: button under a report; it sends the numbers as a file for spreadsheets (CSV).
    table = Press(localizer.gettext("Table (CSV)"), ReportTable(number))
    views: list[Control] = [
        Press(_by_head(localizer, each), OpenResults(number, each)) for each in ResultsBy if each is not by
    ]
    if by is not None:
        # Translators: button; back from a report by language or source to the whole.
        views.append(Press(localizer.gettext("In all"), OpenResults(number)))
    # Translators: button under a report; opens what can still be done with what was sent: correct, recall.
    steer = Press(localizer.gettext("Correct or recall"), OpenReport(number))
    # Translators: button; opens the list of reports.
    others = Press(localizer.gettext("All reports"), OpenResultsList())
    return [[picture, table], views, [steer, others]]
