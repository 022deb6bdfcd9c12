"""Preview, approval, the number typed to confirm, and the buttons of a broadcast under way."""

from bot.delivery.message import alert_keyboard, alert_text
from bot.domain.alert import Alert
from bot.domain.pacing import paid_stars
from bot.domain.rich_text import RichText, bold, joined
from bot.handlers.arguments import ButtonOutdated, number
from bot.handlers.compose import Step, reach_line
from bot.handlers.progress import progress_keyboard, progress_text
from bot.handlers.request import Request
from bot.services import alerts, broadcasts, team
from bot.telegram_io.replies import Keyboard, Reply, button, say


async def preview(request: Request) -> list[Reply]:
    """Show the alert as the readers of each language will see it."""
    await team.require(request.tx, request.chat_id)
    alert = await alerts.get(request.tx, number(request.incoming.argument))
    return [*request.heard(), *_previews(request, alert), *_back_to_board(request, alert)]


async def review(request: Request) -> list[Reply]:
    """Show a colleague exactly what they would approve."""
    organizer = await team.require(request.tx, request.chat_id)
    if not organizer.may_approve:
        raise team.NotAnOrganizer
    alert = await alerts.get(request.tx, number(request.incoming.name.removeprefix("approve_")))
    words = request.words
    reach = await alerts.reach_of(request.tx, alert)
    # Translators: a colleague of an alert's author is asked to approve it, having seen it above.
    text = joined([words.gettext("This is what would be sent."), reach_line(request, reach)])
    # Translators: button; a colleague approves the alert exactly as shown.
    approve = button(words.gettext("Approve"), f"approve:{alert.id}:{alert.content_hash()[:16]}")
    return [*_previews(request, alert), say(request.chat_id, text, [[approve]])]


async def approve(request: Request) -> list[Reply]:
    """Approve what was shown; if it was edited meanwhile, show it again."""
    approver = await team.require(request.tx, request.chat_id)
    alert_id, _, seen = request.incoming.argument.partition(":")
    alert = await alerts.get(request.tx, number(alert_id))
    words = request.words
    if alert.content_hash()[:16] != seen:
        # Translators: the alert was edited between being shown and being approved; it is shown anew below.
        changed = RichText(words.gettext("It has changed since you looked. Look again:"))
        return [*request.say(changed), *_previews(request, alert), *_approve_again(request, alert)]
    await alerts.approve(request.tx, alert.id, approver, now=request.now)
    # Translators: a colleague has approved an alert.
    return request.show(words.gettext("Approved, exactly as you saw it. Its author can send it now."))


async def ask_to_send(request: Request) -> list[Reply]:
    """Show the number it reaches and ask for it to be typed."""
    organizer = await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.unsent(request.tx, number(request.incoming.argument))
    if not await request.tx.alerts.is_approved(alert.id, alert.content_hash()):
        if not organizer.may_approve:
            raise alerts.ColleagueNeeded(alert.id)
        await alerts.approve(request.tx, alert.id, organizer, now=request.now)
    return await ask_number(request, alert)


async def careful(request: Request) -> list[Reply]:
    """Ask for the number, with the first few to go alone."""
    await team.require_composer(request.tx, request.chat_id)
    alert = await alerts.unsent(request.tx, number(request.incoming.argument))
    return await ask_number(request, alert, canary=True)


async def ask_number(
    request: Request, alert: Alert, *, canary: bool = False, again: bool = False
) -> list[Reply]:
    """Ask for the number of people to be typed; `again`: the same was sent today."""
    reach = await alerts.reach_of(request.tx, alert)
    if not reach.total:
        raise broadcasts.NobodyToReach
    step = Step(at="confirm", alert_id=alert.id, careful=canary, again=again)
    await request.tx.conversations.save(request.chat_id, step.as_dict(), now=request.now)
    words = request.words
    title = alert.words(alert.base).title
    text = joined(
        [
            # Translators: asks an organizer to confirm a sending; {title} is the alert's title.
            bold(words.gettext("Send “{title}”?", title=title)),
            _warning(request, again=again),
            reach_line(request, reach),
            _manner(request, alert, reach.total, canary=canary),
            # Translators: {number} is the number of people, to be typed as it stands.
            words.gettext(
                "To send it, type {number}. To leave it as it is, send {command}.",
                number=str(reach.total),
                command="/cancel",
            ),
        ]
    )
    rows = _board_keyboard(request, alert)
    if not canary and alert.corrects is None and reach.total > broadcasts.CANARY:
        # Translators: button; {n} people get the alert first, then it waits until the organizer has looked.
        label = words.ngettext("First to {n} only", "First to {n} only", broadcasts.CANARY)
        rows.insert(0, [button(label, f"careful:{alert.id}")])
    return request.show(text, rows)


def _warning(request: Request, *, again: bool) -> str:
    if not again:
        return ""
    # Translators: an organizer is about to send the same words to the same people a second time within a day.
    return request.words.gettext(
        "Exactly this was sent to the same people within the last day. Send it once more?"
    )


def _manner(request: Request, alert: Alert, people: int, *, canary: bool) -> str:
    words = request.words
    lines = []
    if alert.corrects is not None:
        # Translators: a corrected alert replaces the one sent before, without a new notification.
        lines.append(words.gettext("It replaces what was sent, in place. Nobody is notified anew."))
    if canary:
        # Translators: {n} people get the alert first, then it waits until the organizer has looked.
        first = words.ngettext(
            "It goes to {n} person first and waits for you.",
            "It goes to {n} people first and waits for you.",
            broadcasts.CANARY,
        )
        lines.append(first)
    if request.voice.paid_broadcast and alert.corrects is None:
        # Translators: Telegram takes a price for fast sending; {stars} is a number of Telegram Stars.
        lines.append(words.gettext("Paid sending: up to {stars} Telegram Stars.", stars=paid_stars(people)))
    return "\n".join(lines)


async def take_number(request: Request, step: Step) -> list[Reply]:
    """Send, if the number typed is the number of people it reaches now."""
    organizer = await team.require_composer(request.tx, request.chat_id)
    typed = (
        request.incoming.text.strip().replace(",", "").replace(".", "").replace("\u202f", "").replace(" ", "")
    )
    confirmed = int(typed) if typed.isdecimal() and len(typed) < 10 else None  # noqa: PLR2004  # a billion people
    try:
        await broadcasts.send(
            request.tx,
            step.alert_id,
            organizer,
            confirmed=confirmed,
            now=request.now,
            again=step.again,
            careful=step.careful,
        )
    except (broadcasts.ReachChanged, broadcasts.SentAlready) as error:
        alert = await alerts.get(request.tx, step.alert_id)
        again = step.again or isinstance(error, broadcasts.SentAlready)
        return await ask_number(request, alert, canary=step.careful, again=again)
    await request.tx.conversations.end(request.chat_id)
    # Translators: an organizer has confirmed a sending; a progress message follows below.
    return request.say(request.words.gettext("It is on its way. You can follow it here."))


async def control(request: Request) -> list[Reply]:
    """Pause, resume or cancel a broadcast under way."""
    await team.require_composer(request.tx, request.chat_id)
    verb, _, broadcast_id = request.incoming.argument.partition(":")
    moves = {
        "start": broadcasts.start_now,
        "pause": broadcasts.pause,
        "resume": broadcasts.resume,
        "cancel": broadcasts.cancel,
    }
    if verb not in moves:
        raise ButtonOutdated
    moved = await moves[verb](request.tx, number(broadcast_id), now=request.now)
    alert = await alerts.get(request.tx, moved.broadcast.alert_id)
    title = alert.words(alert.base).title
    text = progress_text(request.words, moved, title=title, now=request.now)
    return request.show(text, progress_keyboard(request.words, moved, now=request.now))


def _previews(request: Request, alert: Alert) -> list[Reply]:
    shown = []
    for locale in alert.translations:
        words = request.voice.catalogs.words(locale)
        shown.append(say(request.chat_id, alert_text(alert, words), alert_keyboard(alert, words)))
    return shown


def _approve_again(request: Request, alert: Alert) -> list[Reply]:
    words = request.words
    # Translators: button; a colleague approves the alert exactly as shown.
    label = words.gettext("Approve")
    row = [button(label, f"approve:{alert.id}:{alert.content_hash()[:16]}")]
    # Translators: under an alert shown for approval.
    return [say(request.chat_id, RichText(words.gettext("This is what would be sent.")), [row])]


def _back_to_board(request: Request, alert: Alert) -> list[Reply]:
    # Translators: below previews of an alert in all its languages.
    text = RichText(request.words.gettext("This is how it will look, in each language."))
    return [say(request.chat_id, text, _board_keyboard(request, alert, send=True))]


def _board_keyboard(request: Request, alert: Alert, *, send: bool = False) -> Keyboard:
    # Translators: button; back to an alert's board.
    rows: Keyboard = [[button(request.words.gettext("Back to the alert"), f"alert:{alert.id}")]]
    if send:
        # Translators: button; goes on to confirm the sending of an alert.
        rows[0].append(button(request.words.gettext("Send …"), f"send:{alert.id}"))
    return rows
