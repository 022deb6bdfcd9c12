"""The Bot API: one request, and its answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from bot.config import Settings, require_token
from bot.telegram_io.answers import Accepted, Answer, NotConnected, Refused, Unclear, answer_of
from bot.telegram_io.connections import JSON, Pool, Response
from bot.telegram_io.outage import Outage


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """Parameters with files among them, encoded already. `chat_id`: whom it is for, where that is one chat."""

    content_type: str
    body: bytes
    chat_id: int | None = None


class BotApi:
    """The bot's methods, one request a call: nothing is paced or tried again here. Nothing names the token."""

    def __init__(self, pool: Pool, *, token: str, outage: Outage | None = None) -> None:
        self._pool = pool
        self._token = token
        self._outage = outage or Outage()
        self._refused_at: float | None = None

    def head(self, method: str, *, content_type: str = JSON) -> bytes:
        """Return the beginning of a request, for `post`."""
        return self._pool.head(f"/bot{self._token}/{method}", content_type=content_type)

    def post(
        self,
        head: bytes,
        body: bytes,
        seconds: float | None = None,
        *,
        if_still: Callable[[], bool] = lambda: True,
    ) -> "asyncio.Future[Response]":
        """Send a prepared request; `answer_of` reads the future. The hot way: no task, no parsing.

        `if_still`: see `bot.telegram_io.connections.Pool.post`.
        """
        return self._pool.post(head, body, seconds, if_still=if_still)

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | Form | None = None,
        *,
        answer_seconds: float | None = None,
        with_words: bool = False,
        if_still: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Call a method, once. Never raises for what the wire or Telegram does.

        `answer_seconds`: how long to wait once the request is written. `with_words`: keep what Telegram says.
        `if_still`: see `post`; without a yes it is as where there is no connection.
        """
        if isinstance(parameters, Form):
            head, body = self.head(method, content_type=parameters.content_type), parameters.body
        else:
            head, body = self.head(method), orjson.dumps(parameters or {})
        sent = self.post(head, body, answer_seconds, if_still=if_still)
        await _done(sent)
        answer = answer_of(sent, with_words=with_words)
        self._note(answer)
        return answer

    async def download(self, path: str) -> Answer:
        """Fetch a file that `getFile` gave the path of; the result is its bytes."""
        sent = self._pool.post(self._pool.head(f"/file/bot{self._token}/{path}", verb="GET"), b"")
        await _done(sent)
        if sent.exception() is None and sent.result()[0] == 200:  # noqa: PLR2004  # HTTP OK
            return Accepted(result=sent.result()[1])
        answer = answer_of(sent)
        return Unclear(why="no file") if isinstance(answer, Accepted) else answer

    @property
    def server_time(self) -> datetime | None:
        """Telegram's clock, as its last answer had it; for a pool that is `dated`."""
        try:
            return parsedate_to_datetime(self._pool.date.decode("latin-1")) if self._pool.date else None
        except ValueError:
            return None

    @property
    def refused_seconds(self) -> float | None:
        """For how long Telegram has refused the token (401), as far as `call` knows; None where it does not."""
        return None if self._refused_at is None else time.monotonic() - self._refused_at

    def _note(self, answer: Answer) -> None:
        match answer:
            case Refused(code=401):
                self._refused_at = self._refused_at or time.monotonic()
            case Accepted():
                self._refused_at = None
        if isinstance(answer, Unclear):
            self._outage.note_failure(answer.why)
        elif not isinstance(answer, NotConnected):  # which the pool has noted
            self._outage.note_success()


@asynccontextmanager
async def open_api(
    settings: Settings, *, opened: Callable[[], None] = lambda: None, dated: bool = False
) -> AsyncIterator[BotApi]:
    """Open the Bot API of the settings, and close it again. `opened`, `dated`: see `Pool`.

    Raises ConfigInvalid where there is no token.
    """
    token = require_token(settings)
    outage = Outage()
    proxy = settings.proxy_url.get_secret_value() if settings.proxy_url else None

    def answered() -> None:
        opened()
        outage.note_new_connection()

    pool = Pool(settings.bot_api_url, proxy=proxy, opened=answered, failed=outage.note_failure, dated=dated)
    try:
        yield BotApi(pool, token=token, outage=outage)
    finally:
        await pool.close()


async def _done(sent: "asyncio.Future[Response]") -> None:
    """Wait until it has an answer, or failed; whoever is cancelled meanwhile wants neither."""
    try:
        await asyncio.wait([sent])
    finally:
        sent.cancel()
