"""The part of `doctor` that asks Telegram: the token, the clock, and who receives the updates."""

from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.clock import system_clock
from bot.commands.doctor_network import network_finding
from bot.commands.output import Finding
from bot.config import Settings, require_token, variable
from bot.errors import BotApiUnreachable, CampaignError, TokenRefused
from bot.telegram_io.answers import Answer, RefusalKind, Refused, required
from bot.telegram_io.api import BotApi, open_api
from bot.telegram_io.ptb import typed_bot

CLOCK_SECONDS = 10
"""How far a clock may be off: schedules and the desk's sign-in still work."""

POLL_SECONDS = 3
"""How long to poll: another program, cut off by it, comes back within this and cuts us off in turn."""

RECENT_SECONDS = 3600
"""Older trouble with the webhook is history."""


WEBHOOK_MENDS = (
    (
        ("certificate", "ssl"),
        "Its certificate: send the whole chain (fullchain.pem), of an authority, for this name.",
    ),
    (("refused",), "Nothing listens there: start the web server, and have it pass requests on to PORT."),
    (
        ("timed out", "timeout"),
        "Let Telegram in: 149.154.160.0/20 and 91.108.4.0/22, on port 443, 80, 88 or 8443.",
    ),
    (("resolve",), "The name in PUBLIC_URL cannot be looked up from outside: correct it, or its DNS."),
    (
        ("private", "reserved"),
        "Telegram reaches public addresses only: use a public name, or unset PUBLIC_URL to poll.",
    ),
    (("404",), "What answers passes /telegram/ not on to PORT: correct the reverse proxy."),
    (("301", "302", "303", "307", "308"), "PUBLIC_URL leads on to another address: write that one."),
    (("401", "403"), "Something before the bot wants a sign-in: let /telegram/ through."),
    (("413",), "The reverse proxy takes too little at once: client_max_body_size 1m"),
    (
        ("500", "502", "503", "504"),
        "The reverse proxy does not reach the bot: start it, and check PORT; see its log.",
    ),
)
"""What mends it, by what Telegram says of the last call of the webhook that failed."""

ELSE = "Check that PUBLIC_URL leads to this server."


async def telegram_findings(settings: Settings, *, bot_runs: bool) -> list[Finding]:
    """Ask Telegram. `bot_runs`: our own bot runs now, so that its polling is not taken for another's."""
    if settings.bot_token is None:
        return [Finding(subject="token", found="BOT_TOKEN is not set.", mend=variable("bot_token").write)]
    findings: list[Finding] = []
    try:
        async with open_api(settings, dated=True) as api:
            async for finding in _findings(api, settings, bot_runs=bot_runs):
                findings.append(finding)  # noqa: PERF401  (kept when a later question raises)
    # python-telegram-bot raises TypeError where what answers at BOT_API_URL is no Bot API.
    except (CampaignError, TelegramError, TypeError) as raised:
        error = _as_sentence(raised)
        found, _, mend = str(error).partition(". ")
        findings.append(Finding(subject="token", found=f"{found}.", mend=mend))
        if isinstance(error, BotApiUnreachable) and (network := await network_finding(settings)):
            findings.append(network)
    return findings


async def _findings(api: BotApi, settings: Settings, *, bot_runs: bool) -> AsyncIterator[Finding]:
    bot = typed_bot(api, token=require_token(settings), url=settings.bot_api_url)
    me = required(await api.call("getMe"))
    yield Finding(subject="token", found=f"@{me['username']}")
    if api.server_time is not None:
        yield _clock(api.server_time, now=system_clock())
    webhook = await bot.get_webhook_info()
    if settings.public_url is not None:
        yield _webhook(webhook, settings.public_url, now=system_clock())
    elif webhook.url:
        found = f"Telegram sends the updates to {urlsplit(webhook.url).netloc}, and this bot would poll."
        mend = "Start or restart `campaign-bot run`, which takes the webhook away; or set PUBLIC_URL to its address."
        yield Finding(subject="updates", found=found, mend=mend)
    elif bot_runs:
        yield Finding(subject="updates", found="polled by this campaign's running bot")
    else:
        yield _polling(await api.call("getUpdates", {"limit": 1, "timeout": POLL_SECONDS}))


def _as_sentence(error: CampaignError | TelegramError | TypeError) -> CampaignError:
    if isinstance(error, CampaignError):
        return error
    return TokenRefused() if isinstance(error, InvalidToken) else BotApiUnreachable()


def _clock(theirs: datetime, *, now: datetime) -> Finding:
    off = abs((now - theirs).total_seconds())
    if off > CLOCK_SECONDS:
        mend = "Switch on time synchronisation, for example: timedatectl set-ntp true"
        return Finding(subject="clock", found=f"{off:,.0f} seconds from Telegram's.", mend=mend)
    return Finding(subject="clock", found="agrees with Telegram's")


def _webhook(webhook: WebhookInfo, public_url: str, *, now: datetime) -> Finding:
    url = webhook.url
    if not url:
        return Finding(subject="updates", found="the webhook is not set yet; `campaign-bot run` sets it")
    if not url.startswith(f"{public_url}/"):
        found = f"Telegram sends the updates to {urlsplit(url).netloc}, not to PUBLIC_URL."
        return Finding(subject="updates", found=found, mend="Stop that server, then restart this one.")
    failed_at = webhook.last_error_date
    if failed_at is not None and (now - failed_at).total_seconds() < RECENT_SECONDS:
        found = f"Telegram could not call the webhook: {webhook.last_error_message or 'no reason given'}."
        return Finding(subject="updates", found=found, mend=_webhook_mend(webhook.last_error_message or ""))
    return Finding(subject="updates", found=f"webhook, {webhook.pending_update_count} waiting")


def _webhook_mend(said: str) -> str:
    small = said.lower()
    return next((mend for known, mend in WEBHOOK_MENDS if any(one in small for one in known)), ELSE)


def _polling(answer: Answer) -> Finding:
    if isinstance(answer, Refused) and answer.kind is RefusalKind.CONFLICT:
        mend = "Stop it, or revoke its token with BotFather."
        return Finding(subject="updates", found="another program polls this bot (409).", mend=mend)
    required(answer)
    return Finding(subject="updates", found="nobody else polls this bot")
