"""The check of an alert: a card of what is fine, what is to be known, and what has to be mended first."""

from collections.abc import Mapping, Sequence

from bot.domain.findings import Finding, Level
from bot.domain.organizer import Organizer, Right
from bot.domain.reach import Reach
from bot.domain.rich_text import RichText, bold, joined
from bot.i18n.localizer import Localizer
from bot.services.checks import Checked
from bot.telegram_io.check_buttons import Acknowledge
from bot.wording import estimates
from bot.wording.board import back_button, send_button
from bot.wording.findings import finding_line, mend_button, warning_name
from bot.wording.languages import decide_rows
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.team import name_of

MENDED_AT_MOST = 3
"""Findings that have a button of their own; the board leads to the places of the others."""


BLOCKS_SHOWN = 12
"""Of what has to be mended, so much is read at once; its title counts all, and the rest is shown as this goes."""


def check_screen(localizer: Localizer, checked: Checked, reach: Reach, *, actor: Organizer) -> Screen:
    """Show everything that was found, the worst first, with the ways to mend it."""
    others = tuple(each for each in checked.findings if each.level is not Level.BLOCK)
    blocks = [
        finding_lines(localizer, checked.blocks[:BLOCKS_SHOWN]),
        "…" if checked.blocks[BLOCKS_SHOWN:] else "",
    ]
    found = joined([*blocks, finding_lines(localizer, others)], "\n")
    left_out = estimates.left_out_line(localizer, reach.left_out, later=reach.later)
    text = joined([_title(localizer, checked), found, left_out, seen_lines(localizer, checked)])
    rows = mend_rows(localizer, checked, reach) if actor.may(Right.COMPOSE) else []
    if not checked.blocks:
        rows += acknowledge_row(localizer, checked, actor=actor)
    last: list[Control] = []
    if actor.may(Right.COMPOSE):
        last.append(back_button(localizer, checked.alert.id))
    if actor.may(Right.SEND) and not checked.blocks and not checked.unseen:
        last.append(send_button(localizer, checked.alert))
    return screen(text, [*rows, last])


def finding_lines(localizer: Localizer, findings: Sequence[Finding]) -> RichText:
    """Return what was found, a line each, with how much it matters."""
    lines: list[RichText | str] = [
        bold(_level_name(localizer, finding.level)) + "  " + finding_line(localizer, finding)
        for finding in findings
    ]
    return joined(lines, "\n")


def in_the_way(localizer: Localizer, checked: Checked) -> RichText:
    """Return, for whoever looks at an alert to approve it, what blocks it and what is to be known, and who knows.

    Of what blocks it a few are enough: the check has them all. Of what is to be known nothing may be left out.
    """
    shown, more = checked.blocks[:MENDED_AT_MOST], checked.blocks[MENDED_AT_MOST:]
    warned = tuple(each for each in checked.findings if each.level is Level.WARN)
    lines = [finding_lines(localizer, shown), "…" if more else "", finding_lines(localizer, warned)]
    return joined([*lines, seen_lines(localizer, checked)], "\n")


def seen_lines(localizer: Localizer, checked: Checked) -> str:
    """Return who has acknowledged which of the warnings, a line for each person."""
    names = {finding.key: warning_name(localizer, finding) for finding in checked.findings}
    by_person: dict[str, dict[str, str]] = {}
    for seen in checked.seen:
        if seen.by is not None:
            known = {key: names[key] for key in sorted(seen.keys) if names.get(key)}
            by_person.setdefault(name_of(localizer, seen.by), {}).update(known)
    return "\n".join(_seen_line(localizer, name, known) for name, known in by_person.items() if known)


def mend_rows(localizer: Localizer, checked: Checked, reach: Reach) -> list[list[Control]]:
    """Return the buttons that lead to what has to be mended, or may be."""
    serious = [each for each in checked.findings if each.level is not Level.FINE]
    buttons = [mend_button(localizer, checked.alert, finding) for finding in serious]
    found = list(dict.fromkeys(button for button in buttons if button is not None))
    rows: list[list[Control]] = [[button] for button in found[:MENDED_AT_MOST]]
    return [*decide_rows(localizer, checked.alert, reach), *rows]


def acknowledge_row(
    localizer: Localizer, checked: Checked, *, actor: Organizer, review: bool = False
) -> list[list[Control]]:
    """Return the button that says that the warnings were seen; none where all were, or for who only looks on."""
    if not checked.unseen or not actor.may(Right.ACKNOWLEDGE):
        return []
    # Translators: button; an organizer has seen the warnings about an alert, which is kept with their name.
    label = localizer.gettext("I have seen this")
    return [[Press(label, Acknowledge(checked.alert.id, checked.mark, review=review))]]


def _seen_line(localizer: Localizer, name: str, known: Mapping[str, str]) -> str:
    # Translators: on the card of an alert that is to be approved; {name} is an organizer, {warnings} a list of what
    # they have acknowledged: its length, the hour …
    return localizer.gettext(
        "{name} has seen: {warnings}.", name=name, warnings=localizer.list(list(known.values()))
    )


def _title(localizer: Localizer, checked: Checked) -> RichText:
    found = {level: sum(each.level is level for each in checked.findings) for level in Level}
    counts = [
        # Translators: part of the title of a check; so many findings are fine.
        localizer.ngettext("{n} passes", "{n} pass", found[Level.FINE]),
        # Translators: part of the title of a check; so many findings are warnings.
        localizer.ngettext("{n} warning", "{n} warnings", found[Level.WARN]),
        # Translators: part of the title of a check; so many findings have to be mended before anything is sent.
        localizer.ngettext("{n} block", "{n} blocks", found[Level.BLOCK]),
    ]
    # Translators: title of the check of an alert, before how many findings there are of each kind.
    return bold(localizer.gettext("Check")) + "   " + " · ".join(counts)


def _level_name(localizer: Localizer, level: Level) -> str:
    match level:
        case Level.BLOCK:
            # Translators: before a finding of a check that has to be mended before anything is sent. Short.
            return localizer.pgettext("check", "block")
        case Level.WARN:
            # Translators: before a finding of a check that an organizer has to acknowledge. Short.
            return localizer.pgettext("check", "warn")
        case Level.FINE:
            # Translators: before a finding of a check that is fine. Short.
            return localizer.pgettext("check", "pass")
