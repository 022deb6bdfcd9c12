"""Places in the bot at which a process stops itself, once: what SIGSTOP does from outside, but surely there."""

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.delivery.cycle import Cycle
from bot.inbox.apply import Applier
from bot.telegram_io.connections import _Connection


class Stop:
    """Stops this process the first time, until SIGCONT."""

    def __init__(self) -> None:
        self._is_over = False

    def __call__(self) -> None:
        """Stop, unless that was."""
        if not self._is_over:
            self._is_over = True
            os.kill(os.getpid(), signal.SIGSTOP)


def claimed() -> None:
    """Stop when a claim has committed, before anything of it is sent."""
    stop, send_all = Stop(), Cycle._send_all

    async def stopping(self: Cycle, in_flight: Any, claimed: list[Any], *more: Any) -> None:
        if claimed:
            stop()
        await send_all(self, in_flight, claimed, *more)

    pytest.MonkeyPatch().setattr(Cycle, "_send_all", stopping)


def applying() -> None:
    """Stop in the transaction that applies what somebody sent, before its commit."""
    stop, save = Stop(), Applier._save

    async def stopping(self: Applier, tx: Any, effects: list[Any], posted: list[int]) -> list[Any]:
        saved = await save(self, tx, effects, posted)
        if any(each.update.chat is not None and each.update.withdrawal is None for each in effects):
            stop()
        return saved

    pytest.MonkeyPatch().setattr(Applier, "_save", stopping)


def asked() -> None:
    """Stop when it was asked whether a claim still holds, before the first byte."""
    stop, send = Stop(), _Connection.send

    def stopping(self: _Connection, request: bytes, *more: Any) -> None:
        if b"sendMessage" in request:
            stop()
        send(self, request, *more)

    pytest.MonkeyPatch().setattr(_Connection, "send", stopping)


PLACES: Mapping[str, Callable[[], None]] = {each.__name__: each for each in (claimed, asked, applying)}
