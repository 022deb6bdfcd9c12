"""Every call of the bot that is no bulk send: under the governor, and tried again where that is safe."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot import figures
from bot.delivery.governor import Governor
from bot.delivery.sender import attempt_of
from bot.domain.attempt import AttemptResult
from bot.domain.rank import FIRST
from bot.domain.retrying import REPLY, SETUP, RetryPolicy, seconds_before_retry
from bot.telegram_io.answers import Accepted, Answer, NotConnected
from bot.telegram_io.api import BotApi, Form

UNMETERED = frozenset({"getUpdates", "getMe", "setWebhook", "deleteWebhook", "getWebhookInfo"})
"""They send nothing to anybody, and getUpdates waits on purpose."""

FREE = frozenset({"answerCallbackQuery"})
"""Telegram sets no limit for answering a tap: it spends nothing of the budget. After a 429 it waits all the same."""

SETS_UP = ("get", "set", "deleteWebhook")
"""How the methods begin that change or read the bot, not a chat: doing them twice does no more than once."""


class GovernedApi:
    """The Bot API as `BotApi.call` has it, with patience. The same answers; fewer of them are failures."""

    def __init__(
        self,
        api: BotApi,
        governor: Governor,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._governor = governor
        self._clock = clock
        self._sleep = sleep

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | Form | None = None,
        *,
        answer_seconds: float | None = None,
        with_words: bool = False,
        policy: RetryPolicy | None = None,
        rank: int = FIRST,
        patience: float | None = None,
        if_still: Callable[[], bool] = lambda: True,
    ) -> Answer:
        """Make the call when its turn has come, and again where it provably was not accepted.

        `rank`: see `Governor.reply_turn`. `patience`: seconds after which a turn comes too late. `if_still`: asked when
        its turn has come, right before the first byte; see `BotApi.call`.
        Returns the last answer: what is left of a 429 or a missing connection is given up.
        """
        policy = policy or (SETUP if method.startswith(SETS_UP) else REPLY)
        is_free, obeys = method in FREE, method not in UNMETERED
        chat_id = _chat_of(parameters)
        began, tries, refusals = self._clock(), 0, 0
        while True:
            tries += 1
            if obeys:
                asked = self._clock()
                if is_free:
                    await self._governor.free_turn()
                else:
                    await self._governor.reply_turn(chat_id, rank=rank)
                if patience is not None and self._clock() - asked > patience:
                    return NotConnected(why="its turn came too late")
            answer = await self._api.call(
                method,
                parameters,
                answer_seconds=answer_seconds,
                with_words=with_words,
                if_still=if_still,
            )
            if isinstance(answer, Accepted):
                if obeys:
                    figures.count(figures.CALLS, figures.REPLY, AttemptResult.ACCEPTED)
                return answer
            attempt = attempt_of(answer)
            too_many = attempt.result is AttemptResult.TOO_MANY
            figures.count(figures.CALLS, figures.REPLY, attempt.result)
            figures.count(figures.TOO_MANY, figures.REPLY, n=too_many)
            refusals += too_many
            if too_many and obeys:
                self._governor.add_refusal(chat_id, attempt.retry_after)
            wait = seconds_before_retry(
                attempt,
                policy,
                tries=tries,
                refusals=refusals,
                age=self._clock() - began,
                jitter=random.random(),  # noqa: S311  # spreads retries; nothing secret
            )
            if wait is None:
                return answer
            if not (too_many and obeys):  # for a 429 the governor waits, with everybody else
                await self._sleep(wait)

    async def call_past_budget(self, method: str, parameters: Mapping[str, Any]) -> Answer:
        """Make a call, once, without a turn: for what has to be said where the budget itself is out of reach.

        Then nobody is given a turn, so that these few do not add up with others. A 429 is obeyed all the same.
        """
        chat_id = _chat_of(parameters)
        if self._governor.forbids(chat_id):
            return NotConnected(why="after a 429")
        answer = await self._api.call(method, parameters)
        attempt = attempt_of(answer)
        figures.count(figures.CALLS, figures.REPLY, attempt.result)
        if attempt.result is AttemptResult.TOO_MANY:
            self._governor.add_refusal(chat_id, attempt.retry_after)
        return answer


def _chat_of(parameters: Mapping[str, Any] | Form | None) -> int | None:
    if isinstance(parameters, Form):
        return parameters.chat_id
    chat_id = parameters.get("chat_id") if parameters is not None else None
    return chat_id if isinstance(chat_id, int) else None
