"""What every act of the tour works with: the world, who plays, who looks on, and what was noted so far."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.content import Content
from bot.domain.localized import resolve_locale
from bot.i18n.localizer import Localizer
from bot.rehearsal.tour.cast import Parts, Team
from bot.rehearsal.tour.course import Course
from bot.rehearsal.tour.deeds import Deeds
from bot.rehearsal.tour.numbers import MAIN, WORDS
from bot.rehearsal.tour.report import Step
from bot.rehearsal.tour.witness import Witness
from bot.rehearsal.world.actor import NoAnswer
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World
from bot.services.audit_log import Comparison
from bot.wording.times import zone_of

AT_ONCE = 100
"""People who write to the bot at the same time."""

COMES_SECONDS = 120.0
"""So long the world waits for what the bot sends by itself."""

LOOK_AGAIN = 0.05

Status = dict[str, Any]
"""What `campaign-bot status --json` prints."""


class Watch(Protocol):
    """Whoever looks on."""

    def stage(self, name: str, total: int, /) -> Callable[[], None]:
        """Begin a stage of so many. Returns what is called for each of them that is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What an operator has beside the chat.

    `status`: the bot's own counts. `verify`: the audit against a checkpoint, by `campaign-bot audit verify`.
    `put_forward`: lets it be later, for the world and its bot. `words`: the interface in a language.
    """

    status: Callable[[], Awaitable[Status]]
    verify: Callable[[str], Awaitable[Comparison]]
    put_forward: Callable[[datetime], None]
    words: Callable[[str], Localizer]


@dataclass(kw_only=True, slots=True)
class Play:
    """The tour under way.

    Set are `begun` once there is an alert, `joined` once everybody who joins has, `ready` once they have chosen, asked
    and some of them left again, `built` once the main segment is, `others_approved` and `others_sent` once the two
    alerts beside the main one are. `codes`: what the own links of sharers carry. `told_joined`: how many the bot says
    came by one. `segment`: the one that the main alert is for. `recall`: the broadcast that took the main alert back.
    `erased`: the last message in each chat of somebody who was erased.
    """

    world: World
    content: Content
    team: Team
    parts: Parts
    deeds: Deeds
    course: Course
    witness: Witness
    watch: Watch
    tools: Tools
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    told_joined: int = 0
    segment: int = 0
    recall: int = 0
    erased: dict[int, int] = field(default_factory=dict)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    joined: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    built: asyncio.Event = field(default_factory=asyncio.Event)
    others_approved: asyncio.Event = field(default_factory=asyncio.Event)
    others_sent: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, name: str, says: str, **figures: float) -> None:
        """Note what was done."""
        self.steps.append(Step(name=name, says=says, figures=figures))

    async def each(self, name: str, people: Sequence[int], act: Callable[[int], Awaitable[object]]) -> None:
        """Let many people do the same, `AT_ONCE` at a time."""
        done = self.watch.stage(name, len(people))
        turns = asyncio.Semaphore(AT_ONCE)

        async def turn(chat_id: int) -> None:
            async with turns:
                await act(chat_id)
            done()

        await together(*(turn(chat_id) for chat_id in people))

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the main alert's first line, in every language."""
        return titles(self.content, MAIN)

    def is_alert(self, message: ChatMessage) -> bool:
        """Whether a message brings somebody the main alert; what organizers see of it is a preview."""
        theirs = message.from_bot and message.chat_id not in self.team.chats
        return theirs and message.text.startswith(self.titles)

    @property
    def reached(self) -> frozenset[int]:
        """Return who is sent an alert to everybody as itself: at once, or when their quiet hours are over."""
        stayed = frozenset(self.parts.joining) - frozenset(self.parts.leaving_before)
        return stayed - self.deeds.not_at_once

    def now(self) -> datetime:
        """Return what time it is in the world: the bot's own time."""
        return datetime.fromtimestamp(self.world.now(), UTC)

    def words(self, chat_id: int) -> Localizer:
        """Return the interface as somebody reads it."""
        return self.tools.words(self.locale(chat_id))

    async def until(self, look: Callable[[], bool], why_not: str) -> None:
        """Wait for what the bot sends by itself.

        Raises NoAnswer with `why_not`.
        """
        try:
            async with asyncio.timeout(COMES_SECONDS):
                # Not at each change of the world: the witness notes it a little later.
                while not look():  # noqa: ASYNC110  what is waited for is no event
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            raise NoAnswer(why_not) from None

    @property
    def campaign_zone(self) -> str:
        """Return by which clocks organizers plan: those of people, too, who never said where they live."""
        return zone_of(self.content.campaign.zone).key

    def zone(self, chat_id: int) -> str:
        """Return by which clocks the bot takes somebody to live."""
        return self.world.people[chat_id].zone or self.campaign_zone

    def locale(self, chat_id: int) -> str:
        """Return in which language the bot writes to somebody."""
        language = self.world.people[chat_id].language_code
        return resolve_locale(language, available=self.content.locales, default=self.content.campaign.default)


def titles(content: Content, number: int) -> tuple[str, ...]:
    """Return an alert's first line, in every language."""
    return tuple(content.entry(WORDS[number], locale).question for locale in content.locales)


async def together(*acts: Awaitable[object]) -> None:
    """Do several things at once; the first error of any ends them all."""

    async def played(act: Awaitable[object]) -> None:
        await act

    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(played(act))
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
