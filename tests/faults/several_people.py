"""Who takes part in a life of several processes: people who join, ask, tap and leave, and owners who invite."""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from bot.commands.prepare import FIRST_CHAT_ID
from bot.domain.organizer import Role
from bot.rehearsal.world.world import World
from bot.telegram_io.action_buttons import Act
from bot.telegram_io.callbacks import Button, pack
from bot.telegram_io.supporter_buttons import Join
from bot.telegram_io.team_buttons import Invite

FIRST_PERSON, FIRST_OWNER = FIRST_CHAT_ID + 500_000, FIRST_CHAT_ID + 600_000
PEOPLE, OWNERS = 60, 2
OWNER_CHATS = range(FIRST_OWNER, FIRST_OWNER + OWNERS)
CANARY_TEXT = "a canary-6f1e4b in the mine"
QUESTIONS = ("What is the campaign about?", f"Is there {CANARY_TEXT}?", "How can I help?")
OWNERS_SHARE = 0.15
INVITED = (Role.EDITOR, Role.APPROVER, Role.VIEWER)


@dataclass(kw_only=True)
class People:
    """What they did, which is what must have come of it.

    `alerts`: those whose buttons they tap. `pushed`, `withdrawals`: the updates they sent, and those that take consent
    back. `on_list`: who is to be on the list in the end.
    """

    world: World
    lot: random.Random
    consent: str
    alerts: list[int]
    on_list: dict[int, bool] = field(default_factory=dict)
    invited: dict[int, list[Role]] = field(default_factory=lambda: defaultdict(list))
    pushed: list[int] = field(default_factory=list)
    withdrawals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Give each a phone."""
        for chat_id in (*self.supporters, *self.owners):
            self.world.add_person(name="Canary Weatherby", language_code="en", chat_id=chat_id, started=True)

    @property
    def supporters(self) -> range:
        """The chats of those who are no organizers."""
        return range(FIRST_PERSON, FIRST_PERSON + PEOPLE)

    @property
    def owners(self) -> range:
        """The chats of the owners."""
        return OWNER_CHATS

    def act(self) -> None:
        """Let somebody do something."""
        if self.lot.random() < OWNERS_SHARE:
            self._invite(self.lot.choice(self.owners))
            return
        chat_id = self.lot.choice(self.supporters)
        match self.lot.choice(("join", "join", "leave", "ask", "tap")):
            case "join":
                self._say(chat_id, "/start")
                self._tap(chat_id, Join(self.consent))
                self.on_list[chat_id] = True
            case "leave":
                self.withdrawals.append(self._say(chat_id, "/stop"))
                self.on_list[chat_id] = False
            case "ask":
                self._say(chat_id, self.lot.choice(QUESTIONS))
            case _:
                self._tap(chat_id, Act(self.lot.choice(self.alerts)))

    def _invite(self, chat_id: int) -> None:
        role = self.lot.choice(INVITED)
        self._tap(chat_id, Invite(role))
        self.invited[chat_id].append(role)

    def _say(self, chat_id: int, text: str) -> int:
        self.pushed.append(self.world.say(chat_id, text))
        return self.pushed[-1]

    def _tap(self, chat_id: int, button: Button) -> None:
        self.world.tap(chat_id, 1, pack(button))
        self.pushed.append(self.world.updates.last_id)
