"""Language and pause."""

from bot.domain.rich_text import bold, joined
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.telegram_io.callbacks import ButtonOutdated, Language, OpenPrivacy, Pause, Resume, Start
from bot.telegram_io.replies import Reply
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
    return _languages(request)


async def choose_language(request: Request, button: Language) -> list[Reply]:
    """Offer the languages; with one chosen, speak it for good."""
    chosen = button.locale
    if chosen is None:
        return _languages(request)
    if chosen not in request.resources.catalogs.locales:
        raise ButtonOutdated
    await subscriptions.choose_language(request.tx, request.chat_id, chosen)
    localizer = request.resources.catalogs.words(chosen)
    # Translators: after choosing a language; {language} is its own name for itself.
    text = localizer.gettext("From now on: {language}.", language=localizer.language_name(chosen))
    rows: list[list[Control]] = [
        # Translators: button after choosing a language; shows the first screen.
        [Press(localizer.gettext("Continue"), Start())]
    ]
    return request.replace(screen(text, rows))


def _languages(request: Request) -> list[Reply]:
    localizer = request.localizer
    rows: list[list[Control]] = []
    for locale in request.resources.catalogs.locales:
        mark = "✓ " if locale == request.locale else ""
        rows.append([Press(f"{mark}{localizer.language_name(locale)}", Language(locale))])
    # Translators: title above the choice of language.
    return request.replace(screen(bold(localizer.gettext("In which language?")), rows))


def _settings(request: Request, subscriber: Subscriber | None) -> list[Reply]:
    localizer = request.localizer
    rows: list[list[Control]] = []
    match subscriber.state if subscriber else None:
        case SubscriberState.ACTIVE:
            # Translators: in the settings.
            standing = localizer.gettext("Alerts: on.")
            # Translators: button in the settings; no alerts until the person resumes.
            rows.append([Press(localizer.gettext("Pause the alerts"), Pause())])
        case SubscriberState.PAUSED:
            # Translators: in the settings.
            standing = localizer.gettext("Alerts: paused until you resume them.")
            # Translators: button in the settings; alerts come again.
            rows.append([Press(localizer.gettext("Resume the alerts"), Resume())])
        case _:
            # Translators: in the settings, for somebody who is not subscribed.
            standing = localizer.gettext("Alerts: off.")
            # Translators: button; shows the first screen, where one can join.
            rows.append([Press(localizer.gettext("Join"), Start())])
    # Translators: in the settings; {language} is the language's own name for itself.
    speaks = localizer.gettext("Language: {language}.", language=localizer.language_name(request.locale))
    # Translators: button; opens the choice of language.
    rows.append([Press(localizer.gettext("Language"), Language())])
    # Translators: button; opens what is kept about the person.
    rows.append([Press(localizer.gettext("Privacy"), OpenPrivacy())])
    # Translators: title of the settings.
    text = joined([bold(localizer.gettext("Settings")), f"{standing}\n{speaks}"])
    return request.replace(screen(text, rows))
