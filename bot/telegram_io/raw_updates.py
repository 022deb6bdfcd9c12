"""Telegram's updates as they come: of each, what the bot looks at (Bot API, Update). `updates` says what was done."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

TEXT_LIMIT = 4096
"""Characters of one message; Telegram sends no longer ones, a forged update could."""

Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""An id as Telegram and the database have them: 64 bits."""


Seconds = Annotated[int, Field(ge=0, lt=253_402_300_800)]
"""A time as Telegram has it: seconds since 1970, up to the year 9999."""

CONTENT = frozenset(
    {
        "text", "rich_message", "animation", "audio", "document", "live_photo", "paid_media", "photo", "sticker",
        "story", "video", "video_note", "voice", "caption", "checklist", "contact", "dice", "game", "poll", "venue",
        "location",
    }
)  # fmt: skip
"""What a person can say something with (Bot API, Message). A message without any of these tells of something that
happened in the chat: pinned, a timer set, a gift."""


class _Raw(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class RawChat(_Raw):
    """A chat."""

    id: Id
    type: str


class RawUser(_Raw):
    """Who did it."""

    id: Id
    language_code: str | None = None
    is_bot: bool = False


class File(_Raw):
    """A file that somebody sent; its size in bytes, 0 where Telegram does not say."""

    file_id: str
    file_name: str = ""
    file_size: int = 0


class Photo(_Raw):
    """A photo that somebody sent, in one of its sizes."""

    file_id: str
    width: int
    height: int


def _largest(raw: Any) -> Photo | None:
    """Return the largest size of a photo, or None for what is none."""
    try:
        sizes = [Photo.model_validate(each) for each in raw]
    except (TypeError, ValidationError):
        return None
    return max(sizes, key=lambda size: size.width * size.height, default=None)


def _file_or_none(raw: Any) -> File | None:
    """Return the file, or None for what is none: the message says what it says all the same."""
    try:
        return File.model_validate(raw)
    except ValidationError:
        return None


class RawAnswered(_Raw):
    """The message that another one answers."""

    sender: RawUser | None = Field(default=None, alias="from")
    text: str = ""

    @property
    def words(self) -> str:
        """What a person wrote in it."""
        return "" if self.sender is None or self.sender.is_bot else self.text[:TEXT_LIMIT]


def _answered_or_none(raw: Any) -> RawAnswered | None:
    """Return the message that is answered, or None for what is none."""
    try:
        return RawAnswered.model_validate(raw)
    except ValidationError:
        return None


class RawMessage(_Raw):
    """A message that was sent, changed, or stands above a button that was pressed."""

    message_id: Id
    message_thread_id: Id | None = None
    is_topic_message: bool = False
    date: Seconds | None = None
    edit_date: Seconds | None = None
    chat: RawChat
    sender: RawUser | None = Field(default=None, alias="from")
    media_group_id: str = ""
    text: str | None = None
    entities: list[dict[str, Any]] = Field(default_factory=list)
    caption: str = ""
    caption_entities: list[dict[str, Any]] = Field(default_factory=list)
    document: Annotated[File | None, BeforeValidator(_file_or_none)] = None
    photo: Annotated[Photo | None, BeforeValidator(_largest)] = None
    reply_to_message: Annotated[RawAnswered | None, BeforeValidator(_answered_or_none)] = None
    has_content: bool = False
    via_bot: RawUser | None = None

    @property
    def topic(self) -> int | None:
        """The topic it was written in; answers to other messages carry a thread's number, too."""
        return self.message_thread_id if self.is_topic_message else None

    @model_validator(mode="before")
    @classmethod
    def _look_for_content(cls, raw: Any) -> Any:
        return {**raw, "has_content": not CONTENT.isdisjoint(raw)} if isinstance(raw, dict) else raw


class RawGone(_Raw):
    """A message too old to be shown again (Bot API, InaccessibleMessage)."""

    message_id: Id
    chat: RawChat


class RawCallback(_Raw):
    """A button that was pressed."""

    id: str
    sender: RawUser = Field(alias="from")
    message: RawMessage | RawGone | None = None
    data: str | None = None


class RawMember(_Raw):
    """What somebody is in a chat."""

    status: str


class RawMemberChange(_Raw):
    """That the bot was blocked, or unblocked."""

    chat: RawChat
    sender: RawUser = Field(alias="from")
    new_chat_member: RawMember


class RawUpdate(_Raw):
    """One update, of a kind that the bot asks for."""

    message: RawMessage | None = None
    edited_message: RawMessage | None = None
    callback_query: RawCallback | None = None
    my_chat_member: RawMemberChange | None = None
