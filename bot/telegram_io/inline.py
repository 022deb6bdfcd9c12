"""Inline mode: what is asked in any chat after the bot's name, and the articles that answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.rich_text import RichText
from bot.telegram_io.raw_updates import Id
from bot.telegram_io.replies import NO_PREVIEW, Keyboard, Reply

INLINE_QUERY = "inline_query"
"""The kind of update."""

QUERY_LIMIT, RESULTS_LIMIT, RESULT_ID_BYTES, BUTTON_LIMIT = 256, 50, 64, 64
"""Characters of a query, results of an answer, bytes of a result's id (Bot API, answerInlineQuery), characters of the
button above the results that phones show."""

CACHE_SECONDS = 10
"""How long Telegram may give a person the same answer: an alert that is taken back is soon offered no more."""


class _User(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    id: Id
    language_code: str | None = None


class InlineQuery(BaseModel):
    """What somebody asks in a chat that the bot does not know of. It is kept nowhere."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: str
    sender: _User = Field(alias="from")
    query: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """A result: `title` and `about` are what is chosen from, `text` and `keyboard` what is then posted."""

    id: str
    title: str
    about: str
    text: RichText
    keyboard: Keyboard | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as the Bot API's InlineQueryResultArticle."""
        content: dict[str, Any] = {"message_text": self.text.text, "link_preview_options": NO_PREVIEW}
        if self.text.entities:
            content["entities"] = [entity.as_dict() for entity in self.text.entities]
        made: dict[str, Any] = {
            "type": "article",
            "id": self.id,
            "title": self.title,
            "description": self.about,
        }
        made["input_message_content"] = content
        if self.keyboard:
            made["reply_markup"] = {"inline_keyboard": self.keyboard}
        return made


def read_inline_query(raw: dict[str, Any]) -> InlineQuery | None:
    """Read an inline query; None for what is malformed or of another kind."""
    try:
        read = InlineQuery.model_validate(raw.get(INLINE_QUERY))
    except ValidationError:
        return None
    return read.model_copy(update={"query": read.query[:QUERY_LIMIT]})


def answer_inline(query_id: str, articles: Sequence[Article], *, button: str, start_parameter: str) -> Reply:
    """Answer a query. What is found depends on who asks: on their language, and on the link they share."""
    return Reply(
        method="answerInlineQuery",
        parameters={
            "inline_query_id": query_id,
            "results": [article.as_dict() for article in articles[:RESULTS_LIMIT]],
            "cache_time": CACHE_SECONDS,
            "is_personal": True,
            "button": {"text": button, "start_parameter": start_parameter},
        },
    )
