"""Logs: one line per event, JSON for programs, console on a terminal, and never a secret in either."""

import copy
import logging
import re
import secrets
import sys
import threading
import traceback
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot import figures
from bot.config import Settings

MASK = "[token]"
TOKEN = re.compile(
    r"\d+(?::|%3[Aa])[A-Za-z0-9_-]{30,}"  # as BotFather writes it, or percent-encoded
    r"|(?<=/bot)\d+(?::|%3[Aa])[^/\s\"']+"  # in a Bot API address, however short
)
QUIET = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "telegram",
    "uvicorn",
)


KEPT = frozenset({"_record", "_from_structlog", "exc_info"})
"""What stays of a library's record until the error's kind is read; its level is added."""


COUNTED = frozenset({"warning", "error", "critical"})
"""The levels that are counted for the metrics."""

EVENT_LENGTH = 64
"""Letters of an event's name that are counted by at the most."""


def redact(text: str, also: tuple[str, ...] = ()) -> str:
    """Mask everything in a text that looks like a bot token, and the secrets in `also`."""
    for secret in also:
        text = text.replace(secret, "[secret]")
    return TOKEN.sub(MASK, text)


def error_id() -> str:
    """Return a random name for one failure, to find the line in the log that a person was told of."""
    return secrets.token_hex(4)


def configure_log(settings: Settings, *, debug: bool = False, stream: TextIO | None = None) -> None:
    """Send the events of structlog and of every library to `stream` (standard error).

    `debug` shows more and adds traces; both go through the same mask.
    """
    out = stream or sys.stderr
    as_console = settings.log_format == "console" or (settings.log_format == "auto" and out.isatty())
    also = _secrets(settings)
    every: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if as_console else "iso", utc=not as_console),
    ]
    ours: list[Processor] = [*every, _counted, _Failures(with_trace=debug)]
    theirs: list[Processor] = [_without_words, *every, _counted, _Failures(with_trace=False)]
    render: Processor = (
        structlog.dev.ConsoleRenderer(colors=out.isatty())
        if as_console
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=repr)
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Masked(theirs, render, also))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    # What a handler cannot write it would print, words and all.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[*ours, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_thread_failure
    sys.unraisablehook = _log_unraisable


def _counted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Count warnings and errors by their event, a name that stands in our program; never by what they hold."""
    if event.get("level") in COUNTED:
        figures.count(figures.WARNED, event["level"], str(event.get("event"))[:EVENT_LENGTH])
    return event


def _without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep of a library's record who wrote it, at what level, and the kind of error.

    All else may repeat what Telegram sent, names and texts included: the message, its arguments, what is extra.
    """
    record = event.get("_record")
    name = record.name if isinstance(record, logging.LogRecord) else None
    kept = {key: value for key, value in event.items() if key in KEPT}
    return {**kept, "event": "library_logged", "logger": name}


class _Masked(structlog.stdlib.ProcessorFormatter):
    """Masks the finished line, so that nothing can slip in between the processors."""

    def __init__(self, theirs: list[Processor], render: Processor, also: tuple[str, ...]) -> None:
        super().__init__(
            foreign_pre_chain=theirs,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
        self._also = also

    def format(self, record: logging.LogRecord) -> str:
        if not hasattr(record, "_logger"):
            # A library's. Its words are not shown, and must not be put together either: where they do not fit,
            # `logging` writes them to standard error as they are.
            record = copy.copy(record)
            record.msg, record.args = "", None
        return redact(super().format(record), self._also)


class _Failures:
    """Turns an exception into its type and a random id; its text may name a person and is left out."""

    def __init__(self, *, with_trace: bool) -> None:
        self._with_trace = with_trace

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Replace `exc_info` by `error`, `error_id` and, when debugging, `trace`."""
        failure = _failure(event.pop("exc_info", None))
        if failure is not None:
            event["error"] = type(failure).__qualname__
            event.setdefault("error_id", error_id())
            if self._with_trace:
                event["trace"] = trace(failure)
        return event


def trace(failure: BaseException) -> str:
    """Return where it happened, and where what caused it did: lines of programs and types, no messages."""
    cause = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    before = "" if cause is None else f"{trace(cause)}\nwhich led to:\n"
    frames = "".join(traceback.format_tb(failure.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(failure).__qualname__}"


def _failure(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exception() if given else None


def _secrets(settings: Settings) -> tuple[str, ...]:
    values = [
        secret.get_secret_value()
        for secret in (
            settings.bot_token,
            settings.campaign_key,
            settings.webhook_secret,
            settings.proxy_url,
        )
        if secret is not None
    ]
    if settings.sqlite_file is None:
        values.append(settings.database_url)
    return tuple(sorted(values, key=len, reverse=True))


def _log_uncaught(_kind: type[BaseException], failure: BaseException, _at: TracebackType | None) -> None:
    # Not even of an interruption: what it interrupted is printed with it, words and all.
    structlog.get_logger().error("program_failed", exc_info=failure)


def _log_thread_failure(failed: threading.ExceptHookArgs) -> None:
    structlog.get_logger().error("thread_failed", exc_info=failed.exc_value or True)


def _log_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("cleanup_failed", exc_info=failed.exc_value or True)
