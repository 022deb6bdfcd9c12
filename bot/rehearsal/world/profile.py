"""What the bot says of itself: commands, descriptions, name, menu button, each per language."""

from dataclasses import dataclass, field

from bot.rehearsal.world.people import Json

EVERYWHERE = ""
"""The language code of the text for everybody else."""


@dataclass(kw_only=True, slots=True)
class Profile:
    """The bot's face. Texts are by language code; commands by scope and language code."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)

    def commands_for(self, chat_id: int, language: str | None) -> list[Json]:
        """Return the menu one person sees: the narrowest scope, their language first (Bot API, BotCommandScope)."""
        short = (language or EVERYWHERE)[:2]
        for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
            for code in (short, EVERYWHERE):
                if (scope, code) in self.commands:
                    return self.commands[scope, code]
        return []

    def description_for(self, language: str | None) -> str:
        """Return what an empty chat shows one person above its START button."""
        short = (language or EVERYWHERE)[:2]
        return self.descriptions.get(short) or self.descriptions.get(EVERYWHERE, "")
