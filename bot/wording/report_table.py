"""The table of a report, for spreadsheets: sums only, as far as they may be shown."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bot.domain.alert import Alert
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Hidden, Shown, disclosed
from bot.domain.outcome import ActionEvent, Outcome, Step, events_by, in_all
from bot.domain.report import BroadcastReport, left_by, states_by
from bot.domain.spreadsheet import Cell, table
from bot.i18n.localizer import Localizer
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording.shown import count_words
from bot.wording.titles import title_of

HEAD = ("broadcast", "title", "started_at", "ended_at", "by", "group", "outcome", "people")
"""What the columns are called for programs, in every language."""

Key = TypeVar("Key")

LEFT = "left_after"
"""Beside the states of deliveries: who left, or blocked the bot, within two days."""

EVENTS: Mapping[ActionEvent, str] = {
    Step.OPENED: "opened",
    Step.PLEDGED: "pledged",
    Outcome.DONE: "say_done",
    Outcome.COULD_NOT: "say_could_not",
    Outcome.NOT_FOR_ME: "say_not_for_me",
}
"""And what people did or said; nothing of it was measured."""


def report_table(
    localizer: Localizer, report: BroadcastReport, alert: Alert, names: Mapping[int, str]
) -> Upload:
    """Return the table as a file."""
    broadcast = report.broadcast
    about: tuple[Cell, ...] = (broadcast.id, title_of(alert), broadcast.started_at, broadcast.ended_at)
    rows = [(*about, *row) for row in _rows(localizer, report, names)]
    return Upload(kind=UploadKind.TABLE, name=f"report-{broadcast.id}.csv", of={"text": table(HEAD, rows)})


def _rows(
    localizer: Localizer, report: BroadcastReport, names: Mapping[int, str]
) -> Iterator[tuple[Cell, ...]]:
    yield "all", "", "audience", report.tally.audience
    for state in DeliveryState:
        yield "all", "", state.value, report.tally[state]
    yield "all", "", LEFT, report.left
    sums = in_all(report.actions)
    for event, called in EVENTS.items():
        yield "all", "", called, sums[event]
    counts, departures = report.counts or (), report.departures
    yield from _grouped(
        localizer,
        "locale",
        dict(states_by(counts, lambda count: count.locale)),
        dict(left_by(departures, lambda count: count.locale)),
        events_by(report.actions, lambda count: count.locale),
        called=str,
    )
    yield from _grouped(
        localizer,
        "source",
        dict(states_by(counts, lambda count: count.source_id or 0)),
        dict(left_by(departures, lambda count: count.source_id or 0)),
        events_by(report.actions, lambda count: count.source_id or 0),
        called=lambda source_id: names.get(source_id, ""),
    )


def _grouped(
    localizer: Localizer,
    by: str,
    states: Mapping[Key, Mapping[DeliveryState, int]],
    left: Mapping[Key, int],
    acted: Mapping[Key, Mapping[ActionEvent, int]],
    *,
    called: Callable[[Key], str],
) -> Iterator[tuple[Cell, ...]]:
    columns: dict[str, dict[Key, Shown]] = {
        state.value: disclosed({group: row.get(state, 0) for group, row in states.items()})
        for state in DeliveryState
        if any(row.get(state) for row in states.values())
    }
    # Who reads another language by now, or saw the alert elsewhere, stands in no state; before the count nobody does.
    groups = [*states, *(group for group in acted if group not in states)] if states else []
    columns[LEFT] = disclosed({group: left.get(group, 0) for group in states})
    for event, name in EVENTS.items():
        if any(events.get(event) for events in acted.values()):
            columns[name] = disclosed({group: acted.get(group, {}).get(event, 0) for group in groups})
    for group in groups:
        for outcome, shown in columns.items():
            n = shown.get(group, Hidden.FEW)
            yield by, called(group), outcome, n if isinstance(n, int) else count_words(localizer, n)
