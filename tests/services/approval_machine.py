"""A state machine in which people of every role try everything the approval services offer, in any order.

Actors are looked up as the router does it, but for the races: two of them act at once, each as who they were before.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.delivery import starting
from bot.domain.alert import ActionKind
from bot.domain.audience import of_topic
from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Organizer, Right, Role
from bot.domain.revision import content_of
from bot.errors import CampaignError
from bot.services import alerts, approvals, broadcasts, membership, reviews, steering, team, working_alone
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction, open_store
from tests.making import CHAT, KEY, NOW, join, words
from tests.services.approval_book import Book

TEXTS = ("One reason.", "Another reason.")
TEAMS = (
    (Role.OWNER,),
    (Role.OWNER,),
    (Role.OWNER, Role.EDITOR),
    (Role.OWNER, Role.APPROVER),
    (Role.OWNER, Role.OWNER, Role.EDITOR),
    (Role.OWNER, Role.EDITOR, Role.APPROVER, Role.VIEWER),
)
LEAPS = (1, 10, 61, 25 * 60)
"""Minutes that may pass."""

PERSON = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 4))
"""Mostly the first, who is an owner."""

ALERT = st.integers(0, 1)
CARD = st.sampled_from((-1, -1, -1, -2, -3))
"""Mostly the newest card."""

Act = Callable[[Transaction, Organizer], Awaitable[None]]


class ApprovalMachine(RuleBasedStateMachine):
    """One team with one database. Each rule is an attempt."""

    template: ClassVar[Path]
    folder: ClassVar[str | None] = None
    attempts: ClassVar[int] = 0
    total: ClassVar[Book] = Book()

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._files = Path(tempfile.mkdtemp(prefix="attempt-", dir=self.folder))
        self.book, self.now = Book(), NOW
        self.cards: list[tuple[int, str, Any]] = []
        shutil.copy(self.template, self._files / "campaign.db")
        self.store: Store = self._run(open_store(f"sqlite:///{self._files / 'campaign.db'}", KEY))

    def teardown(self) -> None:
        """Close the database, and leave nothing."""
        self._run(self.store.close())
        self._loop.close()
        shutil.rmtree(self._files)
        type(self).total.done.update(self.book.done)

    def _run(self, working: Any) -> Any:
        return self._loop.run_until_complete(working)

    @initialize(roles=st.sampled_from(TEAMS))
    def begin(self, roles: tuple[Role, ...]) -> None:
        """Put the team together, two people on the list, and an alert of the first owner's."""

        async def beginning() -> None:
            async with self.store.transaction() as tx:
                await join(tx, 2)
                for at, role in enumerate(roles):
                    await self._claim(tx, at, role)
                owner = await team.require(tx, self._chat(0))
                for _ in range(2):
                    await self._draft(tx, owner)

        self._run(beginning())

    @invariant()
    def nothing_is_broken(self) -> None:
        """Hold what was entered in the book against the rules."""
        assert not self.book.broken, self.book.broken

    # What people try

    @rule(
        who=PERSON,
        alert=ALERT,
        what=st.sampled_from(("words", "words", "link", "kind", "audience")),
        text=st.sampled_from(TEXTS),
    )
    def edit(self, who: int, alert: int, what: str, text: str) -> None:
        """Change what an alert says, or to whom."""
        self._try(who, lambda tx, actor: self._edit(tx, actor, alert, what, text))

    @rule(who=PERSON, alert=ALERT)
    def submit(self, who: int, alert: int) -> None:
        """Put an alert in review."""

        async def submitting(tx: Transaction, actor: Organizer) -> None:
            await reviews.submit(tx, self._alert(alert), paid=False, actor=actor, now=self.now)

        self._try(who, submitting)

    @rule(who=PERSON, alert=ALERT)
    def look(self, who: int, alert: int) -> None:
        """Be shown what could be approved."""
        self._try(who, lambda tx, actor: self._look(tx, actor, alert))

    @rule(who=PERSON, card=CARD)
    def approve(self, who: int, card: int) -> None:
        """Press the button of a card, one's own or not, new or stale."""
        self._try(who, lambda tx, actor: self._approve(tx, actor, card))

    @rule(who=PERSON, alert=ALERT)
    def look_and_approve(self, who: int, alert: int) -> None:
        """Do as one should."""

        async def approving(tx: Transaction, actor: Organizer) -> None:
            await self._look(tx, actor, alert)
            await self._approve(tx, actor, -1)

        self._try(who, approving)

    @rule(author=PERSON, approver=PERSON, alert=ALERT)
    def as_one_should(self, author: int, approver: int, alert: int) -> None:
        """Submit, let somebody else approve, and send."""
        self.submit(author, alert)
        self.look_and_approve(approver, alert)
        self.send(author, alert, at_once=True)

    @rule(who=PERSON, alert=ALERT, seen=st.sampled_from(("", "0" * 32, "part")))
    def approve_by_guess(self, who: int, alert: int, seen: str) -> None:
        """Approve with a hash that nobody was shown, or with a part of one."""
        part = self.cards[-1][1][:8] if self.cards and seen == "part" else seen

        async def guessing(tx: Transaction, actor: Organizer) -> None:
            number = self._alert(alert)
            await approvals.approve(tx, number, seen=part, paid=False, zone=UTC, actor=actor, now=self.now)
            self.book.approves(number, actor.id, seen=None, now=self.now)

        self._try(who, guessing)

    @rule(who=PERSON, card=CARD)
    def give_back(self, who: int, card: int) -> None:
        """Return what a card shows, with a note."""

        async def returning(tx: Transaction, actor: Organizer) -> None:
            if self.cards:
                number, seen, _ = self.cards[max(card, -len(self.cards))]
                await reviews.give_back(
                    tx, number, "Not so.", seen=seen, paid=False, actor=actor, now=self.now
                )
                self.book.returns(number, actor.id)

        self._try(who, returning)

    @rule(who=PERSON, alert=ALERT, at_once=st.booleans())
    def send(self, who: int, alert: int, at_once: bool) -> None:
        """Type the number; mostly the engine begins before anything else happens."""
        self._try(who, lambda tx, actor: self._send(tx, actor, alert))
        if at_once:
            self.deliver()

    @rule()
    def deliver(self) -> None:
        """Let the engine begin what is queued, and end it."""
        self.now += timedelta(minutes=2)
        self._run(self._deliver())

    @rule(who=PERSON, resumes=st.booleans())
    def steer(self, who: int, resumes: bool) -> None:
        """Let what was halted go on, or cancel it."""

        async def settle(tx: Transaction, actor: Organizer) -> None:
            for halted in await tx.broadcasts.in_status([BroadcastStatus.HALTED]):
                act = steering.resume if resumes else steering.cancel
                await act(tx, halted.id, actor=actor, now=self.now)

        self._try(who, settle)

    @rule(who=PERSON, role=st.sampled_from(Role))
    def join_team(self, who: int, role: Role) -> None:
        """Follow an invitation."""

        async def joining() -> None:
            async with self.store.transaction() as tx:
                if await team.find(tx, self._chat(who)) is None:
                    await self._claim(tx, who, role)

        type(self).attempts += 1
        self._run(joining())

    @rule(who=PERSON, whom=PERSON, role=st.sampled_from((None, *Role)))
    def manage(self, who: int, whom: int, role: Role | None) -> None:
        """Give somebody another role, or take them off the team."""
        self._try(who, lambda tx, actor: self._manage(tx, actor, whom, role))

    @rule(who=PERSON, on=st.booleans())
    def switch(self, who: int, on: bool) -> None:
        """Say that one works alone, or that one does not."""
        self._try(who, lambda tx, actor: self._switch(tx, actor, on=on))

    @rule(minutes=st.sampled_from(LEAPS))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.now += timedelta(minutes=minutes)

    @rule(
        alert=ALERT, approver=PERSON, other=PERSON, what=st.sampled_from(("edit", "remove", "demote", "send"))
    )
    def race(self, alert: int, approver: int, other: int, what: str) -> None:
        """Approve while somebody else edits, removes the approver or sends; each as who they were before."""
        against: Act
        if what == "edit":
            against = lambda tx, actor: self._edit(tx, actor, alert, "words", TEXTS[1])  # noqa: E731
        elif what == "send":
            against = lambda tx, actor: self._send(tx, actor, alert)  # noqa: E731
        else:
            role = None if what == "remove" else Role.VIEWER
            against = lambda tx, actor: self._manage(tx, actor, approver, role)  # noqa: E731
        self._try(approver, lambda tx, actor: self._look(tx, actor, alert))
        approving: Act = lambda tx, actor: self._approve(tx, actor, -1)  # noqa: E731
        self._run(self._race((other, against), (approver, approving)))

    @rule(who=st.sampled_from((0, 0, 0, 1)), alert=ALERT, on=st.sampled_from((True, True, None, False)))
    def work_alone(self, who: int, alert: int, on: bool | None) -> None:
        """Approve alone, and send; with the switch set before, left as it is, or set off in between."""
        if on:
            self.switch(who, on=True)
        self.look_and_approve(who, alert)
        if on is False:
            self.switch(who, on=False)
            self.switch(who, on=True)
        self.send(who, alert, at_once=True)

    @rule(author=PERSON, guest=PERSON, alert=ALERT, early=st.booleans())
    def come_and_go(self, author: int, guest: int, alert: int, early: bool) -> None:
        """Approve alone, with a guest who comes and goes before it goes out."""
        self.switch(author, on=True)
        self.look_and_approve(author, alert)
        if early:
            self.send(author, alert, at_once=False)
        self.join_team(guest, Role.APPROVER)
        self.manage(author, guest, None)
        if not early:
            self.send(author, alert, at_once=False)
        self.deliver()

    # How they do it

    def _try(self, who: int, act: Act) -> None:
        """Let somebody act in a transaction of their own, if they are on the team."""

        async def trying() -> None:
            async with self.store.transaction() as tx:
                actor = await team.find(tx, self._chat(who))
                if actor is not None:
                    await act(tx, actor)

        type(self).attempts += 1
        self._run(self._refusable(trying()))

    async def _refusable(self, trying: Awaitable[None]) -> None:
        try:
            await trying
        except CampaignError as error:
            self.book.done["refused"] += 1
            self.book.done[f"refused: {type(error).__name__}"] += 1

    async def _race(self, *acts: tuple[int, Act]) -> None:
        async with self.store.reading() as tx:
            actors = [await team.find(tx, self._chat(who)) for who, _ in acts]

        async def acting(actor: Organizer, act: Act) -> None:
            async with self.store.transaction() as tx:
                await act(tx, actor)

        type(self).attempts += len(acts)
        self.book.done["races"] += 1
        await asyncio.gather(
            *(
                self._refusable(acting(actor, act))
                for actor, (_, act) in zip(actors, acts, strict=True)
                if actor is not None
            )
        )

    async def _claim(self, tx: Transaction, who: int, role: Role) -> None:
        code = await team.invite(tx, role, now=self.now)
        claimed = await team.claim(tx, self._chat(who), code, now=self.now)
        self.book.has_role(claimed.id, claimed.role, now=self.now)
        await working_alone.end_if_over(tx, actor=claimed, now=self.now)

    async def _draft(self, tx: Transaction, actor: Organizer) -> None:
        draft = await alerts.draft(tx, ActionKind.SIGN, base="en", actor=actor, now=self.now)
        made = await alerts.write(tx, draft.id, words(), actor=actor, now=self.now)
        self.book.edits(made.id, content_of(made), actor.id)

    async def _edit(self, tx: Transaction, actor: Organizer, alert: int, what: str, text: str) -> None:
        number, at = self._alert(alert), TEXTS.index(text)
        match what:
            case "words":
                await alerts.write(tx, number, replace(words(), text=text), actor=actor, now=self.now)
            case "link":
                link = (None, "https://example.org")[at]
                await alerts.set_link(tx, number, link, actor=actor, now=self.now)
            case "kind":
                kind = (ActionKind.SIGN, ActionKind.SHARE)[at]
                await alerts.set_kind(tx, number, kind, actor=actor, now=self.now)
            case _:
                team.authorize(actor, Right.COMPOSE)
                found = await alerts.unsent(tx, number, actor=actor)
                edited = replace(found, audience=of_topic(("alerts", "news")[at]))
                if edited != found:
                    await tx.alerts.revise(edited, editor_id=actor.id, now=self.now)
        self.book.edits(number, content_of(await tx.alerts.get(number)), actor.id)
        await reviews.outdated(tx, actor=actor, now=self.now)

    async def _look(self, tx: Transaction, actor: Organizer, alert: int) -> None:
        number = self._alert(alert)
        proposal = await approvals.propose(tx, number, paid=False, actor=actor)
        await reviews.look(tx, number, actor=actor)
        self.cards.append((number, proposal.seen, content_of(proposal.alert)))

    async def _approve(self, tx: Transaction, actor: Organizer, card: int) -> None:
        if self.cards:
            number, seen, content = self.cards[max(card, -len(self.cards))]
            await approvals.approve(tx, number, seen=seen, paid=False, zone=UTC, actor=actor, now=self.now)
            self.book.approves(number, actor.id, seen=content, now=self.now)

    async def _send(self, tx: Transaction, actor: Organizer, alert: int) -> None:
        number = self._alert(alert)
        audience = (await alerts.get(tx, number, actor=actor)).audience
        people = 2 if audience == of_topic("alerts") else 0
        await broadcasts.send(tx, number, confirmed=people, paid=False, actor=actor, now=self.now, again=True)
        self.book.confirms(number)

    async def _manage(self, tx: Transaction, actor: Organizer, whom: int, role: Role | None) -> None:
        other = await team.find(tx, self._chat(whom))
        if other is None:
            return
        if role is None:
            await membership.remove(tx, other.id, actor=actor, now=self.now)
        else:
            await membership.change_role(tx, other.id, role, actor=actor, now=self.now)
        self.book.has_role(other.id, role, now=self.now)

    async def _switch(self, tx: Transaction, actor: Organizer, *, on: bool) -> None:
        if on:
            await working_alone.switch_on(tx, actor=actor, now=self.now)
        else:
            await working_alone.switch_off(tx, actor=actor, now=self.now)
        self.book.switches(actor.id, on=on, now=self.now)

    async def _deliver(self) -> None:
        async with self.store.transaction() as tx:
            for broadcast in await tx.broadcasts.in_status([BroadcastStatus.QUEUED]):
                started = await starting.start(tx, broadcast.id, clock=lambda: self.now, paid=False)
                if started is None:
                    continue
                self.book.begins(broadcast.alert_id)
                ended = sa.update(deliveries).where(deliveries.c.broadcast_id == broadcast.id)
                await tx.deliveries._connection.execute(ended.values(state=DeliveryState.SENT))
                await tx.broadcasts.set_status(broadcast.id, BroadcastStatus.FINISHED, now=self.now)
                owner = next(each for each in await tx.organizers.all() if each.role is Role.OWNER)
                await self._draft(tx, owner)

    def _alert(self, which: int) -> int:
        """Return one of the two newest alerts that have not begun."""
        waiting = [number for number, known in self.book.alerts.items() if not known.begun]
        return waiting[-1 - which]

    def _chat(self, who: int) -> int:
        return CHAT + 1000 + who
