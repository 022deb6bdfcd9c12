"""What could be left of somebody who was erased: their id, their refs, their words, and what was sealed about them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.privacy.cipher import KEY_ID_BYTES, NONCE_BYTES, Cipher, Table
from bot.telegram_io.replies import Remains, Reply
from tests.faults.scan import search_of
from tests.making import KEY

FIRST_ID, LAST_ID = 7_700_000_000, 7_799_999_999
"""Between these are the chat ids of the people who are erased, and of nobody else."""

_ID = re.compile(rb"(?<!\d)77\d{8}(?!\d)")

PIECE = 32
"""Bytes of something sealed that are looked for: it may have been written over in part."""

Seal = Callable[[Cipher, Table, bytes], bytes]


def words_of(chat_id: int) -> str:
    """Return what somebody confides, in words that nobody else says; what is sealed with them in it is theirs."""
    return f"How many people work for the campaign in my town, {chat_id}?"


class Sealed:
    """Remembers whatever is sealed about people: their words in it, or their id, as replies to them have it."""

    def __init__(self) -> None:
        self._about: defaultdict[int, list[bytes]] = defaultdict(list)
        self._passed_on: defaultdict[int, list[bytes]] = defaultdict(list)
        self._editor = b"nobody"

    def passed_to(self, chat_id: int) -> None:
        """Keep apart what has this chat in it: what is on its way to who answers, or comes from there."""
        self._editor = str(chat_id).encode()

    def noting(self, seal: Seal) -> Seal:
        """Return a `Cipher.seal` that remembers."""

        def sealing(cipher: Cipher, table: Table, content: bytes) -> bytes:
            sealed = seal(cipher, table, content)
            for chat_id in set(_ID.findall(content)):
                noted = self._passed_on if self._editor in content else self._about
                noted[int(chat_id)].append(sealed)
            return sealed

        return sealing

    def about(self, chat_id: int) -> list[bytes]:
        """Return what was sealed about somebody so far."""
        return [*self._about[chat_id], *self._passed_on[chat_id]]

    def of_their_own(self, chat_id: int) -> list[bytes]:
        """Return it without what is an organizer's, too: that goes when it is posted, whoever was erased meanwhile."""
        return list(self._about[chat_id])


def pieces(sealed: bytes) -> Iterator[bytes]:
    """Yield the nonce with the first bytes, some of the middle, and the last: long values lie on several pages."""
    begin = KEY_ID_BYTES
    yield sealed[begin : begin + NONCE_BYTES + PIECE // 2]
    yield sealed[len(sealed) // 2 :][:PIECE]
    yield sealed[-PIECE:]


def found_of(
    content: bytes, chat_id: int, *, sealed: Iterable[bytes], refs: Iterable[Table] = tuple(Table)
) -> list[str]:
    """Return what of somebody stands in these bytes: `id`, `words`, `sealed`, and the tables of their refs."""
    called = {"id": "id", "text": "words"}
    named = search_of(ids=[chat_id], texts=[words_of(chat_id)]).names_in(content)
    found = [called[name] for name in sorted(named)]
    if any(piece in content for each in sealed for piece in pieces(each)):
        found.append("sealed")
    cipher = Cipher(KEY)
    found += [f"ref in {table}" for table in refs if bytes(cipher.ref(table, chat_id)) in content]
    return found


def bytes_in(folder: Path) -> bytes:
    """Return all that stands in the files of a folder: of SQLite the database, its log, the index of that."""
    return bytes_of(file for file in sorted(folder.rglob("*")) if file.is_file())


def bytes_of(files: Iterable[Path]) -> bytes:
    """Return what stands in these files."""
    return b"".join(_read(file) for file in files)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        # Databases remove files while they are looked through.
        return b""


class Witness:
    """Looks at the files when a receipt is about to be posted that says nothing is left."""

    def __init__(
        self, poster: Any, sealed: Sealed, folder: Path | None, *, noted: Callable[[], None]
    ) -> None:
        self._poster = poster
        self._noted = noted
        self._sealed = sealed
        self._folder = folder
        self.receipts: dict[int, Remains] = {}
        self.until_then: dict[int, list[bytes]] = {}
        """What was sealed about each until their receipt."""
        self.writes_on: set[int] = set()
        """Who sends something else before the receipt: their next update names them until it is done."""
        self.broken: list[str] = []

    async def post_one(self, reply: Reply, **waiting: Any) -> bool:
        """Look, then post."""
        chat_id = int(reply.parameters.get("chat_id") or 0)
        is_receipt = FIRST_ID <= chat_id <= LAST_ID and reply.where is not None
        if is_receipt and reply.where is Remains.NOTHING and self._folder is not None:
            self.broken += [f"at the receipt: {each}" for each in self._left(self._folder, chat_id)]
        posted: bool = await self._poster.post_one(reply, **waiting)
        if is_receipt and posted and reply.where is not None:
            self.until_then[chat_id] = self._sealed.about(chat_id)
            self.receipts[chat_id] = reply.where
            self._noted()
        return posted

    def _left(self, folder: Path, chat_id: int) -> list[str]:
        if chat_id in self.writes_on:
            others = [table for table in Table if table is not Table.UPDATES]
            return found_of(bytes_in(folder), chat_id, sealed=(), refs=others)
        return found_of(bytes_in(folder), chat_id, sealed=self._sealed.of_their_own(chat_id))
