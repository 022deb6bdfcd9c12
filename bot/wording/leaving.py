"""What is said about leaving: the receipt with what is kept, the question where it is not plain, the way back."""

from collections.abc import Collection

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.subscriber import SubscriberState
from bot.i18n.localizer import Localizer
from bot.telegram_io.supporter_buttons import (
    AskErase,
    Leave,
    OpenSettings,
    Pause,
    UndoLeaving,
    UndoLeavingTopics,
    topic_marks,
)
from bot.wording.joining import questions_button
from bot.wording.screen import Press, Screen, screen


def left_screen(localizer: Localizer, was: SubscriberState | None, *, topics: Collection[str] = ()) -> Screen:
    """Say that it is done, what is still kept and how that goes.

    `was`: where they stood, None: nowhere; `topics`: what they had chosen, which the way back carries.
    """
    # Translators: button after leaving; it asks to confirm erasing everything kept about the person.
    erase = Press(localizer.gettext("Erase everything"), AskErase())
    if was is None:
        return screen(nothing_to_stop(localizer), [[erase]])
    text = joined(
        [
            # Translators: title of the message after leaving. The person gets no more alerts from now on.
            bold(localizer.gettext("You’ve unsubscribed.")),
            # Translators: after leaving.
            localizer.gettext(
                "No more alerts will come. The encrypted number stays until you erase it. Thank you for having been "
                "part of this."
            ),
            # Translators: after leaving: what else is still kept about the person. {command} is /privacy.
            localizer.gettext(
                "Still kept with it: your language, which alerts were sent to you, and the dates on which you joined "
                "and left. To see or erase it all: {command}",
                command="/privacy",
            ),
        ]
    )
    # Translators: button after leaving; it takes the leaving back, at once.
    undo = Press(localizer.gettext("Undo"), _way_back(topics, paused=was is SubscriberState.PAUSED))
    return screen(text, [[undo] if was is not SubscriberState.BLOCKED else [], [erase]])


def _way_back(topics: Collection[str], *, paused: bool) -> UndoLeaving | UndoLeavingTopics:
    if set(topics) <= {DEFAULT_TOPIC}:
        return UndoLeaving(paused=paused)
    return UndoLeavingTopics(topic_marks(topics), paused=paused)


def nothing_to_stop(localizer: Localizer) -> RichText:
    """Tell somebody who wants to leave that they are not on the list."""
    # Translators: answer to /stop by somebody who was not subscribed.
    return RichText(localizer.gettext("You’re not subscribed, so there’s nothing to stop."))


def ask_leaving(localizer: Localizer, state: SubscriberState | None) -> Screen:
    """Ask somebody who seems to want to leave; `state`: where they stand, None: not on the list."""
    if state not in (SubscriberState.ACTIVE, SubscriberState.PAUSED):
        return screen(nothing_to_stop(localizer), [[questions_button(localizer)]])
    # Translators: button in the settings; no alerts until the person resumes.
    pause = Press(localizer.gettext("Pause the alerts"), Pause())
    return screen(
        # Translators: asked when a person writes something that may mean that they want no more alerts.
        bold(localizer.gettext("Stop the alerts?")),
        [
            # Translators: button; the person gets no more alerts, at once. At most 28 characters.
            [Press(localizer.gettext("Yes, stop"), Leave())],
            [pause] if state is SubscriberState.ACTIVE else [],
            # Translators: button; the alerts go on. At most 28 characters.
            [Press(localizer.gettext("No, keep them"), OpenSettings())],
        ],
    )


def leave_button(localizer: Localizer) -> Press:
    """Return the button that leaves at once. It stands in a row of its own.

    Telegram draws a row from the left for everybody: who reads from the right would see it before its neighbour.
    """
    # Translators: button; the person gets no more alerts, at once. At most 28 characters.
    return Press(localizer.gettext("Stop the alerts"), Leave())


def undone(localizer: Localizer, *, paused: bool) -> RichText:
    """Say that the leaving was taken back."""
    if paused:
        # Translators: after taking back that they left, somebody whose alerts were paused.
        return RichText(localizer.gettext("Undone. You are on the list, and the alerts stay paused."))
    # Translators: after taking back that they left. What was being sent meanwhile does not come any more.
    return RichText(localizer.gettext("Undone. You are on the list: from the next alert on they come again."))
