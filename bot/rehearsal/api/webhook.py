"""Brings updates to the bot's webhook, again until it says 2xx; in order within a chat."""

import asyncio
from typing import Final

import aiohttp
import orjson

from bot.rehearsal.api.bot_api import Call, answer
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.updates import Webhook
from bot.rehearsal.world.world import World

PROOF_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PATIENCE: Final = aiohttp.ClientTimeout(total=60)
LOOK_AHEAD: Final = 3
"""Times the number of connections: how far past busy chats to look for the next update to bring."""


class Courier:
    """Brings a world's updates while a webhook is set. `pause` is in seconds, after a failure."""

    def __init__(self, world: World, *, pause: float = 1.0) -> None:
        self._world = world
        self._pause = pause
        self._wake = asyncio.Event()
        self._on_the_way: set[int] = set()
        self._busy_chats: set[int] = set()

    async def run(self) -> None:
        """Bring updates until cancelled."""
        updates = self._world.updates
        updates.on_arrival = self._wake.set
        try:
            async with aiohttp.ClientSession(timeout=PATIENCE) as session, asyncio.TaskGroup() as ways:
                while True:
                    await self._wake.wait()
                    self._wake.clear()
                    webhook = updates.webhook
                    if webhook is None:
                        continue
                    for update_id, update in updates.oldest(webhook.connections * LOOK_AHEAD):
                        chat = _chat_of(update)
                        if len(self._on_the_way) >= webhook.connections:
                            break
                        if update_id in self._on_the_way or chat in self._busy_chats:
                            continue
                        self._on_the_way.add(update_id)
                        self._busy_chats.add(chat)
                        ways.create_task(self._bring(session, webhook, update_id, update))
        finally:
            updates.on_arrival = None

    async def _bring(
        self, session: aiohttp.ClientSession, webhook: Webhook, update_id: int, update: Json
    ) -> None:
        problem = await self._post(session, webhook, update)
        if problem is None:
            self._world.updates.forget(update_id)
        else:
            webhook.last_error, webhook.last_error_at = problem, int(self._world.now())
            await asyncio.sleep(self._pause)
        self._on_the_way.discard(update_id)
        self._busy_chats.discard(_chat_of(update))
        self._wake.set()

    async def _post(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> str | None:
        """Post one update and return what went wrong, None when nothing did."""
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[PROOF_HEADER] = webhook.secret
        try:
            async with session.post(
                webhook.url, data=orjson.dumps(update), headers=headers, allow_redirects=False
            ) as response:
                body = await response.read()
                if response.ok:
                    self._carry_out(body)
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"

    def _carry_out(self, body: bytes) -> None:
        """Carry out the method that a webhook's answer may name (Bot API, "Making requests when getting updates")."""
        try:
            given = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        if isinstance(given, dict) and isinstance(method := given.pop("method", None), str):
            answer(self._world, Call(token=self._world.token, method=method, body=orjson.dumps(given)))


def _chat_of(update: Json) -> int:
    """Return whose update it is; 0 for one that says nothing of a chat."""
    for content in update.values():
        if isinstance(content, dict):
            whose = content.get("chat") or content.get("from")
            if isinstance(whose, dict) and isinstance(whose.get("id"), int):
                return int(whose["id"])
    return 0
