"""What is kept, and erasing it."""

from bot.domain.rich_text import bold, joined
from bot.handlers.request import Request
from bot.services.privacy import erase as erase_person
from bot.telegram_io.replies import Keyboard, Reply, button


async def privacy(request: Request) -> list[Reply]:
    """Show what is kept about the person."""
    words = request.words
    # Translators: title of /privacy.
    text = joined([bold(words.gettext("Privacy")), request.resources.content.privacy(request.locale).text])
    # Translators: button under /privacy; it asks to confirm.
    return request.replace(text, [[button(words.gettext("Erase everything"), "erase")]])


async def erase(request: Request) -> list[Reply]:
    """Ask once more, then erase; the receipt says what went."""
    words = request.words
    if request.incoming.argument != "yes":
        text = joined(
            [
                # Translators: title; asks before erasing all that is kept about the person.
                bold(words.gettext("Erase everything?")),
                # Translators: under it.
                words.gettext(
                    "Your place on the list, your language and your consent records go for good. No alerts will come."
                ),
            ]
        )
        keyboard: Keyboard = [
            # Translators: button; erases everything kept about the person, for good.
            [button(words.gettext("Yes, erase"), "erase:yes")],
            # Translators: button; goes back without erasing.
            [button(words.gettext("No, keep it"), "privacy")],
        ]
        return request.replace(text, keyboard)
    erased = await erase_person(request.tx, request.chat_id)
    if erased.was_kept:
        # Translators: the receipt after erasing.
        receipt = words.gettext(
            "Erased. Nothing about you is left here. To begin anew, send {command}.", command="/start"
        )
    else:
        # Translators: the receipt after erasing, where there was nothing.
        receipt = words.gettext("There was nothing to erase: you are not on the list.")
    if await request.tx.organizers.find(request.chat_id) is not None:
        # Translators: below the receipt after erasing, for an organizer.
        role = words.gettext("Your role in the campaign’s team is not part of this; it stays.")
        return request.replace(joined([receipt, role]))
    return request.replace(receipt)
