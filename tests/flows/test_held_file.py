"""What is kept about a person, as a file in their chat: made of that moment, and of nobody else."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.organizer import Role
from bot.store.schema import updates
from tests.flows.test_joining import joined
from tests.flows.test_reports import with_file
from tests.flows.test_threads import ANSWER, QUESTION, answered, passed_on, taken
from tests.worlds.in_process.organizing import confirmed, finished, supporters, written
from tests.worlds.in_process.stage import Phone, Stage, labels, plain


async def got(phone: Phone, stage: Stage, locale: str) -> dict[str, Any]:
    """Ask for the file. Returns what it says."""
    words = stage.words(locale)
    await phone.say("/privacy")
    card = await phone.expects(words.gettext("Privacy"))
    assert labels(card)[:2] == [words.gettext("Get it as a file"), words.gettext("Erase everything")]
    await phone.press("privacy:file")
    sent = await with_file(phone, "document")
    assert sent.attachment is not None
    assert sent.attachment.file_name == "kept-about-me.json"
    says = (
        "What is kept about you. Whoever opens this chat can read the file: delete it here once you have it."
    )
    assert plain(sent) == words.gettext(says)
    content = sent.attachment.content.decode()
    assert content.startswith("{\n  ")
    read: dict[str, Any] = json.loads(content)
    return read


@pytest.mark.parametrize("locale", ["en", "ar", "tr"])
async def test_a_supporter(stage: Stage, locale: str) -> None:
    """Consent, topic, the alert that came: it is all there, named in English, explained in one's language."""
    [ana, ben] = await supporters(stage, locale, "en")
    dana = await stage.organizer("Dana")
    await written(dana)
    await confirmed(dana, 2)
    await finished(stage, dana)
    told = await got(ana, stage, locale)
    assert list(told)[:3] == ["about", "made_on", "subscriber"]
    assert "made_on" in told["about"]
    assert told["about"].startswith("This is what the bot keeps") is (locale == "en")
    [person] = told["subscriber"]
    assert (person["state"], person["locale"]) == ("active", locale)
    assert told["topics"] == [{"topic": "alerts"}]
    assert [(each["event"], each["method"]) for each in told["consents"]] == [("given", "button")]
    [delivery] = told["deliveries"]
    assert (delivery["broadcast_id"], delivery["state"]) == (1, "sent")
    assert str(ana.chat_id) not in json.dumps(told)
    assert str(ben.chat_id) not in json.dumps(told)


async def test_a_conversation(stage: Stage) -> None:
    """What one asked a person of the campaign, and the answer, word for word; not who answered."""
    [ana] = await supporters(stage, "ar")
    olga = await stage.organizer("Olga", Role.EDITOR)
    await passed_on(stage, ana, language="ar")
    await taken(olga)
    await answered(olga, ANSWER["ar"])
    await ana.expects(ANSWER["ar"])
    told = await got(ana, stage, "ar")
    [thread] = told["thread"]
    assert thread["words"] == [
        {"by": "person", "text": QUESTION["ar"]},
        {"by": "campaign", "text": ANSWER["ar"]},
    ]
    assert not {"taken_by", "taken_at", "id"} & set(thread)
    assert told["team"] == []


async def test_no_copy_stays(stage: Stage) -> None:
    """Once the file is posted, no row of the database carries it, be it sealed."""
    ana = await joined(stage.phone("Ana"))
    await got(ana, stage, "en")
    await stage.settled()
    async with stage.app.store.database.reading() as connection:
        query = sa.select(sa.func.count()).select_from(updates).where(updates.c.payload.is_not(None))
        assert (await connection.execute(query)).scalar_one() == 0


async def test_nothing_is_kept(stage: Stage) -> None:
    """Whoever never joined gets a file that says so, and is not kept for having asked."""
    eve = stage.phone("Eve")
    told = await got(eve, stage, "en")
    assert [section for section, rows in told.items() if isinstance(rows, list) and rows] == []
    await stage.settled()
    assert await stage.subscriber(eve) is None


async def test_after_erasing(stage: Stage) -> None:
    """After erasing, the button of an old card gives an empty file."""
    ana = await joined(stage.phone("Ana"))
    assert (await got(ana, stage, "en"))["consents"]
    ana.forge("erase:yes")
    await ana.expects("holds nothing about you any more")
    ana.forge("privacy:file")
    sent = await with_file(ana, "document")
    assert sent.attachment is not None
    assert json.loads(sent.attachment.content)["consents"] == []
