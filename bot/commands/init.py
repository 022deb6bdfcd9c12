"""`campaign-bot init`: from nothing to a bot that its first owner can claim."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import system_clock
from bot.commands import output
from bot.commands.migrate import make_folder
from bot.commands.open_store import campaign_key
from bot.config import Settings, load_settings, variable
from bot.domain.organizer import Role
from bot.errors import BotApiUnreachable, CampaignError, TokenRefused, WrongKey
from bot.privacy.keyring import write_key_file
from bot.services.team import INVITATION_DAYS, invite
from bot.store.migrate import migrate
from bot.store.store import open_store
from bot.telegram_io.answers import required
from bot.telegram_io.api import open_api

ENV_FILE = Path(".env")


class AlreadyClaimed(CampaignError):
    """This bot has an owner already; nothing was changed. Owners invite others in the chat, with /team."""


class EnvFileThere(CampaignError):
    """A .env is here already and stays as it is. Write BOT_TOKEN into it, then run init without --token."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun:
    """What `init` did. `code` lets the first owner in, once; `username` is the bot's, where known."""

    wrote_env: bool
    wrote_key: bool
    code: str
    username: str | None
    trouble: str | None

    @property
    def link(self) -> str | None:
        """The link that opens the bot with the code."""
        return f"https://t.me/{self.username}?start={self.code}" if self.username else None


def init(*, token: str, env_file: Path = ENV_FILE) -> Begun:
    """Write what is missing, migrate the database, invite the first owner. Nothing is overwritten.

    Called again before the bot was claimed, it makes a fresh invitation only.
    Raises ConfigInvalid, EnvFileThere, AlreadyClaimed, WrongKey and what opening a database raises.
    """
    overrides = {"bot_token": token} if token else {}
    settings = load_settings(env_file, overrides=overrides)
    wrote_env = not env_file.exists()
    if token and not wrote_env and settings != load_settings(env_file):
        raise EnvFileThere
    if wrote_env:
        _write_private(env_file, env_template(token))
    wrote_key = _write_key(settings)
    make_folder(settings)
    code, username, trouble = asyncio.run(_claimable(settings, new_key=wrote_key, now=system_clock()))
    return Begun(wrote_env=wrote_env, wrote_key=wrote_key, code=code, username=username, trouble=trouble)


def env_template(token: str) -> str:
    """Return a `.env` with every setting explained, and only the token set."""
    parts = ["# The settings of campaign-bot. Take the # away to change one; keep this file private.\n"]
    for name, field in Settings.model_fields.items():
        says = variable(name)
        default = _as_written(field.default)
        line = f"BOT_TOKEN={token}" if name == "bot_token" and token else f"#{name.upper()}={default}"
        parts.append(f"# {says.means}\n# {says.write}\n{line}\n")
    return "\n".join(parts)


def show(begun: Begun, *, as_json: bool) -> None:
    """Print what was done and what comes next."""
    if as_json:
        output.show_json(
            {
                "env": "written" if begun.wrote_env else "kept",
                "key": "written" if begun.wrote_key else "kept",
                "link": begun.link,
                "start": f"/start {begun.code}",
            }
        )
        return
    key = "written. Keep a copy off this machine: without it nobody can read the list"
    lines = [
        f"✓ .env: {'written' if begun.wrote_env else 'kept as it is'}",
        f"✓ campaign key: {key if begun.wrote_key else 'kept as it is'}",
        "✓ database: up to date",
    ]
    if begun.trouble:
        lines.append(f"✗ token: {begun.trouble}")
    if begun.link:
        lines.append(f"  Claim the bot: open {begun.link} and press START.")
    else:
        lines.append(f"  Claim the bot: once it runs, send it /start {begun.code}")
    lines.append(f"  This works once, within {INVITATION_DAYS} days; `campaign-bot init` makes a new one.")
    lines.append(
        "  Backups: `campaign-bot backup keygen FILE` makes a key pair. Keep FILE off this machine, and set"
    )
    lines.append("  BACKUP_RECIPIENT to what it prints: then the bot writes a backup each day.")
    lines.append("  Next: `campaign-bot doctor`, then `campaign-bot run`.")
    output.show_lines(lines)


def _as_written(default: object) -> str:
    match default:
        case bool():
            return "on" if default else "off"
        case None | ():
            return ""
        case float():
            return f"{default:g}"
        case _:
            return str(default)


def _write_private(file: Path, text: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as opened:
        opened.write(text)


def _write_key(settings: Settings) -> bool:
    file = settings.campaign_key_file
    if file is None or file.exists():
        return False
    write_key_file(file)
    return True


async def _claimable(
    settings: Settings, *, new_key: bool, now: datetime
) -> tuple[str, str | None, str | None]:
    return await _invite_owner(settings, new_key=new_key, now=now), *await _username(settings)


async def _invite_owner(settings: Settings, *, new_key: bool, now: datetime) -> str:
    await migrate(settings.database_url)
    try:
        store = await open_store(settings.database_url, campaign_key(settings))
    except WrongKey:
        # The list was made with another key, which is missing; a new one in its place would only mislead.
        if new_key and settings.campaign_key_file is not None:
            settings.campaign_key_file.unlink()
        raise
    try:
        async with store.transaction() as tx:
            if len(await tx.organizers.approvers()):
                raise AlreadyClaimed
            # One link at a time: an earlier one, perhaps lost or seen by others, ends here.
            await tx.invitations.forget(now=now + timedelta(days=INVITATION_DAYS))
            return await invite(tx, Role.OWNER, now=now)
    finally:
        await store.close()


async def _username(settings: Settings) -> tuple[str | None, str | None]:
    """Return the bot's username, or what stands in the way; the rest of `init` holds without it."""
    if settings.bot_token is None:
        return None, f"not set yet. Get one from @BotFather and write it into {ENV_FILE} as BOT_TOKEN."
    try:
        async with open_api(settings) as api:
            me = required(await api.call("getMe"))
    except (BotApiUnreachable, TokenRefused) as error:
        return None, str(error)
    return str(me["username"]), None
