"""Asking a person, and answering: who may, who hears of it, and what is left when somebody goes."""

import asyncio
from datetime import timedelta

import pytest

from bot.content import Wording
from bot.domain.organizer import Organizer, Role
from bot.domain.thread import (
    LEASE,
    MESSAGES_A_DAY,
    ThreadMissing,
    ThreadNotTaken,
    ThreadTaken,
    TooManyMessages,
)
from bot.services import answering, membership, subscriptions, threads
from bot.services.answering import PAGE, ThreadGone
from bot.services.privacy import erase, held
from bot.services.threads import TOLD_EVERY, PassedOn, ThreadsOff
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW
from tests.services.conftest import Appoint

LEFT = Wording(locale="en", version="1", text="Yes?", sha256="a" * 64)


async def ask(tx: Transaction, number: int = 0, text: str = "What now?", *, hours: float = 0) -> PassedOn:
    """Let somebody pass something on."""
    now = NOW + timedelta(hours=hours)
    return await threads.pass_on(tx, CHAT + number, text, locale="ar", now=now)


async def team_of_two(tx: Transaction, appoint: Appoint) -> tuple[Organizer, Organizer]:
    """Have an owner and an editor."""
    return await appoint(tx, Role.OWNER), await appoint(tx, Role.EDITOR)


async def test_who_hears_of_it(store: Store, appoint: Appoint) -> None:
    """Everybody who may answer is told, and nobody within an hour again; who has it in hand hears each word."""
    async with store.transaction() as tx:
        _, editor = await team_of_two(tx, appoint)
        await appoint(tx, Role.APPROVER)
        first = await ask(tx)
        assert [each.organizer.role for each in first.team] == [Role.OWNER, Role.EDITOR]
        told = [bool((await ask(tx, 1, f"Question {n}", hours=n / 10)).team) for n in range(1, 12)]
        assert told == [False] * 11
        assert (await ask(tx, 2, hours=TOLD_EVERY.total_seconds() / 3600)).team
        await answering.take(tx, first.thread.id, actor=editor, now=NOW)
        more = await ask(tx, 0, "And?")
        assert more.holder is not None
        assert (more.holder.organizer.id, more.text, more.team) == (editor.id, "And?", ())
        later = await ask(tx, 0, "Still there?", hours=LEASE.total_seconds() / 3600)
        assert later.holder is None


async def test_nobody_asks_themselves(store: Store, appoint: Appoint) -> None:
    """An organizer may ask where a colleague may answer, and is not told of their own question."""
    async with store.transaction() as tx:
        owner = await appoint(tx, Role.OWNER)
        chat_id = await tx.organizers.chat_id(owner.id)
        assert chat_id is not None
        assert not await threads.is_askable(tx, chat_id)
        editor = await appoint(tx, Role.EDITOR)
        passed = await threads.pass_on(tx, chat_id, "What now?", locale="en", now=NOW)
        assert [each.organizer.id for each in passed.team] == [editor.id]


async def test_one_open_thread_each(store: Store, appoint: Appoint) -> None:
    """What is passed on goes into the thread that is open; the same twice is once; a new one has another name."""
    async with store.transaction() as tx:
        await team_of_two(tx, appoint)
        first = await ask(tx)
        assert (await ask(tx)).thread.sent == 1
        assert (await ask(tx, 0, "And?")).thread.id == first.thread.id
        assert await tx.threads.count() == (1, 1)
        ended = await threads.close(tx, CHAT, now=NOW)
        assert ended is not None
        assert ended.label == first.thread.label
        assert await threads.close(tx, CHAT, now=NOW) is None
        anew = await ask(tx)
        assert anew.thread.id != first.thread.id
        assert anew.thread.sent == 3
        with pytest.raises(ThreadMissing):
            await threads.write_back(tx, CHAT, first.thread.id, "And?", locale="ar", now=NOW)


async def test_so_many_a_day(store: Store, appoint: Appoint) -> None:
    """No opening and closing lets more be passed on in a day."""
    async with store.transaction() as tx:
        await team_of_two(tx, appoint)
        for number in range(MESSAGES_A_DAY):
            await ask(tx, 0, f"Question {number}")
            await threads.close(tx, CHAT, now=NOW)
        with pytest.raises(TooManyMessages):
            await ask(tx, 0, "One more")
        assert await tx.threads.count() == (0, 0)
        assert (await ask(tx, 0, "Tomorrow", hours=24)).thread.sent == 1


async def test_switched_off(store: Store, appoint: Appoint) -> None:
    """Nobody begins to ask; who has asked may go on, and is answered."""
    async with store.transaction() as tx:
        owner, editor = await team_of_two(tx, appoint)
        passed = await ask(tx)
        await answering.switch(tx, on=False, actor=owner, now=NOW)
        with pytest.raises(ThreadsOff):
            await ask(tx, 1)
        assert [await threads.is_askable(tx, CHAT + n) for n in (0, 1)] == [True, False]
        await answering.take(tx, passed.thread.id, actor=editor, now=NOW)
        reached = await answering.answer(tx, passed.thread.id, "This.", actor=editor, now=NOW)
        assert reached.chat_id == CHAT
        assert (await ask(tx, 0, "Thanks")).thread.sent == 2


async def test_words_are_for_who_has_it_in_hand(store: Store, appoint: Appoint) -> None:
    """Others see that it waits, in which language, and who has it; of what was said not even how much."""
    async with store.transaction() as tx:
        owner, editor = await team_of_two(tx, appoint)
        thread_id = (await ask(tx)).thread.id
        before = await answering.look(tx, thread_id, actor=editor, now=NOW)
        assert (before.thread.said, before.thread.sent, before.holder) == ((), 0, None)
        with pytest.raises(ThreadNotTaken):
            await answering.answer(tx, thread_id, "This.", actor=editor, now=NOW)
        await answering.take(tx, thread_id, actor=editor, now=NOW)
        other = await answering.look(tx, thread_id, actor=owner, now=NOW)
        assert (other.thread.said, other.holder) == ((), editor)
        with pytest.raises(ThreadTaken):
            await answering.close(tx, thread_id, actor=owner, now=NOW)
        own = await answering.look(tx, thread_id, actor=editor, now=NOW)
        assert [each.text for each in own.thread.said] == ["What now?"]
        handed = await answering.hand_back(tx, thread_id, actor=editor, now=NOW)
        assert handed.said == ()
        await answering.take(tx, thread_id, actor=owner, now=NOW)


async def test_taken_by_two_at_once(store: Store, appoint: Appoint) -> None:
    """Of two transactions that take it at the same time one has it, and the other hears who."""
    async with store.transaction() as tx:
        pair = await team_of_two(tx, appoint)
        thread_id = (await ask(tx)).thread.id

    async def take(actor: Organizer) -> int | None:
        try:
            async with store.transaction() as tx:
                await answering.take(tx, thread_id, actor=actor, now=NOW)
        except ThreadTaken as error:
            return error.by
        return None

    refused = await asyncio.gather(*(take(each) for each in pair))
    async with store.reading() as tx:
        thread = await tx.threads.get(thread_id)
    assert thread is not None
    assert {*refused} == {None, thread.taken_by}
    assert thread.taken_by != pair[[*refused].index(thread.taken_by)].id


async def test_closed_while_it_is_answered(store: Store, appoint: Appoint) -> None:
    """Whichever is first: an answer is passed on before the close, or not at all, and no word is left."""
    for number in range(4):
        async with store.transaction() as tx:
            _, editor = await team_of_two(tx, appoint)
            thread_id = (await ask(tx, number)).thread.id
            await answering.take(tx, thread_id, actor=editor, now=NOW)

        async def answer(actor: Organizer = editor, thread_id: int = thread_id) -> bool:
            try:
                async with store.transaction() as tx:
                    await answering.answer(tx, thread_id, "This.", actor=actor, now=NOW)
            except ThreadGone:
                return False
            return True

        async def leave(chat_id: int = CHAT + number) -> None:
            async with store.transaction() as tx:
                await threads.close(tx, chat_id, now=NOW)

        await asyncio.gather(*((answer(), leave()) if number % 2 else (leave(), answer())))
        async with store.reading() as tx:
            closed = await tx.threads.of(CHAT + number)
        assert closed is not None
        assert (closed.is_open, closed.said) == (False, ())


async def test_an_hour_later(store: Store, appoint: Appoint) -> None:
    """After an hour without a move anybody may take it; if nobody did, who had it answers still."""
    async with store.transaction() as tx:
        owner, editor = await team_of_two(tx, appoint)
        thread_id = (await ask(tx)).thread.id
        await answering.take(tx, thread_id, actor=editor, now=NOW)
        later = NOW + LEASE
        await answering.answer(tx, thread_id, "This.", actor=editor, now=later)
        with pytest.raises(ThreadTaken):
            await answering.take(tx, thread_id, actor=owner, now=later)
        await answering.take(tx, thread_id, actor=owner, now=later + LEASE)
        with pytest.raises(ThreadTaken):
            await answering.answer(tx, thread_id, "This.", actor=editor, now=later + LEASE)


@pytest.mark.parametrize("role", [None, Role.APPROVER])
async def test_who_may_answer_no_more(store: Store, appoint: Appoint, role: Role | None) -> None:
    """With the right goes what is in hand: a colleague takes it at once."""
    async with store.transaction() as tx:
        owner, editor = await team_of_two(tx, appoint)
        thread_id = (await ask(tx)).thread.id
        await answering.take(tx, thread_id, actor=editor, now=NOW)
        if role is None:
            await membership.remove(tx, editor.id, actor=owner, now=NOW)
        else:
            await membership.change_role(tx, editor.id, role, actor=owner, now=NOW)
        thread = await tx.threads.get(thread_id)
        assert thread is not None
        assert thread.taken_by is None
        await answering.take(tx, thread_id, actor=owner, now=NOW)


async def test_leaving_blocking_erasing(store: Store, appoint: Appoint) -> None:
    """Each closes it, and tells who had it in hand; only erasing takes the day's number along."""
    async with store.transaction() as tx:
        _, editor = await team_of_two(tx, appoint)
        for number in range(3):
            thread_id = (await ask(tx, number)).thread.id
            await answering.take(tx, thread_id, actor=editor, now=NOW)
        receipt = await subscriptions.leave(tx, CHAT, wording=LEFT, now=NOW)
        assert receipt.was is None
        assert receipt.thread is not None
        assert receipt.thread.holder is not None
        assert receipt.thread.holder.organizer.id == editor.id
        await subscriptions.blocked(tx, CHAT + 1, now=NOW)
        kept = (await held(tx, CHAT + 2)).thread
        assert kept is not None
        assert [each.text for each in kept.said] == ["What now?"]
        assert (await erase(tx, CHAT + 2, now=NOW)).was_kept
        left = [await tx.threads.of(CHAT + number) for number in range(3)]
        assert [None if each is None else (each.is_open, each.said) for each in left] == [
            (False, ()),
            (False, ()),
            None,
        ]
        with pytest.raises(ThreadGone):
            await answering.answer(tx, thread_id, "This.", actor=editor, now=NOW)


async def test_the_queue_is_paged(store: Store, appoint: Appoint) -> None:
    """Who waits longest is on the first page; a page that is not there any more is the last one."""
    async with store.transaction() as tx:
        _, editor = await team_of_two(tx, appoint)
        for number in range(PAGE + 2):
            await ask(tx, number, hours=-number)
        first = await answering.queue(tx, page=0, actor=editor, now=NOW)
        last = await answering.queue(tx, page=9, actor=editor, now=NOW)
        assert (len(first.threads), first.has_more) == (PAGE, True)
        assert (last.page, len(last.threads), last.has_more) == (1, 2, False)
        assert (first.open, first.waiting) == (PAGE + 2, PAGE + 2)
        ages = [each.waits_since for each in (*first.threads, *last.threads)]
        assert ages == sorted(ages, key=str)
