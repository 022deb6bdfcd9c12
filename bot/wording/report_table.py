"""The table of a report, for spreadsheets: sums only, as far as they may be shown."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bot.domain.alert import Alert
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Shown, disclosed
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
    counts, departures = report.counts or (), report.departures
    yield from _grouped(
        localizer,
        "locale",
        dict(states_by(counts, lambda count: count.locale)),
        dict(left_by(departures, lambda count: count.locale)),
        called=str,
    )
    yield from _grouped(
        localizer,
        "source",
        dict(states_by(counts, lambda count: count.source_id or 0)),
        dict(left_by(departures, lambda count: count.source_id or 0)),
        called=lambda source_id: names.get(source_id, "").strip(),
    )


def _grouped(
    localizer: Localizer,
    by: str,
    states: Mapping[Key, Mapping[DeliveryState, int]],
    left: Mapping[Key, int],
    *,
    called: Callable[[Key], str],
) -> Iterator[tuple[Cell, ...]]:
    columns: dict[str, dict[Key, Shown]] = {
        state.value: disclosed({group: row.get(state, 0) for group, row in states.items()})
        for state in DeliveryState
        if any(row.get(state) for row in states.values())
    }
    columns[LEFT] = disclosed({group: left.get(group, 0) for group in states})
    for group in states:
        for outcome, shown in columns.items():
            n = shown[group]
            yield by, called(group), outcome, n if isinstance(n, int) else count_words(localizer, n)
