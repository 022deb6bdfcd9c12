"""The tour: a whole campaign played through the real bot, on a bad day, and checked against the world.

People join, ask and leave; an organizer writes an alert and sends it; accounts vanish, people block the bot
and stop in the middle of it, and Telegram asks the bot to slow down.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.content import Content
from bot.domain.localized import resolve_locale
from bot.rehearsal.tour.report import ENDS, Seen, TourReport, problems
from bot.rehearsal.world.actor import Actor, NoAnswer
from bot.rehearsal.world.faults import FaultKind, Faults
from bot.rehearsal.world.notifications import Change, Changes
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.population import join
from bot.rehearsal.world.world import World

AT_ONCE = 100
"""People who write to the bot at the same time."""

JOINING, ASKING, LEAVING, VANISHING, BLOCKING = 0.95, 0.10, 0.02, 0.02, 0.01
"""Shares of the people who join; of those who joined, the shares to whom the rest happens."""

ALERT = "how-to-help"
"""The alert's words are those of this answer, which every locale has."""

BURST: dict[str, Any] = {"kind": FaultKind.TOO_MANY, "methods": ["sendMessage"], "to_nth": 6, "seconds": 2}
"""The next five messages are refused with a 429: wait two seconds."""

Status = dict[str, Any]
"""What `campaign-bot status --json` prints."""


class Watch(Protocol):
    """Whoever looks on: a stage begins with so many people, then so many more of them are done."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage."""

    def advance(self, by: int = 1) -> None:
        """Count people of the stage as done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Who does what. Chat ids of this world's made-up people."""

    joining: tuple[int, ...]
    asking: tuple[int, ...]
    leaving_before: tuple[int, ...]
    leaving_meanwhile: tuple[int, ...]
    vanishing: tuple[int, ...]
    blocking: tuple[int, ...]

    @classmethod
    def draw(cls, people: Sequence[int], *, seed: int) -> "Parts":
        """Give out the parts; the same seed gives the same. At least one person plays each."""
        lot = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
        joining = lot.sample(people, max(1, round(len(people) * JOINING)))
        # Drawn anew: those who are first to join are first to be sent to, and nothing would happen meanwhile.
        deck = lot.sample(joining, len(joining))

        def deal(share: float) -> tuple[int, ...]:
            size = max(1, round(len(joining) * share))
            return tuple(deck.pop() for _ in range(min(size, len(deck))))

        return cls(
            joining=tuple(joining),
            asking=tuple(lot.sample(joining, max(1, round(len(joining) * ASKING)))),
            leaving_before=deal(LEAVING / 2),
            leaving_meanwhile=deal(LEAVING / 2),
            vanishing=deal(VANISHING),
            blocking=deal(BLOCKING),
        )


class Tour:
    """One play in one world. `status` reads the bot's own counts; `claim_code` makes `organizer` one."""

    def __init__(
        self,
        world: World,
        content: Content,
        *,
        organizer: int,
        claim_code: str,
        status: Callable[[], Awaitable[Status]],
        watch: Watch,
        seed: int = 0,
    ) -> None:
        self.world = world
        self.content = content
        self.status = status
        self.watch = watch
        self.organizer = Actor(world, organizer)
        self.claim_code = claim_code
        self.parts = Parts.draw([chat for chat in world.people if chat != organizer], seed=seed)
        self._titles = tuple(content.entry(ALERT, locale).question for locale in content.locales)

    async def run(self) -> TourReport:
        """Play it to the end.

        Raises NoAnswer when the bot stops answering.
        """
        began = time.monotonic()
        parts = self.parts
        await self._each("Joining", parts.joining, self._join)
        await self._each("Asking", parts.asking, self._ask)
        await self._each("Leaving", parts.leaving_before, self._leave)
        await self._compose()
        for chat_id in parts.vanishing:
            self.world.deactivate(chat_id)
        before = self.world.messages(self.organizer.chat_id)[-1].message_id
        goodbyes = await self._send(len(parts.joining) - len(parts.leaving_before))
        return await self._report(goodbyes, before=before, seconds=time.monotonic() - began)

    async def _each(self, name: str, people: Sequence[int], play: Callable[[int], Awaitable[object]]) -> None:
        """Let many people do the same, `AT_ONCE` at a time."""
        self.watch.stage(name, len(people))
        turns = asyncio.Semaphore(AT_ONCE)

        async def turn(chat_id: int) -> None:
            async with turns:
                await play(chat_id)
            self.watch.advance()

        try:
            async with asyncio.TaskGroup() as group:
                for chat_id in people:
                    group.create_task(turn(chat_id))
        except ExceptionGroup as several:
            raise several.exceptions[0] from None

    async def _join(self, chat_id: int) -> None:
        await join(self.world, chat_id)

    async def _ask(self, chat_id: int) -> None:
        slug = self.content.entries[chat_id % len(self.content.entries)]
        await Actor(self.world, chat_id).say(self.content.entry(slug, self._locale(chat_id)).question)

    async def _leave(self, chat_id: int) -> ChatMessage:
        return await Actor(self.world, chat_id, unasked=self._is_alert).say("/stop")

    async def _compose(self) -> None:
        """Claim the bot and write the alert, in the organizer's locale and then in every other."""
        organizer, own = self.organizer, self._locale(self.organizer.chat_id)
        self.watch.stage("Writing the alert", len(self.content.locales))
        await organizer.say(f"/start {self.claim_code}")
        await organizer.say("/new")
        await organizer.press("kind:sign")
        await organizer.press("nolink:")
        await self._write(own)
        for locale in self.content.locales:
            if locale != own:
                await organizer.press("words:", end=f":{locale}")
                await self._write(locale)

    async def _write(self, locale: str) -> None:
        words = self.content.entry(ALERT, locale)
        await self.organizer.say(f"{words.question}\n{words.short}")
        self.watch.advance()

    async def _send(self, number: int) -> dict[int, int]:
        """Confirm by typing the number, and look on. Returns who left meanwhile, and their goodbyes."""
        self.watch.stage("Sending the alert", number)
        await self.organizer.press("send:")
        await self.organizer.press("alone:ask:")
        await self.organizer.press("alone:on:")
        # At night, or with long words, the check warns first.
        asked = await self.organizer.press(("seen:", "approve:"))
        if any(button.get("callback_data", "").startswith("approve:") for button in asked.buttons()):
            await self.organizer.press("approve:")
        changes = self.world.subscribe()
        typed = self.world.messages(self.organizer.chat_id)[-1].message_id
        heard = await self.organizer.say(str(number))
        if any(button.get("callback_data", "").startswith("alert:") for button in heard.buttons()):
            raise NoAnswer(f"The bot would not send the alert to the {number} people who had joined.")
        await self.organizer.press("broadcast:start:")
        try:
            async with asyncio.timeout(60 + number / 5):
                leaving = await self._follow(changes, number, after=typed)
        except TimeoutError:
            raise NoAnswer("The broadcast did not come to its end.") from None
        goodbyes = await asyncio.gather(*leaving)
        return {message.chat_id: message.message_id for message in goodbyes}

    async def _follow(self, changes: Changes, number: int, *, after: int) -> list[asyncio.Task[ChatMessage]]:
        """Look on until the progress told `after` that message offers no pause; make trouble on the way."""
        leaving: list[asyncio.Task[ChatMessage]] | None = None
        arrived = 0
        async for change in changes:
            if self._brings_alert(change):
                arrived += 1
                self.watch.advance()
            elif change.chat_id == self.organizer.chat_id and self._is_over(after):
                break
            if leaving is None and arrived >= number / 5:
                leaving = self._make_trouble()
        return leaving or []

    def _is_over(self, after: int) -> bool:
        """Tell whether the message that names the alert, as its progress does, has nothing left to pause."""
        messages = [m for m in self.world.messages(self.organizer.chat_id) if m.message_id > after]
        named = [m for m in messages if m.from_bot and any(title in m.text for title in self._titles)]
        if not named:
            return False
        offers = [button.get("callback_data", "") for button in named[-1].buttons()]
        return not any(offer.startswith("broadcast:") for offer in offers)

    def _make_trouble(self) -> list[asyncio.Task[ChatMessage]]:
        self.world.faults = Faults.from_plan({"rules": [BURST]})
        for chat_id in self.parts.blocking:
            self.world.block(chat_id)
        return [asyncio.create_task(self._leave(chat_id)) for chat_id in self.parts.leaving_meanwhile]

    def _brings_alert(self, change: Change) -> bool:
        if change.kind != "message" or change.chat_id is None or change.message_id is None:
            return False
        return self._is_alert(self.world.people[change.chat_id].stored[change.message_id])

    def _is_alert(self, message: ChatMessage) -> bool:
        theirs = message.from_bot and message.chat_id != self.organizer.chat_id
        return theirs and message.text.startswith(self._titles)

    async def _report(self, goodbyes: dict[int, int], *, before: int, seconds: float) -> TourReport:
        parts, world = self.parts, self.world
        broadcast = (await self.status())["broadcasts"][-1]
        alerts = {
            chat_id: tuple(
                m.message_id for m in person.messages if m.message_id > before and self._is_alert(m)
            )
            for chat_id, person in world.people.items()
        }
        seen = Seen(
            joined=frozenset(parts.joining),
            left_before=frozenset(parts.leaving_before),
            left_meanwhile=goodbyes,
            unreachable=frozenset(parts.vanishing + parts.blocking),
            alerts={chat_id: messages for chat_id, messages in alerts.items() if messages},
            did_not_wait=world.violations,
        )
        return TourReport(
            people=len(world.people),
            joined=len(parts.joining),
            questions=len(parts.asking),
            left=len(parts.leaving_before) + len(goodbyes),
            audience=broadcast["audience"],
            counts={state: broadcast[state] for state in ENDS},
            told_to_wait=world.gate.refused,
            seconds=round(seconds, 1),
            problems=tuple(problems(seen, broadcast)),
        )

    def _locale(self, chat_id: int) -> str:
        language = self.world.people[chat_id].language_code
        return resolve_locale(language, available=self.content.locales, default=self.content.campaign.default)
