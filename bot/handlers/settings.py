"""Language and pause."""

from collections.abc import Callable

from bot.domain.deep_links import carried
from bot.domain.rich_text import bold
from bot.handlers import preferences, questions, welcome
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
)
from bot.wording.screen import Control, Press, packed, screen


async def pause(request: Request) -> list[Reply]:
    """Send them nothing for now."""
    return await preferences.show(request, await subscriptions.pause(request.tx, request.chat_id))


async def resume(request: Request) -> list[Reply]:
    """Send alerts again."""
    return await preferences.show(request, await subscriptions.resume(request.tx, request.chat_id))


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
    return await preferences.settings(request)


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
    offered: list[Control] = []
    for locale in request.resources.catalogs.locales:
        mark = "✓ " if locale == request.locale else ""
        offered.append(Press(f"{mark}{localizer.language_name(locale)}", choosing(locale)))
    rows = packed(offered, at_most=2)
    # Translators: title above the choice of language.
    return request.replace(screen(bold(localizer.gettext("Choose your language")), rows))
