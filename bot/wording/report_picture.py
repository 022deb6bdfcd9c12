"""The picture of a report, and the words below it."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.alert import Alert
from bot.domain.chart import Bar, Chart, Column, Section
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Shown
from bot.domain.outcome import Outcome
from bot.domain.report import BroadcastReport
from bot.domain.rich_text import RichText, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.report_buttons import OpenResults, ResultsBy
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording.report import (
    card,
    event_words,
    happened,
    left_words,
    of_audience,
    of_sent,
    state_words,
    when,
)
from bot.wording.report_groups import GROUPS_SHOWN, Group, by_head, group_line, groups, is_worth_showing
from bot.wording.screen import Press, Screen, screen
from bot.wording.shown import count_words, share_words
from bot.wording.titles import title_of


def report_picture_screen(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Screen:
    """Return what stands below the picture: every number of it in words."""
    parts: list[RichText | str] = [card(localizer, report, alert)]
    for by in ResultsBy:
        found = groups(localizer, report, by, names)[:GROUPS_SHOWN]
        if is_worth_showing(found):
            head = by_head(localizer, by)
            parts.append("\n".join([head, *(group_line(localizer, group) for group in found)]))
    # Translators: button under the picture of a report; opens the report as a card.
    opens = Press(localizer.gettext("Open the report"), OpenResults(report.broadcast.id))
    return screen(joined(parts), [[opens]])


def report_upload(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Upload:
    """Return the picture of a report as a file."""
    chart = report_chart(localizer, report, alert, names).as_dict()
    return Upload(kind=UploadKind.CHART, name=f"report-{report.broadcast.id}.png", of=chart)


def report_chart(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Chart:
    """Return the picture of a report."""
    sections = [_outcomes_section(localizer, report)]
    for by in ResultsBy:
        found = groups(localizer, report, by, names)[:GROUPS_SHOWN]
        if is_worth_showing(found):
            sections.append(_groups_section(localizer, by, found))
    return Chart(
        title=title_of(alert),
        note=when(localizer, report),
        sections=tuple(sections),
        rtl=localizer.rtl,
    )


def _outcomes_section(localizer: Localizer, report: BroadcastReport) -> Section:
    states = happened(report)
    bars = [Bar(text=of_audience(localizer, report, state), size=report.tally[state]) for state in states]
    sent = report.tally[DeliveryState.SENT]
    acted = report.acted
    bars += [Bar(text=of_sent(localizer, report, n), size=n) for n in acted.values()]
    left = min(report.left, sent)
    # Translators: in a picture, above bars: how many people.
    people = localizer.gettext("people")
    return Section(
        # Translators: in the picture of a report, above its bars.
        title=localizer.gettext("What came of it"),
        rows=(
            *(state_words(localizer, state) for state in states),
            *(event_words(localizer, event) for event in acted),
            left_words(localizer),
        ),
        columns=(
            Column(title=people, bars=(*bars, Bar(text=share_words(localizer, left, sent), size=left))),
        ),
    )


def _groups_section(localizer: Localizer, by: ResultsBy, found: Sequence[Group]) -> Section:
    def bars(of: Callable[[Group], Shown]) -> tuple[Bar, ...]:
        return tuple(bar(localizer, of(group)) for group in found)

    columns = [Column(title=state_words(localizer, DeliveryState.SENT), bars=bars(lambda group: group.sent))]
    if any(group.did is not None for group in found):
        title = event_words(localizer, Outcome.DONE)
        columns.append(Column(title=title, bars=bars(lambda group: group.did or 0)))
    columns.append(Column(title=left_words(localizer), bars=bars(lambda group: group.left)))
    return Section(
        title=by_head(localizer, by),
        rows=tuple(group.label for group in found),
        columns=tuple(columns),
    )


def bar(localizer: Localizer, shown: Shown) -> Bar:
    """Return a bar as long as its count, where that may be shown."""
    return Bar(text=count_words(localizer, shown), size=shown if isinstance(shown, int) else None)
