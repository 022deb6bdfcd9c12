"""What is said of an owner who works alone: nobody else looks at what they send."""

from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.telegram_io.team_buttons import OpenTeam, Switch, WorkAlone
from bot.wording.screen import Control, Press, Screen, screen


def alone_line(localizer: Localizer) -> str:
    """Return what stands on each card while its reader works alone."""
    # Translators: on cards about an alert, to an owner without colleagues who could approve; {command} is /team.
    return localizer.gettext("! You work alone: nobody else looks at it ({command}).", command="/team")


def alone_told(localizer: Localizer, name: str) -> str:
    """Return what the team's list says of somebody who works alone."""
    # Translators: in the list of the team; {name} is an owner, the only one who may approve alerts.
    return localizer.gettext("! {name} works alone: sends what nobody else has looked at.", name=name)


def ask_alone(localizer: Localizer, alert_id: int | None) -> Screen:
    """Ask before an owner does without a second person."""
    # Translators: title; an owner without colleagues is about to send alerts that nobody else looks at.
    head = bold(localizer.gettext("Work alone?"))
    # Translators: under it; "it" is to work alone.
    body = localizer.gettext(
        "Nobody else will look at what you send. This is noted with the time and shown on each card. "
        "It ends by itself when somebody joins who may approve."
    )
    row: list[Control] = [
        # Translators: button; an owner says that they work alone, without a colleague who approves.
        Press(localizer.gettext("Yes, I work alone"), WorkAlone(Switch.ON, alert_id)),
        # Translators: button; goes on without doing it.
        Press(localizer.gettext("No, leave it"), OpenTeam()),
    ]
    return screen(joined([head, body]), [row])


def switch_button(localizer: Localizer, *, on: bool, alert_id: int | None = None) -> Press:
    """Return the switch, named by what it stands at."""
    if on:
        # Translators: button, a switch; an owner works alone. A tap ends that.
        return Press(localizer.gettext("I work alone: on"), WorkAlone(Switch.OFF))
    # Translators: button, a switch; an owner does not work alone. A tap asks whether they do.
    return Press(localizer.gettext("I work alone: off"), WorkAlone(Switch.ASK, alert_id))


def over_told(localizer: Localizer) -> str:
    """Say that who worked alone does not any more."""
    # Translators: to an owner who has worked alone, below the news of who has joined or may approve now.
    return localizer.gettext("You no longer work alone: what you write, somebody else approves.")
