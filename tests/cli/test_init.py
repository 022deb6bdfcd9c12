"""`init`: from nothing to a bot that can be claimed."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.init import env_template
from bot.commands.open_store import opened
from bot.config import Settings, load_settings
from bot.domain.organizer import Role
from bot.services.team import INVITATION_DAYS, InvitationInvalid, claim
from tests.cli.calling import TOKEN, Api, Command

OWNER = 5_000_001


async def take(code: str, *, after: timedelta = timedelta()) -> Role:
    """Claim the bot with a code, as the first owner does in the chat."""
    async with opened(load_settings()) as store, store.transaction() as tx:
        return (await claim(tx, OWNER, code, now=datetime.now(UTC) + after)).role


def test_from_nothing(command: Command, campaign_folder: Path) -> None:
    """One call writes the settings, the key and the database, all private, and the code for the owner."""
    ended = command("init")
    assert ended.code == 0
    assert re.search(r"send it /start [\w-]{22}\n", ended.out)
    assert "BotFather" in ended.out
    for name in (".env", "campaign.key", "data", "data/campaign.db"):
        assert not (campaign_folder / name).stat().st_mode & 0o077, name


def test_link(command: Command, bot_api: Api, campaign_folder: Path) -> None:
    """With a token, the link opens the bot itself; the token is in .env and not on the screen."""
    ended = command("init", "--token", TOKEN)
    assert bot_api.world.username in ended.out
    assert re.search(r"https://t\.me/example_bot\?start=[\w-]{22} ", ended.out)
    assert f"BOT_TOKEN={TOKEN}" in (campaign_folder / ".env").read_text(encoding="utf-8")
    assert TOKEN not in ended.out + ended.err
    assert load_settings().bot_token is not None


def test_json(command: Command, bot_api: Api) -> None:
    """Programs get the same as JSON."""
    begun = json.loads(command("init", "--token", TOKEN, "--json").out)
    assert begun["env"] == begun["key"] == "written"
    assert (
        begun["link"]
        == f"https://t.me/{bot_api.world.username}?start={begun['start'].removeprefix('/start ')}"
    )


def test_nothing_is_overwritten(command: Command, campaign_folder: Path) -> None:
    """A second call keeps the files as they are and says so."""
    command("init")
    (campaign_folder / ".env").write_text("PORT=1234\n", encoding="utf-8")
    key = (campaign_folder / "campaign.key").read_bytes()
    ended = command("init")
    assert ended.code == 0
    assert ended.out.count("kept as it is") == 2
    assert (campaign_folder / ".env").read_text(encoding="utf-8") == "PORT=1234\n"
    assert (campaign_folder / "campaign.key").read_bytes() == key


def test_token_beside_other_settings(command: Command, campaign_folder: Path) -> None:
    """A token is not written into a .env that is there already; the line says where to put it."""
    (campaign_folder / ".env").write_text("PORT=1234\n", encoding="utf-8")
    ended = command("init", "--token", TOKEN)
    assert ended.code == 1
    assert "Write BOT_TOKEN into it" in ended.err
    assert TOKEN not in ended.err


def test_token_that_is_none(command: Command, campaign_folder: Path) -> None:
    """What does not look like a token is refused before anything is written, and not repeated."""
    ended = command("init", "--token", "hello-there")
    assert ended.code == 2
    assert "hello-there" not in ended.err
    assert list(campaign_folder.iterdir()) == []


def test_refused_token(command: Command, bot_api: Api) -> None:
    """A token that Telegram refuses is said so, and the code works all the same."""
    bot_api.change(lambda world: setattr(world, "token_revoked", True))
    ended = command("init", "--token", TOKEN)
    assert ended.code == 0
    assert "✗ token: Telegram refused the token (401)." in ended.out
    assert "send it /start" in ended.out


def test_no_connection(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection everything else is done, and the code is printed."""
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:9")
    ended = command("init", "--token", TOKEN)
    assert ended.code == 0
    assert "✗ token: The Bot API cannot be reached." in ended.out
    assert "send it /start" in ended.out
    assert TOKEN not in ended.out + ended.err


def test_missing_key(command: Command, campaign_folder: Path) -> None:
    """Where the key of a list is missing, no new one takes its place."""
    command("init")
    (campaign_folder / "campaign.key").unlink()
    ended = command("init")
    assert ended.code == 1
    assert "Put the right key file in its place." in ended.err
    assert not (campaign_folder / "campaign.key").exists()


def test_one_owner_one_link(command: Command) -> None:
    """The newest code makes the owner, once; from then on init invites nobody."""
    codes = [json.loads(command("init", "--json").out)["start"].removeprefix("/start ") for _ in range(2)]
    with pytest.raises(InvitationInvalid):
        asyncio.run(take(codes[0]))
    assert asyncio.run(take(codes[1])) is Role.OWNER
    with pytest.raises(InvitationInvalid):
        asyncio.run(take(codes[1]))
    ended = command("init")
    assert ended.code == 1
    assert "has an owner already" in ended.err


def test_code_expires(command: Command) -> None:
    """A code that nobody used in time lets nobody in."""
    code = json.loads(command("init", "--json").out)["start"].removeprefix("/start ")
    with pytest.raises(InvitationInvalid):
        asyncio.run(take(code, after=timedelta(days=INVITATION_DAYS)))


def test_template_is_complete(campaign_folder: Path) -> None:
    """The .env explains every setting, and read as it is changes none."""
    file = campaign_folder / ".env"
    file.write_text(env_template(""), encoding="utf-8")
    assert load_settings(file) == load_settings(campaign_folder / "absent")
    for name in Settings.model_fields:
        assert f"\n#{name.upper()}=" in file.read_text(encoding="utf-8")
    uncommented = env_template("").replace("\n#", "\n").splitlines()
    file.write_text(
        "\n".join(line for line in uncommented if "=" in line and " " not in line), encoding="utf-8"
    )
    assert load_settings(file) == load_settings(campaign_folder / "absent")
