"""The question before an alert goes out: the number to be typed, and what is to be known before."""

from bot.domain.alert import Alert
from bot.domain.organizer import Organizer
from bot.domain.reach import Reach
from bot.domain.rich_text import bold, joined
from bot.domain.schedule import Moment, OnConfirmation
from bot.i18n.localizer import Localizer
from bot.services.broadcasts import CANARY, ReachChanged, SentAlready
from bot.services.outlook import Outlook
from bot.telegram_io.broadcast_buttons import CanaryFirst
from bot.telegram_io.review_buttons import SendToMe
from bot.wording import estimates
from bot.wording.action_kinds import warning_lines
from bot.wording.board import back_button, in_place_line, paid_line, reach_line
from bot.wording.languages import choice_lines, open_line
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.team import name_of
from bot.wording.times import outlook_lines
from bot.wording.titles import title_of
from bot.wording.working_alone import alone_line


def confirm_screen(
    localizer: Localizer,
    alert: Alert,
    reach: Reach,
    *,
    canary: bool = False,
    paid: bool = False,
    why: str = "",
    audience: str = "",
    ahead: Outlook | None = None,
    alone: bool = False,
) -> Screen:
    """Ask for the number of people to be typed.

    `canary`: the first few go alone. `paid`: sending costs Stars. `why`: what was wrong when it was asked before.
    `audience`: in words, whom it is for. `ahead`: when it goes out. `alone`: nobody else has looked at it.
    """
    people = reach.total - (0 if ahead is None else ahead.left_out)
    text = joined(
        [
            why,
            bold(_question(localizer, alert)),
            audience,
            reach_line(localizer, reach),
            estimates.left_out_line(localizer, reach.left_out, later=reach.later),
            "" if ahead is None else outlook_lines(localizer, ahead),
            choice_lines(localizer, reach),
            open_line(localizer, reach),
            warning_lines(localizer, alert),
            alone_line(localizer) if alone else "",
            _manner(localizer, alert, canary=canary),
            paid_line(localizer, alert, people, is_estimate=not reach.is_exact) if paid else "",
            _how(localizer, people, canary=canary),
        ]
    )
    rows: list[list[Control]] = [[send_to_me_button(localizer, alert.id), back_button(localizer, alert.id)]]
    at_once = isinstance(alert.start, OnConfirmation | Moment)
    if not canary and alert.corrects is None and people > CANARY and at_once:
        # Translators: button; {n} people get the alert first, then it waits until the organizer has looked.
        label = localizer.ngettext("First to {n} only", "First to {n} only", CANARY)
        rows.insert(0, [Press(label, CanaryFirst(alert.id))])
    return screen(text, rows)


def why_again(localizer: Localizer, error: ReachChanged | SentAlready) -> str:
    """Say why nothing was sent, and the number is asked for once more."""
    if isinstance(error, ReachChanged):
        # Translators: an organizer typed another number than that of the people it reaches; it is asked again below.
        return localizer.gettext("Nothing was sent: that is not the number of people it reaches now.")
    # Translators: an organizer is about to send the same words to the same people a second time within a day.
    return localizer.gettext(
        "Nothing was sent yet: exactly this went to the same people within the last day. Send it once more?"
    )


def number_of_the_first(localizer: Localizer) -> str:
    """Say that the first few go out now, and that the number of all of them confirms it."""
    # Translators: an organizer typed 50 where the first 50 of 201 people get the alert now; {n} is 50.
    return localizer.ngettext(
        "Nothing was sent: {n} is only how many get it now. To confirm it, type the number of all of them.",
        "Nothing was sent: {n} is only how many get it now. To confirm it, type the number of all the people.",
        CANARY,
    )


def changed_since_asked(localizer: Localizer) -> str:
    """Say that a number was typed for another text than the alert has now."""
    # Translators: an organizer typed the number for an alert that a colleague has changed meanwhile; it is asked again.
    return localizer.gettext(
        "Nothing was sent: the alert may have changed since you were asked. Look at it before you type the number."
    )


def too_old(localizer: Localizer) -> str:
    """Say that a number came too late to count."""
    # Translators: an organizer's message reached the bot late, after a failure; the question is asked again below.
    return localizer.gettext("Nothing was done: your message arrived late. If it still holds, send it again.")


def asked_too_long_ago(localizer: Localizer) -> str:
    """Say that a number was asked for too long ago for an answer to count."""
    # Translators: an organizer typed the number long after it was asked for; the question is asked again below.
    return localizer.gettext(
        "Nothing was sent: the number was asked for a while ago. Look once more before you type it."
    )


def asked_long_ago(localizer: Localizer) -> str:
    """Say that a button was pressed too long after it was shown to count."""
    # Translators: an organizer pressed a button of an old message; how it stands now is shown with it.
    return localizer.gettext("That was asked a while ago. This is how it stands now; choose again.")


def send_to_me_button(localizer: Localizer, alert_id: int) -> Press:
    """Return what sends a test."""
    # Translators: button; the alert is sent to the organizer alone, as a test.
    return Press(localizer.gettext("Send it to me"), SendToMe(alert_id))


def only_to_you(localizer: Localizer) -> str:
    """Return what stands above a test."""
    # Translators: above an alert that an organizer has sent to themselves.
    return localizer.gettext("A test, only to you:")


def to_team(localizer: Localizer, *, by: Organizer) -> str:
    """Return what stands above a test to the whole team."""
    # Translators: above an alert that {name}, an organizer, has sent to everybody on the team.
    return localizer.gettext("A test from {name}, only to the team:", name=name_of(localizer, by))


def sent_to_team(localizer: Localizer, colleagues: int) -> str:
    """Say to how many others of the team a test went."""
    if not colleagues:
        # Translators: an organizer sent a test to the whole team, which has nobody else.
        return localizer.gettext("Only you are on the team.")
    # Translators: an organizer sent a test to the whole team; {n} others get it.
    return localizer.ngettext(
        "Your {n} colleague gets it, too.", "Your {n} colleagues get it, too.", colleagues
    )


def you_too(localizer: Localizer) -> str:
    """Return what stands above an organizer's copy of what the first few get."""
    # Translators: above an alert that the first few people get now; the organizer is not counted among them.
    return localizer.gettext("Your copy of what the first ones get; you are not counted:")


def confirmed(localizer: Localizer) -> str:
    """Say that it is confirmed."""
    # Translators: an organizer has confirmed a sending; a message below counts down and has a button Undo.
    return localizer.gettext("Confirmed. Until it starts, you can undo it below.")


def _how(localizer: Localizer, people: int, *, canary: bool) -> str:
    if canary:
        # Translators: {number} is the number of all people, to be typed as it stands; {first} of them get it now.
        return localizer.gettext(
            "To send it, type {number}: all of them, the first {first} now. To leave it as it is, send {command}.",
            number=str(people),
            first=str(CANARY),
            command="/cancel",
        )
    # Translators: {number} is the number of people, to be typed as it stands.
    return localizer.gettext(
        "To send it, type {number}. To leave it as it is, send {command}.",
        number=str(people),
        command="/cancel",
    )


def _question(localizer: Localizer, alert: Alert) -> str:
    if alert.corrects is not None:
        # Translators: asks an organizer to confirm a correction; {title} is the title as it is corrected.
        return localizer.gettext("Replace what was sent by “{title}”?", title=title_of(alert))
    # Translators: asks an organizer to confirm a sending; {title} is the alert's title.
    return localizer.gettext("Send “{title}”?", title=title_of(alert))


def _manner(localizer: Localizer, alert: Alert, *, canary: bool) -> str:
    lines = [in_place_line(localizer, alert)]
    if canary:
        # Translators: {n} people get the alert first, then it waits until the organizer has looked.
        first = localizer.ngettext(
            "It goes to {n} person first and waits for you.",
            "It goes to {n} people first and waits for you.",
            CANARY,
        )
        lines.append(first)
    return "\n".join(line for line in lines if line)
