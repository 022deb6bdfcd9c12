"""The languages and sources of a broadcast: to how many it was sent, and how many left, as far as that may be shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import Hidden, Shown, disclosed
from bot.domain.outcome import ActionEvent, Outcome, events_by
from bot.domain.report import ERASED, BroadcastReport, left_by, states_by
from bot.domain.statistics import Share
from bot.i18n.localizer import Localizer
from bot.telegram_io.report_buttons import ResultsBy
from bot.wording.shown import compared_words, count_words
from bot.wording.titles import cut

GROUPS_SHOWN = 9
"""Languages or sources in a card and a picture, those with the most people; the table has all."""

SOURCE_SHOWN = 20
"""Characters of a source's name beside numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The people of one language or source: to how many it was sent, and how many of them left after it.

    `did`: how many say that they did it; None where nobody at all does.
    """

    label: str
    sent: Shown
    left: Shown
    did: Shown | None = None


def groups(
    localizer: Localizer, report: BroadcastReport, by: ResultsBy, names: Mapping[int, str]
) -> list[Group]:
    """Return the languages or sources of a broadcast, the largest first, as far as their counts may be shown."""
    label = _labels(localizer, by, names)
    if by is ResultsBy.LOCALE:
        states: dict[object, Mapping[DeliveryState, int]] = dict(
            states_by(report.counts or (), lambda count: count.locale)
        )
        acted: Mapping[object, Mapping[ActionEvent, int]] = dict(
            events_by(report.actions, lambda count: count.locale)
        )
        left: Mapping[object, int] = dict(left_by(report.departures, lambda count: count.locale))
    else:
        states = dict(states_by(report.counts or (), lambda count: count.source_id))
        left = dict(left_by(report.departures, lambda count: count.source_id))
        acted = dict(events_by(report.actions, lambda count: count.source_id))
    done = {key: n for key, events in acted.items() if (n := events.get(Outcome.DONE, 0)) > 0}
    # Who reads another language by now, or saw the alert elsewhere, stands in no state; before the count nobody does.
    keys = [*states, *(key for key in done if key not in states)] if states else []
    sent = disclosed({key: row.get(DeliveryState.SENT, 0) for key, row in states.items()})
    gone = disclosed({key: left.get(key, 0) for key in states})
    did = disclosed({key: done.get(key, 0) for key in keys})
    return [
        Group(
            label=label(key),
            sent=sent.get(key, Hidden.FEW),
            left=gone.get(key, Hidden.FEW),
            did=did[key] if done else None,
        )
        for key in keys
    ]


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


def group_line(localizer: Localizer, group: Group) -> str:
    """Return a group in words."""
    left = count_words(localizer, group.left)
    if isinstance(group.sent, int) and isinstance(group.left, int) and group.left <= group.sent:
        left = compared_words(localizer, Share(group.left, group.sent))
    if group.did is not None:
        # Translators: a line of a report: {group} is a language or a source; to how many it was sent, how many say that
        # they did what it asks for, and how many left.
        return localizer.gettext(
            "{group}: sent {sent} · say they did it {did} · left {left}",
            group=group.label,
            sent=count_words(localizer, group.sent),
            did=_did_words(localizer, group),
            left=left,
        )
    # Translators: a line of a report: {group} is a language or a source; to how many it was sent, and how many left.
    return localizer.gettext(
        "{group}: sent {sent} · left {left}",
        group=group.label,
        sent=count_words(localizer, group.sent),
        left=left,
    )


def _did_words(localizer: Localizer, group: Group) -> str:
    did, sent = group.did, group.sent
    if isinstance(did, int) and isinstance(sent, int) and did <= sent:
        return compared_words(localizer, Share(did, sent))
    return "" if did is None else count_words(localizer, did)


def is_compared(group: Group) -> bool:
    """Whether the share of who left is shown, with its interval."""
    return isinstance(group.sent, int) and isinstance(group.left, int)


def is_worth_showing(found: Sequence[Group]) -> bool:
    """Whether it says more than the whole does."""
    return len(found) > 1


def by_head(localizer: Localizer, by: ResultsBy) -> str:
    """Return what stands above the groups."""
    if by is ResultsBy.LOCALE:
        # Translators: above numbers of people, a line for each language.
        return localizer.gettext("By language")
    # Translators: above numbers of people, a line for each source (a named link or poster they came by).
    return localizer.gettext("By source")


def by_title(localizer: Localizer, by: ResultsBy, title: str) -> str:
    """Return the title of a report by group."""
    if by is ResultsBy.LOCALE:
        # Translators: title of a report with a line for each language; {title} is the alert's title.
        return localizer.gettext("By language: {title}", title=title)
    # Translators: title of a report with a line for each source; {title} is the alert's title.
    return localizer.gettext("By source: {title}", title=title)
