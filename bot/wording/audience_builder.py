"""The screens on which an audience is built: its terms, how many they are, and what a term can say."""

from bot.domain.audience import TERMS
from bot.domain.audience_edit import Whose
from bot.domain.bidi import isolate
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.audiences import Built, Names
from bot.services.counting import Count
from bot.telegram_io.audience_buttons import (
    AddTerm,
    OpenSegments,
    OpenTerm,
    RemoveSegment,
    RenameSegment,
    SaveSegment,
    StartAnew,
    TermKind,
)
from bot.wording import estimates
from bot.wording.audience import term_lines
from bot.wording.board import back_button
from bot.wording.languages import with_number
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.titles import title_of

LOCALES_SHOWN = 4
"""Languages whose count has a place on the screen; the others are counted in the total."""


def builder_screen(
    localizer: Localizer, built: Built, count: Count, names: Names, *, why: str = ""
) -> Screen:
    """Show an audience: its terms, one a line, how many they are, and what can be changed. `why`: what was refused."""
    lines = [
        localizer.directed(f"{at}. {isolate(line)}")
        for at, line in enumerate(term_lines(localizer, built.audience, names), start=1)
    ]
    text = joined(
        [
            why,
            _title(localizer, built),
            "\n".join(lines),
            _count_lines(localizer, count),
            _in_use_line(localizer, built),
        ]
    )
    rows: list[list[Control]] = [
        [
            Press(str(at), OpenTerm(built.subject.of, built.subject.id, built.seen, at))
            for at in range(1, len(lines) + 1)
        ]
    ]
    if len(lines) < TERMS:
        # Translators: button; adds a condition to whom an alert is for.
        add = Press(localizer.gettext("Add a term"), AddTerm(built.subject.of, built.subject.id))
        row: list[Control] = [add]
        if built.subject.of is Whose.ALERT:
            # Translators: button; lets an alert be for the people of an audience that was saved.
            label = localizer.gettext("Use a segment")
            row.append(Press(label, AddTerm(Whose.ALERT, built.subject.id, TermKind.SEGMENT)))
        rows.append(row)
    return screen(text, [*rows, *_last_rows(localizer, built)])


def _last_rows(localizer: Localizer, built: Built) -> list[list[Control]]:
    # Translators: button; removes all conditions from whom an alert is for.
    anew = Press(localizer.gettext("Start over"), StartAnew(built.subject.of, built.subject.id, built.seen))
    if built.alert is not None:
        # Translators: button; saves whom an alert is for under a name.
        save = Press(localizer.gettext("Save as segment"), SaveSegment(built.alert.id))
        return [[save, anew], [back_button(localizer, built.alert.id)]]
    # Translators: button; gives a saved audience another name.
    rename = Press(localizer.gettext("Rename"), RenameSegment(built.subject.id))
    # Translators: button; takes a saved audience away.
    remove = Press(localizer.gettext("Remove"), RemoveSegment(built.subject.id))
    return [[rename, remove], [anew, segments_button(localizer)]]


def segments_button(localizer: Localizer) -> Press:
    """Return the way to the saved segments."""
    # Translators: button; to the list of saved audiences.
    return Press(localizer.gettext("All segments"), OpenSegments())


def _title(localizer: Localizer, built: Built) -> RichText:
    if built.alert is not None:
        # Translators: title of the screen on which it is chosen whom an alert is for; {title} is the alert's own.
        return bold(localizer.gettext("Audience: {title}", title=title_of(built.alert)))
    # Translators: title of the screen on which a saved audience is changed; {name} is what it is called.
    return bold(localizer.gettext("Segment: {name}", name=built.name))


def _in_use_line(localizer: Localizer, built: Built) -> str:
    if not built.in_use:
        return ""
    # Translators: under a saved audience; {n} alerts that are not sent yet are for it.
    return localizer.ngettext(
        "{n} alert waiting to go out uses it: a change here ends its approval.",
        "{n} alerts waiting to go out use it: a change here ends their approval.",
        built.in_use,
    )


def _count_lines(localizer: Localizer, count: Count) -> RichText:
    if count.is_estimate:
        total = estimates.reach_line(localizer, count.total)
    else:
        # Translators: on an organizer's board; {n} people would receive the alert now.
        total = localizer.ngettext("Reaches {n} person now", "Reaches {n} people now", count.total)
    lines: list[RichText | str] = [bold(total)]
    most_first = sorted(count.by_locale, key=lambda locale: (-count.by_locale[locale], locale))
    if len(most_first) > 1:
        counted = [
            isolate(with_number(localizer, locale, estimates.short(localizer, count.by_locale[locale])))
            for locale in most_first[:LOCALES_SHOWN]
        ]
        more = ["…"] if len(most_first) > LOCALES_SHOWN else []
        lines.append(localizer.directed(" · ".join([*counted, *more])))
    lines.append(estimates.left_out_line(localizer, count.left_out, later=count.later))
    if count.is_estimate:
        # Translators: under numbers of people that are estimated.
        why = localizer.gettext("Estimated from a tenth of the people, so that no number gives anybody away.")
        lines.append(why)
    return joined(lines, "\n")
