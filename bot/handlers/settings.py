"""Language and pause."""

from collections.abc import Callable

from bot.domain.deep_links import carried
from bot.domain.rich_text import bold, joined
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.handlers import questions, welcome
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.telegram_io.callbacks import Button, ButtonOutdated
from bot.telegram_io.replies import Reply
from bot.telegram_io.supporter_buttons import (
    AnswerIn,
    Back,
    ChooseLanguage,
    JoinIn,
    Language,
    LanguageThenJoin,
    OpenAnswer,
    OpenPrivacy,
    Pause,
    Resume,
)
from bot.wording.joining import join_rows
from bot.wording.leaving import leave_button
from bot.wording.screen import Control, Press, screen


async def settings(request: Request) -> list[Reply]:
    """Show what can be changed."""
    subscriber = await subscriptions.find(request.tx, request.chat_id)
    return _settings(request, subscriber)


async def pause(request: Request) -> list[Reply]:
    """Send them nothing for now."""
    return _settings(request, await subscriptions.pause(request.tx, request.chat_id))


async def resume(request: Request) -> list[Reply]:
    """Send alerts again."""
    return _settings(request, await subscriptions.resume(request.tx, request.chat_id))


async def language(request: Request) -> list[Reply]:
    """Offer the languages."""
    return _languages(request, Language)


async def offer_languages(request: Request, button: ChooseLanguage) -> list[Reply]:
    """Offer the languages, to go on where the button stood."""
    return _languages(request, lambda locale: Language(locale, button.back))


async def offer_before_joining(request: Request, button: LanguageThenJoin) -> list[Reply]:
    """Offer the languages to who came by a link, which is kept in the buttons."""
    return _languages(request, lambda locale: JoinIn(button.link, locale))


async def join_in(request: Request, button: JoinIn) -> list[Reply]:
    """Speak the language for good, and show the first screen in it."""
    return await welcome.show_start(await _chosen(request, button.locale), carried(button.link))


async def choose_language(request: Request, button: Language) -> list[Reply]:
    """Speak the language for good, and go on in it where the person was."""
    if button.locale is None:
        return _languages(request, lambda locale: Language(locale, button.back))
    request = await _chosen(request, button.locale)
    if button.back is Back.FIRST_SCREEN:
        return await welcome.show_start(request)
    if button.back is Back.TOPICS:
        return await questions.topics(request)
    return await settings(request)


async def answer_in(request: Request, button: AnswerIn) -> list[Reply]:
    """Speak the language for good, and show the same answer in it, in its place."""
    return await questions.answer(await _chosen(request, button.locale), OpenAnswer(button.slug))


async def _chosen(request: Request, locale: str) -> Request:
    """Return the request in the language that they speak from now on.

    Raises ButtonOutdated.
    """
    if locale not in request.resources.catalogs.locales:
        raise ButtonOutdated
    await subscriptions.choose_language(request.tx, request.chat_id, locale)
    return request.speaking(locale)


def _languages(request: Request, choosing: Callable[[str], Button]) -> list[Reply]:
    localizer = request.localizer
    rows: list[list[Control]] = []
    for locale in request.resources.catalogs.locales:
        mark = "✓ " if locale == request.locale else ""
        rows.append([Press(f"{mark}{localizer.language_name(locale)}", choosing(locale))])
    # Translators: title above the choice of language.
    return request.replace(screen(bold(localizer.gettext("Choose your language")), rows))


def _settings(request: Request, subscriber: Subscriber | None) -> list[Reply]:
    localizer = request.localizer
    rows: list[list[Control]] = []
    match subscriber.state if subscriber else None:
        case SubscriberState.ACTIVE:
            # Translators: in the settings.
            standing = localizer.gettext("Alerts: on.")
            # Translators: button in the settings; no alerts until the person resumes.
            rows.append([Press(localizer.gettext("Pause the alerts"), Pause())])
            rows.append([leave_button(localizer)])
        case SubscriberState.PAUSED:
            # Translators: in the settings.
            standing = localizer.gettext("Alerts: paused until you resume them.")
            # Translators: button in the settings; alerts come again.
            rows.append([Press(localizer.gettext("Resume the alerts"), Resume())])
            rows.append([leave_button(localizer)])
        case _:
            # Translators: in the settings, for somebody who is not subscribed.
            standing = localizer.gettext("Alerts: off.")
    # Translators: in the settings; {language} is the language's own name for itself.
    speaks = localizer.gettext("Language: {language}.", language=localizer.language_name(request.locale))
    # Translators: button; opens the choice of language.
    rows.append([Press(localizer.gettext("Language"), ChooseLanguage())])
    # Translators: button; opens what is kept about the person.
    rows.append([Press(localizer.gettext("Privacy"), OpenPrivacy())])
    rows += join_rows(localizer, subscriber)
    # Translators: title of the settings.
    title = bold(localizer.gettext("Settings"))
    often = request.resources.content.campaign.how_often(request.locale)
    text = joined([title, "\n".join(line for line in (standing, often, speaks) if line)])
    return request.replace(screen(text, rows))
