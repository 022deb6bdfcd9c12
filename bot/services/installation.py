"""Whether this installation may work: it is the only one, and its database was not moved."""

import asyncio
from urllib.parse import urlsplit

from bot.errors import CampaignError, DatabaseMoved
from bot.store.store import Store
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from bot.telegram_io.answers import RefusalKind, Refused, required
from bot.telegram_io.api import BotApi

POLL_SECONDS = 3
"""How long to poll: another program, cut off by it, comes back within this and cuts us off in turn."""

LOOK_SECONDS = 5.0
"""How often to look whether the database was moved."""


class RunsElsewhere(CampaignError):
    """The installation that the backup was taken from still runs. Stop it: two would send the same."""


async def require_alone(store: Store, api: BotApi, *, public_url: str | None) -> None:
    """Look, once after a restore, whether the installation of before still receives Telegram's updates.

    One that polls is found, and one with a webhook at another address. One that only sends, or has the same address, is
    not: Telegram brings updates to one place, and tells nobody who sends.
    Raises RunsElsewhere, TokenRefused, BotApiUnreachable.
    """
    if not await _is_unproven(store):
        return
    webhook = str((required(await api.call("getWebhookInfo")) or {}).get("url") or "")
    if webhook and (public_url is None or not webhook.startswith(f"{public_url}/")):
        raise RunsElsewhere(
            f"Telegram brings updates to {urlsplit(webhook).netloc}: the installation that the backup was taken from"
            " may still run there. Stop it. If it is gone, take its webhook away: call deleteWebhook with the token."
        )
    if not webhook:
        answer = await api.call(
            "getUpdates", {"limit": 1, "timeout": POLL_SECONDS}, answer_seconds=POLL_SECONDS + 10
        )
        if isinstance(answer, Refused) and answer.kind is RefusalKind.CONFLICT:
            if await _is_unproven(store):
                raise RunsElsewhere
            # Another process of ours has found it alone meanwhile, and polls.
            return
        required(answer)
    async with store.transaction() as tx:
        await tx.installation.prove()


async def until_moved(store: Store) -> None:
    """Look again and again whether everything was moved to another database.

    Raises DatabaseMoved.
    """
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            async with store.reading() as tx:
                standing = await tx.installation.standing()
        except TRANSIENT_DATABASE_ERRORS:
            continue
        if standing.moved:
            raise DatabaseMoved


async def _is_unproven(store: Store) -> bool:
    async with store.reading() as tx:
        return (await tx.installation.standing()).unproven
