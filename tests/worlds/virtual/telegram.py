"""A Telegram of a few lines: it answers as the test says, and keeps the truth about every request."""

import asyncio
import math
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import orjson

from bot.delivery.sender import Prepared
from bot.domain.alert import Alert
from bot.domain.broadcast import REPEATABLE, Broadcast, BroadcastKind
from bot.domain.digest import Digest
from bot.domain.pacing import LONG_WAIT, STORM_CHATS, STORM_WINDOW
from bot.domain.plan import plan_of
from bot.telegram_io.connections import ANSWER_SECONDS, AnswerLost, NotWritten, Response

What = tuple[int, int]
"""A broadcast and a chat."""


class Fate(StrEnum):
    """What becomes of one request."""

    ACCEPTED = "accepted"
    SLOW = "slow"
    TOO_MANY = "too_many"
    LONG_WAIT = "long_wait"
    BLOCKED = "blocked"
    REFUSED = "refused"
    GONE = "gone"
    UNAUTHORIZED = "unauthorized"
    NOT_CONNECTED = "not_connected"
    LOST = "lost"
    LOST_ON_THE_WAY_BACK = "lost_on_the_way_back"
    NEVER_ANSWERED = "never_answered"
    BAD_GATEWAY = "bad_gateway"
    GARBLED = "garbled"


def _refusal(status: int, description: str, **parameters: Any) -> Response:
    said = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return status, orjson.dumps(said)


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """How a fate runs its course. `accepted`: the person has the message. `after`: seconds until the answer.

    `proves`: the answer proves that it was not accepted, so that it may be tried again. `unclear`: it proves nothing.
    """

    accepted: bool = False
    proves: bool = False
    unclear: bool = False
    after: float = 0.05
    answer: Response | Exception | None = None
    retry_after: float = 0.0

    def end(self, answer: "asyncio.Future[Response]", message_id: int) -> None:
        """Give the answer; `message_id` is that of what was accepted."""
        if isinstance(self.answer, Exception):
            answer.set_exception(self.answer)
        elif self.answer is not None:
            answer.set_result(self.answer)
        else:
            result = {"ok": True, "result": {"message_id": message_id}}
            answer.set_result((200, orjson.dumps(result)))


def too_many(seconds: float) -> Course:
    """Return a 429 that asks for so many seconds."""
    refusal = _refusal(429, "Too Many Requests", retry_after=seconds)
    return Course(proves=True, retry_after=seconds, answer=refusal)


HEARD_WITHIN = 4.0
"""Seconds after which every process knows of a stop, though the database was away when it began."""

WAIT = 3.0
"""Seconds of an ordinary 429."""

FATES: Mapping[Fate, Course] = MappingProxyType(
    {
        Fate.ACCEPTED: Course(accepted=True),
        Fate.SLOW: Course(accepted=True, after=4.0),
        Fate.TOO_MANY: too_many(WAIT),
        Fate.LONG_WAIT: too_many(LONG_WAIT),
        Fate.BLOCKED: Course(answer=_refusal(403, "Forbidden: bot was blocked by the user")),
        Fate.REFUSED: Course(answer=_refusal(400, "Bad Request: message is too long")),
        Fate.GONE: Course(answer=_refusal(400, "Bad Request: chat not found")),
        Fate.UNAUTHORIZED: Course(proves=True, answer=_refusal(401, "Unauthorized")),
        Fate.NOT_CONNECTED: Course(proves=True, answer=NotWritten("refused")),
        Fate.LOST: Course(unclear=True, answer=AnswerLost("closed")),
        Fate.LOST_ON_THE_WAY_BACK: Course(accepted=True, unclear=True, answer=AnswerLost("closed")),
        Fate.NEVER_ANSWERED: Course(
            accepted=True, unclear=True, after=ANSWER_SECONDS, answer=AnswerLost("late")
        ),
        Fate.BAD_GATEWAY: Course(unclear=True, answer=(502, b"<html>Bad Gateway</html>")),
        Fate.GARBLED: Course(accepted=True, unclear=True, answer=(200, b'{"ok":true,"result":{"mess')),
    }
)


def body(broadcast: Broadcast, alert: Alert, locale: str) -> Prepared:
    """Render what the fake needs to know of a request."""
    what = [broadcast.id, broadcast.kind, alert.id, plan_of(alert, paid=False).sha256, locale]
    return Prepared(method="fake", rest=orjson.dumps(what))


def digest_of(broadcast: Broadcast, said: Digest, locale: str) -> Prepared:
    """Render what the fake needs to know of a digest that a broadcast brings or changes, as `body` does."""
    alerts = [alert.id for alert in said.alerts]
    what = [broadcast.id, broadcast.kind, alerts, sorted(said.struck), locale]
    return Prepared(method="fake", rest=orjson.dumps(what))


def digest(said: Digest, locale: str) -> Prepared:
    """Render what a fake needs to know of a digest."""
    alerts = [alert.id for alert in said.alerts]
    return Prepared(
        method="fake", rest=orjson.dumps([alerts, said.more, locale, sorted(said.struck), said.is_change])
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """What Telegram told one process, or to `who` is None a part of it to each: no request before `until`."""

    since: float
    until: float
    who: str | None = None
    chat_id: int | None = None


class Telegram:
    """Accepts, refuses and loses as `fate` says, and notes whatever must not happen.

    Whoever plays sets `fate`, `may_send` and the rate that is never to be exceeded.
    """

    def __init__(self, *, rate: float) -> None:
        self.rate = rate
        self.fate: Callable[[int], Fate] = lambda _chat_id: Fate.ACCEPTED
        self.may_send: Callable[[int, BroadcastKind, int, str], str | None] = lambda *_: None
        self.broken: list[str] = []
        self.accepted: Counter[What] = Counter()
        self.said: dict[What, int] = {}
        """The alert whose words somebody has of a broadcast."""
        self.message_ids: dict[What, int] = {}
        self.in_digests: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        """Which alerts each digest that somebody has is of, and which are struck out, by chat and message."""
        self.note_brought: Callable[[int, BroadcastKind, int, list[int]], None] = lambda *_: None
        self.fates: defaultdict[What, list[Fate]] = defaultdict(list)
        self.on_wire: dict[What, FakeSender] = {}
        self.unclear: set[What] = set()
        self.refused_by: dict[int, float] = {}
        self.jumped_at = -1e9
        self._recent: deque[float] = deque()
        self.heard_within = HEARD_WITHIN
        self._hits: deque[tuple[float, int, str]] = deque()
        self._closed_until: list[Stop] = []

    def violated(self, invariant: str, said: str) -> None:
        """Note that an invariant does not hold."""
        self.broken.append(f"{invariant}: {said}")

    def receive(
        self, sender: "FakeSender", chat_id: int, message_id: int | None, prepared: Prepared
    ) -> "asyncio.Future[Response]":
        """Take a request; its answer arrives when its time has come, if the process still lives."""
        loop = asyncio.get_running_loop()
        broadcast_id, kind, alert_id, plan_sha256, _ = orjson.loads(prepared.rest)
        what = (broadcast_id, chat_id)
        self._check_pace(sender, chat_id, loop.time())
        forbidden = self.may_send(broadcast_id, BroadcastKind(kind), chat_id, f"{alert_id} {plan_sha256}")
        if forbidden:
            self.violated(*forbidden.split(": ", 1))
        if kind not in REPEATABLE:
            self._check_repeat(what)
            if loop.time() > self.refused_by.get(chat_id, math.inf) + HEARD_WITHIN:
                self.violated("I9", "sent again to somebody who blocked the bot")
        fate = self.fate(chat_id)
        course = FATES[fate]
        self.fates[what].append(fate)
        self.on_wire[what] = sender
        if course.unclear:
            self.unclear.add(what)
        if course.accepted:
            self.accepted[what] += 1
            self.message_ids.setdefault(what, 1000 + len(self.message_ids))
            alerts = alert_id if isinstance(alert_id, list) else []
            if not alerts:
                self.said[what] = alert_id
            self._show(what, BroadcastKind(kind), message_id, alerts, plan_sha256)
        answer: asyncio.Future[Response] = loop.create_future()
        loop.call_later(course.after, self._answer, sender, what, course, answer, loop.time())
        return answer

    def _show(
        self, what: What, kind: BroadcastKind, message_id: int | None, alerts: list[int], struck: list[int]
    ) -> None:
        """Note which alerts somebody has in a digest by now."""
        broadcast_id, chat_id = what
        self.note_brought(broadcast_id, kind, chat_id, alerts)
        if kind is BroadcastKind.DIGEST:
            self.in_digests[chat_id, self.message_ids[what]] = (alerts, struck)
        elif message_id is not None and (chat_id, message_id) in self.in_digests:
            if alerts:
                self.in_digests[chat_id, message_id] = (alerts, struck)
            else:
                others, gone = self.in_digests.pop((chat_id, message_id))
                if kind is not BroadcastKind.RECALL or len(others) > len(gone) + 1:
                    self.violated("digest", "one alert took the place of several")

    def lose(self, sender: "FakeSender") -> None:
        """Forget who waits for answers in a process that died; nobody there will know."""
        lost = [what for what, waiting in self.on_wire.items() if waiting is sender]
        self.unclear.update(lost)
        for what in lost:
            del self.on_wire[what]
        now = asyncio.get_running_loop().time()
        self._closed_until = [
            one
            for one in self._closed_until
            if one.who not in {sender.name, None} or one.since < now - HEARD_WITHIN
        ]

    def _answer(
        self,
        sender: "FakeSender",
        what: What,
        course: Course,
        answer: "asyncio.Future[Response]",
        said_at: float,
    ) -> None:
        if sender.dead:
            return
        self.on_wire.pop(what, None)
        if course is FATES[Fate.BLOCKED]:
            self.refused_by.setdefault(what[1], asyncio.get_running_loop().time())
        if course.retry_after:
            self.close(sender.name, what[1], said_at + course.retry_after)
        course.end(answer, self.message_ids.get(what, 0))

    def close(self, who: str, chat_id: int, until: float) -> None:
        """Remember for how long nothing may come: from this process at once, from others a moment later."""
        now = asyncio.get_running_loop().time()
        self._closed_until.append(Stop(since=now, until=until, who=who, chat_id=chat_id))
        self._hits.append((now, chat_id, who))
        while self._hits[0][0] < now - STORM_WINDOW:
            self._hits.popleft()
        if until - now >= LONG_WAIT - 1 or self._is_storm(who):
            self._closed_until.append(Stop(since=now, until=until, who=who))
        elif self._is_storm():
            # Each process met a part of it, and has to hear of the other.
            self._closed_until.append(Stop(since=now, until=until))

    def _is_storm(self, who: str | None = None) -> bool:
        """Tell whether this process was refused in several chats, or all since the clock jumped were together."""
        hits = (chat for at, chat, name in self._hits if name == who or (who is None and at > self.jumped_at))
        return len(set(hits)) >= STORM_CHATS

    def answered(self) -> None:
        """Take a reply, which counts like any request."""
        self._count(asyncio.get_running_loop().time())

    def _count(self, now: float) -> None:
        self._recent.append(now)
        while self._recent[0] <= now - 1.0:
            self._recent.popleft()
        # A clock that was set forward may give the burst of a governor once more, and no more than that.
        most = self.rate + (2.0 + self.rate * 0.01 if now - self.jumped_at <= 1.0 else 0.0)
        if len(self._recent) > most:
            self.violated("I7", f"{len(self._recent)} requests in a second")

    def _check_pace(self, sender: "FakeSender", chat_id: int, now: float) -> None:
        self._count(now)
        for one in self._closed_until:
            if one.who != sender.name and self.jumped_at >= one.since:
                # Whoever had not looked before the clock jumped cannot know.
                continue
            heard = one.since if one.who == sender.name else one.since + self.heard_within
            if heard < now < one.until - 0.01 and one.chat_id in (None, chat_id):
                about = "" if one.chat_id is None else " to a chat"
                self.violated("I7", f"a request{about} though Telegram said to wait")

    def _check_repeat(self, what: What) -> None:
        if what in self.on_wire:
            self.violated("I1", "a second request while the first is on the wire")
        elif self.fates[what] and not FATES[self.fates[what][-1]].proves:
            self.violated("I4", f"repeated after {self.fates[what][-1]}")


class FakeSender:
    """One process's way to Telegram. `dead`: it was killed, and hears no more answers."""

    def __init__(self, telegram: Telegram, name: str) -> None:
        self._telegram = telegram
        self.name = name
        self.dead = False

    def die(self) -> None:
        """Be killed: what is on the wire stays with Telegram."""
        self.dead = True
        self._telegram.lose(self)

    def send(
        self,
        chat_id: int,
        message_id: int | None,
        prepared: Prepared,
        *,
        if_still: Callable[[], bool],  # noqa: ARG002  # it is always connected
    ) -> "asyncio.Future[Response]":
        """Post to Telegram."""
        return self._telegram.receive(self, chat_id, message_id, prepared)
