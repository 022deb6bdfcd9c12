"""Looking for people in what was written down: every form in which an id, a name or a text could stand."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

SHORTEST_TEXT = 8
"""Characters; what is shorter stands in any file by chance."""


def forms_of_id(chat_id: int) -> Iterator[bytes]:
    """Yield a chat id as digits, in hex, as SQLite and programs store numbers, and hashed without a key.

    Six bytes are how SQLite stores such a number, and part of the eight that others use.
    """
    decimal, eight = str(chat_id).encode(), chat_id.to_bytes(8, "big")
    yield decimal
    yield from (f"{chat_id:x}".encode(), f"{chat_id:X}".encode())
    yield from (chat_id.to_bytes(6, "big"), chat_id.to_bytes(6, "little"))
    for plain in (decimal, eight, eight[::-1]):
        for kind in ("md5", "sha1", "sha256"):
            digest = hashlib.new(kind, plain, usedforsecurity=False)
            yield from (digest.digest(), digest.hexdigest().encode())


def forms_of_text(text: str) -> Iterator[bytes]:
    """Yield a text as UTF-8, as UTF-16 and as JSON escapes it."""
    yield from (text.encode(), text.encode("utf-16-le"), json.dumps(text)[1:-1].encode())


def traces(folder: Path, *, ids: Collection[int], texts: Collection[str], but: Collection[str]) -> list[str]:
    """Return where in a folder somebody is named, `file: id` or `file: text`; `but` are folders left out."""
    too_short = [text for text in texts if len(text) < SHORTEST_TEXT]
    assert not too_short, f"{len(too_short)} texts are too short to look for"
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.relative_to(folder).parts[0] in but:
            continue
        content = file.read_bytes()
        if any(form in content for chat_id in ids for form in forms_of_id(chat_id)):
            found.append(f"{file.name}: id")
        if any(form in content for text in texts for form in forms_of_text(text)):
            found.append(f"{file.name}: text")
    return found
