"""What is kept, and erasing it."""

from dataclasses import replace

from bot.domain.rich_text import bold, joined
from bot.handlers.request import Request
from bot.handlers.thread_news import tell_ended
from bot.i18n.localizer import Localizer
from bot.services import team, threads
from bot.services.privacy import erase as erase_person
from bot.services.privacy import export, held
from bot.telegram_io.replies import Remains, Reply
from bot.telegram_io.supporter_buttons import Erase, OpenPrivacy
from bot.wording.held import privacy_screen
from bot.wording.held_file import held_file, held_file_screen
from bot.wording.screen import Control, Press, screen


async def privacy(request: Request) -> list[Reply]:
    """Show what is kept about the person, and the campaign's notice below it."""
    localizer = request.localizer
    kept = await held(request.tx, request.chat_id)
    locality = None if kept.subscriber is None else kept.subscriber.preferences.locality
    if locality is not None:
        kept = replace(kept, place=request.resources.content.campaign.place(locality, request.locale))
    notice = request.resources.content.privacy(request.locale).text
    return request.replace(privacy_screen(localizer, kept, notice))


async def send_held(request: Request) -> list[Reply]:
    """Send what is kept about the person as a file; no copy stays once it is posted."""
    localizer = request.localizer
    kept = await export(request.tx, request.chat_id)
    username = request.resources.profile.username
    upload = held_file(localizer, kept, username=username, today=request.now.date())
    return request.send_file(upload, held_file_screen(localizer))


async def ask_erase(request: Request) -> list[Reply]:
    """Ask once more before everything is erased."""
    localizer = request.localizer
    text = joined(
        [
            # Translators: title; asks before erasing all that is kept about the person.
            bold(localizer.gettext("Erase everything?")),
            # Translators: under it.
            localizer.gettext(
                "All that is kept about you goes for good: your place on the list, your choices, what you did. No "
                "alerts will come."
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
    """Erase; the receipt says what went. It is posted when what it says is so."""
    localizer = request.localizer
    ended = await threads.close(request.tx, request.chat_id, now=request.now)
    erased = await erase_person(
        request.tx, request.chat_id, now=request.now, named_owners=request.resources.named_owners
    )
    below = []
    if await team.find(request.tx, request.chat_id) is not None:
        # Translators: below the receipt after erasing, for an organizer.
        below.append(localizer.gettext("Your role on the campaign’s team is not part of this; it stays."))
    if erased.stays_removed:
        # Translators: below the receipt after erasing, for somebody who was removed from the campaign's team and whom
        # the bot's settings still name as an owner.
        named = localizer.gettext(
            "The bot’s settings name this chat as an owner’s. So that you do not become one again, a note stays, "
            "under an encrypted number, that you were removed. Ask whoever runs the bot to take you out of the "
            "settings and restart it; then erase again."
        )
        below.append(named)
    elif erased.stays_editor:
        # Translators: below the receipt after erasing, for somebody who was removed from the campaign's team and wrote
        # an alert that is not sent yet.
        wrote = localizer.gettext(
            "You wrote an alert that can still be sent. Until it is sent or deleted, a note under an encrypted "
            "number says that you wrote it, so that nobody approves their own. After that, erase again."
        )
        below.append(wrote)
    if not erased.was_kept:
        # Translators: the receipt after erasing, where there was nothing.
        nothing = localizer.gettext("There was nothing to erase: you are not on the list.")
        return request.replace(joined([nothing, *below]))
    if below:
        # Translators: the receipt after erasing, where no more is left in the database than the role on the team, of
        # which the next paragraph speaks.
        all_gone = localizer.gettext(
            "Erased. Apart from what is said next, the bot’s database holds nothing about you any more."
        )
    else:
        # Translators: the receipt after erasing, where not a byte is left in the database.
        all_gone = localizer.gettext("Erased. The bot’s database holds nothing about you any more.")
    below.append(_what_stays(localizer))
    # Translators: the receipt after erasing, where the database cannot clear its files at once.
    some_left = localizer.gettext(
        "Erased. You are on no list any more, and no alerts will come. Encrypted traces stay in the"
        " database’s files until it writes over them; the bot does not use them."
    )
    *acknowledged, receipt = request.replace(joined([all_gone, *below]))
    *_, other = request.replace(joined([some_left, *below]))
    return [
        # Before the receipt: it is true only once nothing is left of what is said here, either.
        *tell_ended(request, ended),
        *acknowledged,
        replace(receipt, where=Remains.NOTHING),
        replace(other, where=Remains.SOME_BYTES),
    ]


def _what_stays(localizer: Localizer) -> str:
    # Translators: below the receipt after erasing: what the bot cannot erase.
    return localizer.gettext(
        "A backup made before this may hold your encrypted number until a newer one replaces it. The messages in"
        " this chat stay with Telegram until you delete the chat. To start again, send {command}.",
        command="/start",
    )
