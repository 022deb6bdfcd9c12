"""What the rehearsal's page is shown: the world as a whole, one person's phone, and what changes on them."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from bot.domain.rich_text import utf16_length
from bot.rehearsal.page.fault_buttons import TROUBLES
from bot.rehearsal.world.notifications import Change, Changes
from bot.rehearsal.world.people import ChatMessage, Json, Person, PersonState
from bot.rehearsal.world.text_input import COMMAND
from bot.rehearsal.world.world import World

ADDRESS = re.compile(r"https?://[^\s<>\u2066-\u2069]*[^\s<>\u2066-\u2069.,;:!?)]")
NOT_TAPPABLE = frozenset({"bot_command", "code", "pre", "text_link", "url"})
"""Stretches in which nothing more is found."""

PHONES = 6
"""Supporters whose phones are out at first."""

FOUND_AT_MOST = 50
MESSAGES_AT_MOST = 200
"""A phone shows this many of the newest messages."""

GATHER = 0.04
"""Seconds in which changes are gathered before the page is told: a broadcast makes thousands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """The world, and who of it is an organizer, with the code that lets them claim the bot."""

    world: World
    organizer: int | None
    claim_code: str | None
    languages: tuple[str, ...]

    def whole(self, chats: Sequence[int]) -> Json:
        """Return the world in counts, with the phones that are out."""
        world = self.world
        states = [person.state for person in world.people.values()]
        bot = world.as_bot()
        return {
            "bot": {"name": bot["first_name"], "username": bot["username"]},
            "counts": {
                "people": len(states),
                "started": sum(person.started for person in world.people.values()),
                "accepted": len(world.ledger),
                "blocked": states.count(PersonState.BLOCKED),
                "refused": world.gate.refused,
                "violations": world.violations,
            },
            "organizers": [] if self.organizer is None else [self.organizer],
            "shown": list(chats),
            "languages": list(self.languages),
            "troubles": [trouble.as_dict() for trouble in TROUBLES],
        }

    def phone(self, chat_id: int) -> Json:
        """Return everything one person's phone shows."""
        person = self.world.people[chat_id]
        profile = self.world.profile
        language = person.language_code
        kept = [message for message in person.messages if not message.deleted]
        pinned = [message.text for message in kept if message.pinned]
        return {
            **_who(person),
            "bot_name": profile.names.get((language or "")[:2]) or self.world.as_bot()["first_name"],
            "about": profile.description_for(language),
            "commands": profile.commands_for(chat_id, language),
            "claim_code": self._unclaimed(person),
            "pinned": pinned[-1] if pinned else None,
            "messages": [_message(message) for message in kept[-MESSAGES_AT_MOST:]],
        }

    def chosen(self, asked: Iterable[int]) -> list[int]:
        """Return whose phones are out: those asked for that exist, else the organizer and some others."""
        known = [chat_id for chat_id in dict.fromkeys(asked) if chat_id in self.world.people]
        if known:
            return known
        organizers = [] if self.organizer is None else [self.organizer]
        supporters = [person for person in self.world.people.values() if person.chat_id != self.organizer]
        first_of = {person.language_code: person.chat_id for person in reversed(supporters)}
        first = sorted(first_of.values())
        rest = (person.chat_id for person in supporters if person.chat_id not in first)
        return organizers + [*first, *rest][:PHONES]

    def find(self, text: str) -> Json:
        """Return the people whose name, or the name or code of whose language, has the text in it."""
        wanted = text.strip().casefold()
        found = [person for person in self.world.people.values() if wanted in _words(person)]
        return {"count": len(found), "people": [_who(person) for person in found[:FOUND_AT_MOST]]}

    async def changes(self, chats: Sequence[int]) -> AsyncIterator[tuple[str, Json]]:
        """Yield the world and each phone, then what changes: `world`, `chat` and `typing`, with content."""
        changes = self.world.subscribe()
        yield "world", self.whole(chats)
        for chat_id in chats:
            yield "chat", self.phone(chat_id)
        while True:
            for kind, chat in _told(await _gathered(changes), chats):
                if chat is None:
                    yield kind, self.whole(chats)
                else:
                    yield kind, self.phone(chat) if kind == "chat" else {"id": chat}

    def _unclaimed(self, person: Person) -> str | None:
        claim = f"/start {self.claim_code}"
        if self.claim_code is None or person.chat_id != self.organizer:
            return None
        claimed = any(message.text == claim and not message.from_bot for message in person.messages)
        return None if claimed else self.claim_code


async def _gathered(changes: Changes) -> list[Change]:
    found = [await anext(changes)]
    with suppress(TimeoutError):
        async with asyncio.timeout(GATHER):
            while True:
                found.append(await anext(changes))
    return found


def _told(changes: Iterable[Change], chats: Collection[int]) -> list[tuple[str, int | None]]:
    """Turn many changes into what the page has to hear, each thing once."""
    changes = list(changes)
    touched = {change.chat_id for change in changes if change.kind not in {"action", "answer"}}
    typing = {change.chat_id for change in changes if change.kind == "action"} - touched
    told: list[tuple[str, int | None]] = [("world", None)] if touched else []
    told += [("chat", chat_id) for chat_id in chats if chat_id in touched or None in touched]
    told += [("typing", chat_id) for chat_id in chats if chat_id in typing]
    return told


def _who(person: Person) -> Json:
    return {
        "id": person.chat_id,
        "name": person.first_name,
        "language": person.language_code,
        "state": person.state.value,
    }


def _message(message: ChatMessage) -> Json:
    attachment = message.attachment
    return {
        "id": message.message_id,
        "mine": not message.from_bot,
        "text": message.text,
        "entities": [*message.entities, *_found(message)],
        "keyboard": (message.reply_markup or {}).get("inline_keyboard", []),
        "attachment": attachment
        and {"id": attachment.file_id, "kind": attachment.kind, "name": attachment.file_name},
        "edited": message.edited,
        "date": message.date,
    }


def _found(message: ChatMessage) -> list[Json]:
    """Return the commands and addresses that Telegram makes tappable in a text by itself."""
    if not message.from_bot:
        return []
    text, taken = message.text, [each for each in message.entities if each["type"] in NOT_TAPPABLE]
    spans = [("bot_command", found.span()) for found in COMMAND.finditer(text)]
    spans += [("url", found.span()) for found in ADDRESS.finditer(text)]
    found = []
    for kind, (start, end) in spans:
        offset, length = utf16_length(text[:start]), utf16_length(text[start:end])
        free = all(
            offset + length <= each["offset"] or each["offset"] + each["length"] <= offset for each in taken
        )
        if free:
            found.append({"type": kind, "offset": offset, "length": length})
    return found


def _words(person: Person) -> str:
    code = person.language_code or ""
    return f"{person.first_name} {code} {_language_name(code)}".casefold()


def _language_name(code: str) -> str:
    try:
        return Locale.parse(code.replace("-", "_")).get_language_name("en") or ""
    except (UnknownLocaleError, ValueError, TypeError):
        return ""
