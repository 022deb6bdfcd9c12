"""python-telegram-bot on our own connections: its typed methods, our account of what Telegram answered.

It is for what is not hot: the bot's name, its menus, the webhook, files. It never sees an answer that cannot be
read, nor Telegram's words: its own log lines and errors would repeat them.
"""

import os
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
import orjson
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.api import BotApi, Form
from bot.telegram_io.connections import ANSWER_SECONDS

# The library's only switch for what every 429 warns of otherwise: its retry_after is a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "true")

READ_ALOUD = frozenset({"setWebhook"})
"""Methods whose refusal an operator has to read in Telegram's own words."""


class NeverWritten(NetworkError):
    """Nothing was written: no DNS, no connection. Trying again is safe."""


class SaidInWords(BadRequest):
    """A refusal that an operator has to read. `words` is what Telegram said; the error's own text is its kind."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(kind)
        self.words = words


class Call(Protocol):
    """`BotApi.call`, or the same under the governor."""

    async def __call__(
        self,
        method: str,
        parameters: Mapping[str, Any] | Form | None = None,
        *,
        answer_seconds: float | None = None,
        with_words: bool = False,
    ) -> Answer:
        """Call a method of the Bot API."""


def typed_bot(api: BotApi, *, token: str, url: str, call: Call | None = None) -> Bot:
    """Return python-telegram-bot's Bot on this connection. `call`: how its calls are made, else once each."""
    request = PooledRequest(api, call or api.call)
    return Bot(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request,
        get_updates_request=request,
    )


class PooledRequest(BaseRequest):
    """python-telegram-bot's way to make requests. Raised errors carry neither URL nor token nor words."""

    def __init__(self, api: BotApi, call: Call) -> None:
        self._api = api
        self._call = call

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where the call names none."""
        return ANSWER_SECONDS

    async def initialize(self) -> None:
        """Nothing to open: the connections are whoever made them's."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(  # noqa: PLR0917  # the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # one wait for all, once it is written
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # the pool's own
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  # the pool has no limit
    ) -> tuple[int, bytes]:
        """Make one request. Returns what Telegram accepted.

        Raises TelegramError for everything else: NeverWritten when nothing was written, NetworkError when that is
        not known.
        """
        seconds = None if read_timeout is self.DEFAULT_NONE else read_timeout
        path = urlsplit(url).path
        if method == "GET":
            _, _, rest = path.partition("/file/bot")
            content: bytes = _result(await self._api.download(rest.partition("/")[2]))
            return 200, content
        name = path.rpartition("/")[2]
        answer = await self._call(
            name, _parameters(request_data), answer_seconds=seconds, with_words=name in READ_ALOUD
        )
        return 200, orjson.dumps({"ok": True, "result": _result(answer)})


def _result(answer: Answer) -> Any:
    if isinstance(answer, Accepted):
        return answer.result
    raise _error(answer)


def _error(answer: Answer) -> TelegramError:
    """Return python-telegram-bot's error for an answer, with our words in it."""
    match answer:
        case NotConnected(why=why):
            return NeverWritten(why)
        case Refused(kind=RefusalKind.TOO_MANY, retry_after=seconds):
            return RetryAfter(round(seconds))
        case Refused(kind=RefusalKind.UNAUTHORIZED as kind):
            return InvalidToken(kind.value)
        case Refused(kind=RefusalKind.CONFLICT as kind):
            return Conflict(kind.value)
        case Refused(code=403, kind=kind):
            return Forbidden(kind.value)
        case Refused(kind=kind, words=None):
            return BadRequest(kind.value)
        case Refused(kind=kind, words=str(words)):
            return SaidInWords(kind.value, words)
        case Unclear(why=why):
            return NetworkError(why)
    raise AssertionError("this is no error")


def _parameters(data: RequestData | None) -> Mapping[str, Any] | Form:
    if data is None:
        return {}
    if not data.contains_files:
        return data.parameters
    # Files are few and small: the form is made whole, as one body.
    form = httpx.Request("POST", "http://form", data=data.json_parameters, files=data.multipart_data)
    return Form(content_type=form.headers["Content-Type"], body=form.read())
