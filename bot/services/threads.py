"""Asking a person of the campaign: passing a question on, writing back, closing. Everybody's own, on the list or not.

Who asks is known by a ref, and is made no subscriber by it. What organizers do with a thread: `bot.services.answering`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.organizer import Organizer, Right
from bot.domain.thread import KEPT, Thread, ThreadMissing, are_offered, begin, label_of
from bot.errors import CampaignError
from bot.services.team import Contact
from bot.store.store import Transaction

TELLING = "telling of threads"
"""The job under which it is noted when the team was last told that somebody waits."""

TOLD_EVERY = timedelta(hours=2)
"""From the hour in which the team was told to the next in which it may be: never twice within an hour, and no row says
when somebody asked to the second."""


class ThreadsOff(CampaignError):
    """The campaign takes no questions here for now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PassedOn:
    """What was passed on, and who hears of it: whoever has the thread in hand, or else, from time to time, `team`."""

    thread: Thread
    text: str
    holder: Contact | None = None
    team: Sequence[Contact] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """A thread that is closed and erased; `holder`: who had it in hand."""

    label: str
    holder: Contact | None = None


async def is_offered(tx: Transaction, chat_id: int) -> bool:
    """Whether somebody may ask a person now, who is not they themselves."""
    asker = await tx.organizers.find(chat_id)
    answerers = [
        each
        for each in await tx.organizers.all()
        if each.may(Right.ANSWER) and (asker is None or each.id != asker.id)
    ]
    return are_offered(is_on=await tx.threads.is_on(), answerers=len(answerers))


async def find(tx: Transaction, chat_id: int) -> Thread | None:
    """Return the open thread of a chat."""
    thread = await tx.threads.of(chat_id)
    return thread if thread is not None and thread.is_open else None


async def is_askable(tx: Transaction, chat_id: int) -> bool:
    """Whether somebody may pass something on: into their open thread always."""
    return await is_offered(tx, chat_id) or await find(tx, chat_id) is not None


async def require_askable(tx: Transaction, chat_id: int) -> None:
    """Look whether somebody may pass something on.

    Raises ThreadsOff.
    """
    if not await is_askable(tx, chat_id):
        raise ThreadsOff


async def pass_on(tx: Transaction, chat_id: int, text: str, *, locale: str, now: datetime) -> PassedOn:
    """Pass a question on, in a new thread, or in the one that is open; the same twice in a row is one.

    Raises ThreadsOff, MessageInvalid, TooManyMessages.
    """
    thread = await tx.threads.of(chat_id)
    if thread is not None and thread.repeats(text.strip()):
        return PassedOn(thread=thread, text=text)
    if thread is not None and thread.is_open:
        return await _asked(tx, chat_id, thread, text, locale=locale, now=now)
    if not await is_offered(tx, chat_id):
        raise ThreadsOff
    begun = begin(await tx.threads.draw_id(), locale=locale, now=now, before=thread)
    asked = begun.ask(text, locale=locale, now=now)
    await tx.threads.put(chat_id, asked)
    return await _heard(tx, chat_id, asked, now=now)


async def write_back(
    tx: Transaction, chat_id: int, thread_id: int, text: str, *, locale: str, now: datetime
) -> PassedOn:
    """Pass more on in a thread.

    Raises ThreadMissing, MessageInvalid, TooManyMessages.
    """
    return await _asked(tx, chat_id, await require(tx, chat_id, thread_id), text, locale=locale, now=now)


async def require(tx: Transaction, chat_id: int, thread_id: int) -> Thread:
    """Return the open thread of this chat and id.

    Raises ThreadMissing.
    """
    thread = await find(tx, chat_id)
    if thread is None or thread.id != thread_id:
        raise ThreadMissing
    return thread


async def close(tx: Transaction, chat_id: int, *, now: datetime) -> Ended | None:
    """Close and erase the thread of a chat. Returns None where there is none.

    Only how many messages they passed on today is kept, until the day is over.
    """
    thread = await find(tx, chat_id)
    if thread is None:
        return None
    await tx.threads.save(thread.close())
    return Ended(label=label_of(thread.id), holder=await _holder(tx, thread, now=now))


async def forget(tx: Transaction, *, now: datetime) -> int:
    """Erase what was silent for a week, and what is left of closed threads once their day is over."""
    return await tx.threads.forget(before=now - KEPT, today=now.date())


async def _asked(
    tx: Transaction, chat_id: int, thread: Thread, text: str, *, locale: str, now: datetime
) -> PassedOn:
    asked = thread.ask(text, locale=locale, now=now)
    await tx.threads.save(asked)
    return await _heard(tx, chat_id, asked, now=now)


async def _heard(tx: Transaction, chat_id: int, thread: Thread, *, now: datetime) -> PassedOn:
    """Find out who is told: nobody of themselves, and the whole team at most once an hour."""
    text = thread.said[-1].text
    holder = await _holder(tx, thread, now=now)
    if holder is not None:
        return PassedOn(thread=thread, text=text, holder=holder)
    others = [each for each in await _answerers(tx) if each[1] != chat_id]
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not others or not await tx.jobs.claim(TELLING, now=hour, every=TOLD_EVERY):
        return PassedOn(thread=thread, text=text)
    return PassedOn(thread=thread, text=text, team=[await _contact(tx, *each) for each in others])


async def _holder(tx: Transaction, thread: Thread, *, now: datetime) -> Contact | None:
    holder = thread.holder(now)
    found = [each for each in await _answerers(tx) if each[0].id == holder]
    return await _contact(tx, *found[0]) if found else None


async def _answerers(tx: Transaction) -> list[tuple[Organizer, int]]:
    """Return everybody who may answer, with their chats."""
    return [each for each in await tx.organizers.readable() if each[0].may(Right.ANSWER)]


async def _contact(tx: Transaction, organizer: Organizer, chat_id: int) -> Contact:
    return Contact(organizer=organizer, chat_id=chat_id, locale=await tx.languages.chosen(chat_id))
