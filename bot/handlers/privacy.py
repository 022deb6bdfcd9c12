"""What is kept, and erasing it."""

from bot.domain.rich_text import bold, joined
from bot.handlers.request import Request
from bot.services import team
from bot.services.privacy import erase as erase_person
from bot.telegram_io.callbacks import AskErase, Erase, OpenPrivacy
from bot.telegram_io.replies import Reply
from bot.wording.screen import Control, Press, screen


async def privacy(request: Request) -> list[Reply]:
    """Show what is kept about the person."""
    localizer = request.localizer
    # Translators: title of /privacy.
    text = joined(
        [bold(localizer.gettext("Privacy")), request.resources.content.privacy(request.locale).text]
    )
    # Translators: button under /privacy; it asks to confirm.
    return request.replace(screen(text, [[Press(localizer.gettext("Erase everything"), AskErase())]]))


async def ask_erase(request: Request) -> list[Reply]:
    """Ask once more before everything is erased."""
    localizer = request.localizer
    text = joined(
        [
            # Translators: title; asks before erasing all that is kept about the person.
            bold(localizer.gettext("Erase everything?")),
            # Translators: under it.
            localizer.gettext(
                "Your place on the list, your language and your consent records go for good. No alerts will come."
            ),
        ]
    )
    rows: list[list[Control]] = [
        # Translators: button; erases everything kept about the person, for good.
        [Press(localizer.gettext("Yes, erase"), Erase())],
        # Translators: button; goes back without erasing.
        [Press(localizer.gettext("No, keep it"), OpenPrivacy())],
    ]
    return request.replace(screen(text, rows))


async def erase(request: Request) -> list[Reply]:
    """Erase; the receipt says what went."""
    localizer = request.localizer
    erased = await erase_person(request.tx, request.chat_id)
    if erased.was_kept:
        # Translators: the receipt after erasing.
        receipt = localizer.gettext(
            "Erased. Nothing about you is left here. To begin anew, send {command}.", command="/start"
        )
    else:
        # Translators: the receipt after erasing, where there was nothing.
        receipt = localizer.gettext("There was nothing to erase: you are not on the list.")
    if await team.find(request.tx, request.chat_id) is not None:
        # Translators: below the receipt after erasing, for an organizer.
        role = localizer.gettext("Your role in the campaign’s team is not part of this; it stays.")
        return request.replace(joined([receipt, role]))
    return request.replace(receipt)
