"""What Telegram shows around the chat."""

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.services import team
from bot.store.store import Transaction
from tests.worlds.in_process.stage import Stage

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


async def test_a_database_away_at_the_start(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks is answered, and each organizer has their menu as soon as the database is back."""
    olga, profile = await stage.organizer("Olga"), stage.world.profile
    await stage.stop()
    right, troubles = team.everybody, [OperationalError("", {}, Exception("Ann")) for _ in range(2)]

    async def everybody(tx: Transaction) -> list[team.Contact]:
        if troubles:
            raise troubles.pop()
        return await right(tx)

    monkeypatch.setattr(team, "everybody", everybody)
    monkeypatch.setattr("bot.chat.TROUBLE_SECONDS", 0)
    profile.commands.clear()
    with capture_logs() as logged:
        await stage.start()
        await olga.say("/help")
        await olga.expects("What this bot can do")
        await stage.world.wait_for(
            lambda: profile.commands_for(olga.chat_id, "en") != profile.commands_for(1, "en")
        )
    assert [entry["event"] for entry in logged].count("introduction_delayed") == 2
