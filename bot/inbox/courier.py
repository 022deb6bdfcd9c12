"""Posts replies, and makes sense of what Telegram answers."""

from typing import Any

import structlog

from bot.delivery.governed_api import GovernedApi
from bot.domain.rank import FIRST
from bot.domain.retrying import ONCE, PROGRESS, RetryPolicy
from bot.telegram_io.api import Accepted, Answer, NotConnected, RefusalKind, Refused, Unclear
from bot.telegram_io.replies import Reply
from bot.telegram_io.uploads import parameters_of

log = structlog.get_logger(__name__)

NOTHING_TO_DO = frozenset({RefusalKind.NOT_MODIFIED, RefusalKind.QUERY_TOO_OLD})
GONE = frozenset({RefusalKind.MESSAGE_GONE, RefusalKind.MESSAGE_TOO_OLD})
FORBIDDEN = 403


class Courier:
    """Posts replies, in order. What cannot be posted is logged as a kind of error, without its words."""

    def __init__(self, api: GovernedApi) -> None:
        self._api = api

    async def post_one(self, reply: Reply, *, rank: int = FIRST, patience: float | None = None) -> bool:
        """Post one reply, when its turn comes, if that is within `patience` seconds; a lower rank goes first.

        Returns whether that is settled; if not, it provably was not accepted: try again.
        """
        match await self._post(reply, ONCE, rank=rank, patience=patience):
            case NotConnected() | Refused(kind=RefusalKind.TOO_MANY):
                return False
        return True

    async def post_message(self, reply: Reply) -> int | None:
        """Post one message. Returns its id, or None where it could not be posted."""
        match await self._post(reply, PROGRESS):
            case Accepted(result={"message_id": int(message_id)}):
                return message_id
        return None

    async def _post(self, reply: Reply, policy: RetryPolicy, **waiting: Any) -> Answer:
        answer = await self._api.call(reply.method, parameters_of(reply), policy=policy, **waiting)
        match answer:
            case Accepted():
                pass
            case Refused(kind=kind) if kind in NOTHING_TO_DO:
                pass
            case Refused(kind=kind) if kind in GONE and reply.method == "editMessageText":
                parameters = {k: v for k, v in reply.parameters.items() if k != "message_id"}
                return await self._post(Reply(method="sendMessage", parameters=parameters), policy, **waiting)
            case Refused(kind=RefusalKind.TOO_MANY) | NotConnected() if policy is ONCE:
                pass  # the outbox tries again
            case Refused(code=code) if code == FORBIDDEN:
                log.info("reply_unwanted", method=reply.method)
            case Refused(code=code, kind=kind):
                log.warning("reply_refused", method=reply.method, code=code, kind=kind.value)
            case Unclear(why=why) | NotConnected(why=why):
                log.warning("reply_lost", method=reply.method, error=why)
        return answer
