"""What Telegram shows around the chat."""

import pytest

from tests.flows.stage import Stage

LIMITS = {"description": 512, "short": 120, "command": 256}
"""Characters (Bot API: setMyDescription, setMyShortDescription, BotCommand)."""


@pytest.mark.parametrize("language", ["en", "ar", "es", "fr"])
async def test_every_language_has_its_menu(stage: Stage, language: str) -> None:
    """Commands and descriptions are set in each language of the bot, and in its default for all others."""
    profile = stage.world.profile
    await stage.world.wait_for(lambda: len(profile.short_descriptions) > len(stage.app.catalogs.locales))
    spoken = language if language in stage.app.catalogs.locales else "en"
    commands = {each["command"]: each["description"] for each in profile.commands_for(1, language)}
    assert list(commands) == ["faq", "settings", "language", "privacy", "stop", "help"]
    assert commands["stop"] == stage.words(spoken).gettext("Stop the alerts")
    assert max(map(len, commands.values())) <= LIMITS["command"]
    description = profile.description_for(language)
    assert stage.conversation.resources.content.campaign.run_by(spoken) in description
    assert len(description) <= LIMITS["description"]
    assert 0 < len(profile.short_descriptions[spoken]) <= LIMITS["short"]
