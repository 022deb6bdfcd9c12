"""What is offered to whom, what a yes counts for, and what becomes of texts while somebody writes to a person."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.faq import Match, SmallTalk
from bot.domain.organizer import Role
from bot.handlers.router import Router
from bot.handlers.states import dump
from bot.handlers.thread_states import AwaitQuestion, WritingBack
from bot.services import threads
from bot.store.store import Store, Transaction
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Reply
from bot.telegram_io.thread_buttons import AskPerson, PassOn
from bot.telegram_io.updates import read_update
from bot.wording.resources import Resources
from bot.wording.threads import seen_words
from tests.handlers.conftest import SECONDS, Doing, said, tapped
from tests.making import CHAT, NOW

ED = CHAT + 50
QUESTION = "What will it cost the city?"
UNKNOWN = Match(slug=None, score=0.0, suggestions=(), is_open=True)


async def a_team(tx: Transaction) -> None:
    """Have somebody who may answer."""
    await tx.organizers.add(ED, Role.EDITOR, today=NOW.date())


async def hears(store: Store, router: Router, text: str, match: Match, *, state: Any = None) -> list[Reply]:
    """Return what is answered to a text that was taken for this."""
    incoming = read_update(said(text))
    assert incoming is not None
    async with store.transaction() as tx:
        await a_team(tx)
        if state is not None:
            await tx.conversations.save(CHAT, dump(state), now=NOW)
        return await router.handle(tx, incoming, match, now=NOW)


def below(data: str, question: str, *, from_bot: bool = False) -> dict[str, Any]:
    """Return a tap on a message that answers another."""
    update = tapped(data)
    update["callback_query"]["message"]["reply_to_message"] = {
        "message_id": 3,
        "from": {"id": 7, "is_bot": from_bot},
        "text": question,
    }
    return update


def offers(replies: list[Reply]) -> bool:
    """Whether a person is offered."""
    return '"callback_data": "person"' in json.dumps([reply.parameters for reply in replies])


@pytest.mark.parametrize(
    ("match", "offered"),
    [
        (UNKNOWN, True),
        (replace(UNKNOWN, is_open=False), True),
        (replace(UNKNOWN, near_urgent=True), False),
        (replace(UNKNOWN, slug="what-is-bnc"), False),
        *((replace(UNKNOWN, small_talk=kind), False) for kind in SmallTalk if kind is not SmallTalk.LEAVE),
    ],
)
async def test_what_is_offered(store: Store, router: Router, match: Match, offered: bool) -> None:
    """A person is offered below what the bot could not answer, as an answer to the question, and nowhere else."""
    *_, shown = await hears(store, router, QUESTION, match)
    assert offers([shown]) is offered
    answered = shown.parameters.get("reply_parameters")
    assert answered == ({"message_id": 5, "allow_sending_without_reply": True} if offered else None)


async def test_despair_where_the_campaign_can(store: Store, resources: Resources) -> None:
    """Where the campaign says that somebody can be there, who despairs is offered them, below the words for them."""
    campaign = replace(resources.content.campaign, answers_distress=True)
    router = Router(replace(resources, content=replace(resources.content, campaign=campaign)))
    for kind, offered in ((SmallTalk.DISTRESS, True), (SmallTalk.HOSTILITY, False)):
        *_, shown = await hears(store, router, "I cannot go on", replace(UNKNOWN, small_talk=kind))
        assert offers([shown]) is offered
    text = replace(UNKNOWN, small_talk=SmallTalk.DISTRESS)
    first, card = await hears(store, router, "I cannot go on", text, state=AwaitQuestion())
    assert first.parameters["text"].startswith("That sounds very hard.")
    assert "person:yes:" in json.dumps(card.parameters)


async def test_a_yes_is_to_what_was_shown(store: Store, do: Doing) -> None:
    """A question that was edited since is shown anew, and nothing was passed on; so is one that is not there."""
    seen = pack(PassOn(seen_words(QUESTION)))
    replies = await do(below(seen, "What will it cost us?"), before=a_team)
    assert "What will it cost us?" in replies[-1].parameters["text"]
    assert pack(PassOn(seen_words("What will it cost us?"))) in json.dumps(replies[-1].parameters)
    for gone in (tapped(seen), below(seen, QUESTION, from_bot=True)):
        replies = await do(gone, before=a_team)
        assert replies[-1].parameters["text"].startswith("Ask a person\n")
    async with store.reading() as tx:
        assert await tx.threads.count() == (0, 0)
    passed = await do(below(seen, f" {QUESTION}\n"), before=a_team)
    assert [reply.parameters.get("chat_id") for reply in passed][1:] == [CHAT, ED]


async def test_two_taps_pass_on_once(store: Store, router: Router) -> None:
    """A double tap on the yes is one message."""
    update = read_update(below(pack(PassOn(seen_words(QUESTION))), QUESTION))
    assert update is not None
    async with store.transaction() as tx:
        await a_team(tx)
        for _ in range(2):
            await router.handle(tx, update, None, now=NOW)
        thread = await threads.find(tx, CHAT)
        assert thread is not None
        assert len(thread.said) == thread.sent == 1


async def test_an_hour_later_a_text_is_a_question(store: Store, router: Router) -> None:
    """Who has forgotten that they were writing to a person passes nothing on."""
    async with store.transaction() as tx:
        await a_team(tx)
        thread = (await threads.pass_on(tx, CHAT, QUESTION, locale="en", now=NOW)).thread
    for since, sent in ((SECONDS - 3601, 1), (SECONDS - 3600, 2)):
        state = WritingBack(thread_id=thread.id, since=since)
        await hears(store, router, "And who decides?", UNKNOWN, state=state)
        async with store.reading() as tx:
            found = await threads.find(tx, CHAT)
            assert found is not None
            assert found.sent == sent
            assert (await tx.conversations.step(CHAT) is None) is (sent == 1)


async def test_what_carries_words_cannot_be_forwarded(store: Store, router: Router) -> None:
    """Every new message of a thread, to either side, is protected."""
    async with store.transaction() as tx:
        await a_team(tx)
        passed = await threads.pass_on(tx, CHAT, QUESTION, locale="en", now=NOW)
    state = WritingBack(thread_id=passed.thread.id, since=SECONDS)
    replies = await hears(store, router, "And who decides?", UNKNOWN, state=state)
    assert [reply.parameters.get("protect_content") for reply in replies] == [True] * len(replies)
    update = read_update(tapped(pack(AskPerson())))
    assert update is not None
    async with store.transaction() as tx:
        *_, own = await router.handle(tx, update, None, now=NOW)
    assert QUESTION in own.parameters["text"]
    assert own.parameters["protect_content"]
