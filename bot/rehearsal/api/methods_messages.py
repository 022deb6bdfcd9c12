"""Sending, editing, deleting, pinning: what the bot does in a chat."""

from typing import Final

from bot.domain.rich_text import MESSAGE_LIMIT, utf16_length
from bot.rehearsal.api.formatting import composed
from bot.rehearsal.api.refusal import bad_request, forbidden
from bot.rehearsal.world.people import ChatMessage, Json, Person, PersonState
from bot.rehearsal.world.world import World

DELETABLE_SECONDS: Final = 48 * 3600
"""How long after sending a message can be deleted (Bot API, deleteMessage)."""

TAP_LIFETIME: Final = 15.0
"""Seconds in which a button press can be answered; Telegram gives no figure, its apps wait about that long."""

TOAST_LIMIT: Final = 200
MOST_DELETED_AT_ONCE: Final = 100
ACTIONS: Final = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def send_message(world: World, given: Json) -> Json:
    """Put a text into a chat."""
    text, entities = composed(
        given["text"],
        parse_mode=given.get("parse_mode"),
        entities=given.get("entities", ()),
        limit=MESSAGE_LIMIT,
        too_long="message is too long",
        empty="message text is empty",
    )
    check_preview(given)
    person = addressee(world, given["chat_id"])
    message = world.post(
        person.chat_id,
        text,
        entities=entities,
        reply_markup=given.get("reply_markup"),
        reply_to=replied(person, given.get("reply_parameters")),
        silent=given.get("disable_notification", False),
        protected=given.get("protect_content", False),
    )
    return world.as_json(person, message)


def edit_message_text(world: World, given: Json) -> Json:
    """Change a text the bot has sent; without a reply markup its buttons go."""
    if "text" not in given:
        raise bad_request("message text is empty")
    text, entities = composed(
        given["text"],
        parse_mode=given.get("parse_mode"),
        entities=given.get("entities", ()),
        limit=MESSAGE_LIMIT,
        too_long="message is too long",
        empty="message text is empty",
    )
    check_preview(given)
    person, message = editable(world, given)
    if message.attachment is not None:
        raise bad_request("there is no text in the message to edit")
    return changed(world, person, message, text=text, entities=entities, markup=given.get("reply_markup"))


def edit_message_reply_markup(world: World, given: Json) -> Json:
    """Change the buttons under a message of the bot, or take them away."""
    person, message = editable(world, given)
    markup = given.get("reply_markup")
    return changed(world, person, message, text=message.text, entities=message.entities, markup=markup)


def delete_message(world: World, given: Json) -> bool:
    """Take one message out of a private chat: the bot's own or the person's, for 48 hours."""
    person = existing(world, given["chat_id"])
    message = known(world, person, given["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    world.delete(message)
    return True


def delete_messages(world: World, given: Json) -> bool:
    """Take up to a hundred messages out of a chat; what cannot be found or deleted is skipped."""
    person = existing(world, given["chat_id"])
    if not given["message_ids"]:
        raise bad_request("message identifiers are not specified")
    if len(given["message_ids"]) > MOST_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for message_id in given["message_ids"]:
        message = known(world, person, message_id)
        if message is not None and world.now() - message.date <= DELETABLE_SECONDS:
            world.delete(message)
    return True


def pin_chat_message(world: World, given: Json) -> bool:
    """Put a message at the top of the chat."""
    person = existing(world, given["chat_id"])
    message = known(world, person, given["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    world.pin(message, pinned=True)
    return True


def unpin_chat_message(world: World, given: Json) -> bool:
    """Take a message from the top of the chat; without an id, the newest pinned one."""
    person = existing(world, given["chat_id"])
    pinned = [message for message in person.stored.values() if message.pinned and not message.deleted]
    wanted = given.get("message_id", pinned[-1].message_id if pinned else None)
    message = next((each for each in pinned if each.message_id == wanted), None)
    if message is None:
        raise bad_request("message to unpin not found")
    world.pin(message, pinned=False)
    return True


def answer_callback_query(world: World, given: Json) -> bool:
    """Let a pressed button stop turning, once and in time."""
    if utf16_length(given.get("text", "")) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if "url" in given and not given["url"].startswith(f"https://t.me/{world.username}?start="):
        raise bad_request("URL_INVALID")
    tap = world.taps.get(given["callback_query_id"])
    if tap is None or world.now() - tap.at > TAP_LIFETIME:
        world.expire(given["callback_query_id"])
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    world.answer(given["callback_query_id"], given)
    return True


def send_chat_action(world: World, given: Json) -> bool:
    """Show that the bot is at work."""
    if given["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.show_action(addressee(world, given["chat_id"]).chat_id)
    return True


def existing(world: World, chat_id: int | str) -> Person:
    """Return the person of a chat the bot knows."""
    person = world.find(chat_id) if isinstance(chat_id, int) else None
    if person is None:
        raise bad_request("chat not found")
    return person


def addressee(world: World, chat_id: int | str) -> Person:
    """Return the person the bot may write to now."""
    person = existing(world, chat_id)
    if person.state is PersonState.BLOCKED:
        raise forbidden("bot was blocked by the user")
    if person.state is PersonState.DEACTIVATED:
        raise forbidden("user is deactivated")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    return person


def known(world: World, person: Person, message_id: int) -> ChatMessage | None:
    """Return a message that is still in the chat."""
    message = person.stored.get(message_id)
    if message is None:
        return world.unkept(person.chat_id, message_id)
    return None if message.deleted else message


def replied(person: Person, parameters: Json | None) -> int | None:
    """Return the id of the message that a new one answers."""
    if parameters is None:
        return None
    if "message_id" not in parameters:
        raise bad_request('can\'t find field "message_id"')
    message = person.stored.get(parameters["message_id"])
    if message is None or message.deleted:
        if parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")
    return message.message_id


def check_preview(given: Json) -> None:
    """Refuse a link preview of what is no link."""
    url = given.get("link_preview_options", {}).get("url")
    if url is not None and not url.startswith(("http://", "https://")):
        raise bad_request("WEBPAGE_URL_INVALID")


def editable(world: World, given: Json) -> tuple[Person, ChatMessage]:
    """Return the chat and the message of the bot that an edit speaks of."""
    if "chat_id" not in given:
        raise bad_request("chat_id is empty")
    if "message_id" not in given:
        raise bad_request("message identifier is not specified")
    person = existing(world, given["chat_id"])
    message = known(world, person, given["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return person, message


def changed(
    world: World,
    person: Person,
    message: ChatMessage,
    *,
    text: str,
    entities: list[Json],
    markup: Json | None,
) -> Json:
    """Carry out an edit; one that changes nothing is refused."""
    if (message.text, message.entities, message.reply_markup) == (text, entities, markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    world.edit(message, text=text, entities=entities, reply_markup=markup)
    return world.as_json(person, message)
