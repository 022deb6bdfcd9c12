"""Messages and memberships as the Bot API writes them."""

from bot.rehearsal.world.people import ChatMessage, Json, Person


def message_json(message: ChatMessage, *, person: Person, bot: Json) -> Json:
    """Return a message of the person's chat with the bot (a User) as the Bot API's Message."""
    shown: Json = {
        "message_id": message.message_id,
        "from": bot if message.from_bot else person.as_user(),
        "chat": person.as_chat(),
        "date": message.date,
    }
    if message.edit_date is not None:
        shown["edit_date"] = message.edit_date
    attachment = message.attachment
    if attachment is None:
        shown["text"] = message.text
    else:
        shown[attachment.kind] = attachment.as_json()
        if message.text:
            shown["caption"] = message.text
    if message.entities:
        shown["entities" if attachment is None else "caption_entities"] = message.entities
    if message.reply_markup is not None and "inline_keyboard" in message.reply_markup:
        shown["reply_markup"] = message.reply_markup
    if message.reply_to is not None and message.reply_to in person.stored:
        shown["reply_to_message"] = _without_reply(person.stored[message.reply_to], person, bot)
    if message.via_bot:
        shown["via_bot"] = bot
    if message.protected:
        shown["has_protected_content"] = True
    return shown


def _without_reply(message: ChatMessage, person: Person, bot: Json) -> Json:
    """Return a message that another answers; what it answers itself is not shown (Bot API, Message)."""
    shown = message_json(message, person=person, bot=bot)
    shown.pop("reply_to_message", None)
    return shown


def membership_json(bot: Json, status: str) -> Json:
    """Return whether the bot may write, as the Bot API's ChatMember."""
    member: Json = {"user": bot, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return member
