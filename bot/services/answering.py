"""What organizers do with threads: the queue, taking one, answering, handing it back, closing; and the switch.

Nobody who answers learns whom: a thread goes by a random name, and only `Reached` says, to the handler that writes to
them, in which chat.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Event
from bot.domain.organizer import Organizer, Right
from bot.domain.thread import Thread, ThreadNotTaken
from bot.errors import CampaignError
from bot.services import audit
from bot.services.team import authorize
from bot.store.store import Transaction
from bot.store.threads import Waiting

PAGE = 6
"""Threads on one page of the queue."""


class ThreadGone(CampaignError):
    """This thread is over and erased: whoever asked has closed it, or a week went by. Nothing was passed on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """One page of the open threads. `members`: the team by number; `is_on`: whether people may ask."""

    threads: Sequence[Waiting]
    page: int
    open: int
    waiting: int
    is_on: bool
    members: dict[int, Organizer]
    now: datetime

    @property
    def has_more(self) -> bool:
        """Whether there is a page after this one."""
        return self.open > (self.page + 1) * PAGE


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A thread as one organizer may see it: without its words, unless it is in their hands."""

    thread: Thread
    holder: Organizer | None
    is_theirs: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A thread, with the chat of whose it is, in which they are written to."""

    thread: Thread
    chat_id: int


async def queue(tx: Transaction, *, page: int, actor: Organizer, now: datetime) -> Queue:
    """Return a page of the open threads, those that wait longest in front.

    Raises MayNotAnswer.
    """
    authorize(actor, Right.ANSWER)
    open_ones, waiting = await tx.threads.count()
    page = min(page, max(0, open_ones - 1) // PAGE)
    return Queue(
        threads=await tx.threads.queue(skipped=page * PAGE, limit=PAGE),
        page=page,
        open=open_ones,
        waiting=waiting,
        is_on=await tx.threads.is_on(),
        members={each.id: each for each in await tx.organizers.all()},
        now=now,
    )


async def look(tx: Transaction, thread_id: int, *, actor: Organizer, now: datetime) -> Looked:
    """Look at a thread; it stays in the hands of who has it.

    Raises MayNotAnswer, ThreadGone.
    """
    authorize(actor, Right.ANSWER)
    thread = await _require(tx, thread_id)
    holder = await _holder(tx, thread, now=now)
    if holder is None or holder.id != actor.id:
        return Looked(thread=_unread(thread), holder=holder, is_theirs=False)
    taken = thread.take(actor.id, now=now)
    await tx.threads.save(taken)
    return Looked(thread=taken, holder=holder, is_theirs=True)


async def take(tx: Transaction, thread_id: int, *, actor: Organizer, now: datetime) -> Thread:
    """Take a thread in hand, to read and answer it.

    Raises MayNotAnswer, ThreadGone, ThreadTaken.
    """
    authorize(actor, Right.ANSWER)
    thread = await _require(tx, thread_id)
    if await _holder(tx, thread, now=now) is None:
        thread = thread.hand_back()
    taken = thread.take(actor.id, now=now)
    await tx.threads.save(taken)
    return taken


async def require_taken(tx: Transaction, thread_id: int, *, actor: Organizer, now: datetime) -> Thread:
    """Return a thread that this organizer has in hand, from now on for an hour.

    Raises MayNotAnswer, ThreadGone, ThreadTaken where a colleague has it, ThreadNotTaken where nobody has.
    """
    authorize(actor, Right.ANSWER)
    thread = await _require(tx, thread_id)
    if thread.taken_by != actor.id and await _holder(tx, thread, now=now) is None:
        raise ThreadNotTaken
    # An hour may be over; who took it since nobody else did has it still.
    taken = thread.take(actor.id, now=now)
    await tx.threads.save(taken)
    return taken


async def hand_back(tx: Transaction, thread_id: int, *, actor: Organizer, now: datetime) -> Thread:
    """Let anybody take a thread.

    Raises MayNotAnswer, ThreadGone, ThreadTaken, ThreadNotTaken.
    """
    thread = (await require_taken(tx, thread_id, actor=actor, now=now)).hand_back()
    await tx.threads.save(thread)
    return _unread(thread)


async def answer(tx: Transaction, thread_id: int, text: str, *, actor: Organizer, now: datetime) -> Reached:
    """Answer in a thread. The words are to be sent into the chat that is returned.

    Raises MayNotAnswer, ThreadGone, ThreadTaken, ThreadNotTaken, MessageInvalid.
    """
    thread = await require_taken(tx, thread_id, actor=actor, now=now)
    answered = thread.answer(text, by=actor.id, now=now)
    await tx.threads.save(answered)
    audit.record(tx, Event.THREAD_ANSWERED, actor=actor, now=now)
    return await _reached(tx, answered)


async def close(tx: Transaction, thread_id: int, *, actor: Organizer, now: datetime) -> Reached:
    """Close and erase a thread. Whose it was is to be told, in the chat that is returned.

    Raises MayNotAnswer, ThreadGone, ThreadTaken, ThreadNotTaken.
    """
    thread = await require_taken(tx, thread_id, actor=actor, now=now)
    reached = await _reached(tx, thread.close())
    await tx.threads.save(reached.thread)
    audit.record(tx, Event.THREAD_CLOSED, actor=actor, now=now)
    return reached


async def switch(tx: Transaction, *, on: bool, actor: Organizer, now: datetime) -> None:
    """Let people ask a person, or let nobody begin to; open threads are answered all the same.

    Raises MayNotManage.
    """
    authorize(actor, Right.TEAM)
    if await tx.threads.is_on() is not on:
        await tx.threads.switch(on=on)
        audit.record(tx, Event.THREADS_ON if on else Event.THREADS_OFF, actor=actor, now=now)


async def _require(tx: Transaction, thread_id: int) -> Thread:
    thread = await tx.threads.get(thread_id)
    if thread is None:
        raise ThreadGone
    return thread


async def _reached(tx: Transaction, thread: Thread) -> Reached:
    chat_id = await tx.threads.chat_id(thread.id)
    if chat_id is None:
        raise ThreadGone
    return Reached(thread=thread, chat_id=chat_id)


async def _holder(tx: Transaction, thread: Thread, *, now: datetime) -> Organizer | None:
    """Return who has a thread in hand, if they are on the team still and may answer."""
    number = thread.holder(now)
    found = None if number is None else await tx.organizers.get(number)
    return found if found is not None and found.may(Right.ANSWER) else None


def _unread(thread: Thread) -> Thread:
    """Return the thread without what was said in it, and how much that was."""
    return Thread(
        id=thread.id,
        locale=thread.locale,
        touched_at=thread.touched_at,
        day=thread.day,
        waits_since=thread.waits_since,
        taken_by=thread.taken_by,
        taken_at=thread.taken_at,
    )
