"""Begun anew from a backup, it works only where the installation of before is not found at work."""

from typing import Any

import pytest

from bot.errors import BotApiUnreachable, DatabaseMoved
from bot.services import installation
from bot.services.installation import RunsElsewhere, require_alone, until_moved
from bot.store.store import Store
from bot.telegram_io.answers import Accepted, Answer, NotConnected, RefusalKind, Refused

OURS = "https://bot.example.org"


class Telegram:
    """Answers as it is told: which webhook is set, and what comes of a poll."""

    def __init__(self, *, webhook: str = "", poll: Answer | None = None) -> None:
        self.webhook = webhook
        self.poll = Accepted(result=[]) if poll is None else poll
        self.asked: list[str] = []

    async def call(self, method: str, _given: Any = None, **_options: Any) -> Answer:
        """Answer a call."""
        self.asked.append(method)
        return Accepted(result={"url": self.webhook}) if method == "getWebhookInfo" else self.poll


def conflict() -> Answer:
    """Return what Telegram says to whoever polls beside another."""
    return Refused(kind=RefusalKind.CONFLICT, code=409)


async def begun(store: Store) -> None:
    """Begin anew."""
    async with store.transaction() as tx:
        await tx.installation.begin_epoch()


async def unproven(store: Store) -> bool:
    """Return whether nobody has seen yet that it is alone."""
    async with store.reading() as tx:
        return (await tx.installation.standing()).unproven


async def check(store: Store, telegram: Telegram, *, public_url: str | None = None) -> None:
    """Look whether it is alone."""
    api: Any = telegram
    await require_alone(store, api, public_url=public_url)


async def test_as_ever(store: Store) -> None:
    """Whoever was not restored is asked nothing."""
    telegram = Telegram(webhook="https://elsewhere.example.org/x", poll=conflict())
    await check(store, telegram)
    assert telegram.asked == []


@pytest.mark.parametrize("public_url", [None, OURS])
async def test_alone(store: Store, public_url: str | None) -> None:
    """Where nobody else polls and no webhook leads elsewhere it begins, and is not asked again."""
    await begun(store)
    telegram = Telegram(webhook="" if public_url is None else f"{OURS}/telegram/x")
    await check(store, telegram, public_url=public_url)
    assert not await unproven(store)
    asked = list(telegram.asked)
    await check(store, telegram, public_url=public_url)
    assert telegram.asked == asked


@pytest.mark.parametrize(
    ("telegram", "public_url"),
    [
        (Telegram(poll=conflict()), None),
        (Telegram(poll=conflict()), OURS),
        (Telegram(webhook="https://elsewhere.example.org/x"), None),
        (Telegram(webhook="https://elsewhere.example.org/x"), OURS),
        (Telegram(webhook="https://bot.example.org.evil.example/x"), OURS),
    ],
)
async def test_not_alone(store: Store, telegram: Telegram, public_url: str | None) -> None:
    """Another that polls, or a webhook elsewhere, and it does not begin, however often it is started."""
    await begun(store)
    for _ in range(2):
        with pytest.raises(RunsElsewhere):
            await check(store, telegram, public_url=public_url)
    assert await unproven(store)


async def test_cannot_be_known(store: Store) -> None:
    """Where Telegram cannot be asked it does not begin either."""
    await begun(store)
    with pytest.raises(BotApiUnreachable):
        await check(store, Telegram(poll=NotConnected(why="refused")))
    assert await unproven(store)


async def test_one_of_ours(store: Store) -> None:
    """A conflict with another process of ours, which has found it alone meanwhile, is none."""
    await begun(store)

    class Meanwhile(Telegram):
        async def call(self, method: str, _given: Any = None, **_options: Any) -> Answer:
            if method == "getUpdates":
                async with store.transaction() as tx:
                    await tx.installation.prove()
            return await super().call(method)

    await check(store, Meanwhile(poll=conflict()))


async def test_moved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that still runs on a database that was moved ends."""
    monkeypatch.setattr(installation, "LOOK_SECONDS", 0.0)
    async with store.transaction() as tx:
        await tx.installation.set_moved(moved=True)
    with pytest.raises(DatabaseMoved):
        await until_moved(store)
