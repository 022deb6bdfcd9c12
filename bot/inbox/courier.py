"""Posts replies, and makes sense of what Telegram answers."""

from collections.abc import Awaitable, Callable, Mapping
from enum import Enum, auto
from typing import Any

import structlog

from bot.delivery.governed_api import GovernedApi
from bot.domain.retrying import ONCE, PROGRESS, RetryPolicy
from bot.pictures.studio import DrawingFailed, Studio
from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.api import Form
from bot.telegram_io.replies import Reply
from bot.telegram_io.uploads import Upload, encode_form

log = structlog.get_logger(__name__)

NOTHING_TO_DO = frozenset({RefusalKind.NOT_MODIFIED, RefusalKind.QUERY_TOO_OLD})
GONE = frozenset({RefusalKind.MESSAGE_GONE, RefusalKind.MESSAGE_TOO_OLD, RefusalKind.NO_TEXT})
"""An edit that is answered so becomes a new message."""
FORBIDDEN = 403
FILE_FIELDS = {"sendPhoto": "photo", "sendDocument": "document"}


class Posted(Enum):
    """What became of a reply."""

    SETTLED = auto()
    """It was accepted, or never will be."""
    UNCLEAR = auto()
    """It may have been accepted."""
    AGAIN = auto()
    """It provably was not: try again."""


class Courier:
    """Posts replies, in order. What cannot be posted is logged as a kind of error, without its words.

    `make`: makes the files that replies carry; see `bot.pictures.studio`.
    """

    def __init__(self, api: GovernedApi, *, make: Callable[[Upload], Awaitable[bytes]] | None = None) -> None:
        self._api = api
        self._make = make or Studio().make

    async def post_one(self, reply: Reply, **waiting: Any) -> bool:
        """Post one reply, when its turn comes. `waiting`: `rank`, `patience`, `if_still` of `GovernedApi.call`.

        Returns whether that is settled; if not, it provably was not accepted: try again.
        """
        return await self.post_once(reply, **waiting) is not Posted.AGAIN

    async def post_once(self, reply: Reply, **waiting: Any) -> Posted:
        """Post one reply as `post_one` does. Returns what became of it, as far as can be known."""
        match await self._post(reply, ONCE, **waiting):
            case NotConnected() | Refused(kind=RefusalKind.TOO_MANY):
                return Posted.AGAIN
            case Unclear():
                return Posted.UNCLEAR
        return Posted.SETTLED

    async def post_message(self, reply: Reply) -> int | None:
        """Post one message. Returns its id, or None where it could not be posted."""
        match await self._post(reply, PROGRESS):
            case Accepted(result={"message_id": int(message_id)}):
                return message_id
        return None

    async def post_past_budget(self, reply: Reply) -> bool:
        """Post one message where the budget is out of reach, as its database is. Returns whether it was accepted."""
        answer = await self._api.call_past_budget(reply.method, reply.parameters)
        return isinstance(answer, Accepted)

    async def _post(self, reply: Reply, policy: RetryPolicy, **waiting: Any) -> Answer:
        try:
            parameters = await self._encoded(reply)
        except DrawingFailed:
            log.warning("drawing_failed", method=reply.method)
            if not reply.parameters.get("caption"):
                return Unclear(why="no file")  # its words are a message of their own
            return await self._post(reply.without_upload, policy, **waiting)
        answer = await self._api.call(reply.method, parameters, policy=policy, **waiting)
        match answer:
            case Accepted():
                pass
            case Refused(kind=kind) if _leaves_nothing_to_do(kind, reply.method):
                pass
            case Refused(kind=kind) if kind in GONE and reply.method == "editMessageText":
                anew = {k: v for k, v in reply.parameters.items() if k != "message_id"}
                return await self._post(Reply(method="sendMessage", parameters=anew), policy, **waiting)
            case Refused(kind=RefusalKind.TOO_MANY) | NotConnected() if policy is ONCE:
                pass  # the outbox tries again
            case Refused(code=code) if code == FORBIDDEN:
                log.info("reply_unwanted", method=reply.method)
            case Refused(code=code, kind=kind):
                log.warning("reply_refused", method=reply.method, code=code, kind=kind.value)
            case Unclear(why=why) | NotConnected(why=why):
                log.warning("reply_lost", method=reply.method, error=why)
        return answer

    async def _encoded(self, reply: Reply) -> Mapping[str, Any] | Form:
        """Return what the call carries; a file is made at this moment.

        Raises DrawingFailed.
        """
        if reply.upload is None:
            return reply.parameters
        content = await self._make(reply.upload)
        field = FILE_FIELDS[reply.method]
        return encode_form(reply.parameters, field=field, upload=reply.upload, content=content)


def _leaves_nothing_to_do(kind: RefusalKind, method: str) -> bool:
    """Whether what is refused so is not wanted any more; buttons of a message that is gone are not."""
    return kind in NOTHING_TO_DO or (kind in GONE and method == "editMessageReplyMarkup")
