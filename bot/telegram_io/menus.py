"""What Telegram shows around the chat, in each language: the command menu and the bot's descriptions."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """One language's menu. `language` is a two-letter code, or None for every language without one."""

    language: str | None
    commands: Sequence[tuple[str, str]]
    description: str
    short_description: str


async def set_menus(bot: Bot, menus: Sequence[Menu]) -> None:
    """Set them all. What Telegram refuses is logged and changes nothing else."""
    for menu in menus:
        try:
            commands = [BotCommand(name, says) for name, says in menu.commands]
            await bot.set_my_commands(commands, language_code=menu.language)
            await bot.set_my_description(menu.description, language_code=menu.language)
            await bot.set_my_short_description(menu.short_description, language_code=menu.language)
        except TelegramError as error:
            log.warning("menu_refused", language=menu.language, error=type(error).__name__)
