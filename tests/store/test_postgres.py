"""PostgreSQL as the bot opens it."""

import asyncio

import pytest
import sqlalchemy as sa

from bot.store import postgres as opened
from bot.store.postgres import Postgres
from bot.store.transient import TRANSIENT_DATABASE_ERRORS
from tests.worlds.postgres import PostgresServer


async def test_a_transaction_that_is_left(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is stopped in a transaction loses it, and what it had locked is free; to them it is a database away."""
    monkeypatch.setattr(opened, "IDLE_IN_TRANSACTION", "300ms")
    database = Postgres(postgres.create("idle_in_transaction"))
    try:
        async with database.writing() as connection:
            await connection.execute(sa.text("CREATE TABLE one (n int)"))
            await connection.execute(sa.text("INSERT INTO one VALUES (1)"))

        async def take() -> None:
            async with asyncio.timeout(20), database.writing() as other:
                await other.execute(sa.text("UPDATE one SET n = n + 1"))

        async def leave() -> None:
            async with database.writing() as connection:
                await connection.execute(sa.text("UPDATE one SET n = 10"))
                await take()

        with pytest.raises(TRANSIENT_DATABASE_ERRORS):
            await leave()
        async with database.reading() as connection:
            assert (await connection.execute(sa.text("SELECT n FROM one"))).scalar_one() == 2
    finally:
        await database.close()
