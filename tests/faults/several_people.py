"""Who takes part in a life of several processes: people who join, ask, tap, leave and erase themselves, and owners."""

import random
from collections import defaultdict
from dataclasses import dataclass, field

from bot.commands.prepare import FIRST_CHAT_ID
from bot.domain.organizer import Role
from bot.domain.outcome import Outcome
from bot.rehearsal.world.world import World
from bot.telegram_io.action_buttons import Act, SayOutcome
from bot.telegram_io.callbacks import Button, pack
from bot.telegram_io.supporter_buttons import Erase, Join
from bot.telegram_io.team_buttons import Invite
from tests.faults.several_filling import OWNER_CHATS, READER_CHATS, REMINDED_CHATS, Filled

FIRST_PERSON, PEOPLE = FIRST_CHAT_ID + 500_000, 60
CANARY_TEXT = "a canary-6f1e4b in the mine"
QUESTIONS = ("What is the campaign about?", f"Is there {CANARY_TEXT}?", "How can I help?")
OWNERS_SHARE, OTHERS_SHARE = 0.15, 0.1
"""Of all that is done, how much owners do, and those who read digests or are reminded."""

INVITED = (Role.EDITOR, Role.APPROVER, Role.VIEWER)


@dataclass(kw_only=True)
class People:
    """What they did, which is what must have come of it.

    `pushed`, `withdrawals`: the updates they sent, and those that take consent back; `again`: those by which somebody
    asks, or taps, who has asked or tapped before: one answer may be enough (`bot.inbox.runs`). `on_list`: who is to be
    on the list in the end. `erased`: who erased themselves, last of all. `did`: who said of which alert that they did
    it.
    """

    world: World
    lot: random.Random
    consent: str
    filled: Filled
    on_list: dict[int, bool] = field(default_factory=dict)
    invited: dict[int, list[Role]] = field(default_factory=lambda: defaultdict(list))
    pushed: list[int] = field(default_factory=list)
    withdrawals: list[int] = field(default_factory=list)
    again: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    did: set[tuple[int, int]] = field(default_factory=set)
    _curious: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Give each a phone."""
        for chat_id in (*self.supporters, *self.owners, *READER_CHATS, *REMINDED_CHATS):
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
        """Let somebody do something; first of all, one who reads digests goes."""
        if not self.pushed:
            self._erase(READER_CHATS[0])
            return
        share = self.lot.random()
        if share < OWNERS_SHARE:
            self._invite(self.lot.choice(self.owners))
        elif share < OWNERS_SHARE + OTHERS_SHARE:
            self._do_what_little_is_left()
        else:
            self._support(self.lot.choice(self.supporters))

    def _support(self, chat_id: int) -> None:
        match self.lot.choice(
            ("join", "join", "join", "leave", "leave", "ask", "ask", "tap", "tap", "erase")
        ):
            case "join":
                self.say(chat_id, "/start")
                self._tap(chat_id, Join(self.consent))
                self.on_list[chat_id] = True
            case "leave":
                self.withdrawals.append(self.say(chat_id, "/stop"))
                self.on_list[chat_id] = False
            case "ask":
                self._note(self.say(chat_id, self.lot.choice(QUESTIONS)), chat_id)
            case "erase":
                self._erase(chat_id)
            case _:
                self._tap(chat_id, Act(self.lot.choice(self.filled.alerts)))
                self._note(self.pushed[-1], chat_id)

    def _do_what_little_is_left(self) -> None:
        """Let who reads digests or is reminded go, one of three of them, or say that they did it."""
        others = [each for each in (*READER_CHATS, *REMINDED_CHATS) if each not in self.on_list]
        if not others:
            return
        chat_id = self.lot.choice(others)
        if chat_id % 3 == 0:
            self._erase(chat_id)
        elif chat_id in REMINDED_CHATS:
            alert = self.lot.choice(self.filled.reminding)
            if (chat_id, alert) not in self.did:
                self._tap(chat_id, SayOutcome(alert, Outcome.DONE))
                self.did.add((chat_id, alert))

    def _note(self, update_id: int, chat_id: int) -> None:
        """Note that somebody asked or tapped by this."""
        if chat_id in self._curious:
            self.again.add(update_id)
        self._curious.add(chat_id)

    def _erase(self, chat_id: int) -> None:
        self._tap(chat_id, Erase())
        self.on_list[chat_id] = False
        self.erased.add(chat_id)

    def _invite(self, chat_id: int) -> None:
        role = self.lot.choice(INVITED)
        self._tap(chat_id, Invite(role))
        self.invited[chat_id].append(role)

    def say(self, chat_id: int, text: str) -> int:
        """Let somebody send a text. Returns the update."""
        self.erased.discard(chat_id)
        self.pushed.append(self.world.say(chat_id, text))
        return self.pushed[-1]

    def _tap(self, chat_id: int, button: Button) -> None:
        self.erased.discard(chat_id)
        self.world.tap(chat_id, 1, pack(button))
        self.pushed.append(self.world.updates.last_id)
