"""Asking a person of the campaign: passed on after a yes, answered by one organizer at a time, erased without a trace."""

import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.jobs.scheduler import run_housekeeping
from bot.privacy.cipher import Cipher, Table
from bot.rehearsal.world.people import ChatMessage
from bot.services import team
from tests.making import KEY
from tests.worlds.in_process.organizing import supporters
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

QUESTION = {
    "en": "How many people work for the campaign in my town?",
    "ar": "كم شخصا يعمل في الحملة في مدينتي؟",
}
ANSWER = {"en": "There are three of us. Come and meet us.", "ar": "نحن ثلاثة. تعالوا للقائنا."}


async def passed_on(stage: Stage, ana: Phone, *, language: str = "en") -> None:
    """Let somebody ask what the bot cannot answer, and pass it on."""
    await ana.say(QUESTION[language])
    await ana.press("person")
    await ana.expects(QUESTION[language])
    await ana.press("person:yes")
    await ana.expects(stage.words(language).gettext("Passed on."))


async def taken(ed: Phone) -> ChatMessage:
    """Let an organizer take the thread that waits longest. Returns the card with its words."""
    await ed.say("/threads")
    await ed.press("thread:")
    await ed.expects("Take it to read and answer it.")
    await ed.tap("Take it")
    return await ed.expects("Thread ", "Who asks:")


async def answered(ed: Phone, answer: str) -> None:
    """Let the organizer who has it in hand answer."""
    await ed.press("thread:answer:")
    await ed.expects("Write the answer in one message")
    await ed.say(answer)
    await ed.expects("Passed on to thread ")


def rows(stage: Stage, columns: str = "*") -> list[tuple[Any, ...]]:
    """Return the rows of the threads, as a thief would read them."""
    with sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True) as thief:
        return thief.execute(f"SELECT {columns} FROM threads").fetchall()  # noqa: S608  # our schema


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_asked_and_answered(stage: Stage, language: str) -> None:
    """From a question without an answer to the answer of a person, and back, by buttons alone."""
    words = stage.words(language)
    ed = await stage.organizer("Ed", Role.EDITOR)
    [ana] = await supporters(stage, language)
    await ana.say(QUESTION[language])
    await ana.press("person")
    card = await ana.expects(
        words.gettext("Pass this on to a person?"),
        QUESTION[language],
        words.gettext(
            "Passed on are these words, and your language. Nothing says who you are: leave out names and numbers "
            "that would."
        ),
    )
    assert [each["callback_data"].split(":")[1] for each in card.buttons()] == ["yes", "no"]
    assert rows(stage) == []
    await ana.press("person:yes")
    await ana.expects(words.gettext("Passed on."))

    told = await ed.expects("Somebody asks the campaign something, and waits for an answer.")
    assert told.silent
    assert told.protected
    assert QUESTION[language] not in plain(told)
    await ed.tap("Threads")
    queue = await ed.expects("1 thread waits for an answer.", "under 1 hour")
    assert stage.words("en").language_name(language) in plain(queue)
    shown = await taken(ed)
    assert shown.protected
    assert QUESTION[language] in plain(shown)
    assert labels(shown) == ["Answer", "Close and erase", "Hand back", "Threads"]
    await answered(ed, ANSWER[language])

    answer = await ana.expects(words.gettext("The campaign answers"), ANSWER[language])
    assert answer.protected
    assert "Ed" not in plain(answer)
    await ana.press("person:write:")
    await ana.expects(
        words.gettext(
            "Write now. Each text you send goes to a person of the campaign until you tap Done, or for an hour."
        )
    )
    await ana.say("Thank you so much")
    receipt = await ana.expects(
        words.gettext("Passed on. The next text goes there, too, until you tap Done.")
    )
    assert receipt.protected
    more = await ed.expects("Thread ", "Thank you so much")
    assert more.protected
    await ana.press("person:done")
    await ana.expects(words.gettext("Done. What you write now stays with the bot."))
    await ana.say("Thank you")
    await stage.settled()
    assert not any("Thank you" in plain(each) for each in ed.since() if each is not more)

    await ed.press("thread:close:")
    await ed.expects("is closed and erased; who asked was told.")
    await ana.expects(words.gettext("The campaign has closed this conversation. It is erased."))
    [(sealed, sent)] = rows(stage, "words, sent")
    assert (sealed, sent) == (None, 2)
