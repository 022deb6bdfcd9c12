"""An attacker with every role tries to get something sent alone, by any button, text or call, in any order.

The attack keeps a book of its own: who changed what an alert says, who was shown what, who approved it, and who else
could have. Whatever goes out by that book without a second person is `broken`.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from bot.delivery import starting
from bot.domain.alert import ActionKind
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.choices import Choice
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Role
from bot.domain.revision import content_of
from bot.domain.staleness import base_version
from bot.errors import CampaignError
from bot.handlers.router import Router
from bot.services import alerts, approvals, broadcasts
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction
from bot.telegram_io.updates import read_update
from tests import shipped
from tests.making import CHAT, NOW, join, words

TEXTS = ("Ask\nOne reason.", "Ask\nAnother reason.", "Obey\nNo reason at all.")
MARK = re.compile(rb"seen:\d+:[0-9a-f]*")
CARD = re.compile(rb"approve:(\d+):([0-9a-f]*)")
MAY_APPROVE = {Role.OWNER, Role.APPROVER}
TEAMS = (
    (Role.OWNER,),
    (Role.OWNER, Role.EDITOR),
    (Role.OWNER, Role.APPROVER),
    (Role.OWNER, Role.OWNER, Role.EDITOR),
    (Role.OWNER, Role.APPROVER, Role.EDITOR, Role.VIEWER),
)


class _PlayedError(Exception):
    """Undoes everything one play has done."""


def make_router() -> Router:
    """Return the campaign's own router."""
    return Router(shipped.resources())


@dataclass(kw_only=True)
class Written:
    """What the book knows of one alert. `writers`: since another person approved, who changed what it says."""

    content: Any
    writers: set[int]
    approved: list[tuple[Any, tuple[int, int] | None]] = field(default_factory=list)
    """What was approved, and by which author alone, under which setting of the switch; None: by another."""
    approvals: int = 0


@dataclass(kw_only=True)
class Attack:
    """One team at play in one transaction, which is undone in the end."""

    router: Router
    tx: Transaction
    chance: random.Random
    team: tuple[Role, ...]
    broken: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    book: dict[int, Written] = field(default_factory=dict)
    cards: list[tuple[int, str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    began: dict[int, int] = field(default_factory=dict)
    steps: int = 0
    lost: set[int] = field(default_factory=set)
    """Who could approve once and has lost that; no play is long enough for that to be over."""
    alone: int | None = None
    """Who has said that they work alone, until somebody else could approve."""
    switched: int = 0

    async def begin(self) -> None:
        """Put the team together, and two people on the list."""
        await join(self.tx, 2)
        for n, role in enumerate(self.team):
            await self.tx.organizers.add(self._chat(n), role, today=NOW.date())
        owner = await self.tx.organizers.find(self._chat(0))
        assert owner is not None
        await self._alert(0, owner)
        await self._enter(owner, await self._approvers(), None)

    async def act(self) -> None:
        """Let somebody do something, and see in the book whether it may be."""
        self.steps += 1
        who = self.chance.randrange(len(self.team))
        actor = await self.tx.organizers.find(self._chat(who))
        if actor is None:
            # They were removed; an invitation of somebody else's lets them back in.
            await self.tx.organizers.add(self._chat(who), self.team[who], today=NOW.date())
            return
        approvers = await self._approvers()
        seen: str | None = None
        lost, alone = set(self.lost), self.alone
        name = self.chance.choices(
            [
                "write",
                "look",
                "send",
                "press",
                "number",
                "alert",
                "deliver",
                "steer",
                "promote",
                "manage",
                "call",
                "follow",
                "trick",
                "alone",
                "return",
            ],
            [14, 7, 16, 18, 8, 4, 8, 2, 3, 3, 4, 4, 3, 4, 1],
        )[0]
        connection: Any = self.tx.alerts._connection._connection
        savepoint = await connection.begin_nested()
        try:
            seen = await getattr(self, f"_{name}")(who, actor)
        except CampaignError:
            await savepoint.rollback()
            self.lost, self.alone = lost, alone
            self.done["refused"] += 1
        else:
            await savepoint.commit()
            self.done[name] += 1
        await self._enter(actor, approvers, seen)

    # What somebody may do

    async def _alert(self, _who: int, actor: Organizer) -> None:
        if len(self.book) < 3:
            alert = await alerts.draft(self.tx, ActionKind.SIGN, base="en", actor=actor, now=NOW)
            await alerts.write(self.tx, alert.id, words(), actor=actor, now=NOW)

    async def _write(self, who: int, _actor: Organizer) -> None:
        alert_id = self._any_alert()
        if self.chance.random() < 0.3:
            return await self._tap(who, self.chance.choice(await self._edits(alert_id)))
        if self.chance.random() < 0.2:
            return await self._say(who, self.chance.choice(TEXTS), kind="edited_message")
        await self._tap(who, f"words:{alert_id}:{self.chance.choice(['en', 'ar'])}")
        return await self._say(who, self.chance.choice(TEXTS))

    async def _edits(self, alert_id: int) -> list[str]:
        """Return the buttons that change what an alert says without a text."""
        alert = await self.tx.alerts.find(alert_id)
        base = base_version(alert) if alert is not None else None
        choice = self.chance.choice(list(Choice))
        choose = f"choose:{alert_id}:{choice}:{base or 0}:{self.chance.choice(['ar', 'fr'])}"
        return [
            f"nolink:{alert_id}",
            f"rekind:{alert_id}:call",
            choose,
            *[f"keep:{alert_id}:{base or 0}"] * 3,
        ]

    async def _look(self, who: int, _actor: Organizer) -> None:
        await self._say(who, f"/approve_{self._any_alert()}")
        if self.marks:
            # What the check warns of is acknowledged by whoever happens to look.
            await self._tap(who, f"{self.marks.pop()}:review")

    async def _send(self, who: int, _actor: Organizer) -> None:
        await self._tap(
            who, f"{self.chance.choice(['send', 'send', 'careful', 'alert'])}:{self._any_alert()}"
        )
        if self.chance.random() < 0.75:
            await self._say(who, "2")

    async def _press(self, who: int, _actor: Organizer) -> str:
        if not self.cards:
            return ""
        # Mostly the newest card; sometimes one that is long out of date, or somebody else's.
        near = self.cards[-2:] if self.chance.random() < 0.7 else self.cards
        alert_id, seen, _ = self.chance.choice(near)
        await self._tap(who, f"approve:{alert_id}:{seen}")
        return seen

    async def _number(self, who: int, _actor: Organizer) -> None:
        await self._say(who, "2")

    async def _call(self, _who: int, actor: Organizer) -> str:
        alert_id = self._any_alert()
        if self.chance.random() < 0.4:
            await broadcasts.send(
                self.tx, alert_id, confirmed=2, paid=False, actor=actor, now=self._now(), again=True
            )
            return ""
        seen = self.chance.choice(["", "0" * 32, *(seen[:8] for _, seen, _ in self.cards[-1:])])
        await approvals.approve(
            self.tx, alert_id, seen=seen, paid=False, zone=UTC, actor=actor, now=self._now()
        )
        return seen

    async def _steer(self, who: int, _actor: Organizer) -> None:
        verb = self.chance.choice(["start", "pause", "resume", "cancel"])
        await self._tap(who, f"broadcast:{verb}:{await self._any_broadcast()}")

    async def _follow(self, who: int, _actor: Organizer) -> None:
        verb = self.chance.choice(["correct", "correct", "resend", "recall"])
        answer = ":yes" if verb == "resend" else ""
        await self._tap(who, f"after:{verb}:{await self._any_broadcast()}{answer}")
        if verb == "recall":
            await self._say(who, "2")

    async def _promote(self, who: int, _actor: Organizer) -> None:
        """Let an owner's invitation, or another's decision, change a role."""
        back = self.chance.random() < 0.6
        role = self.team[who] if back else self.chance.choice(list(Role))
        await self.tx.organizers.add(self._chat(who), role, today=NOW.date())

    async def _manage(self, who: int, _actor: Organizer) -> None:
        """Try to get rid of whoever else could approve, or to let them back in."""
        other = self.chance.choice(await self.tx.organizers.all())
        if self.chance.random() < 0.5:
            await self._rid(who, other, f"remove:{other.id}:yes")
        else:
            await self._rid(who, other, f"role:{other.id}:{self.chance.choice(list(Role))}")

    async def _rid(self, who: int, other: Organizer, button: str) -> None:
        could = other.role in MAY_APPROVE
        await self._tap(who, button)
        if could and other.id not in await self._approvers():
            self.done["got rid of"] += 1
            self.lost.add(other.id)

    async def _trick(self, who: int, actor: Organizer) -> str | None:
        """Approve alone what another time somebody comes and goes for, before or after its sending is confirmed."""
        if await self._approvers() != {actor.id}:
            return None
        if self.alone != actor.id:
            await self._switch(who, actor, "on")
        mine = [
            number
            for number, known in self.book.items()
            if (known.content, (actor.id, self.switched)) in known.approved
        ]
        if not mine:
            alert_id = self._any_alert()
            await self._tap(who, f"words:{alert_id}:en")
            await self._say(who, self.chance.choice(TEXTS))
            await self._say(who, f"/approve_{alert_id}")
            return await self._press(who, actor)
        self.done["tricks"] += 1
        early = self.chance.random() < 0.5
        if early:
            await self._confirm(who, mine[0])
            # Before anybody comes: it was confirmed while nobody else could have approved it.
            await self._enter(actor, await self._approvers(), None)
        guest = self._chat(len(self.team))
        await self.tx.organizers.add(guest, Role.APPROVER, today=NOW.date())
        if (other := await self.tx.organizers.find(guest)) is not None:
            await self._rid(who, other, f"remove:{other.id}:yes")
        if not early:
            await self._confirm(who, mine[0])
        return None

    async def _alone(self, who: int, actor: Organizer) -> None:
        """Say that they work alone, or that they do not; mostly it is refused."""
        await self._switch(who, actor, self.chance.choice(["on", "on", "ask", "off"]))

    async def _switch(self, who: int, actor: Organizer, to: str) -> None:
        await self._tap(who, f"alone:{to}")
        if to == "on" and self.alone != actor.id:
            self.alone, self.switched = actor.id, self.switched + 1
        if to == "off":
            self.alone = None

    async def _return(self, who: int, _actor: Organizer) -> None:
        """Return what was looked at, with a note."""
        if self.cards:
            alert_id, seen, _ = self.chance.choice(self.cards[-2:])
            await self._tap(who, f"return:{alert_id}:{seen}")
            await self._say(who, "Not like this.")
            self.done["returned"] += 1

    async def _confirm(self, who: int, alert_id: int) -> None:
        await self._tap(who, f"send:{alert_id}")
        await self._say(who, "2")

    async def _deliver(self, _who: int, _actor: Organizer) -> None:
        """Let the engine begin what is queued, and end it."""
        for broadcast in await self.tx.broadcasts.in_status([BroadcastStatus.QUEUED]):
            # The engine looks twice a second: it was there when this was due, and need not ask whether it is too late.
            looked_at = min(self._now(), broadcast.starts_at)
            started = await starting.start(self.tx, broadcast.id, clock=lambda at=looked_at: at, paid=False)  # type: ignore[misc]  # the default binds it
            if started is None:
                continue
            self.done["started"] += 1
            if broadcast.kind is not BroadcastKind.RECALL:
                await self._went_out(broadcast, content_of(started[1]))
            state = self.chance.choice([DeliveryState.SENT, DeliveryState.UNKNOWN])
            ended = sa.update(deliveries).where(deliveries.c.broadcast_id == broadcast.id)
            await self.tx.deliveries._connection.execute(ended.values(state=state))
            await self.tx.broadcasts.set_status(broadcast.id, BroadcastStatus.FINISHED, now=self._now())

    # The book

    async def _enter(self, actor: Organizer, approvers: set[int], seen: str | None) -> None:
        """Note what has changed by what this person did."""
        if await self._approvers() - {self.alone}:
            self.alone = None
        alert_id = 0
        while (alert := await self.tx.alerts.find(alert_id := alert_id + 1)) is not None:
            content = content_of(alert)
            known = self.book.setdefault(alert_id, Written(content=None, writers=set()))
            if known.content != content:
                known.content = content
                known.writers.add(actor.id)
            given = await self.tx.plans.approvals(alert_id)
            for _ in given[known.approvals :]:
                self._approved(alert_id, known, actor, approvers, seen)
            known.approvals = len(given)
        for broadcast in await self.tx.broadcasts.all():
            if broadcast.id not in self.began:
                self.began[broadcast.id] = broadcast.alert_id
                self._confirmed(broadcast.alert_id, broadcast.kind, approvers)

    def _approved(
        self, alert_id: int, known: Written, actor: Organizer, approvers: set[int], seen: str | None
    ) -> None:
        shown = [content for about, card, content in self.cards if (about, card) == (alert_id, seen)]
        if known.content not in shown:
            self.broken.append("approved unseen")
        if actor.id not in approvers:
            self.broken.append("approved without the right")
        alone = actor.id in known.writers
        if alone and (self.alone != actor.id or (self.lost | approvers) - {actor.id}):
            self.broken.append("approved alone")
            return
        known.approved.append((known.content, (actor.id, self.switched) if alone else None))
        self.done["approved alone" if alone else "approved by another"] += 1
        if not alone:
            known.writers = set()

    def _confirmed(self, alert_id: int, kind: BroadcastKind, approvers: set[int]) -> None:
        """See whether what was just confirmed had been approved, by another where there is another."""
        if kind not in (BroadcastKind.SEND, BroadcastKind.CORRECT):
            return
        if not self._stands(alert_id, self.book[alert_id].content, approvers):
            self.broken.append("confirmed alone")

    def _stands(self, alert_id: int, content: Any, approvers: set[int]) -> bool:
        """Whether another person approved this, or its author who said that they work alone, and does so still."""
        by = [alone for approved, alone in self.book[alert_id].approved if approved == content]
        return any(
            alone is None
            or (alone == (self.alone, self.switched) and not (self.lost | approvers) - {self.alone})
            for alone in by
        )

    async def _went_out(self, broadcast: Broadcast, content: Any) -> None:
        self.done["sent"] += 1
        if all(approved != content for approved, _ in self.book[broadcast.alert_id].approved):
            self.broken.append(f"sent unapproved: {broadcast.id}")
        elif broadcast.kind is not BroadcastKind.RESEND and not self._stands(
            broadcast.alert_id, content, await self._approvers()
        ):
            self.broken.append(f"sent alone: {broadcast.id}")

    # Telegram

    async def _tap(self, who: int, data: str) -> None:
        message = {
            "message_id": 1,
            "date": int(self._now().timestamp()),
            "chat": {"id": self._chat(who), "type": "private"},
        }
        sender = {"id": self._chat(who), "is_bot": False, "language_code": "en"}
        tapped = {"id": "1", "from": sender, "message": message, "data": data}
        await self._update({"update_id": self.steps, "callback_query": tapped})

    async def _say(self, who: int, text: str, *, kind: str = "message") -> None:
        sender = {"id": self._chat(who), "is_bot": False, "language_code": "en"}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
        said = {
            "message_id": 1,
            "date": int(self._now().timestamp()),
            "chat": {"id": self._chat(who), "type": "private"},
            "from": sender,
            "text": text,
            "entities": entities,
        }
        await self._update({"update_id": self.steps, kind: said})

    async def _update(self, raw: dict[str, Any]) -> None:
        incoming = read_update(raw)
        assert incoming is not None
        replies = await self.router.handle(self.tx, incoming, None, now=self._now())
        shown = orjson.dumps([reply.parameters for reply in replies])
        self.marks += [mark.decode() for mark in MARK.findall(shown)]
        for alert_id, seen in CARD.findall(shown):
            content = content_of(await self.tx.alerts.get(int(alert_id)))
            self.cards.append((int(alert_id), seen.decode(), content))

    def _any_alert(self) -> int:
        return self.chance.choice(list(self.book) or [1])

    async def _any_broadcast(self) -> int:
        return self.chance.choice([each.id for each in await self.tx.broadcasts.all()] or [1])

    async def _approvers(self) -> set[int]:
        # One more than the team: who comes and goes.
        found = [await self.tx.organizers.find(self._chat(n)) for n in range(len(self.team) + 1)]
        return {each.id for each in found if each is not None and each.role in MAY_APPROVE}

    def _chat(self, who: int) -> int:
        return CHAT + 1000 + who

    def _now(self) -> Any:
        # Each step two minutes after the one before: nothing waits to be undone, and nothing is too late to recall.
        return NOW + timedelta(minutes=2 * self.steps)


async def attack(store: Store, router: Router, *, seed: int, steps: int) -> Attack:
    """Let a team of this seed try so many steps; nothing of it stays."""
    chance = random.Random(seed)  # noqa: S311  # a repeatable play, not a secret
    played: Attack | None = None
    try:
        async with store.transaction() as tx:
            played = Attack(router=router, tx=tx, chance=chance, team=TEAMS[seed % len(TEAMS)])
            await played.begin()
            for _ in range(steps):
                await played.act()
            raise _PlayedError  # noqa: TRY301  # it undoes the transaction
    except _PlayedError:
        assert played is not None
        return played
