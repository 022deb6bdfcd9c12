"""Language and pause."""

from bot.domain.rich_text import RichText, bold, joined
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.handlers.request import Request
from bot.services import subscriptions
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Keyboard, Reply, button


async def settings(request: Request) -> list[Reply]:
    """Show what can be changed."""
    subscriber = await request.tx.subscribers.find(request.chat_id)
    return _settings(request, subscriber)


async def pause(request: Request) -> list[Reply]:
    """Send them nothing for now."""
    return _settings(request, await subscriptions.pause(request.tx, request.chat_id))


async def resume(request: Request) -> list[Reply]:
    """Send alerts again."""
    return _settings(request, await subscriptions.resume(request.tx, request.chat_id))


async def language(request: Request) -> list[Reply]:
    """Offer the languages; with one chosen, speak it for good."""
    chosen = request.incoming.argument
    if request.incoming.kind != "button" or not chosen:
        return _languages(request)
    if chosen not in request.resources.catalogs.locales:
        raise ButtonOutdated
    await subscriptions.choose_language(request.tx, request.chat_id, chosen)
    words = request.resources.catalogs.words(chosen)
    # Translators: after choosing a language; {language} is its own name for itself.
    text = words.gettext("From now on: {language}.", language=words.language_name(chosen))
    keyboard: Keyboard = [
        # Translators: button after choosing a language; shows the first screen.
        [button(words.gettext("Continue"), "start")]
    ]
    return request.replace(RichText(text), keyboard)


def _languages(request: Request) -> list[Reply]:
    words = request.words
    rows: Keyboard = []
    for locale in request.resources.catalogs.locales:
        mark = "✓ " if locale == request.locale else ""
        rows.append([button(f"{mark}{words.language_name(locale)}", f"language:{locale}")])
    # Translators: title above the choice of language.
    return request.replace(bold(words.gettext("In which language?")), rows)


def _settings(request: Request, subscriber: Subscriber | None) -> list[Reply]:
    words = request.words
    rows: Keyboard = []
    match subscriber.state if subscriber else None:
        case SubscriberState.ACTIVE:
            # Translators: in the settings.
            standing = words.gettext("Alerts: on.")
            # Translators: button in the settings; no alerts until the person resumes.
            rows.append([button(words.gettext("Pause the alerts"), "pause")])
        case SubscriberState.PAUSED:
            # Translators: in the settings.
            standing = words.gettext("Alerts: paused until you resume them.")
            # Translators: button in the settings; alerts come again.
            rows.append([button(words.gettext("Resume the alerts"), "resume")])
        case _:
            # Translators: in the settings, for somebody who is not subscribed.
            standing = words.gettext("Alerts: off.")
            # Translators: button; shows the first screen, where one can join.
            rows.append([button(words.gettext("Join"), "start")])
    # Translators: in the settings; {language} is the language's own name for itself.
    speaks = words.gettext("Language: {language}.", language=words.language_name(request.locale))
    # Translators: button; opens the choice of language.
    rows.append([button(words.gettext("Language"), "language")])
    # Translators: button; opens what is kept about the person.
    rows.append([button(words.gettext("Privacy"), "privacy")])
    # Translators: title of the settings.
    text = joined([bold(words.gettext("Settings")), f"{standing}\n{speaks}"])
    return request.replace(text, rows)
