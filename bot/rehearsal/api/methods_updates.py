"""How the bot takes its updates: by asking, or by a webhook on this machine."""

import re
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from bot.rehearsal.api.refusal import bad_request, conflict
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.updates import KINDS, Webhook
from bot.rehearsal.world.world import World

SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
MOST_UPDATES: Final = 100
MOST_CONNECTIONS: Final = 100
USUAL_CONNECTIONS: Final = 40


def get_updates(world: World, given: Json) -> Awaitable[list[Json]]:
    """Confirm what came before the offset and return what is pending, waiting up to `timeout` seconds."""
    if world.updates.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    limit = given.get("limit", MOST_UPDATES)
    _allow(world, given)
    return world.updates.poll(
        offset=given.get("offset", 0),
        limit=limit if 1 <= limit <= MOST_UPDATES else MOST_UPDATES,
        timeout=given.get("timeout", 0),
    )


def set_webhook(world: World, given: Json) -> bool:
    """Have the updates brought to a URL on this machine; an empty one ends that."""
    url = given["url"]
    if not url:
        return delete_webhook(world, given)
    if not _on_this_machine(url):
        raise bad_request("bad webhook: the rehearsal brings updates on this machine only, to 127.0.0.1")
    secret = given.get("secret_token", "")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = given.get("max_connections", USUAL_CONNECTIONS)
    if not 1 <= connections <= MOST_CONNECTIONS:
        raise bad_request("max_connections must be between 1 and 100")
    _allow(world, given)
    if given.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.bring_to(Webhook(url=url, secret=secret, connections=connections))
    return True


def delete_webhook(world: World, given: Json) -> bool:
    """Stop bringing updates; from now on they are asked for."""
    if given.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.bring_to(None)
    return True


def get_webhook_info(world: World, _given: Json) -> Json:
    """Say where updates are brought and how that goes."""
    webhook = world.updates.webhook
    told: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if webhook is not None:
        told |= {"max_connections": webhook.connections, "ip_address": "127.0.0.1"}
        if webhook.last_error is not None:
            told |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
    if world.updates.named:
        told["allowed_updates"] = world.updates.named
    return told


def _allow(world: World, given: Json) -> None:
    kinds = given.get("allowed_updates")
    if kinds is None:
        return
    if unknown := set(kinds) - KINDS:
        raise bad_request(f'unknown update kind "{min(unknown)}" in allowed_updates')
    world.updates.allow(kinds)


def _on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme in {"http", "https"} and ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
