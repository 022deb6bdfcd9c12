"""Canaries: people who do not exist and secrets that open nothing, in every place that a value can come from.

Where one of them is found in what was written down, its name says from which place it came.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError
from telegram.error import BadRequest

from bot.telegram_io.updates import ALLOWED_UPDATES
from tests.faults.scan import Search, forms_of_id, forms_of_text

FIRST_ID = 6_713_172_282

Json = dict[str, Any]


class Canaries:
    """Hands out values that stand nowhere else, each for its place, and looks for them."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._texts: dict[str, str] = {}

    def id(self, place: str) -> int:
        """Return the number of somebody or something."""
        return self._ids.setdefault(place, FIRST_ID + 7919 * len(self._ids))

    def text(self, place: str) -> str:
        """Return what somebody wrote or is called; it has a letter for each way of escaping."""
        return self.secret(place, f'Consuelo\'s "{place}" <&> أمل')

    def name(self, place: str) -> str:
        """Return what stands for somebody in plain letters."""
        return self.secret(place, f"consuelo_confides_{place.replace(' ', '_')}")

    def secret(self, place: str, value: str) -> str:
        """Remember a value as it is."""
        return self._texts.setdefault(place, value)

    def everything(self) -> str:
        """Return all of them, as an error may have them in its message."""
        return json.dumps([self._ids, self._texts], ensure_ascii=False) + " ".join(self._texts.values())

    def search(self) -> Search:
        """Return the search for all of them, by their places."""
        ids = ((form, place) for place, each in self._ids.items() for form in forms_of_id(each))
        texts = ((form, place) for place, each in self._texts.items() for form in forms_of_text(each))
        return Search([*ids, *texts])

    def found_in(self, folder: Path, *said: str) -> list[str]:
        """Return which of them stand in the files of a folder, or in what was said."""
        search = self.search()
        files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        found = [
            f"{file.name}: {each}" for file in files for each in sorted(search.names_in(file.read_bytes()))
        ]
        return [*found, *(f"said: {each}" for one in said for each in sorted(search.names_in(one.encode())))]


def person_of(canaries: Canaries, who: str) -> Json:
    """Return a user with all that Telegram tells of one."""
    return {
        "id": canaries.id(who),
        "is_bot": False,
        "first_name": canaries.text(f"{who}, first name"),
        "last_name": canaries.text(f"{who}, last name"),
        "username": canaries.name(f"{who} username"),
        "language_code": "en",
    }


def message_of(canaries: Canaries, what: str, **content: Any) -> Json:
    """Return a message with this content, and around it all that names people."""
    sender, other = person_of(canaries, "sender"), person_of(canaries, "other")
    return {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {**sender, "type": "private"},
        "from": sender,
        "forward_origin": {"type": "user", "date": 1, "sender_user": other},
        "reply_to_message": {"message_id": 2, "date": 1, "from": other, "text": canaries.text("answered")},
        "quote": {"text": canaries.text("quote"), "position": 0},
        "author_signature": canaries.text("signature"),
        "media_group_id": "",
        **(content or {"text": canaries.text(what)}),
    }


def contents(canaries: Canaries) -> Iterator[tuple[str, Json]]:
    """Yield what a message can hold, by its name."""
    text, number = canaries.text, canaries.id
    file = {"file_id": canaries.name("file id"), "file_unique_id": "x", "file_size": 9}
    named = {**file, "file_name": text("file name"), "mime_type": "text/plain"}
    mention = {"type": "text_mention", "offset": 0, "length": 4, "user": person_of(canaries, "mentioned")}
    address = {"type": "text_link", "offset": 0, "length": 4, "url": f"https://x.org/{canaries.name('link')}"}
    yield "text", {"text": text("text"), "entities": [mention, address]}
    for command in ("start", "stop", "language", "privacy", "nonsense"):
        said = f"/{command} {canaries.name('argument')}"
        entity = {"type": "bot_command", "offset": 0, "length": len(command) + 1}
        yield command, {"text": said, "entities": [entity]}
    yield "document", {"document": named, "caption": text("caption"), "caption_entities": [mention]}
    yield "photo", {"photo": [{**file, "width": 1, "height": 1}], "caption": text("photo caption")}
    yield (
        "contact",
        {
            "contact": {
                "phone_number": f"+{number('phone')}",
                "first_name": text("contact"),
                "user_id": number("contact user"),
                "vcard": text("vcard"),
            }
        },
    )
    place = {"latitude": 31.501512, "longitude": 34.466712}
    yield "venue", {"venue": {"location": place, "title": text("venue"), "address": text("address")}}
    yield "poll", {"poll": {"id": "1", "question": text("poll"), "options": [{"text": text("option")}]}}
    yield "web_app_data", {"web_app_data": {"data": text("web app"), "button_text": "x"}}
    yield "users_shared", {"users_shared": {"request_id": 1, "users": [person_of(canaries, "shared")]}}
    yield "story", {"story": {"id": 1, "chat": person_of(canaries, "story")}}


def updates(canaries: Canaries) -> Iterator[Json]:
    """Yield one of each kind of update, and one of each content, without their ids."""
    for _, content in contents(canaries):
        yield {"message": message_of(canaries, "", **content)}
    yield {"edited_message": message_of(canaries, "edited") | {"edit_date": 1_790_000_001}}
    sender = person_of(canaries, "sender")
    tap = {"id": "1", "from": sender, "chat_instance": canaries.name("instance")}
    for data in (canaries.text("data"), f"act:{canaries.id('data number')}", "help"):
        yield {"callback_query": {**tap, "message": message_of(canaries, "tapped"), "data": data}}
    yield {"callback_query": {**tap, "inline_message_id": canaries.name("inline message"), "data": "help"}}
    query = {"id": "1", "from": sender, "query": canaries.text("query"), "offset": canaries.name("offset")}
    yield {"inline_query": query}
    member = {"user": person_of(canaries, "member"), "status": "kicked", "until_date": 0}
    changed = {"chat": {**sender, "type": "private"}, "from": sender, "date": 1, "new_chat_member": member}
    yield {"my_chat_member": {**changed, "old_chat_member": {**member, "status": "member"}}}
    for kind in (*ALLOWED_UPDATES, "business_message", "poll_answer", canaries.name("unknown kind")):
        yield {
            kind: {
                "id": canaries.text("unknown"),
                "from": sender,
                "user": sender,
                "text": canaries.text("other"),
            }
        }


def broken(given: Iterable[Json], canaries: Canaries) -> Iterator[Json]:
    """Yield updates in each of which one value is of another kind, or gone: every place that there is, once."""
    strange: list[Any] = [canaries.text("strange"), {canaries.name("key"): [canaries.text("strange")]}, None]
    seen: set[tuple[Any, ...]] = set()
    for update in given:
        for path in _paths(update):
            if path in seen:
                continue
            seen.add(path)
            copied = json.loads(json.dumps(update))
            inner = copied
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = strange[len(seen) % len(strange)]
            yield copied


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from _paths(inner, (*path, step))


class _Whole(BaseModel):
    whole: int


def errors(canaries: Canaries) -> Iterator[Callable[[], BaseException]]:
    """Yield what makes errors of each kind, with everything in their messages, arguments, notes and causes."""
    says = canaries.everything()

    def caused(error: BaseException) -> BaseException:
        error.add_note(says)
        error.__cause__ = KeyError(says)
        error.__cause__.__context__ = RuntimeError(says)
        return error

    def invalid() -> BaseException:
        try:
            _Whole.model_validate({"whole": says})
        except ValidationError as error:
            return error
        raise AssertionError

    yield lambda: caused(ValueError(says, canaries))
    yield lambda: caused(KeyError({"first_name": says}))
    yield lambda: caused(ExceptionGroup(says, [ValueError(says), OSError(says)]))
    yield lambda: caused(BadRequest(says))
    yield lambda: caused(UnicodeEncodeError("ascii", says, 0, 1, says))
    yield lambda: caused(json.JSONDecodeError(says, says, 1))
    yield lambda: caused(sa.exc.ArgumentError(f"Could not parse the URL {says}"))
    yield lambda: caused(invalid())


def database_errors(canaries: Canaries) -> Iterator[Callable[[], Exception]]:
    """Yield what makes an error of each kind that a database or the way to it raises."""
    says = canaries.everything()
    yield lambda: sa.exc.OperationalError(f"SELECT '{says}'", {"text": says}, OSError(says))
    yield lambda: sa.exc.InterfaceError(says, (says,), ConnectionRefusedError(111, says))
    yield lambda: ConnectionResetError(104, says)
    yield lambda: OSError(28, says)
    yield lambda: sa.exc.TimeoutError(says)
