"""What every act of the tour works with: the world, who plays, who looks on, and what was noted so far."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.content import Content
from bot.domain.localized import resolve_locale
from bot.i18n.localizer import Localizer
from bot.rehearsal.tour.cast import Parts, Team
from bot.rehearsal.tour.report import Step
from bot.rehearsal.world.people import ChatMessage
from bot.rehearsal.world.world import World
from bot.services.audit_log import Comparison
from bot.wording.times import zone_of

AT_ONCE = 100
"""People who write to the bot at the same time."""

ALERT = "how-to-help"
"""The alert's words are those of this answer, which every locale has."""

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
    `settle`: tells the bot by which clocks people live, since no screen asks them. `words`: the interface as the owner
    reads it.
    """

    status: Callable[[], Awaitable[Status]]
    verify: Callable[[str], Awaitable[Comparison]]
    settle: Callable[[Mapping[int, str]], Awaitable[int]]
    words: Localizer


@dataclass(kw_only=True, slots=True)
class Play:
    """The tour under way. `joined` is set once everybody who joins has."""

    world: World
    content: Content
    team: Team
    parts: Parts
    watch: Watch
    tools: Tools
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    joined: asyncio.Event = field(default_factory=asyncio.Event)

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
        """Return the alert's first line, in every language."""
        return tuple(self.content.entry(ALERT, locale).question for locale in self.content.locales)

    def is_alert(self, message: ChatMessage) -> bool:
        """Whether a message brings somebody the alert; what organizers see of it is a preview."""
        theirs = message.from_bot and message.chat_id not in self.team.chats
        return theirs and message.text.startswith(self.titles)

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
