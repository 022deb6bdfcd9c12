"""All that is kept about one person, for themselves."""

import json
from typing import Any

from bot.domain.organizer import Role
from bot.domain.preferences import AT_NIGHT, Preferences
from bot.domain.rich_text import RichText
from bot.services import privacy
from bot.services.sharing import TOLD_FROM
from bot.store.store import Store, Transaction
from bot.telegram_io.replies import dump, load, send_file
from bot.wording.held_file import SECTIONS, held_file
from tests import shipped
from tests.making import CHAT, NOW, begin_broadcast, consent, draft
from tests.store.test_nobody_is_named import FRIEND_CODE, SAID, use

CATALOGS = shipped.catalogs()


async def file_of(tx: Transaction, chat_id: int, locale: str = "en") -> dict[str, Any]:
    """Return what the file says, as a program reads it."""
    export = await privacy.export(tx, chat_id)
    made = held_file(CATALOGS.words(locale), export, username="a_bot", today=NOW.date())
    read: dict[str, Any] = json.loads(made.of["text"])
    return read


async def test_the_whole_file(store: Store) -> None:
    """Days are ISO, minutes are hours, links are whole; who joined by a link is not told below three."""
    await use(store)
    async with store.transaction() as tx:
        source = await tx.sources.add("abc", "Poster", now=NOW)
        person = await tx.subscribers.add(CHAT + 9, locale="ar", today=NOW.date(), source_id=source.id)
        await tx.subscribers.subscribe(person.id, "alerts")
        told = await file_of(tx, CHAT)
        newcomer = await file_of(tx, CHAT + 9, "ar")
    assert list(told) == ["about", "made_on", *SECTIONS.values(), "notes"]
    assert told["made_on"] == NOW.date().isoformat()
    assert told["own_link"] == [{"code": FRIEND_CODE, "link": f"https://t.me/a_bot?start=f_{FRIEND_CODE}"}]
    assert told["reports"][0]["answers"] == [SAID]
    assert told["consents"][0]["day"] == consent().day.isoformat()
    assert newcomer["subscriber"][0]["source"] == "Poster"
    assert newcomer["topics"] == [{"topic": "alerts"}]
    assert newcomer["about"] == CATALOGS.words("ar").gettext(told["about"])


async def test_how_many_joined(store: Store) -> None:
    """From three people on, it is told how many joined by one's own link at least: in steps, as everywhere."""
    async with store.transaction() as tx:
        await tx.friend_links.add(CHAT, FRIEND_CODE)
        for number in range(TOLD_FROM + 1):
            await tx.friend_links.count(FRIEND_CODE, joiner=CHAT + 1 + number)
    async with store.reading() as tx:
        assert (await file_of(tx, CHAT))["own_link"][0]["joined_at_least"] == TOLD_FROM


async def test_quiet_hours_and_days(store: Store) -> None:
    """Hours of the clock read as on a clock, and a broadcast has its day."""
    await begin_broadcast(store, 1)
    async with store.transaction() as tx:
        person = await tx.subscribers.find(CHAT)
        assert person is not None
        chosen = Preferences(quiet=AT_NIGHT, zone="Asia/Gaza")
        await tx.subscribers.save_preferences(person.with_preferences(chosen))
        told = await file_of(tx, CHAT)
    assert told["subscriber"][0]["quiet_from"] == "21:00"
    assert told["subscriber"][0]["quiet_until"] == "09:00"
    assert (told["deliveries"][0]["broadcast_id"], told["deliveries"][0]["state"]) == (1, "pending")
    assert told["deliveries"][0]["day"] == NOW.date().isoformat()


async def test_an_organizer(store: Store) -> None:
    """Who is on the team reads their role, their name, and the notes they wrote; after removal the notes still."""
    async with store.transaction() as tx:
        await tx.organizers.add(CHAT, Role.APPROVER, today=NOW.date())
        organizer = await tx.organizers.find(CHAT)
        assert organizer is not None
        await tx.organizers.set_name(organizer.id, "Olga")
        alert = await tx.alerts.add(draft(), now=NOW)
        await tx.reviews.give_back(alert.id, plan_sha256="a" * 64, by=organizer.id, note="Shorter", now=NOW)
        told = await file_of(tx, CHAT)
        await tx.organizers.remove(organizer.id, today=NOW.date())
        after = await file_of(tx, CHAT)
    assert told["team"][0]["role"] == "approver"
    assert told["team"][0]["name"] == "Olga"
    note = {"alert_id": alert.id, "day": NOW.date().isoformat(), "text": "Shorter"}
    assert told["notes"] == after["notes"] == [note]
    assert after["team"][0]["removed_on"] == NOW.date().isoformat()


async def test_nobody(store: Store) -> None:
    """Of whom nothing is kept the file says so, section by section."""
    async with store.reading() as tx:
        told = await file_of(tx, CHAT)
    assert all(told[section] == [] for section in [*SECTIONS.values(), "notes"])


async def test_nothing_is_written(store: Store) -> None:
    """Making the file changes nothing that is kept."""
    await use(store)
    async with store.transaction() as tx:
        before = await file_of(tx, CHAT)
    async with store.reading() as tx:
        assert await file_of(tx, CHAT) == before


async def test_half_a_character(store: Store) -> None:
    """Words that are no whole text do not keep the file from being made, written down and posted."""
    async with store.transaction() as tx:
        await tx.conversations.save(CHAT, {"at": "report", "answers": ["\ud83c"]}, now=NOW)
        export = await privacy.export(tx, CHAT)
    made = held_file(CATALOGS.words("en"), export, username=None, today=NOW.date())
    [reply] = load(dump([send_file(CHAT, made, RichText("File"))]))
    assert reply.upload == made
    assert json.loads(made.of["text"])["conversation"][0]["step"]["answers"] == ["?"]
