"""What organizers and their supporters do in many flows."""

from typing import Any

from bot.clock import system_clock
from tests.making import join
from tests.worlds.in_process.stage import Phone, Stage, labels, plain

LINK = "https://example.org/petition"


async def supporters(stage: Stage, *languages: str) -> list[Phone]:
    """Let people of these languages join."""
    phones = [stage.phone(f"Person {number}", language) for number, language in enumerate(languages)]
    for phone in phones:
        await phone.say("/start")
        await phone.press("join")
    await stage.settled()
    return phones


async def written(dana: Phone, words: str = "Ask your council\nIt votes on Friday.") -> None:
    """Write an alert in the organizer's language, up to its board."""
    await dana.say("/new")
    await dana.tap("Sign a petition")
    await dana.expects("Where should the main button lead?")
    await dana.say(LINK)
    await dana.expects("The words: English")
    await dana.say(words)
    await dana.expects("Alert: ")


async def begun(dana: Phone) -> None:
    """Begin an alert, up to its words."""
    await dana.say("/new")
    await dana.tap("Sign a petition")
    await dana.expects("Where should the main button lead?")
    await dana.tap("No link")
    await dana.expects("The words: English")


async def finished(stage: Stage, dana: Phone) -> None:
    """Wait until the one broadcast has ended and its organizer has been told."""
    await dana.expects("Finished: ")
    await stage.settled()


def said_in(phone: Phone, words: str) -> int:
    """Count the messages of a chat with these words."""
    return sum(words in plain(message) for message in phone.messages)


def said_in_world(stage: Stage, words: str) -> dict[int, int]:
    """Count in whose chats an alert of these words has arrived, and how often; organizers only saw what would be."""
    found = {}
    for person in stage.world.people.values():
        if any("You are an organizer now." in each.text for each in person.messages):
            continue
        count = sum(words in each.text and "/stop" in each.text for each in person.messages if each.from_bot)
        if count:
            found[person.chat_id] = count
    return found


async def crowd(stage: Stage, people: int, *, locale: str = "en") -> list[Phone]:
    """Put so many people on the list, who have a phone each and did not walk through the chat."""
    added = [
        stage.world.add_person(name="Somebody", language_code=locale, started=True) for _ in range(people)
    ]
    async with stage.app.store.transaction() as tx:
        await join(tx, people, first=added[0].chat_id, locale=locale)
    return [Phone(stage, person) for person in added]


async def asked(dana: Phone) -> None:
    """Begin to send the alert on the board: see it, and approve it as the only one who can.

    Where nobody has decided about languages without words, their readers get the first language's.
    """
    await dana.tap("Send …")
    card = await dana.expects("This is what would be sent.")
    if any(label.startswith("Decide: ") for label in labels(card)):
        await base_for_all(dana, card)
        await dana.tap("Send …")
        card = await dana.expects("This is what would be sent.")
    if "I have seen this" in labels(card):
        await dana.tap("I have seen this")
        await dana.expects("This is what would be sent.", "has seen: ")
    await dana.tap("Approve")


async def base_for_all(dana: Phone, shown: Any) -> None:
    """Let the readers of all languages without words get the first one's, by the button of what is shown."""
    [decide] = [label for label in labels(shown) if label.startswith("Decide: ")]
    await dana.tap(decide)
    asks = await dana.expects("get?")
    [gets] = [label for label in labels(asks) if label.startswith(("Send them ", "English for "))]
    await dana.tap(gets)
    await dana.expects("Alert: ")


async def confirmed(dana: Phone, people: int, *, approved: bool = False) -> None:
    """Confirm the alert on the board by typing the number; unless a colleague approved it, approve it first."""
    if approved:
        await dana.tap("Send …")
    else:
        await asked(dana)
    await dana.expects(f"type {people}")
    await dana.say(str(people))


async def edited(stage: Stage, phone: Phone, before: str, after: str) -> None:
    """Let somebody change a message of theirs."""
    [message] = [each for each in phone.person.messages if not each.from_bot and each.text == before]
    phone.look_away()
    message.text = after
    seconds = int(system_clock().timestamp())
    who = {"from": phone.person.as_user(), "chat": phone.person.as_chat()}
    dates = {"date": seconds, "edit_date": seconds}
    stage.world.push_update(
        {"edited_message": {"message_id": message.message_id, **dates, **who, "text": after}}
    )
