"""The first screen, joining, leaving, help."""

from bot.domain.organizer import Organizer
from bot.domain.rich_text import RichText, bold, joined
from bot.handlers.request import Request
from bot.i18n.localizer import Localizer
from bot.services import subscriptions, team
from bot.telegram_io.replies import Keyboard, Reply, button


async def start(request: Request) -> list[Reply]:
    """Say what this is and ask for consent; with an organizer's one-time code, take the role."""
    if request.incoming.argument and request.incoming.kind == "command":
        claimed = await _claim(request)
        if claimed is not None:
            return claimed
    subscriber = await request.tx.subscribers.find(request.chat_id)
    if subscriber is not None and subscriber.receives_alerts:
        # Translators: shown at /start to somebody who already receives alerts.
        already = request.words.gettext("You already receive the alerts.")
        return request.replace(joined([*_about(request), already]), _member_keyboard(request))
    asks = request.resources.content.consent(request.locale).text
    return request.replace(joined([*_about(request), asks]), _newcomer_keyboard(request))


async def join(request: Request) -> list[Reply]:
    """Subscribe: the explicit yes under the consent wording."""
    wording = request.resources.content.consent(request.locale)
    if request.incoming.argument != wording.version:
        # The words have changed since this button was shown: a yes to others is not a yes to these.
        return await start(request)
    await subscriptions.join(request.tx, request.chat_id, wording=wording, now=request.now)
    words = request.words
    text = joined(
        [
            # Translators: title of the message after joining.
            bold(words.gettext("You’re in.")),
            # Translators: after joining; what will happen next.
            words.gettext(
                "When there is something to do, an alert comes here. Until then, ask anything about the campaign."
            ),
            # Translators: after joining; {command} is /stop.
            words.gettext("To leave at any moment, send {command}.", command="/stop"),
        ]
    )
    return request.replace(text, _member_keyboard(request))


async def stop(request: Request) -> list[Reply]:
    """Leave at once, without a question."""
    wording = request.resources.content.consent(request.locale)
    receipt = await subscriptions.leave(request.tx, request.chat_id, wording=wording, now=request.now)
    words = request.words
    if receipt.was_in:
        text = joined(
            [
                # Translators: title of the message after /stop.
                bold(words.gettext("You have left.")),
                # Translators: after /stop; the buttons below offer to come back or to erase.
                words.gettext("No more alerts will come. Thank you for having been part of this."),
            ]
        )
    else:
        # Translators: answer to /stop by somebody who was not subscribed.
        text = RichText(words.gettext("You receive no alerts from here, so there is nothing to stop."))
    keyboard: Keyboard = [
        # Translators: button after leaving; it shows the first screen again, where one can join.
        [button(words.gettext("Join again") if receipt.was_in else words.gettext("Join"), "start")],
        # Translators: button after leaving; it asks to confirm erasing everything kept about the person.
        [button(words.gettext("Erase everything"), "erase")],
    ]
    return request.replace(text, keyboard)


async def help_(request: Request) -> list[Reply]:
    """Say what the bot can do."""
    words = request.words
    lines = [
        # Translators: a line of /help; {command} is /faq.
        words.gettext("{command} – answers from the statement, by topic", command="/faq"),
        # Translators: a line of /help; {command} is /settings.
        words.gettext("{command} – pause the alerts or change the language", command="/settings"),
        # Translators: a line of /help; {command} is /privacy.
        words.gettext("{command} – what is kept about you, and erasing it", command="/privacy"),
        # Translators: a line of /help; {command} is /stop.
        words.gettext("{command} – leave, at once", command="/stop"),
    ]
    organizer = await request.tx.organizers.find(request.chat_id)
    if organizer is not None and organizer.may_compose:
        # Translators: a line of /help that organizers see; {command} is /new.
        lines.append(words.gettext("{command} – write an alert (organizers)", command="/new"))
    text = joined(
        [
            # Translators: title of /help.
            bold(words.gettext("What this bot can do")),
            # Translators: under the title of /help.
            words.gettext("Write a question in your own words, or choose:"),
            "\n".join(lines),
        ]
    )
    return request.replace(text, [[_questions_button(request)]])


async def not_understood(request: Request) -> list[Reply]:
    """Answer what is no text and no known command, with the ways on."""
    words = request.words
    # Translators: answer to an unknown command, a picture, a sticker or a voice message.
    text = words.gettext("I understand written questions and the buttons below.")
    keyboard: Keyboard = [
        [_questions_button(request)],
        # Translators: button; opens the settings (language, pause).
        [button(words.gettext("Settings"), "settings")],
        _help_button(request),
    ]
    return request.reply(text, keyboard)


async def _claim(request: Request) -> list[Reply] | None:
    """Take an organizer's role with the code; None where the argument is no such code."""
    if await request.tx.organizers.find(request.chat_id) is not None:
        return None
    try:
        organizer = await team.claim(request.tx, request.chat_id, request.incoming.argument, now=request.now)
    except team.InvitationInvalid:
        # Any other deep link leads here as well: it shows the first screen.
        return None
    words = request.words
    text = joined(
        [
            # Translators: title; a person has just become an organizer of the campaign with a one-time link.
            bold(words.gettext("You are an organizer now.")),
            _what_they_may(words, organizer),
        ]
    )
    rows: Keyboard = []
    if organizer.may_compose:
        # Translators: button for organizers; begins a new alert.
        rows.append([button(words.gettext("Write an alert"), "new")])
    return request.reply(text, [*rows, _help_button(request)])


def _what_they_may(words: Localizer, organizer: Organizer) -> str:
    if organizer.may_compose:
        # Translators: to a new organizer who may write and send alerts.
        return words.gettext(
            "You can write alerts to everybody who has joined. Nothing goes out before you have seen it in "
            "every language and typed how many people it reaches."
        )
    if organizer.may_approve:
        # Translators: to a new organizer who may approve alerts; {command} is an example: /approve_12.
        return words.gettext(
            "You approve alerts before they go out. A colleague will give you a command such as {command}: send it "
            "here, and you see exactly what would be sent.",
            command="/approve_12",
        )
    # Translators: to a new organizer who may look on only.
    return words.gettext("You can look on. To write or approve alerts, ask an owner for another role.")


def _about(request: Request) -> list[RichText | str]:
    """Return what this is, in two lines."""
    campaign = request.resources.content.campaign
    return [bold(campaign.name(request.locale)), campaign.call(request.locale)]


def _newcomer_keyboard(request: Request) -> Keyboard:
    words = request.words
    version = request.resources.content.consent(request.locale).version
    return [
        # Translators: button of the first screen; tapping it is the consent to receive alerts.
        [button(words.gettext("Yes, send me alerts"), f"join:{version}")],
        # Translators: button of the first screen; opens the questions and answers.
        [button(words.gettext("First, questions"), "faq")],
        # Translators: button; opens the choice of language.
        [button(words.gettext("Language"), "language")],
    ]


def _member_keyboard(request: Request) -> Keyboard:
    words = request.words
    return [
        [_questions_button(request)],
        # Translators: button; opens the settings (language, pause).
        [button(words.gettext("Settings"), "settings")],
    ]


def _help_button(request: Request) -> list[dict[str, str]]:
    # Translators: button; opens the list of what the bot can do.
    return [button(request.words.gettext("Help"), "help")]


def _questions_button(request: Request) -> dict[str, str]:
    # Translators: button; opens the questions and answers.
    return button(request.words.gettext("Questions and answers"), "faq")
