"""How the list grows, as a picture with its numbers."""

from datetime import date

from bot.domain.chart import Bar, Chart, Column, Section
from bot.domain.disclosure import FEW, Hidden, Shown
from bot.domain.growth import GrowthBy, GrowthEvent
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.services.growth import Grown
from bot.telegram_io.report_buttons import OpenGrowth, OpenSources
from bot.wording.pages import on_list, page_turns
from bot.wording.report_groups import source_label
from bot.wording.screen import Control, Press, Screen, screen

GROWTH_SHOWN = 8
"""Languages or sources in one picture of growth, those that most people joined by first."""


def growth_screen(localizer: Localizer, grown: Grown, *, page: int = 0) -> Screen:
    """Show the numbers of the picture in words, the pictures beside it in time or size, and the others."""
    head = " · ".join(_event_words(localizer, event) for event in GrowthEvent)
    lines = [head, *(_line(localizer, grown, key) for key in _shown(grown, page))]
    if grown.is_empty and page:
        # Translators: in the place of a picture of how the list of subscribers grew in eight weeks of the past.
        lines = [localizer.gettext("Nobody joined or left in these eight weeks.")]
    elif grown.is_empty:
        # Translators: in the place of a picture of how the list of subscribers grows.
        lines = [localizer.gettext("Nobody joined or left in the last eight weeks.")]
    legend = "" if grown.is_empty else _legend(localizer, grown, page)
    text = joined([bold(growth_title(localizer, grown.by)), "\n".join(lines), legend])
    views: list[Control] = [
        Press(_by_button(localizer, by), OpenGrowth(by)) for by in GrowthBy if by is not grown.by
    ]
    # Translators: button; opens the campaign's named links, by which people come.
    links = Press(localizer.gettext("Links and posters"), OpenSources())
    return screen(text, [_turns(localizer, grown, page), views, [links]])


def _turns(localizer: Localizer, grown: Grown, page: int) -> list[Control]:
    """Return the ways to later and earlier weeks; of languages and sources, to larger and smaller ones."""
    if grown.by is not GrowthBy.WEEK:
        return page_turns(
            localizer,
            on_list(page, count=len(grown.rows), each=GROWTH_SHOWN),
            count=len(grown.rows),
            each=GROWTH_SHOWN,
            to=lambda to: OpenGrowth(grown.by, to),
        )
    turns: list[Control] = []
    if page:
        # Translators: button; the eight weeks after these.
        turns.append(Press(localizer.gettext("Later weeks"), OpenGrowth(grown.by, page - 1)))
    if grown.goes_back:
        # Translators: button; the eight weeks before these.
        turns.append(Press(localizer.gettext("Earlier weeks"), OpenGrowth(grown.by, page + 1)))
    return turns


def growth_chart(localizer: Localizer, grown: Grown, *, page: int = 0) -> Chart:
    """Return the picture: joined, left and blocked beside each other."""
    keys = _shown(grown, page)
    columns = tuple(
        Column(
            title=_event_words(localizer, event),
            bars=tuple(_bar(localizer, grown.rows[key][event]) for key in keys),
        )
        for event in GrowthEvent
    )
    section = Section(
        title="",  # the chart's own says it
        rows=tuple(_label(localizer, grown, key) for key in keys),
        columns=columns,
    )
    return Chart(
        title=growth_title(localizer, grown.by),
        note=_note(localizer, grown, page),
        sections=(section,),
        rtl=localizer.rtl,
    )


def growth_title(localizer: Localizer, by: GrowthBy) -> str:
    """Return the title of a picture of growth."""
    match by:
        case GrowthBy.WEEK:
            # Translators: title of a picture: people who joined and left in each of the last weeks.
            return localizer.gettext("Growth by week")
        case GrowthBy.LOCALE:
            # Translators: title of a picture: people who joined and left, by their language.
            return localizer.gettext("Growth by language")
        case GrowthBy.SOURCE:
            # Translators: title of a picture: people who joined and left, by the link they came by.
            return localizer.gettext("Growth by source")


def _shown(grown: Grown, page: int) -> list[object]:
    keys = list(grown.rows)
    if grown.by is GrowthBy.WEEK:
        return keys
    page = on_list(page, count=len(keys), each=GROWTH_SHOWN)
    return keys[page * GROWTH_SHOWN :][:GROWTH_SHOWN]


def _note(localizer: Localizer, grown: Grown, page: int) -> str:
    if grown.by is GrowthBy.WEEK and page:
        # Translators: below a picture of numbers of eight weeks of the past; small ones are not shown.
        return localizer.gettext("Eight weeks. Small numbers are not shown.")
    # Translators: below a picture of numbers; small ones are not shown.
    return localizer.gettext("The last eight weeks. Small numbers are not shown.")


def _short(localizer: Localizer, shown: Shown) -> str:
    """Return a count, or a sign in the place of one that is not shown, which `_legend` tells."""
    match shown:
        case Hidden.FEW:
            return f"<{FEW}"
        case Hidden.WITHHELD:
            return "–"
        case int(n):
            return localizer.number(n)


def _bar(localizer: Localizer, shown: Shown) -> Bar:
    return Bar(text=_short(localizer, shown), size=shown if isinstance(shown, int) else None)


def _legend(localizer: Localizer, grown: Grown, page: int) -> str:
    """Tell the signs that stand in the place of counts; empty where none does."""
    signs = {row[event] for key in _shown(grown, page) for event in GrowthEvent for row in [grown.rows[key]]}
    if Hidden.WITHHELD in signs:
        # Translators: below numbers of people, some of which are left out; {few} is “<10”, {n} is 10.
        return localizer.gettext(
            "{few}: fewer than {n}. –: not shown, because a smaller number could be worked out from it.",
            few=f"<{FEW}",
            n=FEW,
        )
    if Hidden.FEW in signs:
        # Translators: below numbers of people, the smallest of which are not shown; {few} is “<10”, {n} is 10.
        return localizer.gettext("{few}: fewer than {n}.", few=f"<{FEW}", n=FEW)
    return ""


def _line(localizer: Localizer, grown: Grown, key: object) -> str:
    row = grown.rows[key]
    label = _label(localizer, grown, key)
    words = {event.value: _short(localizer, row[event]) for event in GrowthEvent}
    # Translators: a line of numbers of people: {group} is a week, a language or a link. Above it stands what they
    # are: joined · left · blocked the bot.
    return localizer.gettext("{group}: {joined} · {left} · {blocked}", group=label, **words)


def _label(localizer: Localizer, grown: Grown, key: object) -> str:
    match grown.by:
        case GrowthBy.WEEK if isinstance(key, date):
            return localizer.short_date(key)
        case GrowthBy.LOCALE:
            return localizer.language_name(str(key))
        case _:
            return source_label(localizer, grown.names, key)


def _event_words(localizer: Localizer, event: GrowthEvent) -> str:
    match event:
        case GrowthEvent.JOINED:
            # Translators: in a picture, above bars: people who joined.
            return localizer.gettext("joined")
        case GrowthEvent.LEFT:
            # Translators: in a picture, above bars: people who left.
            return localizer.gettext("left")
        case GrowthEvent.BLOCKED:
            # Translators: in a picture, above bars: people who blocked the bot.
            return localizer.gettext("blocked the bot")


def _by_button(localizer: Localizer, by: GrowthBy) -> str:
    match by:
        case GrowthBy.WEEK:
            # Translators: button, and title over bars: a line for each week, named by its Monday.
            return localizer.gettext("By week")
        case GrowthBy.LOCALE:
            # Translators: above numbers of people, a line for each language.
            return localizer.gettext("By language")
        case GrowthBy.SOURCE:
            # Translators: above numbers of people, a line for each source (a named link or poster they came by).
            return localizer.gettext("By source")
