"""Erasing, with a look at the disk at the moment when the receipt comes."""

from pathlib import Path
from typing import Any

from bot.privacy.cipher import Cipher, Table
from bot.telegram_io.replies import Reply
from tests.making import KEY
from tests.worlds.in_process.stage import Phone, Stage


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
    await ana.expects("/start")
    await ana.settles()
    [(_, left)] = [seen for seen in witness.seen if "/start" in seen[0] and seen[1] != asked]
    assert left == set()
    assert len(ana.since()) == 1


async def test_receipt_where_bytes_remain(stage: Stage) -> None:
    """Where the database cannot clear its files at once, the receipt says so instead."""
    stage.app.store.database.leaves_nothing = False
    ana = stage.phone("Ana")
    await use_everything(ana)
    await ana.press("erase:yes")
    receipt = await ana.expects("/start")
    words = stage.words("es").gettext(
        "Erased. You are on no list any more, and no alerts will come. Encrypted traces stay in the"
        " database’s files until it writes over them; nobody looks them up."
    )
    assert words in receipt.text
    await stage.settled()
    assert await stage.subscriber(ana) is None


async def test_an_organizer_keeps_the_role(stage: Stage) -> None:
    """An organizer's receipt says that their role stays."""
    olga = await stage.organizer("Olga")
    await use_everything(olga)
    await olga.press("erase:yes")
    receipt = await olga.expects("/start")
    role = stage.words("es").gettext("Your role in the campaign’s team is not part of this; it stays.")
    assert role in receipt.text
