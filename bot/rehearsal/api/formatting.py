"""Texts as Telegram takes them: entities checked in UTF-16 units, invisible rubbish removed, limits kept."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.rich_text import utf16_length
from bot.rehearsal.api.html import parse_html
from bot.rehearsal.api.links import link_problem
from bot.rehearsal.api.refusal import bad_request
from bot.rehearsal.world.people import Json

FOUND_BY_TELEGRAM: Final = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)
STYLES: Final = frozenset(
    {
        "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
        "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
    }
)  # fmt: skip
NEEDS: Final = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
"""What an entity of this type cannot be without."""

MOST_ENTITIES: Final = 100
OF_TWO_UNITS: Final = re.compile("[\U00010000-\U0010ffff]")
REMOVED: Final = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e")
UNCLEAN: Final = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")
"""What is removed, and the control characters, which become spaces."""


def composed(
    text: str,
    *,
    parse_mode: str | None,
    entities: Sequence[Json],
    limit: int,
    too_long: str,
    empty: str | None,
) -> tuple[str, list[Json]]:
    """Return a text and its entities as the chat will show them.

    `limit` counts UTF-16 units after formatting; `empty` is what is said of no text, None where that is
    allowed. Raises Refusal in Telegram's words.
    """
    if not text:
        if empty is not None:
            raise bad_request(empty)
        return "", []
    if parse_mode:
        text, entities = _parsed(text, parse_mode)
    kept = checked_entities(text, entities) if entities else []
    if UNCLEAN.search(text):
        text, kept = _cleaned(text, kept)
    if text[:1].isspace() or text[-1:].isspace():
        text, kept = _trimmed(text, kept)
    if not text and empty is not None:
        raise bad_request("text must be non-empty")
    if len(text) * 2 > limit and utf16_length(text) > limit:
        raise bad_request(too_long)
    return text, kept


def checked_entities(text: str, entities: Sequence[Json]) -> list[Json]:
    """Return the entities that Telegram would keep, in its order. Raises Refusal."""
    inside = _middles(text)
    length = len(text) + len(inside)
    kept: list[Json] = []
    for entity in entities[:MOST_ENTITIES]:
        kind, offset, size = entity["type"], entity["offset"], entity["length"]
        _check_kind(entity, kind)
        if offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if size < 0:
            raise bad_request(f"receive an entity with incorrect length {size}")
        end = offset + size
        if offset > length or (offset == length and size):
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if end > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}"
            )
        if offset in inside:
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {offset}")
        if end in inside:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol at UTF-16 offset {end}"
            )
        if size:
            kept.append(entity)
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _parsed(text: str, parse_mode: str) -> tuple[str, list[Json]]:
    mode = parse_mode.lower()
    if mode == "html":
        return parse_html(text)
    if mode in {"markdown", "markdownv2"}:
        raise bad_request("the rehearsal reads no Markdown; send entities or HTML")
    raise bad_request("unsupported parse_mode")


def _check_kind(entity: Json, kind: str) -> None:
    if kind not in STYLES and kind not in FOUND_BY_TELEGRAM:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    need = NEEDS.get(kind)
    if need is not None and need not in entity:
        raise bad_request(f"can't parse MessageEntity: Can't find field \"{need}\"")
    if kind == "text_link" and (problem := link_problem(entity["url"])):
        raise bad_request(f"entity URL '{entity['url']}' is invalid: {problem}")


def _middles(text: str) -> frozenset[int]:
    """Return the UTF-16 offsets that fall within a character: one for each of two units."""
    if text.isascii():
        return frozenset()
    return frozenset(found.start() + nth + 1 for nth, found in enumerate(OF_TWO_UNITS.finditer(text)))


def _cleaned(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Remove what Telegram removes, blank what it blanks, and move the entities along."""
    moved: list[int] = []
    """The new offset of each old UTF-16 offset."""
    made: list[str] = []
    at = 0
    for character in text:
        wide = OF_TWO_UNITS.match(character) is not None
        moved.extend((at, at + 1) if wide else (at,))
        if character in REMOVED:
            continue
        made.append(" " if UNCLEAN.match(character) else character)
        at += 1 + wide
    moved.append(at)
    kept = []
    for entity in entities:
        start, stop = moved[entity["offset"]], moved[entity["offset"] + entity["length"]]
        kept.append({**entity, "offset": start, "length": stop - start})
    return "".join(made), kept


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Take the white space from the end, and from the start as far as no entity holds it."""
    short = text.rstrip()
    end = utf16_length(short)
    first = min((entity["offset"] for entity in entities), default=end)
    lead = min(len(short) - len(short.lstrip()), first)
    kept = []
    for entity in entities:
        start, stop = entity["offset"], min(entity["offset"] + entity["length"], end)
        if stop > start:
            kept.append({**entity, "offset": start - lead, "length": stop - start})
    return short[lead:], kept
