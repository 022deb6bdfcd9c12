"""Every screen about threads, of both sides; `test_screens` looks at each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.organizer import Organizer, Role
from bot.domain.thread import (
    ANSWER_LENGTH,
    QUESTION_LENGTH,
    MessageInvalid,
    Said,
    Side,
    Thread,
    ThreadMissing,
    ThreadNotTaken,
    ThreadTaken,
    TooManyMessages,
    begin,
)
from bot.i18n.localizer import Localizer
from bot.services.answering import PAGE, Looked, Queue, ThreadGone
from bot.services.team import NAME_LENGTH, MayNotAnswer
from bot.services.threads import ThreadsOff
from bot.store.threads import LAST_ID, Waiting
from bot.wording import answering, threads
from bot.wording.errors import apology
from bot.wording.screen import Screen, screen
from tests.making import NOW, OWNER

ED = Organizer(id=2, role=Role.EDITOR, since=NOW.date(), name="M" * NAME_LENGTH)

SHORT = begin(LAST_ID, locale="pt_BR", now=NOW).ask("What now?", locale="pt_BR", now=NOW)
LONG = replace(
    SHORT,
    waits_since=None,
    said=tuple(
        Said(by=by, text="😀" * length)
        for by, length in ((Side.PERSON, QUESTION_LENGTH), (Side.CAMPAIGN, ANSWER_LENGTH)) * 3
    ),
)
"""Everything at its longest."""


def thread_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every one of them."""
    yield from _of_who_asks(localizer)
    yield from _of_organizers(localizer)
    yield from _sentences(localizer)


def _of_who_asks(localizer: Localizer) -> Iterator[Screen]:
    for words in ("What now?", "😀" * QUESTION_LENGTH):
        yield threads.pass_on_card(localizer, words)
    yield threads.ask_question(localizer)
    yield threads.kept_back(localizer)
    yield threads.writing(localizer)
    yield threads.only_text(localizer)
    yield threads.closed_by_you(localizer)
    yield threads.closed_by_campaign(localizer)
    yield threads.done(localizer, None)
    for thread in (SHORT, LONG):
        yield threads.passed_on(localizer, thread)
        yield threads.own_thread(localizer, thread)
        yield threads.answered(localizer, thread)
        yield threads.written(localizer, thread)
        yield threads.done(localizer, thread)


def _of_organizers(localizer: Localizer) -> Iterator[Screen]:
    for actor in (OWNER, ED):
        for is_on in (True, False):
            yield answering.queue_screen(localizer, _queue(is_on=is_on), actor=actor)
    yield answering.queue_screen(
        localizer, replace(_queue(is_on=True), threads=(), open=0, waiting=0, page=0), actor=ED
    )
    for thread in (SHORT, LONG):
        yield answering.thread_screen(localizer, Looked(thread=thread, holder=ED, is_theirs=True))
        yield answering.ask_answer(localizer, thread)
        yield answering.answer_passed_on(localizer, thread)
        yield answering.handed_back(localizer, thread)
        yield answering.thread_closed(localizer, thread)
        yield answering.wrote_more(localizer, thread, thread.said[0].text)
    for holder in (None, ED):
        yield answering.thread_screen(
            localizer, Looked(thread=_unread(SHORT), holder=holder, is_theirs=False)
        )
    yield answering.answer_refused(localizer)
    yield answering.closed_by_them(localizer, SHORT.label)
    yield answering.somebody_waits(localizer)


def _queue(*, is_on: bool) -> Queue:
    ages = [None, *(timedelta(hours=hours) for hours in (0, 1, 47, 48, 7 * 24))]
    listed = [
        Waiting(
            id=LAST_ID - number,
            locale="pt_BR",
            waits_since=None if age is None else NOW - age,
            taken_by=ED.id if number % 2 else None,
            taken_at=NOW if number % 2 else None,
        )
        for number, age in enumerate(ages)
    ]
    return Queue(
        threads=listed, page=1, open=4 * PAGE, waiting=1204, is_on=is_on, members={ED.id: ED}, now=NOW
    )


def _unread(thread: Thread) -> Thread:
    return replace(thread, said=())


def _sentences(localizer: Localizer) -> Iterator[Screen]:
    for error in (
        ThreadMissing(),
        ThreadGone(),
        ThreadTaken(2),
        ThreadNotTaken(),
        MessageInvalid(QUESTION_LENGTH),
        TooManyMessages(),
        ThreadsOff(),
        MayNotAnswer(),
    ):
        yield screen(apology(error, localizer))
