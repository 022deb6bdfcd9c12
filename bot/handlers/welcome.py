"""The first screen, joining, leaving, help."""

from collections.abc import Sequence

from bot.domain.organizer import Organizer
from bot.domain.rich_text import RichText, bold, joined
from bot.handlers.organizers import has_joined
from bot.handlers.request import Request
from bot.handlers.route import Command
from bot.i18n.localizer import Localizer
from bot.services import subscriptions, team
from bot.telegram_io.callbacks import (
    AskErase,
    Help,
    Join,
    Language,
    NewAlert,
    OpenSettings,
    OpenTopics,
    Start,
)
from bot.telegram_io.replies import Reply
from bot.wording.menu import help_line
from bot.wording.screen import Control, Press, screen


async def start(request: Request) -> list[Reply]:
    """Say what this is and ask for consent; with an organizer's one-time code, take the role."""
    if request.incoming.argument:
        claimed = await _claim(request)
        if claimed is not None:
            return claimed
    return await show_start(request)


async def show_start(request: Request) -> list[Reply]:
    """Say what this is and ask for consent."""
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    if subscriber is not None and subscriber.receives_alerts:
        # Translators: shown at /start to somebody who already receives alerts.
        already = request.localizer.gettext("You already receive the alerts.")
        return request.replace(screen(joined([*_about(request), already]), _member_rows(request)))
    asks = request.resources.content.consent(request.locale).text
    return request.replace(screen(joined([*_about(request), asks]), _newcomer_rows(request)))


async def join(request: Request, button: Join) -> list[Reply]:
    """Subscribe: the explicit yes under the consent wording."""
    wording = request.resources.content.consent(request.locale)
    if button.version != wording.version:
        # The words have changed since this button was shown: a yes to others is not a yes to these.
        return await show_start(request)
    await subscriptions.join(request.tx, request.chat_id, wording=wording, now=request.now)
    localizer = request.localizer
    text = joined(
        [
            # Translators: title of the message after joining.
            bold(localizer.gettext("You’re in.")),
            # Translators: after joining; what will happen next.
            localizer.gettext(
                "When there is something to do, an alert comes here. Until then, ask anything about the campaign."
            ),
            # Translators: after joining; {command} is /stop.
            localizer.gettext("To leave at any moment, send {command}.", command="/stop"),
        ]
    )
    return request.replace(screen(text, _member_rows(request)))


async def stop(request: Request) -> list[Reply]:
    """Leave at once, without a question."""
    wording = request.resources.content.consent(request.locale)
    receipt = await subscriptions.leave(request.tx, request.chat_id, wording=wording, now=request.now)
    localizer = request.localizer
    if receipt.was_in:
        text = joined(
            [
                # Translators: title of the message after /stop.
                bold(localizer.gettext("You have left.")),
                # Translators: after /stop; the buttons below offer to come back or to erase.
                localizer.gettext("No more alerts will come. Thank you for having been part of this."),
            ]
        )
    else:
        # Translators: answer to /stop by somebody who was not subscribed.
        text = RichText(localizer.gettext("You receive no alerts from here, so there is nothing to stop."))
    rows: list[list[Control]] = [
        # Translators: button after leaving; it shows the first screen again, where one can join.
        [Press(localizer.gettext("Join again") if receipt.was_in else localizer.gettext("Join"), Start())],
        # Translators: button after leaving; it asks to confirm erasing everything kept about the person.
        [Press(localizer.gettext("Erase everything"), AskErase())],
    ]
    return request.replace(screen(text, rows))


async def leave_by_word(request: Request) -> list[Reply]:
    """Leave at once: they wrote a word for leaving, and nothing besides."""
    return await stop(request)


async def help_(request: Request, listed: Sequence[Command]) -> list[Reply]:
    """Say what the bot can do; `listed`, the commands that stand in it for those who may use them."""
    localizer = request.localizer
    organizer = await team.find(request.tx, request.chat_id)
    lines = [
        help_line(localizer, command.name)
        for command in listed
        if command.needs is None or (organizer is not None and organizer.may(command.needs))
    ]
    text = joined(
        [
            # Translators: title of /help.
            bold(localizer.gettext("What this bot can do")),
            # Translators: under the title of /help.
            localizer.gettext("Write a question in your own words, or choose:"),
            "\n".join(lines),
        ]
    )
    return request.replace(screen(text, [[_questions_button(request)]]))


async def not_understood(request: Request) -> list[Reply]:
    """Answer what is no text and no known command, with the ways on."""
    localizer = request.localizer
    # Translators: answer to an unknown command, a picture, a sticker or a voice message.
    text = localizer.gettext("I understand written questions and the buttons below.")
    rows: list[list[Control]] = [
        [_questions_button(request)],
        # Translators: button; opens the settings (language, pause).
        [Press(localizer.gettext("Settings"), OpenSettings())],
        [_help_button(request)],
    ]
    return request.reply(screen(text, rows))


async def _claim(request: Request) -> list[Reply] | None:
    """Take an organizer's role with the code; None where the argument is no such code."""
    if await team.find(request.tx, request.chat_id) is not None:
        return None
    try:
        organizer = await team.claim(request.tx, request.chat_id, request.incoming.argument, now=request.now)
    except team.InvitationInvalid:
        if team.is_invitation(request.incoming.argument):
            raise
        # Any other deep link leads here as well: it shows the first screen.
        return None
    localizer = request.localizer
    text = joined(
        [
            # Translators: title; a person has just become an organizer of the campaign with a one-time link.
            bold(localizer.gettext("You are an organizer now.")),
            _what_they_may(localizer, organizer),
        ]
    )
    rows: list[list[Control]] = []
    if organizer.may_compose:
        # Translators: button for organizers; begins a new alert.
        rows.append([Press(localizer.gettext("Write an alert"), NewAlert())])
    replies = request.reply(screen(text, [*rows, [_help_button(request)]]))
    return [*replies, *await has_joined(request, organizer)]


def _what_they_may(localizer: Localizer, organizer: Organizer) -> str:
    if organizer.may_compose:
        # Translators: to a new organizer who may write and send alerts.
        return localizer.gettext(
            "You can write alerts to everybody who has joined. Nothing goes out before you have seen it in "
            "every language and typed how many people it reaches."
        )
    if organizer.may_approve:
        # Translators: to a new organizer who may approve alerts; {command} is an example: /approve_12.
        return localizer.gettext(
            "You approve alerts before they go out. A colleague will give you a command such as {command}: send it "
            "here, and you see exactly what would be sent.",
            command="/approve_12",
        )
    # Translators: to a new organizer who may look on only.
    return localizer.gettext("You can look on. To write or approve alerts, ask an owner for another role.")


def _about(request: Request) -> list[RichText | str]:
    """Return what this is, in two lines."""
    campaign = request.resources.content.campaign
    return [bold(campaign.name(request.locale)), campaign.call(request.locale)]


def _newcomer_rows(request: Request) -> list[list[Control]]:
    localizer = request.localizer
    version = request.resources.content.consent(request.locale).version
    return [
        # Translators: button of the first screen; tapping it is the consent to receive alerts.
        [Press(localizer.gettext("Yes, send me alerts"), Join(version))],
        # Translators: button of the first screen; opens the questions and answers.
        [Press(localizer.gettext("First, questions"), OpenTopics())],
        # Translators: button; opens the choice of language.
        [Press(localizer.gettext("Language"), Language())],
    ]


def _member_rows(request: Request) -> list[list[Control]]:
    localizer = request.localizer
    return [
        [_questions_button(request)],
        # Translators: button; opens the settings (language, pause).
        [Press(localizer.gettext("Settings"), OpenSettings())],
    ]


def _help_button(request: Request) -> Press:
    # Translators: button; opens the list of what the bot can do.
    return Press(request.localizer.gettext("Help"), Help())


def _questions_button(request: Request) -> Press:
    # Translators: button; opens the questions and answers.
    return Press(request.localizer.gettext("Questions and answers"), OpenTopics())
