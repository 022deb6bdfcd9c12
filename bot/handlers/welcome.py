"""The first screen, joining, help."""

from collections.abc import Sequence

from bot.domain.deep_links import DeepLink, carried
from bot.domain.organizer import Organizer
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.subscriber import Subscriber
from bot.handlers import sharing
from bot.handlers.organizers import has_joined
from bot.handlers.request import Request
from bot.handlers.route import Command
from bot.i18n.localizer import Localizer
from bot.services import preferences, renewals, subscriptions, team, threads
from bot.telegram_io.compose_buttons import NewAlert
from bot.telegram_io.preference_buttons import TurnTopic
from bot.telegram_io.replies import Reply, once
from bot.telegram_io.sharing_buttons import StartBy
from bot.telegram_io.supporter_buttons import (
    Back,
    ChooseLanguage,
    Help,
    Join,
    LanguageThenJoin,
    OpenSettings,
    OpenTopics,
)
from bot.telegram_io.updates import Kind
from bot.wording.joining import join_rows, questions_button
from bot.wording.leaving import leave_button
from bot.wording.menu import help_line
from bot.wording.renewal import renewal_screen, renewed_screen
from bot.wording.screen import Control, Press, screen
from bot.wording.sharing import alert_waits, bring_friend_button
from bot.wording.team import already_on_team
from bot.wording.threads import ask_button


async def begin(request: Request, code: str) -> list[Reply]:
    """Say what this is and ask for consent; with an organizer's one-time code, take the role."""
    claimed = await _claim(request) if code else None
    return await show_start(request) if claimed is None else claimed


async def start_by(request: Request, button: StartBy) -> list[Reply]:
    """Ask for consent who came by a link and has looked at something first."""
    return await show_start(request, carried(button.link))


async def show_start(request: Request, link: DeepLink | None = None) -> list[Reply]:
    """Say what this is and ask for consent. `link`: the one they came by."""
    campaign = request.resources.content.campaign
    link = (link or DeepLink()).until_joined(about=campaign.alert_topics)
    subscriber = await subscriptions.greet(request.tx, request.chat_id)
    if subscriber is not None and subscriber.receives_alerts:
        if (until := await renewals.answer_until(request.tx, subscriber)) is not None:
            wording = request.resources.content.consent(request.locale)
            return request.replace(renewal_screen(request.localizer, wording, until=until))
        # Translators: shown at /start to somebody who already receives alerts.
        already = request.localizer.gettext("You already receive the alerts.")
        offered, rows = await _offered(request, subscriber, link.topic)
        text = joined([*_about(request), already, *offered])
        return request.replace(screen(text, [*rows, *member_rows(request)]))
    waits = [] if link.alert is None else [alert_waits(request.localizer)]
    if link.topic is not None:
        name = campaign.alert_topic(link.topic, request.locale)
        # Translators: on the first screen, above the words one agrees to, for who came by a link for alerts about
        # something; {topic} is what they are about, such as: Universities.
        waits.append(request.localizer.gettext("Your yes is also for alerts about: {topic}.", topic=name))
    asks = request.resources.content.consent(request.locale).text
    text = joined([*_about(request), *waits, asks])
    return request.replace(screen(text, _newcomer_rows(request, link.payload or None)))


async def join(request: Request, button: Join) -> list[Reply]:
    """Subscribe: the explicit yes under the consent wording."""
    wording = request.resources.content.consent(request.locale)
    link = carried(button.link)
    if button.version != wording.version:
        # The words have changed since this button was shown: a yes to others is not a yes to these.
        return await show_start(request, link)
    if await subscriptions.renew(request.tx, request.chat_id, wording=wording, now=request.now):
        return request.replace(renewed_screen(request.localizer))
    campaign = request.resources.content.campaign
    about = campaign.alert_topics
    await subscriptions.join(
        request.tx, request.chat_id, wording=wording, now=request.now, link=link, about=about
    )
    localizer = request.localizer
    topics = []
    if link.topic in about:
        # Translators: after joining by a link for alerts about something; {topic} is what these are about, such as:
        # Universities; {command} is /settings.
        topic = localizer.gettext(
            "Alerts about this come, too: {topic}. To choose what they are about, send {command}.",
            topic=campaign.alert_topic(str(link.topic), request.locale),
            command="/settings",
        )
        topics.append(topic)
    text = joined(
        [
            # Translators: title of the message after joining.
            bold(localizer.gettext("You’re in.")),
            # Translators: after joining; what will happen next.
            localizer.gettext(
                "When there is something to do, an alert comes here. Until then, ask anything about the campaign."
            ),
            *_how_often(request),
            *topics,
            # Translators: after joining; {command} is /stop.
            localizer.gettext("To leave at any moment, send {command}.", command="/stop"),
        ]
    )
    return [*request.replace(screen(text, member_rows(request))), *await sharing.show_shared(request, link)]


async def _offered(
    request: Request, member: Subscriber, topic: str | None
) -> tuple[list[str], list[list[Control]]]:
    """Return what is said to a member who came by a link for alerts about a topic, and the button that adds it."""
    if topic is None or topic in await preferences.topics_of(request.tx, member):
        return [], []
    name = request.resources.content.campaign.alert_topic(topic, request.locale)
    # Translators: to somebody who gets the alerts and opened a link for those about something; a button below adds
    # them; {topic} is what they are about, such as: Universities.
    says = request.localizer.gettext("You can get alerts about this as well: {topic}.", topic=name)
    # Translators: button; adds the alerts about something to those that one gets.
    return [says], [[Press(request.localizer.gettext("Get these, too"), TurnTopic(topic))]]


async def help_(request: Request, listed: Sequence[Command]) -> list[Reply]:
    """Say what the bot can do; `listed`, the commands that stand in it for those who may use them.

    Who is not on the list reads how to get the alerts in place of how to pause and stop them.
    """
    localizer = request.localizer
    organizer = await team.find(request.tx, request.chat_id)
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    is_member = subscriber is not None and subscriber.is_on_list
    lines = [
        help_line(localizer, command.name if is_member else _OF_NEWCOMERS.get(command.name, command.name))
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
    rows: list[list[Control]] = [[questions_button(localizer)], *join_rows(localizer, subscriber)]
    if is_member:
        rows.append([bring_friend_button(localizer)])
    if await threads.is_askable(request.tx, request.chat_id):
        rows.append([ask_button(localizer)])
    return request.replace(screen(text, rows))


_OF_NEWCOMERS = {"settings": "language", "stop": "start"}
"""What /help names to who is not on the list, in the place of what is of no use to them."""


async def not_understood(request: Request) -> list[Reply]:
    """Answer what is no text and no known command, with the ways on."""
    localizer = request.localizer
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    if request.incoming.kind is Kind.COMMAND:
        # Translators: answer to a command that the bot does not know. Buttons are below.
        text = localizer.gettext("This bot doesn’t know that command. Ask a question, or choose:")
    else:
        # Translators: answer to a picture, a sticker, a voice message, or a text without words.
        text = localizer.gettext("This bot understands written questions and the buttons below.")
    rows: list[list[Control]] = [
        [questions_button(localizer)],
        # Translators: button; opens the settings (language, pause).
        [Press(localizer.gettext("Settings"), OpenSettings())],
        [_help_button(request)],
        *join_rows(localizer, subscriber),
    ]
    return once(request.reply(screen(text, rows)))


async def _claim(request: Request) -> list[Reply] | None:
    """Take an organizer's role with the code; None where the argument is no such code."""
    if await team.find(request.tx, request.chat_id) is not None:
        is_invitation = team.is_invitation(request.incoming.argument)
        return request.reply(already_on_team(request.localizer)) if is_invitation else None
    try:
        organizer = await team.claim(
            request.tx, request.chat_id, request.incoming.argument, now=request.now, locale=request.locale
        )
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
        # Translators: to a new organizer who may approve alerts.
        return localizer.gettext(
            "You approve alerts before they go out. When a colleague submits one, a message comes here; its button "
            "shows you exactly what would be sent."
        )
    # Translators: to a new organizer who may look on only.
    return localizer.gettext(
        "You can look at everything here. To write or approve alerts, ask an owner for another role."
    )


def _how_often(request: Request) -> list[str]:
    """Return how often alerts come, where the campaign says."""
    said = request.resources.content.campaign.how_often(request.locale)
    return [said] if said else []


def _about(request: Request) -> list[RichText | str]:
    """Return what this is, in two lines."""
    campaign = request.resources.content.campaign
    return [bold(campaign.name(request.locale)), campaign.call(request.locale)]


def _newcomer_rows(request: Request, link: str | None) -> list[list[Control]]:
    localizer = request.localizer
    version = request.resources.content.consent(request.locale).version
    languages = ChooseLanguage(Back.FIRST_SCREEN) if link is None else LanguageThenJoin(link)
    return [
        # Translators: button of the first screen; tapping it is the consent to receive alerts.
        [Press(localizer.gettext("Yes, send me alerts"), Join(version, link))],
        # Translators: button of the first screen; opens the questions and answers.
        [Press(localizer.gettext("First, questions"), OpenTopics())],
        # Translators: button; opens the choice of language.
        [Press(localizer.gettext("Language"), languages)],
    ]


def member_rows(request: Request) -> list[list[Control]]:
    """Return what can be done next by who is on the list."""
    localizer = request.localizer
    return [
        [questions_button(localizer)],
        # Translators: button; opens the settings (language, pause).
        [Press(localizer.gettext("Settings"), OpenSettings())],
        [leave_button(localizer)],
    ]


def _help_button(request: Request) -> Press:
    # Translators: button; opens the list of what the bot can do.
    return Press(request.localizer.gettext("Help"), Help())
