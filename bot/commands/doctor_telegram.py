"""The part of `doctor` that asks Telegram: the token, the clock, and who receives the updates."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.clock import system_clock
from bot.commands.bot_api import Answer, BotApi, bot_api
from bot.commands.output import Finding
from bot.config import Settings, variable
from bot.errors import CampaignError

CLOCK_SECONDS = 10
"""How far a clock may be off: schedules and the desk's sign-in still work."""

POLL_SECONDS = 3
"""How long to poll: another program, cut off by it, comes back within this and cuts us off in turn."""

RECENT_SECONDS = 3600
"""Older trouble with the webhook is history."""


async def telegram_findings(settings: Settings, *, bot_runs: bool) -> list[Finding]:
    """Ask Telegram. `bot_runs`: our own bot runs now, so that its polling is not taken for another's."""
    if settings.bot_token is None:
        return [Finding(subject="token", found="BOT_TOKEN is not set.", mend=variable("bot_token").write)]
    findings: list[Finding] = []
    try:
        async with bot_api(settings) as api:
            async for finding in _findings(api, settings, bot_runs=bot_runs):
                findings.append(finding)  # noqa: PERF401  (kept when a later question raises)
    except CampaignError as error:
        found, _, mend = str(error).partition(". ")
        findings.append(Finding(subject="token", found=f"{found}.", mend=mend))
    return findings


async def _findings(api: BotApi, settings: Settings, *, bot_runs: bool) -> AsyncIterator[Finding]:
    me = await api.ask("getMe")
    yield Finding(subject="token", found=f"@{me.result['username']}")
    if me.at is not None:
        yield _clock(me.at, now=system_clock())
    webhook = (await api.ask("getWebhookInfo")).result
    if settings.public_url is not None:
        yield _webhook(webhook, settings.public_url, now=system_clock())
    elif webhook.get("url"):
        found = f"Telegram sends the updates to {urlsplit(webhook['url']).netloc}, and this bot would poll."
        yield Finding(
            subject="updates", found=found, mend="Stop that server, or set PUBLIC_URL to its address."
        )
    elif bot_runs:
        yield Finding(subject="updates", found="polled by this campaign's running bot")
    else:
        yield _polling(await api.ask("getUpdates", limit=1, timeout=POLL_SECONDS))


def _clock(theirs: datetime, *, now: datetime) -> Finding:
    off = abs((now - theirs).total_seconds())
    if off > CLOCK_SECONDS:
        mend = "Switch on time synchronisation, for example: timedatectl set-ntp true"
        return Finding(subject="clock", found=f"{off:,.0f} seconds from Telegram's.", mend=mend)
    return Finding(subject="clock", found="agrees with Telegram's")


def _webhook(webhook: dict[str, Any], public_url: str, *, now: datetime) -> Finding:
    url = webhook.get("url", "")
    if not url:
        return Finding(subject="updates", found="the webhook is not set yet; `campaign-bot run` sets it")
    if not url.startswith(f"{public_url}/"):
        found = f"Telegram sends the updates to {urlsplit(url).netloc}, not to PUBLIC_URL."
        return Finding(subject="updates", found=found, mend="Stop that server, then restart this one.")
    failed_at = datetime.fromtimestamp(webhook.get("last_error_date", 0), UTC)
    if (now - failed_at).total_seconds() < RECENT_SECONDS:
        found = (
            f"Telegram could not call the webhook: {webhook.get('last_error_message', 'no reason given')}."
        )
        return Finding(subject="updates", found=found, mend="Check that PUBLIC_URL leads to this server.")
    return Finding(subject="updates", found=f"webhook, {webhook.get('pending_update_count', 0)} waiting")


def _polling(answer: Answer) -> Finding:
    if answer.conflict:
        mend = "Stop it, or revoke its token with BotFather."
        return Finding(subject="updates", found="another program polls this bot (409).", mend=mend)
    return Finding(subject="updates", found="nobody else polls this bot")
