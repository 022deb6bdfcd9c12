"""What the bot says of itself and asks about chats."""

import re
from collections.abc import Callable
from typing import Final

from bot.domain.rich_text import utf16_length
from bot.rehearsal.api.links import is_https
from bot.rehearsal.api.methods_messages import existing
from bot.rehearsal.api.refusal import Refusal, bad_request
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.profile import EVERYWHERE
from bot.rehearsal.world.world import World

COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE: Final = re.compile(r"[a-z]{2}|")
MOST_COMMANDS: Final = 100
COMMAND_DESCRIPTION_LIMIT: Final = 256
NAME_LIMIT: Final = 64
DESCRIPTION_LIMIT: Final = 512
SHORT_DESCRIPTION_LIMIT: Final = 120

Answer = Callable[[World, Json], object]


def get_me(world: World, _given: Json) -> Json:
    """Say who the bot is."""
    return {
        **world.as_bot(),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": world.has_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }


def get_chat(world: World, given: Json) -> Json:
    """Say what the bot may know of a private chat."""
    person = existing(world, given["chat_id"])
    nothing = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **person.as_chat(),
        "accent_color_id": person.chat_id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(nothing, False),
    }


def set_my_commands(world: World, given: Json) -> bool:
    """Set the command menu of a scope and language."""
    commands = given["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not COMMAND.fullmatch(each["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not each["description"].strip():
            raise bad_request("command description must be non-empty")
        if utf16_length(each["description"]) > COMMAND_DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile.commands[_scope(world, given), _language(given)] = commands
    world.profile_changed()
    return True


def get_my_commands(world: World, given: Json) -> list[Json]:
    """Return the command menu of exactly this scope and language."""
    return world.profile.commands.get((_scope(world, given), _language(given)), [])


def delete_my_commands(world: World, given: Json) -> bool:
    """Take a scope's and language's command menu away."""
    world.profile.commands.pop((_scope(world, given), _language(given)), None)
    world.profile_changed()
    return True


def set_my_name(world: World, given: Json) -> bool:
    """Set the bot's name in a language."""
    return _set_text(world, world.profile.names, given, "name", NAME_LIMIT)


def get_my_name(world: World, given: Json) -> Json:
    """Return the bot's name in a language."""
    return {"name": _text(world.profile.names, given) or world.as_bot()["first_name"]}


def set_my_description(world: World, given: Json) -> bool:
    """Set what an empty chat shows."""
    return _set_text(world, world.profile.descriptions, given, "description", DESCRIPTION_LIMIT)


def get_my_description(world: World, given: Json) -> Json:
    """Return what an empty chat shows."""
    return {"description": _text(world.profile.descriptions, given)}


def set_my_short_description(world: World, given: Json) -> bool:
    """Set what the bot's page and a shared link show."""
    return _set_text(
        world, world.profile.short_descriptions, given, "short_description", SHORT_DESCRIPTION_LIMIT
    )


def get_my_short_description(world: World, given: Json) -> Json:
    """Return what the bot's page and a shared link show."""
    return {"short_description": _text(world.profile.short_descriptions, given)}


def set_chat_menu_button(world: World, given: Json) -> bool:
    """Set the button beside the input of one chat, or of all."""
    button = given.get("menu_button", {"type": "default"})
    if button["type"] == "web_app" and not is_https(button["web_app"]["url"]):
        url = button["web_app"]["url"]
        raise bad_request(f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if "chat_id" in given:
        existing(world, given["chat_id"])
    world.profile.menu_buttons[given.get("chat_id")] = button
    world.profile_changed()
    return True


def get_chat_menu_button(world: World, given: Json) -> Json:
    """Return the button beside the input of one chat, or of all."""
    buttons = world.profile.menu_buttons
    return buttons.get(given.get("chat_id"), buttons.get(None, {"type": "default"}))


def log_out(_world: World, _given: Json) -> bool:
    """Refuse: there is no other server to move to."""
    raise bad_request("the rehearsal is the only server of this bot; it cannot log out")


def close(_world: World, _given: Json) -> bool:
    """Refuse, as Telegram does in the first ten minutes."""
    raise Refusal(429, "Too Many Requests: retry after 600", retry_after=600)


def _scope(world: World, given: Json) -> str:
    scope = given.get("scope", {"type": "default"})
    if scope["type"] == "chat":
        return f"chat:{existing(world, scope['chat_id']).chat_id}"
    if "chat_id" in scope:
        raise bad_request("chat not found")
    return str(scope["type"])


def _language(given: Json) -> str:
    language = str(given.get("language_code", EVERYWHERE))
    if not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _text(texts: dict[str, str], given: Json) -> str:
    return texts.get(_language(given)) or texts.get(EVERYWHERE, "")


def _set_text(world: World, texts: dict[str, str], given: Json, name: str, limit: int) -> bool:
    language, text = _language(given), given.get(name, "")
    if utf16_length(text) > limit:
        raise bad_request(f"{name} is too long")
    if text:
        texts[language] = text
    else:
        texts.pop(language, None)
    world.profile_changed()
    return True
