"""After a send: recall, correct, send again to the unknown; each asked about before it is done."""

from bot.domain.organizer import Organizer
from bot.domain.rich_text import bold, joined
from bot.handlers.board import show_board
from bot.handlers.request import Request
from bot.services import alerts, broadcasts, team
from bot.services import follow_ups as aftermath
from bot.telegram_io.callbacks import ButtonOutdated, number
from bot.telegram_io.replies import Keyboard, Reply, button
from bot.wording.titles import title_of


async def after(request: Request) -> list[Reply]:
    """Take a button of what was sent: `recall`, `correct` or `resend`, with `:yes` or `:no` once it was asked."""
    actor = await team.require_composer(request.tx, request.chat_id)
    verb, _, rest = request.incoming.argument.partition(":")
    argument, _, answer = rest.partition(":")
    broadcast_id = number(argument)
    match verb, answer:
        case "correct", "":
            draft = await aftermath.begin_correction(request.tx, broadcast_id, actor=actor, now=request.now)
            return [*request.acknowledge(), *await show_board(request.below(), draft, actor=actor)]
        case (("recall" | "resend"), ""):
            return await _ask(request, verb, broadcast_id, actor)
        case "recall", "yes":
            await aftermath.recall(request.tx, broadcast_id, actor=actor, now=request.now)
            return _begun(request)
        case "resend", "yes":
            await aftermath.resend_unknown(request.tx, broadcast_id, actor=actor, now=request.now)
            return _begun(request)
        case (("recall" | "resend"), "no"):
            # Translators: an organizer was asked about a recall or a resend, and said no.
            return request.replace(request.words.gettext("Left as it is."))
        case _:
            raise ButtonOutdated


async def _ask(request: Request, verb: str, broadcast_id: int, actor: Organizer) -> list[Reply]:
    words = request.words
    progress = await broadcasts.progress(request.tx, broadcast_id, actor=actor)
    alert = await alerts.get(request.tx, progress.broadcast.alert_id, actor=actor)
    title = title_of(alert)
    if verb == "recall":
        # Translators: asks an organizer before deleting an alert from every chat; {title} is its title.
        head = words.gettext("Recall “{title}”?", title=title)
        # Translators: under it.
        body = words.gettext(
            "It is deleted from every chat where Telegram still allows it. This cannot be undone."
        )
        # Translators: button; deletes the alert from every chat.
        yes = words.gettext("Yes, recall it")
    else:
        # Translators: asks an organizer before sending again to the unknown; {title} is the alert's title.
        head = words.gettext("Send “{title}” again to the unknown?", title=title)
        # Translators: under it.
        body = words.gettext("Some of them may have it already. The message says that it is sent again.")
        # Translators: button; sends again to those of whom it is unknown whether they got it.
        yes = words.gettext("Yes, send again")
    # Translators: button; goes on without doing it.
    no = words.gettext("No, leave it")
    about = f"after:{verb}:{broadcast_id}"
    keyboard: Keyboard = [[button(yes, f"{about}:yes"), button(no, f"{about}:no")]]
    return [*request.acknowledge(), *request.below().reply(joined([bold(head), body]), keyboard)]


def _begun(request: Request) -> list[Reply]:
    # Translators: an organizer has confirmed a recall or a resend; a progress message follows below.
    return request.replace(request.words.gettext("It is on its way. You can follow it here."))
