"""What is said where an alert is looked at, and approved as it was seen."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.alert import Alert
from bot.domain.changes import Changes
from bot.domain.organizer import Organizer
from bot.domain.reach import Reach
from bot.domain.rich_text import joined
from bot.i18n.localizer import Localizer
from bot.services.checks import Checked
from bot.telegram_io.check_buttons import SendToTeam
from bot.telegram_io.review_buttons import Approve, AskColleagues, ReturnAlert, Review
from bot.telegram_io.team_buttons import OpenTeam
from bot.wording.action_kinds import action_lines, warning_lines
from bot.wording.board import (
    back_button,
    in_place_line,
    paid_line,
    reach_line,
    send_button,
)
from bot.wording.check import acknowledge_row, in_the_way, mend_rows
from bot.wording.confirmation import send_to_me_button
from bot.wording.cooling import cools_for_you
from bot.wording.drafts import reminder_line, urgent_line
from bot.wording.estimates import about
from bot.wording.languages import choice_lines, counted, decide_rows, older_mark, open_line
from bot.wording.progress import resume_button
from bot.wording.reviewing import changed_lines
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.team import name_of
from bot.wording.times import when_line
from bot.wording.titles import title_of
from bot.wording.working_alone import alone_line, switch_button


def below_previews(localizer: Localizer, alert: Alert, reach: Reach, *, sent: bool) -> Screen:
    """Lead on from the previews: back, and to the sending of what was not sent."""
    row: list[Control] = [back_button(localizer, alert.id)]
    # Translators: button; the alert is sent to everybody on the team as a test. Short.
    to_team = Press(localizer.gettext("Send it to the team"), SendToTeam(alert.id))
    test: list[Control] = [send_to_me_button(localizer, alert.id), to_team]
    # Translators: below previews of an alert in all its languages.
    said = localizer.gettext("This is how it will look, in each language.")
    if sent:
        return screen(said, [test, row])
    row.append(send_button(localizer, alert))
    text = joined([said, warning_lines(localizer, alert), open_line(localizer, reach)])
    return screen(text, [*decide_rows(localizer, alert, reach), test, row])


def preview_heading(
    localizer: Localizer, alert: Alert, locale: str, *, people: int, is_estimate: bool = False
) -> str:
    """Return what stands above an alert as its readers in one locale see it."""
    language = localizer.language_name(locale)
    # Translators: above a preview of an alert; {n} people read it in this language.
    head = localizer.ngettext(
        "Preview: {language}, {n} person", "Preview: {language}, {n} people", people, language=language
    )
    if is_estimate:
        # Translators: above a preview of an alert; {people}, an estimate, read it in this language.
        head = localizer.gettext(
            "Preview: {language}, {people}", language=language, people=about(localizer, people)
        )
    mark = older_mark(localizer, alert, locale)
    return f"{head}\n{mark}" if mark else head


def fallback_heading(localizer: Localizer, alert: Alert, reach: Reach) -> str:
    """Return what stands above the base's words as they are seen by readers of locales without words."""
    # Translators: above a preview; readers of {languages}, each with their number, get the words of {base}.
    return localizer.gettext(
        "Preview: {base}, as readers of other languages get it: {languages}",
        base=localizer.language_name(alert.base),
        languages=counted(localizer, reach, reach.missing),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Looking:
    """How somebody looks at what they may approve.

    `by`: who. `changes`: since they last did; None the first time. `decides`: they wrote of it, and mend here what the
    check blocks. `alone`: nobody else looks at it. `left`: how long their right to approve still cools. `returns`: they
    may return it to its authors.
    """

    by: Organizer
    changes: Changes | None = None
    decides: bool = False
    alone: bool = False
    left: timedelta = timedelta(0)
    returns: bool = True


def approval_screen(
    localizer: Localizer,
    checked: Checked,
    reach: Reach,
    *,
    seen: str,
    paid: bool,
    looking: Looking,
    audience: str = "",
) -> Screen:
    """Ask a colleague to approve what is shown above, or to return it; `seen` is its hash, which the buttons carry.

    `audience`: in words, whom it is for. Nothing is approved while the check blocks it, or has warnings that nobody has
    acknowledged. Who wrote of it decides here; whoever else did would be an author as well, and there might be nobody
    left to approve it.
    """
    alert = checked.alert
    waits = bool(checked.blocks) and not looking.decides
    text = joined(
        [
            # Translators: a colleague of an alert's author is asked to approve it, having seen it above.
            localizer.gettext("This is what would be sent."),
            changed_lines(localizer, looking.changes),
            in_place_line(localizer, alert),
            action_lines(localizer, alert),
            audience,
            reach_line(localizer, reach),
            when_line(localizer, alert),
            urgent_line(localizer, alert),
            reminder_line(localizer, alert),
            choice_lines(localizer, reach),
            paid_line(localizer, alert, reach.total, is_estimate=not reach.is_exact) if paid else "",
            alone_line(localizer) if looking.alone else "",
            in_the_way(localizer, checked),
            _authors_mend(localizer) if waits else "",
            cools_for_you(localizer, looking.left),
        ]
    )
    back: list[Control] = []
    if looking.returns and not looking.alone:
        # Translators: button; a colleague does not approve an alert, and writes its authors why.
        back.append(Press(localizer.gettext("Return with a note"), ReturnAlert(alert.id, seen)))
    if waits:
        return screen(text, [back])
    if checked.blocks:
        board: list[Control] = [back_button(localizer, alert.id)]
        return screen(text, [*mend_rows(localizer, checked, reach), board])
    if checked.unseen:
        return screen(text, [*acknowledge_row(localizer, checked, actor=looking.by, review=True), back])
    if looking.left:
        # Translators: button; shows an alert that is to be approved.
        return screen(text, [[Press(localizer.gettext("Look at it"), Review(alert.id))], back])
    # Translators: button; a colleague approves the alert exactly as shown.
    yes = Press(localizer.gettext("Approve"), Approve(alert.id, seen))
    return screen(text, [[yes], back])


def ask_colleague(
    localizer: Localizer, alert_id: int, *, why: str, colleagues: int, offers_alone: bool = False
) -> Screen:
    """Say that a colleague has to approve it, and offer to ask them; an owner who has none, to work alone."""
    if not colleagues:
        alone = [switch_button(localizer, on=False, alert_id=alert_id)]
        # Translators: button; opens the list of the team, where somebody can be invited.
        team = [Press(localizer.gettext("The team"), OpenTeam())]
        return screen(why, [team, alone] if offers_alone else [])
    # Translators: button; everybody who may approve the alert gets a message with a button that shows it.
    return screen(why, [[Press(localizer.gettext("Ask them now"), AskColleagues(alert_id))]])


def asked(localizer: Localizer, alert: Alert, colleagues: int) -> Screen:
    """Say how many were asked."""
    # Translators: {n} colleagues were asked to approve an alert.
    said = localizer.ngettext("{n} colleague was asked.", "{n} colleagues were asked.", colleagues)
    return screen(said, [[back_button(localizer, alert.id)]])


def asks_you(localizer: Localizer, alert: Alert, reach: Reach, *, by: Organizer) -> Screen:
    """Ask a colleague to look at an alert."""
    name, title = name_of(localizer, by), title_of(alert)
    # Translators: to somebody who may approve alerts; {name} is the organizer who asks, {title} the alert's title.
    says = localizer.gettext("{name} asks you to approve “{title}”.", name=name, title=title)
    # Translators: button; shows an alert that is to be approved.
    look = Press(localizer.gettext("Look at it"), Review(alert.id))
    return screen(joined([says, reach_line(localizer, reach)]), [[look]])


def approval_told(localizer: Localizer, alert: Alert, *, by: Organizer) -> Screen:
    """Tell who wrote an alert that it was approved."""
    name, title = name_of(localizer, by), title_of(alert)
    # Translators: to the author of an alert; {name} is the colleague who approved it, {title} the alert's title.
    says = localizer.gettext("{name} has approved “{title}”. It can be sent now.", name=name, title=title)
    return screen(says, [[send_button(localizer, alert)]])


def approved_again(localizer: Localizer, broadcast_id: int, *, sends: bool) -> Screen:
    """Say that what was halted can go on; a button lets it."""
    # Translators: a broadcast was halted because it was not approved, and now it is; it goes on by a button below.
    says = localizer.gettext("Approved. It goes on when it is resumed.")
    return screen(says, [[resume_button(localizer, broadcast_id)]] if sends else [])


def changed_since_seen(localizer: Localizer) -> str:
    """Say that what was approved is not what is there now."""
    # Translators: the alert was edited between being shown and being approved; it is shown anew below.
    return localizer.gettext("It has changed since you looked. Look again:")


def approved_screen(localizer: Localizer, alert: Alert, *, sends: bool) -> Screen:
    """Say that it was approved; `sends`: the same person may go on to send it."""
    # Translators: a colleague has approved an alert.
    said = localizer.gettext("Approved, exactly as you saw it. Its author can send it now.")
    return screen(said, [[send_button(localizer, alert)]] if sends else [])


def _authors_mend(localizer: Localizer) -> str:
    # Translators: to a colleague who looks at an alert; the lines above say what stops it.
    return localizer.gettext("! Its author has to fix this first. After that you can approve it.")
