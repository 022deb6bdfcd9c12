"""The words of the command menu and of the bot's descriptions."""

from collections.abc import Mapping, Sequence

from bot.domain.organizer import RIGHTS, Right, Role
from bot.i18n.localizer import Localizer
from bot.telegram_io.menus import Menu
from bot.telegram_io.replies import Reply
from bot.wording.resources import Resources


def menus(resources: Resources, commands: Sequence[str]) -> list[Menu]:
    """Return a menu of these commands for each locale, and the default's for every other language."""
    catalogs = resources.catalogs
    made = [_menu(resources, catalogs.words(None), None, commands)]
    languages: set[str] = set()
    for locale in catalogs.locales:
        language = locale.partition("_")[0]
        # Telegram knows languages, not regions: the first locale of a language speaks for it.
        if language not in languages:
            languages.add(language)
            made.append(_menu(resources, catalogs.words(locale), language, commands))
    return made


def team_menu(
    words: Localizer, role: Role | None, chat_id: int, commands: Mapping[str, Right | None]
) -> Reply:
    """Return what gives an organizer's chat the menu of their role; of who has none, everybody's."""
    scope = {"scope": {"type": "chat", "chat_id": chat_id}}
    if role is None:
        return Reply(method="deleteMyCommands", parameters=scope)
    # What is wanted in a hurry stands first.
    first = [name for name, needs in commands.items() if needs in RIGHTS[role]]
    rest = [name for name, needs in commands.items() if needs is None]
    listed = [{"command": name, "description": menu_line(words, name)} for name in (*first, *rest)]
    return Reply(method="setMyCommands", parameters={"commands": listed, **scope})


def _menu(resources: Resources, words: Localizer, language: str | None, commands: Sequence[str]) -> Menu:
    listed = [(command, menu_line(words, command)) for command in commands]
    campaign = resources.content.campaign
    # Translators: shown in the empty chat before /start; {organisation} runs the bot. At most 400 characters.
    description = words.gettext(
        "Alerts when there is something to do, and answers from the statement that the campaign is "
        "based on. Run by {organisation}. It keeps no name, and no messages once they are answered. You can "
        "erase everything at any time.",
        organisation=campaign.run_by(words.locale),
    )
    # Translators: the bot's short description, on its profile. At most 120 characters.
    short = words.gettext(
        "Alerts and answers of the campaign. No name is kept, and no messages once answered."
    )
    return Menu(language=language, commands=listed, description=description, short_description=short)


def menu_line(localizer: Localizer, command: str) -> str:
    """Return what a command does, as Telegram's menu says it."""
    match command:
        case "faq":
            # Translators: in Telegram's command menu, what /faq does. At most 256 characters.
            return localizer.gettext("Questions and answers")
        case "settings":
            # Translators: in Telegram's command menu, what /settings does. At most 256 characters.
            return localizer.gettext("Pause the alerts or change the language")
        case "language":
            # Translators: in Telegram's command menu, what /language does. At most 256 characters.
            return localizer.gettext("Change the language")
        case "privacy":
            # Translators: in Telegram's command menu, what /privacy does. At most 256 characters.
            return localizer.gettext("What is kept about you, and how to erase it")
        case "stop":
            # Translators: in Telegram's command menu, what /stop does. At most 256 characters.
            return localizer.gettext("Stop the alerts")
        case "help":
            # Translators: in Telegram's command menu, what /help does. At most 256 characters.
            return localizer.gettext("What this bot can do")
        case _:
            return _team_line(localizer, command)


def _team_line(localizer: Localizer, command: str) -> str:
    match command:
        case "new":
            # Translators: in the command menu of organizers, what /new does. At most 256 characters.
            return localizer.gettext("Write an alert")
        case "alerts":
            # Translators: in the command menu of organizers, what /alerts does. At most 256 characters.
            return localizer.gettext("What goes out, drafts, reports")
        case "schedule":
            # Translators: in the command menu of organizers, what /schedule does. At most 256 characters.
            return localizer.gettext("What is due later")
        case "segments":
            # Translators: in the command menu of organizers, what /segments does. At most 256 characters.
            return localizer.gettext("Saved audiences")
        case "halt":
            # Translators: in the command menu of organizers, what /halt does. At most 256 characters.
            return localizer.gettext("Stop everything at once")
        case "report":
            # Translators: in the command menu of organizers, what /report does. At most 256 characters.
            return localizer.gettext("What came of what was sent")
        case "growth":
            # Translators: in the command menu of organizers, what /growth does. At most 256 characters.
            return localizer.gettext("How the list grows; links and posters")
        case "team":
            # Translators: in the command menu of organizers, what /team does. At most 256 characters.
            return localizer.gettext("Who is on the team")
        case "audit":
            # Translators: in the command menu of organizers, what /audit does. At most 256 characters.
            return localizer.gettext("Who did what, and when")
        case _:
            return _people_line(localizer, command)


def _people_line(localizer: Localizer, command: str) -> str:
    match command:
        case "threads":
            # Translators: in the command menu of organizers, what /threads does. At most 256 characters.
            return localizer.gettext("Answer people’s questions")
        case _:
            raise LookupError(f"the menu has no line for /{command}")


def help_line(localizer: Localizer, command: str) -> str:
    """Return a line of /help."""
    match command:
        case "faq":
            # Translators: a line of /help; {command} is /faq.
            return localizer.gettext("{command} – answers from the statement, by topic", command="/faq")
        case "settings":
            # Translators: a line of /help; {command} is /settings.
            return localizer.gettext(
                "{command} – pause the alerts or change the language", command="/settings"
            )
        case "privacy":
            # Translators: a line of /help; {command} is /privacy.
            return localizer.gettext(
                "{command} – what is kept about you, and how to erase it", command="/privacy"
            )
        case "stop":
            # Translators: a line of /help; {command} is /stop.
            return localizer.gettext("{command} – stop the alerts, at once", command="/stop")
        case "start":
            # Translators: a line of /help for who gets no alerts yet; {command} is /start.
            return localizer.gettext("{command} – get the alerts", command="/start")
        case "language":
            # Translators: a line of /help; {command} is /language.
            return localizer.gettext("{command} – change the language", command="/language")
        case _:
            return _team_help_line(localizer, command)


def _team_help_line(localizer: Localizer, command: str) -> str:
    match command:
        case "new":
            # Translators: a line of /help that organizers see; {command} is /new.
            return localizer.gettext("{command} – write an alert (organizers)", command="/new")
        case "alerts":
            # Translators: a line of /help that organizers see; {command} is /alerts.
            return localizer.gettext("{command} – what goes out, drafts, reports", command="/alerts")
        case "schedule":
            # Translators: a line of /help that organizers see; {command} is /schedule.
            return localizer.gettext("{command} – what is due later", command="/schedule")
        case "segments":
            # Translators: a line of /help that organizers see; {command} is /segments.
            return localizer.gettext("{command} – saved audiences", command="/segments")
        case "halt":
            # Translators: a line of /help that organizers see; {command} is /halt.
            return localizer.gettext("{command} – stop everything at once", command="/halt")
        case "report":
            # Translators: a line of /help that organizers see; {command} is /report.
            return localizer.gettext("{command} – what came of what was sent", command="/report")
        case "growth":
            # Translators: a line of /help that organizers see; {command} is /growth.
            return localizer.gettext("{command} – how the list grows", command="/growth")
        case "team":
            # Translators: a line of /help that organizers see; {command} is /team.
            return localizer.gettext("{command} – who is on the team", command="/team")
        case "audit":
            # Translators: a line of /help that organizers see; {command} is /audit.
            return localizer.gettext("{command} – who did what, and when", command="/audit")
        case _:
            return _people_help_line(localizer, command)


def _people_help_line(localizer: Localizer, command: str) -> str:
    match command:
        case "threads":
            # Translators: a line of /help that organizers see; {command} is /threads.
            return localizer.gettext("{command} – answer people’s questions", command="/threads")
        case _:
            raise LookupError(f"/help has no line for /{command}")
