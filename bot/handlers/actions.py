"""Acting on an alert: its main button, what came of it, and taking that back.

What cannot be done is said in a notice over the chat; the message with the button stays as it is.
"""

from collections.abc import Awaitable

from bot.domain.action_fields import FieldName, field_of, starts_at, value_for
from bot.domain.alert import ActionKind, Alert
from bot.domain.calendar_file import event_file
from bot.domain.outcome import AlreadySaid, Outcome, Step
from bot.domain.rich_text import bold
from bot.handlers.request import Request
from bot.handlers.sightings import ask_first
from bot.services import actions
from bot.telegram_io.action_buttons import (
    Act,
    FewerOutcomes,
    MoreOutcomes,
    ReadAlert,
    SayOutcome,
    SendCalendar,
    UndoOutcome,
    UndoPledge,
)
from bot.telegram_io.callbacks import pack
from bot.telegram_io.replies import Reply, once_for
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording import outcomes as wording
from bot.wording.action_card import Places, action_card
from bot.wording.action_notices import NOTICES, action_notice
from bot.wording.alert_buttons import alert_rows, more_rows
from bot.wording.alert_message import alert_screen
from bot.wording.moments import counted_notice, counted_rows, counted_screen
from bot.wording.screen import screen


async def act(request: Request, button: Act) -> list[Reply]:
    """Press the main button: open the card, pledge, or be asked the first question."""
    return await _or_notice(request, _act(request, button))


async def say(request: Request, button: SayOutcome) -> list[Reply]:
    """Say what came of it: thanks, the count and one next step."""

    async def saying() -> list[Reply]:
        said = await actions.say(
            request.tx, request.chat_id, button.alert_id, button.outcome, now=request.now
        )
        if said.alert.kind is ActionKind.MOMENT and button.outcome is Outcome.DONE:
            return _counted(request, said)
        return _placed(request, here=button.here).replace(
            wording.thanks_screen(request.localizer, said, button.outcome)
        )

    return await _or_notice(request, saying())


async def undo(request: Request, button: UndoOutcome) -> list[Reply]:
    """Take back what was said."""

    async def undoing() -> list[Reply]:
        alert = await actions.undo(request.tx, request.chat_id, button.alert_id)
        shown = wording.taken_back_screen(request.localizer, alert)
        return _placed(request, here=button.here).replace(shown)

    return await _or_notice(request, undoing())


async def undo_pledge(request: Request, button: UndoPledge) -> list[Reply]:
    """Take a pledge back."""

    async def undoing() -> list[Reply]:
        alert = await actions.take_back_pledge(request.tx, request.chat_id, button.alert_id)
        shown = wording.pledge_taken_back_screen(request.localizer, alert)
        return _placed(request, here=button.here).replace(shown)

    return await _or_notice(request, undoing())


async def more(request: Request, button: MoreOutcomes) -> list[Reply]:
    """Offer what else can be said, in the place of the alert's buttons."""

    async def offering() -> list[Reply]:
        found = await actions.acting(request.tx, request.chat_id, button.alert_id)
        said, has_pledged = found.standing.outcome, found.standing.step is Step.PLEDGED
        return request.relabel(more_rows(found.alert, request.localizer, said=said, has_pledged=has_pledged))

    return await _or_notice(request, offering())


async def fewer(request: Request, button: FewerOutcomes) -> list[Reply]:
    """Give the alert its first buttons back."""

    async def going_back() -> list[Reply]:
        found = await actions.acting(request.tx, request.chat_id, button.alert_id)
        return request.relabel(alert_rows(found.alert, request.localizer))

    return await _or_notice(request, going_back())


async def read(request: Request, button: ReadAlert) -> list[Reply]:
    """Show all of an alert of which a digest shows the beginning, below it."""

    async def reading() -> list[Reply]:
        found = await actions.acting(request.tx, request.chat_id, button.alert_id)
        shown = request.beside().replace(alert_screen(found.alert, request.localizer))
        return once_for(pack(button), shown)

    return await _or_notice(request, reading())


async def send_calendar(request: Request, button: SendCalendar) -> list[Reply]:
    """Send the event as a file for calendars."""

    async def sending() -> list[Reply]:
        found = await actions.acting(request.tx, request.chat_id, button.alert_id)
        upload = _calendar(request, found.alert)
        if upload is None:
            raise actions.ActionMissing
        title = found.alert.words(request.locale).title
        return once_for(pack(button), request.send_file(upload, screen(bold(title))))

    return await _or_notice(request, sending())


async def _act(request: Request, button: Act) -> list[Reply]:
    tx, chat_id, alert_id, now = request.tx, request.chat_id, button.alert_id, request.now
    found = await actions.acting(tx, chat_id, alert_id)
    if found.alert.kind is ActionKind.PLEDGE:
        said = await actions.pledge(tx, chat_id, alert_id, now=now)
        shown = wording.pledged_screen(request.localizer, said)
        return _placed(request, here=button.here).replace(shown)
    if found.alert.kind is ActionKind.MOMENT:
        return await _take_part(request, alert_id)
    if actions.questions_of(found.alert, request.locale):
        return once_for(pack(button), await ask_first(request, found.alert))
    opened = await actions.open_action(tx, chat_id, alert_id, now=now)
    card = action_card(opened.alert, request.localizer, _places(request, opened.alert))
    replies = _placed(request, here=button.here).replace(card)
    return replies if button.here else once_for(pack(button), replies)


async def _take_part(request: Request, alert_id: int) -> list[Reply]:
    """Act at a moment: the answer is the count. A second tap gets the count as well, and changes nothing."""
    tx, chat_id = request.tx, request.chat_id
    try:
        said = await actions.say(tx, chat_id, alert_id, Outcome.DONE, now=request.now)
    except AlreadySaid as error:
        if error.outcome is not Outcome.DONE:
            raise
        said = await actions.counted(tx, chat_id, alert_id, Outcome.DONE)
        return request.acknowledge(counted_notice(request.localizer, said.count))
    return _counted(request, said)


def _counted(request: Request, said: actions.Said) -> list[Reply]:
    """Answer a tap that counts at once; the card it was made on changes when there is time for it."""
    notice = counted_notice(request.localizer, said.count)
    if said.alert.picture is not None:
        return request.answer_first(notice, relabelled=counted_rows(request.localizer, said.alert))
    return request.answer_first(notice, replaced=counted_screen(request.localizer, said))


def _places(request: Request, alert: Alert) -> Places:
    username, letters = request.resources.profile.username, request.resources.letters
    return Places(
        letter=None if letters is None else letters(alert.id, request.locale),
        bot=None if username is None else f"https://t.me/{username}",
        campaign=request.resources.content.campaign.name(request.locale),
    )


def _calendar(request: Request, alert: Alert) -> Upload | None:
    """Return the event as a file; None for what has no time."""
    begins = starts_at(alert)
    if begins is None:
        return None
    words = alert.words(request.locale)
    field = field_of(alert.kind, FieldName.PLACE)
    made = event_file(
        uid=f"alert-{alert.id}@{request.resources.profile.username or 'campaign-bot'}",
        starts_at=begins,
        title=words.title,
        place=(None if field is None else value_for(alert, field, request.locale)) or "",
        text=words.body().text,
        now=request.now,
    )
    return Upload(kind=UploadKind.CALENDAR, name="event.ics", of={"text": made})


def _placed(request: Request, *, here: bool) -> Request:
    """Return the request answered on the card itself or, from the alert, below it."""
    return request if here else request.beside()


async def _or_notice(request: Request, work: Awaitable[list[Reply]]) -> list[Reply]:
    """Do it, or say in a notice why nothing was done."""
    try:
        return await work
    except NOTICES as error:
        return request.acknowledge(action_notice(error, request.localizer))
