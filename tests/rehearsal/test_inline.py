"""Inline mode, as strict as Telegram's."""

from typing import Any

import pytest

from bot.rehearsal.world.people import Impossible, Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api

CONTENT = {"message_text": "An answer."}
ARTICLE: dict[str, Any] = {"type": "article", "id": "1", "title": "T", "input_message_content": CONTENT}
BUTTON = {"text": "Open", "start_parameter": "l_en"}


def article(**fields: Any) -> dict[str, Any]:
    """Return a result with these fields of its own."""
    return {"results": [ARTICLE | fields]}


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, 'parameter "results" is required'),
    (article(colour="red"), 'unknown field "colour" in InlineQueryResultArticle'),
    (article(type="poem"), "unsupported results type specified"),
    ({"results": [{"type": "article"}]}, "can't parse inline query result: Can't find field \"id\""),
    (article(id=""), "RESULT_ID_INVALID"),
    (article(id="x" * 65), "RESULT_ID_INVALID"),
    (article(title=" "), "ARTICLE_TITLE_EMPTY"),
    (
        article(input_message_content={}),
        "can't parse input message content: Can't find field \"message_text\"",
    ),
    (article(input_message_content={"message_text": ""}), "message text is empty"),
    (article(input_message_content={"message_text": "x" * 4097}), "MESSAGE_TOO_LONG"),
    (
        article(input_message_content={**CONTENT, "entities": [{"type": "loud", "offset": 0, "length": 1}]}),
        "can't parse MessageEntity: Unsupported type specified",
    ),
    (
        article(reply_markup={"inline_keyboard": [[{"text": "Go", "url": "ftp://a"}]]}),
        "can't parse inline query result: Inline keyboard button URL 'ftp://a' is invalid: Unsupported URL protocol",
    ),
    ({"results": [ARTICLE, ARTICLE]}, "RESULT_ID_DUPLICATE"),
    ({"results": [ARTICLE | {"id": str(n)} for n in range(51)]}, "RESULTS_TOO_MUCH"),
    ({"results": [], "cache_time": -1}, "cache_time must be non-negative"),
    ({"results": [], "next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
    (
        {"results": [], "button": {"text": "Open"}},
        "exactly one of the fields web_app and start_parameter must be specified",
    ),
    ({"results": [], "button": BUTTON | {"start_parameter": "a b"}}, "START_PARAM_INVALID"),
    ({"results": [], "button": BUTTON | {"start_parameter": "x" * 65}}, "START_PARAM_INVALID"),
    ({"results": [], "button": BUTTON | {"text": " "}}, "BUTTON_TEXT_INVALID"),
]


@pytest.mark.parametrize(("given", "reason"), REFUSED)
def test_what_is_refused(given: dict[str, Any], reason: str, world: World, amal: Person, api: Api) -> None:
    """Each mistake is refused, and the query can still be answered."""
    query_id = world.ask_inline(amal.chat_id, "why")
    refusal = api.refusal("answerInlineQuery", inline_query_id=query_id, **given)
    assert refusal == (400, f"Bad Request: {reason}")
    assert api.result("answerInlineQuery", inline_query_id=query_id, results=[ARTICLE], button=BUTTON) is True


def test_a_query_and_its_answer(world: World, amal: Person, api: Api) -> None:
    """The bot is told who asks what; it can answer once; what is chosen is posted as the person's own message."""
    query_id = world.ask_inline(amal.chat_id, "why")
    (update,) = world.updates.peek(9)
    asked = {"id": query_id, "from": amal.as_user(), "query": "why", "offset": ""}
    assert update["inline_query"] == asked
    keyboard = {"inline_keyboard": [[{"text": "Go", "url": "https://example.org"}]]}
    api.result("answerInlineQuery", inline_query_id=query_id, results=[ARTICLE | {"reply_markup": keyboard}])
    offer = world.offers[query_id]
    assert (offer.cache_time, offer.is_personal, [each.id for each in offer.results]) == (300, False, ["1"])
    code, again = api.refusal("answerInlineQuery", inline_query_id=query_id, results=[])
    assert (code, "query is too old" in again) == (400, True)
    message = world.choose_result(amal.chat_id, query_id, "1")
    told = world.updates.peek(9)[-1]["message"]
    assert (told["text"], told["from"]["id"], told["via_bot"]["username"]) == (
        "An answer.",
        amal.chat_id,
        world.username,
    )
    assert message.reply_markup == keyboard
    with pytest.raises(Impossible):
        world.choose_result(amal.chat_id, query_id, "2")


def test_a_bot_without_inline_mode(world: World, amal: Person, api: Api) -> None:
    """Where inline mode is off, nobody can ask, and the bot can know."""
    assert api.result("getMe")["supports_inline_queries"] is True
    world.has_inline = False
    assert api.result("getMe")["supports_inline_queries"] is False
    with pytest.raises(Impossible):
        world.ask_inline(amal.chat_id, "why")


def test_nobody_asks_without_an_account(world: World, amal: Person) -> None:
    """Who has blocked the bot may ask it in other chats; who has deleted their account cannot."""
    world.block(amal.chat_id)
    assert world.ask_inline(amal.chat_id, "why")
    world.deactivate(amal.chat_id)
    with pytest.raises(Impossible):
        world.ask_inline(amal.chat_id, "why")
