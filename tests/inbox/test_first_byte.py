"""Whether an answer is still to be posted is asked when its turn has come, right before the first byte of each call."""

import asyncio
from collections.abc import Callable

import pytest

from bot.delivery.governed_api import GovernedApi
from bot.domain.rich_text import RichText
from bot.inbox.courier import Courier
from bot.telegram_io.api import BotApi
from bot.telegram_io.connections import Pool
from bot.telegram_io.replies import Reply, edit, relabel, say, send_file, toast
from bot.telegram_io.uploads import Upload, UploadKind
from tests.making import CHAT
from tests.telegram_io.servers import TOKEN, http, read_request, server

GONE = b'{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}'
TOO_MANY = b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":1}}'
FILE = Upload(kind=UploadKind.TABLE, name="a.csv", of={"text": "a"})
REPLIES = {
    "message": say(CHAT, RichText("x")),
    "edit": edit(CHAT, 1, RichText("x")),
    "buttons": relabel(CHAT, 1, []),
    "tap": toast("7", "x"),
    "file": send_file(CHAT, FILE, RichText("x")),
}


class Telegram:
    """Refuses everything; keeps what it was asked. `asked_once`: called after that."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.asked_once: Callable[[], None] = lambda: None

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer every request of a connection."""
        while True:
            line, _ = await read_request(reader)
            self.asked.append(line.split()[1].rpartition("/")[2])
            self.asked_once()
            writer.write(http(400 if self.answer is GONE else 429, self.answer))
            await writer.drain()


class Lease:
    """A governor, and a lease that ends while somebody waits for a turn of it, if it is to."""

    def __init__(self, *, ends_in_turn: bool = False) -> None:
        self.holds = True
        self._ends_in_turn = ends_in_turn

    async def reply_turn(self, _chat_id: int | None, **_more: object) -> None:
        """Let it go."""
        self.holds = self.holds and not self._ends_in_turn

    async def free_turn(self) -> None:
        """Let it go."""
        await self.reply_turn(None)

    def add_refusal(self, _chat_id: int | None, _seconds: float) -> None:
        """Forget it."""


async def post(reply: Reply, lease: Lease, telegram: Telegram) -> bool:
    """Post a reply for as long as the lease holds. Returns whether that is settled."""

    async def made(_upload: Upload) -> bytes:
        return b"a"

    async with server(telegram) as url:
        pool = Pool(url)
        governed = GovernedApi(BotApi(pool, token=TOKEN), lease)  # type: ignore[arg-type]  # all that it is asked
        try:
            return await Courier(governed, make=made).post_one(reply, if_still=lambda: lease.holds)
        finally:
            await pool.close()


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
async def test_nothing_is_written_after_the_wait(reply: Reply) -> None:
    """A lease that ends while an answer waits for its turn, and for a connection, lets no byte of it go."""
    telegram = Telegram(GONE)
    assert not await post(reply, Lease(ends_in_turn=True), telegram)
    assert telegram.asked == []


async def test_a_message_instead_of_an_edit_is_asked_for() -> None:
    """Where the message to be changed is gone, the new one goes only if the lease still holds."""
    telegram, lease = Telegram(GONE), Lease()
    assert await post(REPLIES["edit"], lease, telegram)
    assert telegram.asked == ["editMessageText", "sendMessage"]

    def end() -> None:
        lease.holds = False

    telegram.asked.clear()
    telegram.asked_once = end
    assert not await post(REPLIES["edit"], lease, telegram)
    assert telegram.asked == ["editMessageText"]


async def test_a_429_is_tried_again_by_the_outbox() -> None:
    """What a 429 has refused is written once: whose it is, is asked before it is tried again."""
    telegram = Telegram(TOO_MANY)
    assert not await post(REPLIES["message"], Lease(), telegram)
    assert telegram.asked == ["sendMessage"]
