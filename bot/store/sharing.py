"""The links that supporters share. A link counts who joins by it; no row says who that was."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.privacy.cipher import Cipher, Table
from bot.store.connection import Connection
from bot.store.either import bring_over
from bot.store.schema import alert_links, friend_links


class FriendLinks:
    """Supporters' own links, found by chat or by code."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher
        self._joined: Counter[str] = Counter()

    async def find(self, chat_id: int) -> tuple[str, int] | None:
        """Return the code of a person's link, and how many joined by it; None where they have none yet."""
        query = sa.select(friend_links).where(friend_links.c.ref.in_(self._refs(chat_id)))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (self._cipher.read_code(Table.FRIEND_LINKS, row.code), row.joined)

    async def add(self, chat_id: int, code: str) -> None:
        """Give a person this code; whoever has one keeps it, and a code that is somebody's is given to nobody else."""
        await bring_over(self._connection, self._cipher, friend_links.c.ref, chat_id)
        taken = sa.select(friend_links.c.joined).where(friend_links.c.code.in_(self._codes(code)))
        if (await self._connection.execute(taken)).first() is not None:
            return
        values = {
            "ref": self._cipher.ref(Table.FRIEND_LINKS, chat_id),
            "code": self._cipher.code(Table.FRIEND_LINKS, code),
            "joined": 0,
        }
        await self._connection.insert_new(friend_links, values)

    async def count(self, code: str, *, joiner: int) -> None:
        """Add one to whose code this is, if it is anybody's but the joiner's own; written at the transaction's end."""
        own = sa.select(friend_links.c.joined).where(
            friend_links.c.code.in_(self._codes(code)), friend_links.c.ref.in_(self._refs(joiner))
        )
        if (await self._connection.execute(own)).one_or_none() is None:
            self._joined[code] += 1

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Forget what the block has counted if it raises: who joined in it has not."""
        before = self._joined.copy()
        try:
            yield
        except BaseException:
            self._joined = before
            raise

    async def flush(self) -> None:
        """Write what was counted, in one order, so that no two transactions wait for each other over their links."""
        counted = sorted(self._joined.items())
        self._joined.clear()
        for code, n in counted:
            adds = (
                sa.update(friend_links)
                .where(friend_links.c.code.in_(self._codes(code)))
                .values(joined=friend_links.c.joined + n)
            )
            await self._connection.execute(adds)

    def _codes(self, code: str) -> list[bytes]:
        return self._cipher.codes(Table.FRIEND_LINKS, code)

    def _refs(self, chat_id: int) -> list[bytes]:
        return [bytes(ref) for ref in self._cipher.refs(Table.FRIEND_LINKS, chat_id)]


class AlertLinks:
    """The links of alerts; an alert that was shared once keeps its code."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def code_of(self, alert_id: int) -> str | None:
        """Return the code of an alert; None where it has none yet."""
        query = sa.select(alert_links.c.code).where(alert_links.c.alert_id == alert_id)
        code: str | None = (await self._connection.execute(query)).scalar_one_or_none()
        return code

    async def add(self, alert_id: int, code: str) -> None:
        """Give an alert this code; one that has one keeps it, and a code that is another's is not given again."""
        await self._connection.insert_new(alert_links, {"alert_id": alert_id, "code": code})

    async def find(self, code: str) -> int | None:
        """Return the id of the alert with this code, if there is one."""
        query = sa.select(alert_links.c.alert_id).where(alert_links.c.code == code)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found
