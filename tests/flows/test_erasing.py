"""Erasing, with a look at the disk at the moment when the receipt comes."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

from bot.domain.organizer import Role
from bot.privacy.cipher import Cipher, Table
from bot.telegram_io.replies import Reply
from tests.flows.test_actions import LANGUAGES
from tests.flows.test_joining import joined
from tests.making import KEY
from tests.worlds.in_process.stage import Phone, Stage, labels


class Witness:
    """Looks at every file of the database before each reply is posted."""

    def __init__(self, poster: Any, folder: Path, chat_id: int) -> None:
        self._poster = poster
        self._folder = folder
        self._refs = {table: Cipher(KEY).ref(table, chat_id) for table in Table}
        self.seen: list[tuple[str, set[Table]]] = []

    async def post_one(self, reply: Reply, **waiting: Any) -> bool:
        """Note what is on the disk, then post."""
        files = b"".join(file.read_bytes() for file in self._folder.glob("campaign.db*"))
        found = {table for table, ref in self._refs.items() if bytes(ref) in files}
        self.seen.append((str(reply.parameters.get("text", "")), found))
        posted: bool = await self._poster.post_one(reply, **waiting)
        return posted


def watch(stage: Stage, phone: Phone) -> Witness:
    """Let somebody look at the disk from now on."""
    outbox = stage.conversation.inbox._outbox
    witness = Witness(outbox._poster, stage.database.parent, phone.chat_id)
    outbox._poster = witness
    return witness


async def use_everything(ana: Phone) -> None:
    """Join, choose, ask, agree."""
    await ana.say("/start")
    await ana.press("join")
    await ana.say("/language")
    await ana.press("language:es")
    await ana.say("/privacy")
    await ana.press("erase")


async def test_receipt_when_it_is_true(stage: Stage) -> None:
    """When somebody is told that nothing is left, none of their refs is in the database's files, the log included."""
    ana = stage.phone("Ana")
    witness = watch(stage, ana)
    await use_everything(ana)
    await ana.settles()
    asked = witness.seen[-1][1]
    assert {Table.SUBSCRIBERS, Table.LANGUAGES, Table.UPDATES} <= asked
    await ana.press("erase:yes")
    receipt = await ana.expects("/start")
    await ana.settles()
    [left] = [left for text, left in witness.seen if text == receipt.text]
    assert left == set()
    assert len(ana.since()) == 1


@LANGUAGES
async def test_by_buttons_alone(stage: Stage, language: str) -> None:
    """In one's own language, from what is kept to the receipt: asked twice, and back at the first screen after it."""
    words = stage.words(language)
    ana = await joined(stage.phone("Ana", language))
    await ana.say("/privacy")
    await ana.expects(words.gettext("Kept about you"))
    await ana.press("erase")
    asks = await ana.expects(words.gettext("Erase everything?"))
    assert labels(asks) == [words.gettext("Yes, erase"), words.gettext("No, keep it")]
    await ana.press("erase:yes")
    await ana.expects(words.gettext("Erased. The bot’s database holds nothing about you any more."))
    assert await stage.subscriber(ana) is None
    await ana.say("/privacy")
    await ana.expects(words.gettext("Nothing is kept about you now."))


async def test_receipt_where_bytes_remain(stage: Stage) -> None:
    """Where the database cannot clear its files at once, the receipt says so instead."""
    stage.app.store.database.leaves_nothing = False
    ana = stage.phone("Ana")
    await use_everything(ana)
    await ana.press("erase:yes")
    receipt = await ana.expects("/start")
    words = stage.words("es").gettext(
        "Erased. You are on no list any more, and no alerts will come. Encrypted traces stay in the"
        " database’s files until it writes over them; the bot does not use them."
    )
    assert words in receipt.text
    await stage.settled()
    assert await stage.subscriber(ana) is None


async def test_an_organizer_keeps_the_role(stage: Stage) -> None:
    """An organizer's receipt says that their role stays, and not that nothing does."""
    olga = await stage.organizer("Olga")
    await use_everything(olga)
    await olga.press("erase:yes")
    receipt = await olga.expects("/start")
    role = stage.words("es").gettext("Your role on the campaign’s team is not part of this; it stays.")
    assert role in receipt.text
    nothing = stage.words("es").gettext("Erased. The bot’s database holds nothing about you any more.")
    assert nothing not in receipt.text


async def test_who_was_removed_from_the_team(stage: Stage) -> None:
    """Who was removed reads what is kept of that; after erasing none of their refs is in the database's files."""
    dana, olga = await stage.organizer("Dana"), await stage.organizer("Olga", Role.EDITOR)
    dana.forge("remove:2:yes")
    await olga.expects("You are not on the campaign’s team any more.")
    await olga.say("/privacy")
    await olga.expects("You were in the campaign’s team.", "number 2")
    witness = watch(stage, olga)
    await olga.press("erase")
    await olga.press("erase:yes")
    await olga.expects("holds nothing about you any more")
    [left] = [found for text, found in witness.seen if "holds nothing about you any more" in text]
    assert left == set()


async def test_a_removed_owner_of_the_settings(stage: Stage) -> None:
    """Whom the settings name as an owner and the owners removed reads what stays, and why."""
    dana, olga = await stage.organizer("Dana"), await stage.organizer("Olga")
    resources = stage.conversation.resources
    object.__setattr__(resources, "named_owners", (olga.chat_id,))
    dana.forge("remove:2:yes")
    await olga.expects("You are not on the campaign’s team any more.")
    await olga.say("/start")
    await olga.press("join")
    await olga.say("/privacy")
    await olga.press("erase")
    await olga.press("erase:yes")
    await olga.expects("Apart from what is said next", "The bot’s settings name this chat as an owner’s.")


async def test_a_stop_cuts_no_receipt_off(stage: Stage) -> None:
    """Where the bot is stopped while a long reader is in the way, the receipt comes first, and says what is left."""
    ana = stage.phone("Ana")
    await use_everything(ana)
    await ana.settles()
    closed = asyncio.Event()
    outbox = stage.conversation.inbox._outbox
    close = outbox._close

    async def and_say_so(update_id: int) -> None:
        await close(update_id)
        closed.set()

    outbox._close = and_say_so  # type: ignore[method-assign]  # it is closed as before
    reading = sqlite3.connect(stage.database)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM updates").fetchall()
    words = stage.words("es").gettext(
        "Erased. You are on no list any more, and no alerts will come. Encrypted traces stay in the"
        " database’s files until it writes over them; the bot does not use them."
    )
    await ana.press("erase:yes")
    await closed.wait()
    await stage.stop()
    reading.close()
    assert [words in each.text for each in ana.since()] == [True]
