"""Whatever the table of routes leads to: what changes something of the organizers' is recorded as it is done."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import pytest

from bot.domain.alert import ActionKind
from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.organizer import Role
from bot.errors import CampaignError
from bot.handlers.router import Router
from bot.handlers.routes import BUTTONS, COMMANDS
from bot.handlers.states import dump
from bot.services import alerts, approvals, broadcasts, reviews, steering, team
from bot.store.store import Store, Transaction
from bot.store.transitions import Recorded
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import read_update
from tests.handlers.conftest import Undone, said, tapped
from tests.handlers.samples import SAMPLE_BUTTONS, SAMPLE_STATES
from tests.making import CHAT, NOW, join, words
from tests.snapshots import Snapshot, changed_tables, snapshot

pytestmark = pytest.mark.timeout(300)  # hundreds of acts, each of them looked at

TEXTS = ("1", "Dana", "A title\nA text.", "https://example.org/b")
"""What is sent at each step: a number, a name, words, an address; one of them fits."""

COLLEAGUE, READER = CHAT + 10, CHAT + 11
"""The chats of the other owner, and of the one person on the list."""

Situation = Callable[[Transaction], Awaitable[None]]


async def a_draft(tx: Transaction) -> None:
    """Have alert 1 written by the owner and approved by a colleague, and an invitation open."""
    await tx.organizers.add(CHAT, Role.OWNER, today=NOW.date())
    await tx.organizers.add(COLLEAGUE, Role.OWNER, today=NOW.date())
    await join(tx, 1, first=READER)
    owner, colleague = await team.require(tx, CHAT), await team.require(tx, COLLEAGUE)
    await team.invite(tx, Role.VIEWER, now=NOW)
    await alerts.draft(tx, ActionKind.SIGN, base="en", actor=owner, now=NOW)
    await alerts.write(tx, 1, words(), actor=owner, now=NOW)
    proposal = await approvals.propose(tx, 1, paid=False, actor=colleague)
    await approvals.approve(tx, 1, seen=proposal.seen, paid=False, zone=UTC, actor=colleague, now=NOW)


async def an_edited_draft(tx: Transaction) -> None:
    """Have the colleague edit the draft, so that the owner may approve it."""
    await a_draft(tx)
    colleague = await team.require(tx, COLLEAGUE)
    await alerts.write(tx, 1, words("ar"), actor=colleague, now=NOW)
    await reviews.outdated(tx, actor=colleague, now=NOW)


async def an_older_translation(tx: Transaction) -> None:
    """Have the draft's Arabic be older than its English."""
    await an_edited_draft(tx)
    colleague = await team.require(tx, COLLEAGUE)
    await alerts.write(tx, 1, type(words())(locale="en", title="T", text="B"), actor=colleague, now=NOW)


async def a_queued_one(tx: Transaction) -> None:
    """Have broadcast 1 wait for its start."""
    await a_draft(tx)
    await broadcasts.send(tx, 1, confirmed=1, paid=False, actor=await team.require(tx, CHAT), now=NOW)


async def a_paused_one(tx: Transaction) -> None:
    """Have broadcast 1 stopped."""
    await a_queued_one(tx)
    await steering.pause(tx, 1, actor=await team.require(tx, CHAT), now=NOW)


async def a_sent_one(tx: Transaction) -> None:
    """Have broadcast 1 at its end."""
    await _sent(tx, DeliveryState.SENT)


async def an_unconfirmed_one(tx: Transaction) -> None:
    """Have broadcast 1 at its end, and nobody know whether it arrived."""
    await _sent(tx, DeliveryState.UNKNOWN)


async def _sent(tx: Transaction, state: DeliveryState) -> None:
    await a_queued_one(tx)
    await tx.broadcasts.set_status(1, BroadcastStatus.SENDING, now=NOW)
    audience = await tx.freezing.freeze(1, audience=(await tx.alerts.get(1)).audience)
    await tx.broadcasts.set_audience(1, audience)
    [claimed] = await tx.claims.claim(1, worker="w", limit=1, now=NOW)
    ended = Recorded(subscriber_id=claimed.subscriber_id, state=state, message_id=7)
    await tx.deliveries.record(1, [ended], worker="w")
    await tx.broadcasts.set_status(1, BroadcastStatus.FINISHED, now=NOW)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """What a person does: its name in this test, the update, and the step they stand at."""

    name: str
    update: dict[str, Any]
    state: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return repr((self.update, self.state))


def pressed(data: str) -> Deed:
    """Return a tap."""
    name = next(
        route.button.wire for route in _LONGEST_FIRST if f"{data}:".startswith(f"{route.button.wire}:")
    )
    return Deed(name=name, update=tapped(data))


_LONGEST_FIRST = sorted(BUTTONS, key=lambda route: len(route.button.wire), reverse=True)


def at_step(state: dict[str, Any]) -> Iterator[Deed]:
    """Yield a text of each kind, sent at a step."""
    for text in TEXTS:
        yield Deed(name=f"at {state['at']}", update=said(text), state=state)


def declared() -> Iterator[Deed]:
    """Yield whatever the table says can be done, with values of each kind."""
    for command in COMMANDS:
        yield Deed(name=f"/{command.name}", update=said(f"/{command.name}{'_1' * command.numbered}"))
    for samples in SAMPLE_BUTTONS.values():
        yield from (pressed(pack(button)) for button in samples)
    for state in SAMPLE_STATES:
        yield from at_step(dump(state))


def shown(replies: list[Reply]) -> Iterator[Deed]:
    """Yield a tap on each button that was shown."""
    for reply in replies:
        for row in reply.parameters.get("reply_markup", {}).get("inline_keyboard", []):
            yield from (pressed(each["callback_data"]) for each in row if "callback_data" in each)


class Crawler:
    """Does everything that can be done in a situation, each by itself, and whatever that shows."""

    def __init__(self, store: Store, router: Router) -> None:
        self._store = store
        self._router = router
        self.acting: set[str] = set()
        self.unrecorded: set[tuple[str, str]] = set()

    async def crawl(self) -> None:
        """Do everything once, each time from what stood at first."""
        before = await self._stands()
        waiting, seen = list(declared()), set()
        while waiting:
            deed = waiting.pop()
            if deed.key not in seen:
                seen.add(deed.key)
                waiting += await self._do(deed, before)
        assert await self._stands() == before, "something was not undone"

    async def _stands(self) -> Snapshot:
        async with self._store.transaction() as tx:
            return await snapshot(tx)

    async def _do(self, deed: Deed, before: Snapshot) -> list[Deed]:
        incoming = read_update(deed.update)
        assert incoming is not None
        found: list[Deed] = []
        with suppress(Undone, CampaignError):
            async with self._store.transaction() as tx:
                if deed.state is not None:
                    await tx.conversations.save(CHAT, deed.state, now=NOW)
                found += shown(await self._router.handle(tx, incoming, None, now=NOW))
                state = await tx.conversations.step(CHAT)
                found += [] if state is None else at_step(state)
                self._compare(
                    deed, changed_tables(before, await snapshot(tx)), recorded=bool(tx.audit._recorded)
                )
                raise Undone
        return found

    def _compare(self, deed: Deed, changed: set[str], *, recorded: bool) -> None:
        if changed:
            self.acting.add(deed.name)
        if changed and not recorded:
            self.unrecorded |= {(deed.name, table) for table in changed}


@pytest.mark.parametrize(
    ("situation", "acting"),
    [
        (
            a_draft,
            {
                *("kind", "rekind", "discard", "at words", "at link", "at confirm"),
                *("invite", "revoke", "role", "remove", "quit", "at name"),
            },
        ),
        (an_edited_draft, {"approve", "discard"}),
        (an_older_translation, {"choose", "at words"}),
        (a_queued_one, {"broadcast", "halt", "/halt"}),
        (a_paused_one, {"broadcast"}),
        (a_sent_one, {"after:correct", "after:copy", "at recall"}),
        (an_unconfirmed_one, {"after:resend"}),
    ],
)
async def test_whatever_is_done_is_recorded(
    store: Store, router: Router, situation: Situation, acting: set[str]
) -> None:
    """Whatever changes a row of the organizers' tables leaves an entry; new routes are tried by themselves."""
    async with store.transaction() as tx:
        await situation(tx)
    crawler = Crawler(store, router)
    await crawler.crawl()
    assert crawler.unrecorded == set()
    assert acting <= crawler.acting, crawler.acting


async def test_an_act_that_records_nothing_is_found(
    store: Store, router: Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above sees what it looks for."""
    async with store.transaction() as tx:
        await a_draft(tx)
    monkeypatch.setattr("bot.store.audit.Audit.add", lambda *_: None)
    crawler = Crawler(store, router)
    await crawler.crawl()
    assert {
        ("discard", "alerts"),
        ("invite", "invitations"),
        ("at confirm", "broadcasts"),
    } <= crawler.unrecorded
