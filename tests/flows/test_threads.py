"""Asking a person of the campaign: passed on after a yes, answered by one organizer at a time, erased in the end."""

import sqlite3
from typing import Any

import pytest

from bot.clock import system_clock
from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.rehearsal.world.people import ChatMessage
from tests.flows.test_actions import LANGUAGES
from tests.making import KEY
from tests.worlds.in_process.organizing import supporters
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

QUESTION = {
    "en": "How many people work for the campaign in my town?",
    "ar": "كم شخصا يعمل في الحملة في مدينتي؟",
    "tr": "Şehrimde kampanya için kaç kişi çalışıyor?",
}
ANSWER = {
    "en": "There are three of us. Come and meet us.",
    "ar": "نحن ثلاثة. تعالوا للقائنا.",
    "tr": "Üç kişiyiz. Gelin, tanışalım.",
}


async def passed_on(stage: Stage, ana: Phone, *, language: str = "en") -> None:
    """Let somebody ask what the bot cannot answer, and pass it on."""
    await ana.say(QUESTION[language])
    await ana.expects(stage.words(language).gettext("That is not in the statement."))
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


@LANGUAGES
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
            "What is passed on: these words, and your language. Nothing says who you are, so leave out names and "
            "numbers that would."
        ),
    )
    assert [each["callback_data"].split(":")[1] for each in card.buttons()] == ["yes", "no"]
    assert rows(stage) == []
    await ana.press("person:yes")
    await ana.expects(words.gettext("Passed on."))

    told = await ed.expects("Somebody has asked the campaign something, and is waiting for an answer.")
    assert told.silent
    assert told.protected
    assert QUESTION[language] not in plain(told)
    await ed.tap("Threads")
    queue = await ed.expects("1 thread is waiting for an answer.", "under 1 hour")
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
            "Write now. Each text you send goes to a person from the campaign until you tap Done, or for an hour."
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
    await ed.expects("is closed and erased; the person who asked was told.")
    await ana.expects(words.gettext("The campaign has closed this conversation. It is erased."))
    [(sealed, sent)] = rows(stage, "words, sent")
    assert (sealed, sent) == (None, 2)


async def test_who_is_on_no_list_may_ask(stage: Stage) -> None:
    """Nobody is made a subscriber by asking; the way is there without it, from /help, too."""
    await stage.organizer("Olga")
    bilal = stage.phone("Bilal")
    await bilal.say("/help")
    await bilal.tap("Ask a person")
    await bilal.expects("Write your question now, in one message.")
    await bilal.say("Is there a meeting in Leeds?")
    card = await bilal.expects("Pass this on to a person?", "Is there a meeting in Leeds?")
    assert rows(stage) == []
    await bilal.tap("No, pass nothing on")
    kept_back = await bilal.expects("Nothing was passed on.")
    assert kept_back.message_id == card.message_id
    assert rows(stage) == []
    await passed_on(stage, bilal)
    assert await stage.subscriber(bilal) is None
    await bilal.say("/help")
    await bilal.tap("Ask a person")
    shown = await bilal.expects("Your conversation with the campaign", "You:", QUESTION["en"])
    assert shown.protected
    await bilal.say("/privacy")
    await bilal.expects("Your conversation with the campaign: 1 message, encrypted.")


async def test_without_anybody_to_answer(stage: Stage) -> None:
    """Where nobody on the team may answer, nobody is offered to ask."""
    await stage.organizer("Vera", Role.VIEWER)
    ana = stage.phone("Ana")
    await ana.say(QUESTION["en"])
    assert "Ask a person" not in labels(await ana.expects("not in the statement"))
    ana.forge("person")
    await ana.expects("The campaign is not taking questions here for now.")


async def test_a_busy_campaign_switches_it_off(stage: Stage) -> None:
    """Owners switch it off: nobody new may ask, and open threads are answered all the same."""
    olga = await stage.organizer("Olga")
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana, bilal = stage.phone("Ana"), stage.phone("Bilal")
    await passed_on(stage, ana)
    await bilal.say(QUESTION["en"])
    await bilal.tap("Ask a person")
    await bilal.expects("Pass this on to a person?")
    await olga.say("/threads")
    await olga.tap("Ask a person: on")
    await olga.expects("Switched off: nobody new can ask.", "1 thread is waiting for an answer.")
    await bilal.tap("Yes, pass it on")
    await bilal.expects("The campaign is not taking questions here for now.")
    await bilal.say(QUESTION["en"])
    assert "Ask a person" not in labels(await bilal.expects("not in the statement"))
    assert len(rows(stage)) == 1
    await ed.say("/threads")
    assert "Ask a person: off" not in labels(await ed.expects("Switched off: nobody new can ask."))
    ed.forge("threads:switch:on")
    await ed.expects("Only owners")
    await taken(ed)
    await answered(ed, ANSWER["en"])
    await ana.expects("The campaign answers", ANSWER["en"])
    await ana.tap("Write back")
    await ana.expects("Write now.")
    await ana.say("And when?")
    await ed.expects("Thread ", "And when?")
    await olga.say("/audit")
    await olga.expects("organizer 2 answered a question", "organizer 1 switched off “Ask a person”")


async def test_two_take_it_at_once(stage: Stage) -> None:
    """One of two has it, and reads it; the other reads who that is, and gets nothing passed on."""
    ed, ida = await stage.organizer("Ed", Role.EDITOR), await stage.organizer("Ida", Role.EDITOR)
    ana = stage.phone("Ana")
    await passed_on(stage, ana)
    [(number,)] = rows(stage, "id")
    for each in (ed, ida):
        await each.say("/threads")
        await each.press("thread:")
        await each.expects("Take it to read and answer it.")
    for each in (ed, ida):
        each.forge(f"thread:take:{number}")
    await stage.settled()
    readers = [each for each in (ed, ida) if any(QUESTION["en"] in plain(one) for one in each.messages)]
    assert len(readers) == 1
    [other] = {ed, ida} - set(readers)
    name = "organizer 1" if readers == [ed] else "organizer 2"
    await other.expects(f"{name} has it in hand.")
    other.forge(f"thread:answer:{number}")
    await other.expects("has this thread in hand. Nothing was passed on.")
    await other.say("/threads")
    await other.expects(f"{name} has it")
    await readers[0].tap("Hand back")
    await readers[0].expects("Handed back: any of you can take thread")
    assert not any(QUESTION["en"] in plain(each) for each in readers[0].messages)
    assert QUESTION["en"] in plain(await taken(other))


async def test_an_organizer_is_removed_in_the_middle(stage: Stage) -> None:
    """Who is removed has it no more, and passes nothing on; a colleague goes on, and who asks notices nothing."""
    olga = await stage.organizer("Olga")
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = stage.phone("Ana")
    await passed_on(stage, ana)
    await taken(ed)
    await ed.tap("Answer")
    await ed.expects("Write the answer in one message")
    await olga.say("/team")
    await olga.tap("organizer 2: editor")
    await olga.tap("Remove from the team")
    await olga.expects("Remove organizer 2 from the team?")
    await olga.tap("Yes")
    await ed.expects("You are not on the campaign’s team any more")
    await ed.say("I answer all the same.")
    await ed.press("thread:answer:")
    await ed.expects("Only organizers of the campaign can do this.")
    await stage.settled()
    assert rows(stage, "taken_by, taken_at") == [(None, None)]
    assert ana.since() == [] or "I answer" not in plain(ana.messages[-1])
    assert QUESTION["en"] in plain(await taken(olga))
    await answered(olga, ANSWER["en"])
    await ana.expects("The campaign answers", ANSWER["en"])


@pytest.mark.parametrize("way", ["/stop", "stop", "close"])
async def test_who_asked_leaves_in_the_middle(stage: Stage, way: str) -> None:
    """/stop, a word for it and the button close and erase; an answer that comes later goes nowhere, which is said."""
    ed = await stage.organizer("Ed", Role.EDITOR)
    [ana] = await supporters(stage, "en")
    await passed_on(stage, ana)
    await taken(ed)
    await ed.tap("Answer")
    await ed.expects("Write the answer in one message")
    await ana.press("person:write:")
    await ana.expects("Write now.")
    [(number,)] = rows(stage, "id")
    if way == "close":
        await ana.press("person:close:")
    else:
        await ana.say(way)
    await ana.expects("Your conversation with the campaign is closed and erased.")
    told = await ed.expects("was closed by the person who asked, and is erased.")
    assert told.silent
    assert rows(stage, "words, taken_by") == [(None, None)]
    await ed.say(ANSWER["en"])
    await ed.expects("This thread is over and erased", "Nothing was passed on.")
    await ana.say(QUESTION["en"])
    await ana.expects("That is not in the statement.")
    assert not any(ANSWER["en"] in plain(each) for each in ana.messages)
    ana.forge(f"person:write:{number}")
    await ana.expects("This conversation is over and erased; nothing was passed on.")


async def test_erasing_leaves_no_byte_of_it(stage: Stage) -> None:
    """After an erasure no row is left, and the ref is nowhere in the files; whoever had it in hand is told."""
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = stage.phone("Ana")
    await passed_on(stage, ana)
    await taken(ed)
    ref = bytes(Cipher(KEY).ref(Table.THREADS, ana.chat_id))
    assert rows(stage, "ref") == [(ref,)]
    await ana.say("/privacy")
    await ana.press("erase")
    await ana.press("erase:yes")
    await ana.expects("Erased. The bot’s database holds nothing about you any more.")
    await ed.expects("was closed by the person who asked, and is erased.")
    assert rows(stage) == []
    await stage.settled()
    assert all(ref not in file.read_bytes() for file in stage.database.parent.glob("campaign.db*"))


async def test_only_text_is_passed_on(stage: Stage) -> None:
    """Pictures and voice of either side stay with them, which is said; too long a text as well."""
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = stage.phone("Ana")
    await passed_on(stage, ana)
    await taken(ed)
    await ed.tap("Answer")
    await ed.expects("Write the answer in one message")
    picture(stage, ed)
    await ed.expects("An answer is one text of at most 2,000 characters. Nothing was passed on")
    await ana.tap("Write more")
    await ana.expects("Write now.")
    picture(stage, ana)
    await ana.expects("Only text is passed on; this was not.")
    await ana.say("x" * 1001)
    await ana.expects("Nothing was passed on: a message has words, and at most 1,000 characters.")
    await stage.settled()
    assert rows(stage, "sent") == [(1,)]


def picture(stage: Stage, phone: Phone) -> None:
    """Let somebody send a picture."""
    phone.look_away()
    seconds = int(system_clock().timestamp())
    who = {"from": phone.person.as_user(), "chat": phone.person.as_chat()}
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]
    stage.world.push_update({"message": {"message_id": 900, "date": seconds, **who, "photo": photo}})


async def test_hatred_and_despair(stage: Stage) -> None:
    """Hatred is passed on to nobody; despair gets its own words first, and a person only where the campaign can."""
    ed = await stage.organizer("Ed", Role.EDITOR)
    ana = stage.phone("Ana")
    for text, reply in ((DESPAIR, "That sounds very hard."), (HATRED, "This bot has no part in hatred")):
        await ana.say(text)
        assert labels(await ana.expects(reply)) == []
        await ana.say("/help")
        await ana.tap("Ask a person")
        await ana.expects("Write your question now")
        await ana.say(text)
        assert labels(await ana.expects(reply)) == []
    await passed_on(stage, ana)
    await taken(ed)
    ed.look_away()
    await ana.tap("Write more")
    await ana.expects("Write now.")
    await ana.say(HATRED)
    await ana.expects("This bot has no part in hatred")
    await ana.say(DESPAIR)
    await ana.expects("That sounds very hard.")
    await ana.expects("Passed on.")
    await ed.expects("Thread ", DESPAIR)
    assert not any(HATRED in plain(each) for each in ed.messages)


DESPAIR, HATRED = "I want to die, I can't go on", "kill all the jews"
