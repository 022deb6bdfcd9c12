"""Looking for people in what was written down: every form in which an id, a name or a text could stand."""

import base64
import hashlib
import html
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import numpy as np

SHORTEST_TEXT = 8
"""Characters; what is shorter stands in any file by chance."""

BEGINNING = 4
"""Bytes of a form that are compared everywhere, before the form itself is."""

AT_ONCE = 1 << 22
"""Bytes that are looked through at a time."""

SHORTEST_BASE64 = 6
"""Characters of base64 that are looked for at the least."""

Windows = np.ndarray[Any, np.dtype[np.uint32]]

_BITS = 20
_SPREAD = np.uint32(2654435761)


def forms_of_id(chat_id: int) -> Iterator[bytes]:
    """Yield a chat id as digits, in hex, as SQLite and programs store numbers, in base64, and hashed without a key.

    Six bytes are how SQLite stores such a number, and part of the eight that others use.
    """
    decimal, eight = str(chat_id).encode(), chat_id.to_bytes(8, "big")
    yield decimal
    yield from (f"{chat_id:x}".encode(), f"{chat_id:X}".encode())
    yield from (chat_id.to_bytes(6, "big"), chat_id.to_bytes(6, "little"))
    yield from _in_base64(decimal)
    for plain in (decimal, eight, eight[::-1]):
        for kind in ("md5", "sha1", "sha256"):
            digest = hashlib.new(kind, plain, usedforsecurity=False)
            yield from (digest.digest(), digest.hexdigest().encode())


def forms_of_text(text: str) -> Iterator[bytes]:
    """Yield a text as UTF-8, UTF-16, hex and base64, and as JSON, addresses, HTML and Python escape it; each once."""
    plain = text.encode()
    in_address, in_form = quote(text, safe=""), quote_plus(text, safe="")
    forms = [plain, text.encode("utf-16-le"), plain.hex().encode(), *_in_base64(plain)]
    escaped = [json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], ascii(text)[1:-1]]
    escaped += [repr(plain)[2:-1], html.escape(text), in_address, in_form, quote(text), _lower(in_address)]
    forms += [each.encode() for each in escaped]
    yield from dict.fromkeys(forms)


def _lower(address: str) -> str:
    """Return it with its percent-encoded bytes in small letters."""
    first, *rest = address.split("%")
    return first + "".join(f"%{each[:2].lower()}{each[2:]}" for each in rest)


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Yield what of some bytes stands in base64 wherever they begin, in both alphabets."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        # What the bytes around take part in is left out.
        whole = encoded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]
        if len(whole) >= SHORTEST_BASE64:
            yield from dict.fromkeys((whole, whole.translate(bytes.maketrans(b"+/", b"-_"))))


class Search:
    """Looks for many forms at once, each with what it is called: as quick for thousands as for one."""

    def __init__(self, forms: Iterable[tuple[bytes, str]]) -> None:
        self._forms: defaultdict[int, list[tuple[bytes, str]]] = defaultdict(list)
        self._longest = BEGINNING
        for form, name in forms:
            assert len(form) >= BEGINNING, f"{name} is too short to look for"
            self._forms[int.from_bytes(form[:BEGINNING], "little")].append((form, name))
            self._longest = max(self._longest, len(form))
        self._begins = np.zeros(1 << _BITS, dtype=bool)
        self._begins[_hashed(np.array(list(self._forms), dtype=np.uint32))] = True

    def names_in(self, content: bytes) -> set[str]:
        """Return what of it stands in these bytes."""
        found: set[str] = set()
        for begin in range(0, len(content), AT_ONCE):
            found |= self._in_part(content[begin : begin + AT_ONCE + self._longest])
        return found

    def _in_part(self, content: bytes) -> set[str]:
        found: set[str] = set()
        if len(content) < BEGINNING:
            return found
        read: Windows = np.frombuffer(content, dtype=np.uint8).astype(np.uint32)
        windows = read[:-3].copy()
        for place in range(1, BEGINNING):
            windows |= read[place : len(read) - BEGINNING + 1 + place] << np.uint32(8 * place)
        for at in np.flatnonzero(self._begins[_hashed(windows)]):
            for form, name in self._forms.get(int(windows[at]), ()):
                if name not in found and content.startswith(form, int(at)):
                    found.add(name)
        return found


def _hashed(windows: Windows) -> Windows:
    return (windows * _SPREAD) >> np.uint32(32 - _BITS)


def search_of(*, ids: Iterable[int], texts: Iterable[str]) -> Search:
    """Return the search for these, called `id` and `text`."""
    known = [*texts]
    too_short = [text for text in known if len(text) < SHORTEST_TEXT]
    assert not too_short, f"{len(too_short)} texts are too short to look for"
    forms = [(form, "id") for chat_id in ids for form in forms_of_id(chat_id)]
    return Search([*forms, *((form, "text") for text in known for form in forms_of_text(text))])


def traces(folder: Path, *, ids: Collection[int], texts: Collection[str], but: Collection[str]) -> list[str]:
    """Return where in a folder somebody is named, `file: id` or `file: text`; `but` are folders left out."""
    search = search_of(ids=ids, texts=texts)
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.relative_to(folder).parts[0] in but:
            continue
        found += [f"{file.name}: {name}" for name in sorted(search.names_in(file.read_bytes()))]
    return found
