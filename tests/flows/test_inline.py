"""The bot is asked in any chat: answers, the alert that goes round, and nothing kept of who asked."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.deep_links import DeepLink
from bot.rehearsal.world.inline import InlineAnswer, InlineResult
from bot.store.schema import friend_links, languages, updates
from bot.telegram_io.inline import CACHE_SECONDS
from tests.flows.test_sharing import bring_friend, joined, payload_on, sent
from tests.worlds.in_process.stage import Phone, Stage


def ids(answer: InlineAnswer) -> list[str]:
    """Return the ids of what is offered."""
    return [each.id for each in answer.results]


def links(result: InlineResult) -> list[str]:
    """Return where the buttons under a result lead."""
    rows = (result.reply_markup or {}).get("inline_keyboard", [])
    return [button["url"] for row in rows for button in row]


async def kept(stage: Stage) -> int:
    """Count the rows in which somebody could be."""
    async with stage.app.store.database.reading() as connection:
        found = 0
        for table in (updates, languages, friend_links):
            found += (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
    return found


@pytest.mark.parametrize(
    ("language", "question"), [("en", "did microsoft divest?"), ("ar", "هل سحبت مايكروسوفت استثمارها؟")]
)
async def test_a_question_is_answered(stage: Stage, language: str, question: str) -> None:
    """Whoever is not on the list gets the answer first, in their language; nothing is kept of that."""
    ana = stage.phone("Ana", language)
    before = await kept(stage)
    answer = await ana.asks_inline(question)
    assert (answer.is_personal, answer.cache_time) == (True, CACHE_SECONDS)
    first, *_ = answer.results
    entry = stage.conversation.resources.content.entry("microsoft-divest", language)
    assert first.id == "a_microsoft-divest"
    assert first.title == entry.question
    assert first.text.startswith(entry.question)
    assert links(first) == ["https://t.me/rehearsal_bot?start=a_microsoft-divest"]
    assert answer.button is not None
    assert answer.button["start_parameter"] == f"l_{language}"
    assert await kept(stage) == before
    assert await stage.subscriber(ana) is None


async def test_nothing_typed_yet(stage: Stage) -> None:
    """An empty query offers the bot itself and the questions; without an alert that goes round, no alert."""
    ana = stage.phone("Ana")
    answer = await ana.asks_inline("")
    assert ids(answer)[0] == "bot"
    assert len(answer.results) == 1 + len(stage.conversation.resources.content.entries) <= 50
    assert links(answer.results[0]) == ["https://t.me/rehearsal_bot"]


@pytest.mark.parametrize(
    ("language", "word"), [("en", "microsoft"), ("en", "Microsof"), ("ar", "مايكروسوفت")]
)
async def test_a_word_finds_what_has_it(stage: Stage, language: str, word: str) -> None:
    """A single word, whole or begun, offers the answers that have it, those first whose question does."""
    answer = await stage.phone("Ana", language).asks_inline(word)
    assert "a_microsoft-divest" in ids(answer)[:2]
    assert ids(answer)[-1] == "bot"


async def test_hatred_gets_nothing(stage: Stage) -> None:
    """Calls for violence are offered nothing but the way into the chat."""
    answer = await stage.phone("Ana").asks_inline("kill them all")
    assert (answer.results, answer.button is None) == ((), False)


async def test_the_alert_goes_round(stage: Stage) -> None:
    """The alert that goes round stands first, shared by the link of who has one; once taken back it is not offered."""
    ana = await joined(stage.phone("Ana"))
    dana, _ = await sent(stage, 1)
    answer = await ana.asks_inline("")
    alert = answer.results[0]
    assert alert.title == "Ask your council"
    assert "One ask, one reason." in alert.text
    assert "/stop" not in alert.text
    [code] = [link.rpartition("w_")[2] for link in links(alert) if "w_" in link]
    assert links(alert)[-1] == f"https://t.me/rehearsal_bot?start={DeepLink(alert=code).payload}"
    own = payload_on(await bring_friend(ana))
    again = await ana.asks_inline(DeepLink(alert=code).payload)
    assert links(again.results[0])[-1] == f"https://t.me/rehearsal_bot?start={own}-w_{code}"
    assert not any(own in link for each in again.results if each.id.startswith("a_") for link in links(each))
    stranger = await stage.phone("Bo", "ar").asks_inline("")
    assert links(stranger.results[0])[-1].endswith(f"start=w_{code}")
    await dana.tap("Recall · 47 h left")
    await dana.say("1")
    await stage.settled()
    assert not any(each.startswith("w_") for each in ids(await ana.asks_inline("")))


async def test_what_is_posted_is_no_question(stage: Stage) -> None:
    """What was offered and is posted into the chat with the bot gets no answer."""
    ana = stage.phone("Ana")
    await ana.asks_inline("")
    [query_id] = stage.world.offers
    ana.look_away()
    message = stage.world.choose_result(ana.chat_id, query_id, "a_what-is-bnc")
    await stage.settled()
    assert message.via_bot
    assert ana.messages == []


async def test_a_flood_is_dropped(stage: Stage) -> None:
    """Who types without end is answered no more for a minute; their chat with the bot hears them all the same."""
    ana = stage.phone("Ana")
    last = ""
    for n in range(100):
        last = stage.world.ask_inline(ana.chat_id, f"what {n}")
    await ana.say("/help")
    await ana.expects("What this bot can do")
    await stage.settled()
    assert last not in stage.world.offers
    assert await _asks(stage.phone("Bo"))


async def _asks(phone: Phone) -> bool:
    return bool((await phone.asks_inline("who is calling")).results)


async def test_a_malformed_query_is_nothing(stage: Stage) -> None:
    """What is no inline query is dropped, and stored nowhere."""
    malformed: list[Any] = [{}, {"id": 5}, {"id": "1", "from": {"id": "x"}}, None, []]
    for query in malformed:
        stage.world.push_update({"inline_query": query})
    before = await kept(stage)
    await stage.settled()
    assert await kept(stage) == before + 1  # the /help of who looks whether everything is done
