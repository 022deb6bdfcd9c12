"""A campaign in a test: people, organizers, processes that die, clocks that jump."""

import asyncio
import contextlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.content import Wording
from bot.delivery.engine import Engine
from bot.delivery.governor import Governor
from bot.domain.alert import Translation
from bot.domain.broadcast import ENDED, RUNNABLE, BroadcastStatus
from bot.domain.subscriber import SubscriberState
from bot.errors import CampaignError
from bot.services import broadcasts, follow_ups, privacy, subscriptions
from bot.store.schema import deliveries
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, OWNER, approve, draft
from tests.worlds.virtual.book import Book
from tests.worlds.virtual.shaky import ShakyStore
from tests.worlds.virtual.telegram import FakeSender, body

NOBODY = replace(OWNER, id=None)  # type: ignore[arg-type]  # nobody is told of what follows up

WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)
FOUND_WITHIN = 5.0
"""Seconds in which a restart finds what the dead had on the wire (I8)."""


@dataclass(kw_only=True)
class Process:
    """One sender process."""

    engine: Engine
    sender: FakeSender
    store: ShakyStore
    task: asyncio.Task[None]
    since: float


class Campaign(Book):
    """What a test plays with. Everything that must not happen ends in `telegram.broken`."""

    def __init__(self, store: Store, *, rate: float) -> None:
        super().__init__(store, rate=rate)
        self.rate = rate
        self.jumped = 0.0
        self.processes: list[Process] = []
        self.chats: list[int] = []
        self._started = 0
        self._answers: Governor | None = None

    # Time

    def now(self) -> datetime:
        """Return the time of the wall clock, which may jump."""
        return NOW + timedelta(seconds=asyncio.get_running_loop().time() + self.jumped)

    def epoch(self) -> float:
        """Return the epoch second of the same clock."""
        return self.now().timestamp()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back."""
        self.jumped += seconds
        self.telegram.jumped_at = asyncio.get_running_loop().time()

    # Processes

    def start(self) -> Process:
        """Start a sender process."""
        self._started += 1
        loop = asyncio.get_running_loop()
        shaky, sender = ShakyStore(self.store), FakeSender(self.telegram, f"sender {self._started}")
        store: Any = shaky
        fake: Any = sender
        governor = Governor(self.rate, store=store, clock=loop.time)
        engine = Engine(store=store, sender=fake, governor=governor, body=body, clock=self.now)
        task = loop.create_task(engine.run())
        process = Process(engine=engine, sender=sender, store=shaky, task=task, since=loop.time())
        self.processes.append(process)
        return process

    def refuse_answer(self, chat_id: int, retry_after: float) -> None:
        """Let Telegram refuse an answer to somebody, posted by a process that sends no alerts."""
        loop = asyncio.get_running_loop()
        if self._answers is None:
            self._answers = Governor(self.rate, store=self.store, clock=loop.time)
        self._answers.add_refusal(chat_id, retry_after)
        self.telegram.close("answers", chat_id, loop.time() + retry_after)

    async def crash(self, process: Process, *, after: int = 0) -> None:
        """Kill a process some steps of the loop from now."""
        for _ in range(after):
            await asyncio.sleep(0)
        process.sender.die()
        process.task.cancel()
        await asyncio.gather(process.task, return_exceptions=True)
        self.processes.remove(process)
        async with self.store.transaction() as tx:
            mine = deliveries.c.worker == process.engine.worker
            self._lost |= await self._in_flight(tx, mine)

    async def stop(self, process: Process) -> None:
        """End a process in good order."""
        process.engine.stop()
        await process.task
        self.processes.remove(process)
        await self.expect_found(process, "a process that ended in good order left something in flight")

    async def expect_found(self, process: Process, otherwise: str) -> None:
        """Hold that nothing is in flight for a process that has ended."""
        async with self.store.transaction() as tx:
            if await self._in_flight(tx, deliveries.c.worker == process.engine.worker):
                self.telegram.violated("I8", otherwise)

    async def restart(self, process: Process) -> Process:
        """Kill a process and start another, which must find what the first had on the wire in time."""
        await self.crash(process)
        started = self.start()
        await asyncio.sleep(FOUND_WITHIN)
        await self.expect_found(process, "what a dead process had on the wire was not found in time")
        await self.inspect()
        return started

    async def close(self) -> None:
        """End whatever still runs."""
        for process in self.processes:
            process.sender.die()
            process.task.cancel()
        await asyncio.gather(*(process.task for process in self.processes), return_exceptions=True)

    # People

    async def join(self, people: int) -> None:
        """Let new people join."""
        for _ in range(people):
            self.chats.append(CHAT + len(self.chats))
            await self.rejoin(self.chats[-1])

    async def rejoin(self, chat_id: int) -> None:
        """Opt in, again maybe; who had blocked the bot unblocks it first."""
        self.blockers.discard(chat_id)
        self.telegram.refused_by.pop(chat_id, None)
        async with self.store.transaction() as tx:
            joined = await subscriptions.join(tx, chat_id, wording=WORDING, now=self.now())
        self._chat_of[joined.id] = chat_id
        self._silent.pop(chat_id, None)

    async def leave(self, chat_id: int) -> None:
        """Opt out."""
        async with self.store.transaction() as tx:
            await subscriptions.leave(tx, chat_id, wording=WORDING, now=self.now())
            await self._falls_silent(tx, chat_id)

    async def erase(self, chat_id: int) -> None:
        """Have everything erased."""
        async with self.store.transaction() as tx:
            on_the_way = await self._in_flight_to(tx, chat_id)
            await privacy.erase(tx, chat_id)
            self._silence(chat_id, None, on_the_way)

    async def pause(self, chat_id: int) -> None:
        """Pause, where they are active."""
        async with self.store.transaction() as tx:
            await subscriptions.pause(tx, chat_id)
            await self._falls_silent(tx, chat_id)

    async def resume(self, chat_id: int) -> None:
        """End a pause."""
        async with self.store.transaction() as tx:
            person = await subscriptions.resume(tx, chat_id)
        if person is not None and person.state is SubscriberState.ACTIVE:
            self._silent.pop(chat_id, None)

    async def block(self, chat_id: int) -> None:
        """Block the bot in Telegram, which tells the bot."""
        self.blockers.add(chat_id)
        async with self.store.transaction() as tx:
            await subscriptions.blocked(tx, chat_id)
            await self._falls_silent(tx, chat_id)

    async def block_unheard(self, chat_id: int) -> None:
        """Block the bot in Telegram; the bot finds out by itself."""
        self.blockers.add(chat_id)

    # Organizers

    async def queue(self, *, canary: int | None = None, approved: bool = True) -> int:
        """Write an alert and queue its broadcast. Returns the broadcast's id."""
        async with self.store.transaction() as tx:
            alert = await tx.alerts.add(draft(), now=self.now())
            if approved:
                await self._approve(tx, alert.id)
            return await tx.broadcasts.add(
                alert_id=alert.id, organizer_id=None, now=self.now(), canary=canary
            )

    async def edit(self, broadcast_id: int) -> None:
        """Change an alert's words behind everybody's back."""
        async with self.store.transaction() as tx:
            broadcast = await tx.broadcasts.get(broadcast_id)
            alert = await tx.alerts.get(broadcast.alert_id)
            words = Translation(locale="en", title="Other", text="Edited.")
            edited = replace(alert, translations={"en": words})
            await tx.alerts.revise(edited, editor_id=None, now=self.now())

    async def approve(self, broadcast_id: int) -> None:
        """Approve the broadcast's alert as it stands."""
        async with self.store.transaction() as tx:
            await self._approve(tx, (await tx.broadcasts.get(broadcast_id)).alert_id)

    async def _approve(self, tx: Transaction, alert_id: int) -> None:
        alert = await tx.alerts.get(alert_id)
        plan = await approve(tx, alert, now=self.now())
        self._approved.add(f"{alert_id} {plan.sha256}")

    async def start_now(self, broadcast_id: int) -> None:
        """Start a queued broadcast without waiting for its time."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await broadcasts.start_now(tx, broadcast_id, actor=OWNER, now=self.now())

    async def hold(self, broadcast_id: int) -> None:
        """Pause the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                held = await broadcasts.pause(tx, broadcast_id, actor=OWNER, now=self.now())
                if held.broadcast.status not in RUNNABLE:
                    self._held.setdefault(broadcast_id, await self._in_flight_of(tx, broadcast_id))

    async def go_on(self, broadcast_id: int) -> None:
        """Resume the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await broadcasts.resume(tx, broadcast_id, actor=OWNER, now=self.now())
                self._held.pop(broadcast_id, None)

    async def cancel(self, broadcast_id: int) -> None:
        """Cancel the broadcast."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                await broadcasts.cancel(tx, broadcast_id, actor=OWNER, now=self.now())
                self._held[broadcast_id] = await self._in_flight_of(tx, broadcast_id)

    async def resend(self, broadcast_id: int) -> int | None:
        """Send again to those of whom nothing is known. Returns the new broadcast's id, if there is one."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                return (await follow_ups.resend_unknown(tx, broadcast_id, actor=NOBODY, now=self.now())).id
        return None

    async def recall(self, broadcast_id: int) -> int | None:
        """Delete what was sent. Returns the new broadcast's id, if there is one."""
        with contextlib.suppress(CampaignError):
            async with self.store.transaction() as tx:
                recall = await follow_ups.recall(tx, broadcast_id, actor=NOBODY, now=self.now())
                self._held.setdefault(broadcast_id, await self._in_flight_of(tx, broadcast_id))
                return recall.id
        return None

    async def settle(self, *, within: float = 400.0) -> None:
        """Let it come to its end with one process, whatever it takes; then look at everything once more."""
        self.script.clear()
        self.token_refused = False
        if not self.processes:
            self.start()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while open_ones := await self._unended():
            if loop.time() > deadline:
                self.telegram.violated("I3", f"no end in sight: {open_ones}")
                break
            for broadcast_id, status, _ in open_ones:
                if status is BroadcastStatus.QUEUED:
                    # Its time is one of the clock, which was set back.
                    await self.start_now(broadcast_id)
                elif status not in RUNNABLE | ENDED:
                    await self.approve(broadcast_id)
                    await self.go_on(broadcast_id)
            await asyncio.sleep(1.0)
            await self.inspect()
        await self.inspect()

    async def _unended(self) -> list[tuple[int, BroadcastStatus, bool]]:
        async with self.store.reading() as tx:
            found = [
                (one.id, one.status, await tx.deliveries.has_open(one.id))
                for one in await tx.broadcasts.all()
            ]
        return [one for one in found if one[1] not in ENDED or one[2]]
