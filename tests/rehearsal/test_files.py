"""Files of people: sent to the bot, fetched by it, used again; captions that are changed."""

import struct

import aiohttp

from bot.rehearsal.api.methods_files import attachment
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World
from tests.rehearsal.conftest import Api
from tests.worlds.in_process.served import served

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)


def test_what_a_person_sends(world: World, amal: Person) -> None:
    """A picture goes as a photo, anything else as a document with its name."""
    world.send_file(amal.chat_id, attachment(PNG, "photo.png"), caption="Look")
    world.send_file(amal.chat_id, attachment(b"kind = 1", "alert.toml"))
    photo, document = (world.as_json(amal, each) for each in world.messages(amal.chat_id)[-2:])
    assert (photo["photo"][0]["width"], photo["photo"][0]["height"], photo["caption"]) == (640, 480, "Look")
    assert (document["document"]["file_name"], document["document"]["file_size"]) == ("alert.toml", 8)


def test_the_bot_uses_a_persons_photo(api: Api, world: World, amal: Person) -> None:
    """A photo is sent on by its id, and its caption changed; a text has none."""
    photo = attachment(PNG, "photo.png")
    world.send_file(amal.chat_id, photo)
    sent = api.result("sendPhoto", chat_id=amal.chat_id, photo=photo.file_id, caption="One")
    where = {"chat_id": amal.chat_id, "message_id": sent["message_id"]}
    assert api.result("editMessageCaption", **where, caption="Two")["caption"] == "Two"
    assert api.refusal("editMessageCaption", **where, caption="Two")[0] == 400
    assert api.refusal("editMessageCaption", **where, caption="x" * 1025) == (
        400,
        "Bad Request: message caption is too long",
    )
    text = api.result("sendMessage", chat_id=amal.chat_id, text="One")
    assert api.refusal("editMessageCaption", chat_id=amal.chat_id, message_id=text["message_id"]) == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )


async def test_a_file_is_fetched(world: World) -> None:
    """A file is fetched where getFile says; with the token alone, and no other path."""
    person = world.add_person(name="Amal", language_code="ar", started=True)
    file = attachment(b"kind = 1", "alert.toml")
    world.send_file(person.chat_id, file)
    async with served(world) as server, aiohttp.ClientSession(server.url) as session:
        async with session.post(f"/bot{world.token}/getFile", json={"file_id": file.file_id}) as response:
            told = (await response.json())["result"]
        assert told["file_size"] == 8
        async with session.get(f"/file/bot{world.token}/{told['file_path']}") as response:
            assert (response.status, await response.read()) == (200, b"kind = 1")
        for path in (
            f"{world.token}/files/none",
            f"1:x/{told['file_path']}",
            f"{world.token}/{file.file_id}",
        ):
            async with session.get(f"/file/bot{path}") as response:
                assert response.status in {401, 404}
        async with session.post(f"/bot{world.token}/getFile", json={"file_id": "none"}) as response:
            assert response.status == 400
