"""Threads as organizers see them: the queue, one thread, what they are told."""

from bot.domain.bidi import isolate
from bot.domain.organizer import Organizer, Right
from bot.domain.rich_text import RichText, bold, joined, styled
from bot.domain.thread import ANSWER_LENGTH, LEASE, Side, Thread, holder, hours_waited, label_of
from bot.i18n.localizer import Localizer
from bot.services.answering import Looked, Queue
from bot.store.threads import Waiting
from bot.telegram_io.thread_buttons import (
    AnswerThread,
    CloseThread,
    HandBack,
    OpenThread,
    OpenThreads,
    Switched,
    SwitchThreads,
    TakeThread,
)
from bot.wording.screen import Control, Press, Screen, screen
from bot.wording.team import name_of
from bot.wording.threads import said_lines

HOURS_SHOWN = 48
"""Up to so many hours an age is said in hours, then in days."""

HOURS_A_DAY = 24


def queue_screen(localizer: Localizer, queue: Queue, *, actor: Organizer) -> Screen:
    """Show who waits, the longest in front; owners, the switch."""
    # Translators: title of the list of conversations with people who ask a person of the campaign something.
    parts: list[RichText | str] = [bold(localizer.gettext("Threads"))]
    parts.append(_how_many(localizer, queue))
    parts.append("\n".join(_line(localizer, each, queue) for each in queue.threads))
    if not queue.is_on:
        # Translators: in the list of conversations; an owner has switched it off that people ask a person.
        off = localizer.gettext("Switched off: nobody new can ask. Open threads can be answered.")
        parts.append(off)
    rows: list[list[Control]] = [[_thread_button(localizer, each, queue)] for each in queue.threads]
    rows.append(_turns(localizer, queue))
    if actor.may(Right.TEAM):
        rows.append([_switch(localizer, on=queue.is_on)])
    return screen(joined(parts), rows)


def _how_many(localizer: Localizer, queue: Queue) -> str:
    if not queue.open:
        # Translators: in the place of a list of conversations; nobody has asked anything.
        return localizer.gettext("Nobody is waiting for an answer.")
    # Translators: above a list of conversations; {n} people have asked something and have no answer yet.
    waiting = localizer.ngettext(
        "{n} thread is waiting for an answer.", "{n} threads are waiting for an answer.", queue.waiting
    )
    # Translators: above a list of conversations; {n} is the number of all that are open.
    everything = localizer.ngettext("{n} is open in all.", "{n} are open in all.", queue.open)
    return f"{waiting} {everything}"


def _line(localizer: Localizer, each: Waiting, queue: Queue) -> str:
    parts = [label_of(each.id), localizer.language_name(each.locale), _state(localizer, each, queue)]
    return localizer.directed(" · ".join(isolate(part) for part in parts))


def _state(localizer: Localizer, each: Waiting, queue: Queue) -> str:
    number = holder(each.taken_by, each.taken_at, now=queue.now)
    member = None if number is None else queue.members.get(number)
    age = _age(localizer, each, queue)
    if member is not None and member.may(Right.ANSWER):
        # Translators: in a list of conversations, after how long one waits: the organizer {name} has taken it.
        return localizer.gettext("{age}; {name} has it", age=age, name=name_of(localizer, member))
    return age


def _age(localizer: Localizer, each: Waiting, queue: Queue) -> str:
    if each.waits_since is None:
        # Translators: in a list of conversations: the last word is the campaign's.
        return localizer.gettext("answered")
    return age_words(localizer, hours_waited(each.waits_since, now=queue.now))


def age_words(localizer: Localizer, hours: int) -> str:
    """Return for how long a question waits."""
    if hours == 0:
        # Translators: how long a question waits for its answer.
        return localizer.gettext("under 1 hour")
    if hours < HOURS_SHOWN:
        # Translators: how long a question waits for its answer.
        return localizer.ngettext("{n} hour", "{n} hours", hours)
    # Translators: how long a question waits for its answer.
    return localizer.ngettext("{n} day", "{n} days", hours // HOURS_A_DAY)


def _thread_button(localizer: Localizer, each: Waiting, queue: Queue) -> Press:
    parts = [label_of(each.id), localizer.language_name(each.locale), _age(localizer, each, queue)]
    return Press(localizer.directed(" · ".join(isolate(part) for part in parts)), OpenThread(each.id))


def _turns(localizer: Localizer, queue: Queue) -> list[Control]:
    turns: list[Control] = []
    if queue.page:
        # Translators: button; the page before, in a list of conversations.
        turns.append(Press(localizer.gettext("Back"), OpenThreads(queue.page - 1)))
    if queue.has_more:
        # Translators: button; the next page of a list of conversations.
        turns.append(Press(localizer.gettext("More threads"), OpenThreads(queue.page + 1)))
    return turns


def _switch(localizer: Localizer, *, on: bool) -> Press:
    if on:
        # Translators: button, a switch; people may ask a person of the campaign. A tap ends that.
        return Press(localizer.gettext("Ask a person: on"), SwitchThreads(Switched.OFF))
    # Translators: button, a switch; people may not ask a person of the campaign. A tap lets them.
    return Press(localizer.gettext("Ask a person: off"), SwitchThreads(Switched.ON))


def thread_screen(localizer: Localizer, looked: Looked) -> Screen:
    """Show a thread: its words to who has it in hand, to others who that is."""
    thread = looked.thread
    parts: list[RichText | str] = [_head(localizer, thread)]
    if looked.is_theirs:
        parts += said_lines(thread.said, you=Side.CAMPAIGN, localizer=localizer)
        rows: list[list[Control]] = [
            [answer_button(localizer, thread), _close(localizer, thread)],
            # Translators: button; lets any other organizer take a conversation with somebody.
            [Press(localizer.gettext("Hand back"), HandBack(thread.id)), threads_button(localizer)],
        ]
        return screen(joined(parts), rows)
    if looked.holder is not None:
        name = name_of(localizer, looked.holder)
        # Translators: about a conversation with somebody; the organizer {name} reads and answers it.
        parts.append(localizer.gettext("{name} has it in hand.", name=name))
        return screen(joined(parts), [[threads_button(localizer)]])
    # Translators: about a conversation with somebody that no organizer reads yet; {n} is a number of minutes.
    parts.append(
        localizer.ngettext(
            "Take it to read and answer it. Nobody else can, until you have left it alone for {n} minute.",
            "Take it to read and answer it. Nobody else can, until you have left it alone for {n} minutes.",
            int(LEASE.total_seconds()) // 60,
        )
    )
    # Translators: button; an organizer takes on a conversation with somebody, to read and answer it.
    take = Press(localizer.gettext("Take it"), TakeThread(thread.id))
    return screen(joined(parts), [[take, threads_button(localizer)]])


def _head(localizer: Localizer, thread: Thread) -> RichText:
    # Translators: a conversation with somebody whom nobody can name; {label} tells it from others, such as 4F2A.
    name = bold(localizer.gettext("Thread {label}", label=thread.label))
    language = localizer.language_name(thread.locale)
    # Translators: about a conversation with somebody; {language} is the one they read, and may be answered in.
    return joined([name, localizer.gettext("They read: {language}", language=language)], "\n")


def answer_button(localizer: Localizer, thread: Thread) -> Press:
    """Return the button that asks for the answer."""
    # Translators: button; an organizer answers somebody who asked a person of the campaign.
    return Press(localizer.gettext("Answer"), AnswerThread(thread.id))


def threads_button(localizer: Localizer) -> Press:
    """Return the button to the list."""
    # Translators: button; opens the list of conversations with people who ask a person of the campaign.
    return Press(localizer.gettext("Threads"), OpenThreads())


def _close(localizer: Localizer, thread: Thread) -> Press:
    # Translators: button; ends and erases a conversation with somebody.
    return Press(localizer.gettext("Close and erase"), CloseThread(thread.id))


def ask_answer(localizer: Localizer, thread: Thread) -> Screen:
    """Ask for the answer."""
    text = joined(
        [
            # Translators: title; {label} names a conversation with somebody.
            bold(localizer.gettext("Answer thread {label}", label=thread.label)),
            # Translators: under the title above; {language} is the one that the person reads. {command} is /cancel.
            localizer.gettext(
                "Write the answer in one message, text only. They read {language}, and see “The campaign”, not you. "
                "To leave it for now: {command}",
                language=localizer.language_name(thread.locale),
                command="/cancel",
            ),
        ]
    )
    return screen(text, [])


def answer_refused(localizer: Localizer) -> Screen:
    """Say what an answer is."""
    # Translators: to an organizer who sent something else than the text that answers somebody; {n} characters.
    said = localizer.ngettext(
        "An answer is one text of at most {n} character. Nothing was passed on: send another, or {command}.",
        "An answer is one text of at most {n} characters. Nothing was passed on: send another, or {command}.",
        ANSWER_LENGTH,
        command="/cancel",
    )
    return screen(said, [])


def answer_passed_on(localizer: Localizer, thread: Thread) -> Screen:
    """Say that the answer is on its way."""
    # Translators: to an organizer who has answered somebody; {label} names the conversation.
    said = localizer.gettext("Passed on to thread {label}, as from the campaign.", label=thread.label)
    # Translators: button; opens a conversation with somebody once more.
    look = Press(localizer.gettext("Look at it"), OpenThread(thread.id))
    return screen(said, [[look, _close(localizer, thread)], [threads_button(localizer)]])


def handed_back(localizer: Localizer, thread: Thread) -> Screen:
    """Say that anybody may take it."""
    # Translators: to an organizer who does not want to answer a conversation; {label} names it.
    said = localizer.gettext("Handed back: any of you can take thread {label} now.", label=thread.label)
    return screen(said, [[threads_button(localizer)]])


def thread_closed(localizer: Localizer, thread: Thread) -> Screen:
    """Say that it is erased, to who closed it."""
    # Translators: to an organizer who has ended a conversation with somebody; {label} names it.
    said = localizer.gettext(
        "Thread {label} is closed and erased; the person who asked was told.", label=thread.label
    )
    return screen(said, [[threads_button(localizer)]])


def closed_by_them(localizer: Localizer, label: str) -> Screen:
    """Tell who had a thread in hand that whoever asked has closed it."""
    # Translators: to an organizer; who asked a person of the campaign has ended the conversation {label}.
    said = localizer.gettext("Thread {label} was closed by the person who asked, and is erased.", label=label)
    return screen(said, [[threads_button(localizer)]])


def somebody_waits(localizer: Localizer) -> Screen:
    """Tell the team that somebody asks, without their words."""
    # Translators: to organizers, at most once an hour: somebody has asked a person of the campaign something.
    said = localizer.gettext("Somebody has asked the campaign something, and is waiting for an answer.")
    return screen(said, [[threads_button(localizer)]])


def wrote_more(localizer: Localizer, thread: Thread, text: str) -> Screen:
    """Show who has a thread in hand what was just written in it."""
    words: list[RichText | str] = [_head(localizer, thread), styled(text, "blockquote")]
    return screen(joined(words), [[answer_button(localizer, thread), threads_button(localizer)]])
