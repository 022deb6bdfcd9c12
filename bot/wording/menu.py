"""The words of the command menu and of the bot's descriptions."""

from bot.i18n.localizer import Localizer
from bot.telegram_io.menus import Menu
from bot.wording.resources import Resources


def menus(resources: Resources) -> list[Menu]:
    """Return one menu for each locale, and the default's for every other language."""
    catalogs = resources.catalogs
    made = [_menu(resources, catalogs.words(None), None)]
    languages: set[str] = set()
    for locale in catalogs.locales:
        language = locale.partition("_")[0]
        # Telegram knows languages, not regions: the first locale of a language speaks for it.
        if language not in languages:
            languages.add(language)
            made.append(_menu(resources, catalogs.words(locale), language))
    return made


def _menu(resources: Resources, words: Localizer, language: str | None) -> Menu:
    commands = [
        # Translators: in Telegram's command menu, what /faq does. At most 256 characters.
        ("faq", words.gettext("Questions and answers")),
        # Translators: in Telegram's command menu, what /settings does. At most 256 characters.
        ("settings", words.gettext("Pause the alerts or change the language")),
        # Translators: in Telegram's command menu, what /language does. At most 256 characters.
        ("language", words.gettext("Change the language")),
        # Translators: in Telegram's command menu, what /privacy does. At most 256 characters.
        ("privacy", words.gettext("What is kept about you, and erasing it")),
        # Translators: in Telegram's command menu, what /stop does. At most 256 characters.
        ("stop", words.gettext("Leave at once")),
        # Translators: in Telegram's command menu, what /help does. At most 256 characters.
        ("help", words.gettext("What this bot can do")),
    ]
    campaign = resources.content.campaign
    # Translators: shown in the empty chat before /start; {organisation} runs the bot. At most 400 characters.
    description = words.gettext(
        "Alerts when there is something to do, and answers from the campaign’s statement. "
        "Run by {organisation}. It keeps no name and no messages, and you can erase everything at any time.",
        organisation=campaign.run_by(words.locale),
    )
    # Translators: the bot's short description, on its profile. At most 120 characters.
    short = words.gettext("Alerts and answers of the campaign. No name, no messages kept.")
    return Menu(language=language, commands=commands, description=description, short_description=short)
