"""Inline mode in the world: what was asked, and what was offered for it."""

from dataclasses import dataclass

from bot.rehearsal.world.people import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineQuery:
    """Something asked after the bot's name; `at` is the world's time in seconds."""

    chat_id: int
    text: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineResult:
    """A result: what it is chosen by, and the message that it becomes."""

    id: str
    title: str
    description: str
    text: str
    entities: tuple[Json, ...] = ()
    reply_markup: Json | None = None

    def as_dict(self) -> Json:
        """Return what a phone shows of it."""
        return {"id": self.id, "title": self.title, "description": self.description}


@dataclass(frozen=True, kw_only=True, slots=True)
class InlineAnswer:
    """What the bot offers. `button` opens its chat; `cache_time` in seconds."""

    results: tuple[InlineResult, ...]
    button: Json | None
    cache_time: int
    is_personal: bool

    def as_dict(self) -> Json:
        """Return what a phone shows of it."""
        return {"results": [each.as_dict() for each in self.results], "button": self.button}
