"""The real bot on a stage: a world of people behind a local Bot API, and phones to write with."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bot.app import App, build
from bot.chat import Conversation
from bot.clock import Clock, system_clock
from bot.commands.open_store import campaign_key
from bot.config import Settings, load_settings
from bot.domain.bidi import FSI, PDI, RTL_MARK
from bot.domain.organizer import Role as TeamRole
from bot.domain.subscriber import Subscriber
from bot.i18n.localizer import Localizer
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.inline import InlineAnswer
from bot.rehearsal.world.people import ChatMessage, Person
from bot.rehearsal.world.world import World
from bot.roles import Role
from bot.running import run
from bot.services import team, working_alone
from tests.making import KEY_TEXT

PATIENCE = 20.0
"""Seconds to wait for an answer before a test fails; never reached when all is well."""

FAILURES = {
    "update_failed",
    "inline_query_failed",
    "inline_query_dropped",
    "reply_refused",
    "reply_lost",
    "reply_failed",
    "menu_refused",
    "polling_interrupted",
}
"""Events of the log that no flow may cause."""

Seen = TypeVar("Seen")
_ISOLATES = str.maketrans("\u00a0", " ", FSI + PDI + RTL_MARK + "\u2060")


class Stage:
    """The bot, running against a world. It can be stopped and started again on the same database.

    `clock`: the time that the bot goes by from its next start on.
    """

    def __init__(self, *, world: World, server: RehearsalServer, database: Path, **settings: str) -> None:
        self.world = world
        self.server = server
        self.database = database
        self.clock: Clock = system_clock
        self.environment = {
            "BOT_TOKEN": world.token,
            "BOT_API_URL": server.url,
            "DATABASE_URL": f"sqlite:///{database}",
            "CAMPAIGN_KEY": KEY_TEXT,
            "SEND_RATE": "10000",
            "PORT": str(free_port()),
            **settings,
        }
        self.settings: Settings = load_settings(Path(os.devnull), self.environment)
        self._app: App | None = None
        self._stop = asyncio.Event()
        self._ending: asyncio.Task[None] | None = None
        self._running = asyncio.Event()
        self._probes = 0

    @property
    def app(self) -> App:
        """The running bot's parts."""
        assert self._app is not None
        return self._app

    @property
    def conversation(self) -> Conversation:
        """What hears and answers in it."""
        assert self.app.conversation is not None
        return self.app.conversation

    async def start(self) -> None:
        """Start the bot."""
        self._stop, self._running = asyncio.Event(), asyncio.Event()
        self._ending = asyncio.create_task(self._run())
        await asyncio.wait(
            {asyncio.create_task(self._running.wait()), self._ending}, return_when=asyncio.FIRST_COMPLETED
        )
        if self._ending.done():
            await self._ending

    async def stop(self) -> None:
        """Stop the bot as SIGTERM does."""
        self._stop.set()
        if self._ending is not None:
            await self._ending
        self._app = None

    async def _run(self) -> None:
        async with build(self.settings, campaign_key(self.settings), clock=self.clock) as app:
            self._app = app
            self._running.set()
            await run(app, Role.ALL, until_idle=False, stop=self._stop)

    def phone(self, name: str, language_code: str | None = "en") -> "Phone":
        """Hand a phone to somebody new."""
        return Phone(self, self.world.add_person(name=name, language_code=language_code))

    async def organizer(
        self, name: str, role: TeamRole = TeamRole.OWNER, *, newcomer: bool = False, language: str = "en"
    ) -> "Phone":
        """Add an organizer, who used their invitation hours ago; the first owner says that they work alone.

        `newcomer`: they have just used it, and have said nothing yet. `language`: their phone's.
        """
        phone = self.phone(name, language)
        await phone.say(f"/start {await self.invitation(role)}")
        await phone.expects(self.words(language).gettext("You are an organizer now."))
        if newcomer:
            return phone
        async with self.app.store.transaction() as tx:
            actor = await team.require(tx, phone.chat_id)
            await tx.organizers.wait_to_approve(actor.id, until=None)
            if role is TeamRole.OWNER and await tx.organizers.approvers() == {actor.id}:
                await working_alone.switch_on(tx, actor=actor, now=system_clock())
        return phone

    async def invitation(self, role: TeamRole = TeamRole.OWNER) -> str:
        """Return the code of a new one-time link."""
        async with self.app.store.transaction() as tx:
            return await team.invite(tx, role, now=system_clock())

    async def subscriber(self, phone: "Phone") -> Subscriber | None:
        """Return what the list has of a person."""
        async with self.app.store.reading() as tx:
            return await tx.subscribers.find(phone.chat_id)

    async def settled(self) -> None:
        """Wait until everything sent so far has been applied and answered."""
        self._probes += 1
        probe = self.phone(f"Probe {self._probes}")
        await probe.say("/help")
        await probe.expects(self.words("en").gettext("What this bot can do"))
        await self.conversation.inbox.idle()

    def words(self, locale: str) -> Localizer:
        """Return the interface in a locale."""
        return self.app.catalogs.words(locale)


class Phone:
    """One person's chat with the bot, seen and touched as on a phone."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.stage = stage
        self.person = person
        self.chat_id = person.chat_id
        self._seen: dict[int, Any] = {}

    @property
    def messages(self) -> list[ChatMessage]:
        """The bot's messages that are there, oldest first."""
        return [each for each in self.person.messages if each.from_bot and not each.deleted]

    def since(self) -> list[ChatMessage]:
        """Return the bot’s messages that are new, or changed, since this person last did something."""
        return [each for each in self.messages if self._seen.get(each.message_id) != _look(each)]

    def look_away(self) -> None:
        """Take what is shown now as seen."""
        self._seen = {each.message_id: _look(each) for each in self.messages}

    async def say(self, text: str) -> int:
        """Send a text. Returns the update's id."""
        self.look_away()
        return self.stage.world.say(self.chat_id, text)

    async def tap(self, label: str) -> str:
        """Touch the newest button of this label. Returns the callback query's id."""
        found = await self._see(
            lambda: self._button(lambda each: each["text"].translate(_ISOLATES) == label), label
        )
        return self._touch(*found)

    async def press(self, callback_data: str, *, end: str = "") -> str:
        """Touch the newest button that carries this, or begins with it and ends so, whatever its label's language."""

        def fits(each: dict[str, Any]) -> bool:
            carried = str(each.get("callback_data", ""))
            return carried.startswith(callback_data) and carried.endswith(end)

        found = await self._see(lambda: self._button(fits), f"{callback_data}…{end}")
        return self._touch(*found)

    def forge(self, callback_data: str, message_id: int = 1) -> str:
        """Send a press of a button that was never shown. Returns the callback query's id."""
        self.look_away()
        return self.stage.world.tap(self.chat_id, message_id, callback_data)

    async def expects(self, *fragments: str) -> ChatMessage:
        """Return the first message, new or changed since they last did something, that has all of these."""
        fragments = tuple(part.translate(_ISOLATES) for part in fragments)

        def found() -> ChatMessage | None:
            return next(
                (each for each in self.since() if all(part in plain(each) for part in fragments)), None
            )

        return await self._see(found, " … ".join(fragments))

    async def asks_inline(self, text: str) -> InlineAnswer:
        """Type the bot's name and a text in some chat. Returns what is offered."""
        query_id = self.stage.world.ask_inline(self.chat_id, text)
        offers = self.stage.world.offers
        await self._see(lambda: query_id in offers or None, f"an answer to the inline query {text}")
        return offers[query_id]

    async def settles(self) -> None:
        """Wait until everything they did has been applied and answered."""
        await self.stage.settled()

    async def _see(self, look: Callable[[], Seen | None], wanted: str) -> Seen:
        try:
            found = await self.stage.world.wait_for(look, timeout=PATIENCE)
        except TimeoutError:
            shown = "\n---\n".join(f"{plain(each)}\n{labels(each)}" for each in self.messages[-4:])
            raise AssertionError(f"never seen: {wanted}\non the phone:\n{shown}") from None
        assert found is not None
        return found

    def labels(self, message: ChatMessage) -> list[str]:
        """Return the labels of a message's buttons, in the order in which this person reads them."""
        return [button["text"].translate(_ISOLATES) for button in self.person.buttons_of(message)]

    def _button(self, fits: Callable[[dict[str, Any]], bool]) -> tuple[int, str] | None:
        for message in reversed(self.messages):
            for each in self.person.buttons_of(message):
                if fits(each):
                    return message.message_id, each["callback_data"]
        return None

    def _touch(self, message_id: int, callback_data: str) -> str:
        self.look_away()
        return self.stage.world.tap(self.chat_id, message_id, callback_data)


def plain(message: ChatMessage) -> str:
    """Return what a message says, without the invisible marks of direction and of spaces that hold together."""
    return message.text.translate(_ISOLATES)


def labels(message: ChatMessage) -> list[str]:
    """Return the labels of a message's buttons."""
    return [button["text"].translate(_ISOLATES) for button in message.buttons()]


def _look(message: ChatMessage) -> Any:
    return message.text, repr(message.reply_markup)
