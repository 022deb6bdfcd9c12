"""Reads Telegram's HTML (Bot API, "HTML style") into text and entities, with its complaints."""

import re
from html import unescape
from typing import Final, NoReturn

from bot.domain.rich_text import utf16_length
from bot.rehearsal.api.links import link_problem
from bot.rehearsal.api.refusal import bad_request
from bot.rehearsal.world.people import Json

SIMPLE: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "code": "code", "pre": "pre",
}  # fmt: skip
TAGS: Final = frozenset({*SIMPLE, "a", "span", "blockquote", "tg-emoji", "tg-time"})
START: Final = re.compile(r"<([a-zA-Z0-9-]+)")
ATTRIBUTE: Final = re.compile(r"\s*([a-zA-Z0-9-]+)\s*(?:(=)\s*(?:\"([^\"]*)\"|'([^']*)'|([a-zA-Z0-9.-]+)))?")
END: Final = re.compile(r"</([a-zA-Z0-9-]*)\s*>")
NAMED: Final = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")


class _Open:
    """A tag not closed yet, with the UTF-16 offset at which its text begins."""

    __slots__ = ("attributes", "began", "name")

    def __init__(self, name: str, attributes: dict[str, str], began: int) -> None:
        self.name, self.attributes, self.began = name, attributes, began


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Return the text and its entities. Raises Refusal: `can't parse entities: …` with a byte offset."""
    text: list[str] = []
    length = 0
    tags: list[_Open] = []
    entities: list[Json] = []
    at = 0
    while at < len(source):
        character = source[at]
        if character == "<" and source.startswith("</", at):
            closed, at = _end(source, at, tags)
            entities.extend(_entity(closed, length))
        elif character == "<":
            opened, at = _start(source, at, length)
            tags.append(opened)
        else:
            named = NAMED.match(source, at) if character == "&" else None
            plain = unescape(named.group()) if named else character
            text.append(plain)
            length += utf16_length(plain)
            at = named.end() if named else at + 1
    if tags:
        _refuse(f'Can\'t find end tag corresponding to start tag "{tags[-1].name}"')
    return "".join(text), _without_code_inside_pre(entities)


def _start(source: str, at: int, length: int) -> tuple[_Open, int]:
    offset = _bytes(source, at)
    found = START.match(source, at)
    if found is None:
        _refuse(f'Unsupported start tag "" at byte offset {offset}')
    name = found.group(1).lower()
    if name not in TAGS:
        _refuse(f'Unsupported start tag "{name}" at byte offset {offset}')
    attributes: dict[str, str] = {}
    at = found.end()
    while True:
        at += len(source[at:]) - len(source[at:].lstrip())
        if at >= len(source):
            _refuse(f"Unclosed start tag at byte offset {offset}")
        if source[at] == ">":
            break
        attribute = ATTRIBUTE.match(source, at)
        if attribute is None or not attribute.group().strip():
            _refuse(f'Empty attribute name in the tag "{name}" at byte offset {offset}')
        value = next((group for group in attribute.groups()[2:] if group is not None), "")
        attributes[attribute.group(1).lower()] = unescape(value)
        at = attribute.end()
    if name == "span" and attributes.get("class") != "tg-spoiler":
        _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    return _Open(name, attributes, length), at + 1


def _end(source: str, at: int, tags: list[_Open]) -> tuple[_Open, int]:
    offset = _bytes(source, at)
    found = END.match(source, at)
    if found is None:
        _refuse(f"Unclosed end tag at byte offset {offset}")
    if not tags:
        _refuse(f"Unexpected end tag at byte offset {offset}")
    name, expected = found.group(1).lower(), tags[-1].name
    if name and name != expected:
        _refuse(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')
    return tags.pop(), found.end()


def _entity(tag: _Open, end: int) -> list[Json]:
    """Return the entity a closed tag makes; none where it holds no text or its link is no link."""
    if end == tag.began:
        return []
    made: Json = {"type": SIMPLE.get(tag.name, ""), "offset": tag.began, "length": end - tag.began}
    given = tag.attributes
    match tag.name:
        case "a":
            if link_problem(given.get("href", "")):
                return []
            made |= {"type": "text_link", "url": given["href"]}
        case "span":
            made["type"] = "spoiler"
        case "blockquote":
            made["type"] = "expandable_blockquote" if "expandable" in given else "blockquote"
        case "tg-emoji":
            number = _number(given, "emoji-id", "Invalid custom emoji identifier specified")
            made |= {"type": "custom_emoji", "custom_emoji_id": number}
        case "tg-time":
            made |= {"type": "date_time", "unix_time": int(_number(given, "unix", "Invalid date specified"))}
            if "format" in given:
                made["date_time_format"] = given["format"]
        case "code" if given.get("class", "").startswith("language-"):
            made["language"] = given["class"].removeprefix("language-")
    return [made]


def _number(given: dict[str, str], name: str, complaint: str) -> str:
    number = given.get(name, "")
    if not (number.isascii() and number.isdigit()):
        _refuse(complaint)
    return number


def _without_code_inside_pre(entities: list[Json]) -> list[Json]:
    """Turn `<pre><code class="language-x">` into one entity, as Telegram does, and put all in order."""
    kept: list[Json] = []
    spans = {(each["offset"], each["length"]): each for each in entities if each["type"] == "pre"}
    for entity in entities:
        outer = spans.get((entity["offset"], entity["length"]))
        if entity["type"] == "code":
            language = entity.pop("language", None)
            if outer is not None:
                if language:
                    outer["language"] = language
                continue
        kept.append(entity)
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode())


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")
