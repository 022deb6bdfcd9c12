"""Inline mode: how the bot answers what is asked after its name."""

import re
from typing import Final

from bot.domain.rich_text import MESSAGE_LIMIT
from bot.rehearsal.api.formatting import composed
from bot.rehearsal.api.methods_messages import check_preview
from bot.rehearsal.api.refusal import bad_request
from bot.rehearsal.world.inline import InlineAnswer, InlineResult
from bot.rehearsal.world.people import Json
from bot.rehearsal.world.world import World

QUERY_LIFETIME: Final = 15.0
"""Seconds in which a query can be answered; Telegram gives no figure, its apps wait about that long."""

MOST_RESULTS: Final = 50
RESULT_ID_BYTES: Final = 64
OFFSET_BYTES: Final = 64
USUAL_CACHE_SECONDS: Final = 300
START_PARAMETER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def answer_inline_query(world: World, given: Json) -> bool:
    """Offer results to who asked, once and in time."""
    results = given["results"]
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if given.get("cache_time", 0) < 0:
        raise bad_request("cache_time must be non-negative")
    if len(given.get("next_offset", "").encode()) > OFFSET_BYTES:
        raise bad_request("NEXT_OFFSET_INVALID")
    if "button" in given:
        _check_button(given["button"])
    made = [_result(each) for each in results]
    if len({each.id for each in made}) < len(made):
        raise bad_request("RESULT_ID_DUPLICATE")
    query = world.queries.get(given["inline_query_id"])
    if query is None or world.now() - query.at > QUERY_LIFETIME:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    answer = InlineAnswer(
        results=tuple(made),
        button=given.get("button"),
        cache_time=given.get("cache_time", USUAL_CACHE_SECONDS),
        is_personal=given.get("is_personal", False),
    )
    world.answer_query(given["inline_query_id"], answer)
    return True


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if ("start_parameter" in button) == ("web_app" in button):
        raise bad_request("exactly one of the fields web_app and start_parameter must be specified")
    if "start_parameter" in button and not START_PARAMETER.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")


def _result(given: Json) -> InlineResult:
    if not 0 < len(given["id"].encode()) <= RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not given["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = given["input_message_content"]
    text, entities = composed(
        content["message_text"],
        parse_mode=content.get("parse_mode"),
        entities=content.get("entities", ()),
        limit=MESSAGE_LIMIT,
        too_long="MESSAGE_TOO_LONG",
        empty="message text is empty",
    )
    check_preview(content)
    markup = given.get("reply_markup")
    if any("callback_game" in button or "pay" in button for button in _buttons(markup)):
        raise bad_request("BUTTON_TYPE_INVALID")
    return InlineResult(
        id=given["id"],
        title=given["title"],
        description=given.get("description", ""),
        text=text,
        entities=tuple(entities),
        reply_markup=markup,
    )


def _buttons(markup: Json | None) -> list[Json]:
    return [button for row in (markup or {}).get("inline_keyboard", ()) for button in row]
