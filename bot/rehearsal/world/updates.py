"""The bot's pending updates: kept until confirmed by an offset, given to one taker at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from bot.rehearsal.api.refusal import conflict
from bot.rehearsal.world.people import Json

KINDS = frozenset(
    {
        "business_connection", "business_message", "callback_query", "channel_post", "chat_boost",
        "chat_join_request", "chat_member", "chosen_inline_result", "deleted_business_messages",
        "edited_business_message", "edited_channel_post", "edited_message", "guest_message",
        "inline_query", "managed_bot", "message", "message_reaction", "message_reaction_count",
        "my_chat_member", "poll", "poll_answer", "pre_checkout_query", "purchased_paid_media",
        "removed_chat_boost", "shipping_query", "stopped_message_generation", "subscription",
    }
)  # fmt: skip
"""Every kind of update (Bot API, Update)."""

ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when it names them (Bot API, getUpdates)."""

LONGEST_POLL = 50
"""Seconds that Telegram keeps a poll open at most."""

ANOTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(kw_only=True, slots=True)
class Webhook:
    """Where updates are brought, and what last went wrong there (`last_error_at` in seconds since 1970)."""

    url: str
    secret: str
    connections: int
    last_error: str | None = None
    last_error_at: int = 0


class UpdateQueue:
    """What happened to the bot and has not been confirmed yet, oldest first."""

    def __init__(self, *, first_id: int = 100_000_001) -> None:
        self._next_id = first_id
        self._pending: dict[int, Json] = {}
        self._poller: asyncio.Future[None] | None = None
        self._allowed: frozenset[str] = KINDS - ASKED_FOR_ONLY
        self.named: list[str] = []
        self.webhook: Webhook | None = None
        self.on_arrival: Callable[[], None] | None = None

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def last_id(self) -> int:
        """The id of the newest update, taken or not."""
        return self._next_id - 1

    def allow(self, kinds: list[str]) -> None:
        """Take only these kinds from now on; an empty list means all but those to be asked for."""
        self.named = list(kinds)
        self._allowed = frozenset(kinds) if kinds else KINDS - ASKED_FOR_ONLY

    def push(self, kind: str, payload: Json) -> int:
        """Add an update and return its id; a kind that the bot does not want gets an id and goes nowhere."""
        update_id = self._take_id()
        if kind in self._allowed:
            self._arrived(update_id, {"update_id": update_id, kind: payload})
        return update_id

    def push_raw(self, update: Json) -> int:
        """Add an update as it stands, malformed or repeated; it gets an id when it has none."""
        given = update.get("update_id")
        update_id = given if type(given) is int else self._take_id()
        self._arrived(update_id, {"update_id": update_id, **update})
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget every update before the offset; a negative one keeps that many from the end."""
        if offset < 0:
            kept = list(self._pending)[offset:]
            offset = kept[0] if kept else 0
        while self._pending:
            first = next(iter(self._pending))
            if first >= offset:
                return
            del self._pending[first]

    def forget(self, update_id: int) -> None:
        """Drop one update: a webhook has taken it."""
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        """Drop everything pending."""
        self._pending.clear()

    def peek(self, limit: int) -> list[Json]:
        """Return the oldest updates; they stay pending."""
        return list(islice(self._pending.values(), limit))

    def oldest(self, limit: int) -> list[tuple[int, Json]]:
        """Return the oldest updates with the ids they are kept under, whatever they say of themselves."""
        return list(islice(self._pending.items(), limit))

    async def poll(self, *, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109  the Bot API's own parameter
        """Confirm what came before the offset, then return what is pending, waiting for it if need be.

        `timeout` is in seconds. A poll that is already waiting ends with a 409: one taker at a time.
        """
        self.evict(ANOTHER_POLLER)
        self.confirm(offset)
        if self._pending or timeout <= 0:
            return self.peek(limit)
        arrival = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(min(timeout, LONGEST_POLL)):
                await arrival
        except TimeoutError:
            return []
        finally:
            if self._poller is arrival:
                self._poller = None
        return self.peek(limit)

    def bring_to(self, webhook: Webhook | None) -> None:
        """Have updates brought to a webhook from now on, or asked for again."""
        if webhook is not None:
            self.evict("terminated by setWebhook request")
        self.webhook = webhook
        self._wake()

    def evict(self, reason: str) -> None:
        """End the poll that is waiting, if one is, with a 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))
        self._poller = None

    def _take_id(self) -> int:
        taken, self._next_id = self._next_id, self._next_id + 1
        return taken

    def _arrived(self, update_id: int, update: Json) -> None:
        self._pending[update_id] = update
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        self._wake()

    def _wake(self) -> None:
        if self.on_arrival is not None:
            self.on_arrival()
