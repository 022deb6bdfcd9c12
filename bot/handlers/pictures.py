"""The picture of an alert: asked for, taken from a photo, taken out."""

from dataclasses import replace

from bot.domain.alert import Alert, TextTooLong
from bot.domain.picture import Picture
from bot.domain.staleness import picture_version
from bot.handlers.board import show_board
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AtBoard, AwaitPicture
from bot.handlers.words import answer_typed_back
from bot.services import alerts, pictures
from bot.telegram_io.compose_buttons import EditPicture, RemovePicture
from bot.telegram_io.replies import Reply
from bot.wording import drafts as wording
from bot.wording.errors import apology


async def edit_picture(request: Request, button: EditPicture) -> list[Reply]:
    """Ask for a picture."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    if alert.corrects is not None:
        raise pictures.PictureStays
    return await _ask(request, alert)


async def remove_picture(request: Request, button: RemovePicture) -> list[Reply]:
    """Let the alert go out without one."""
    alert = await pictures.set_picture(
        request.tx, button.alert_id, None, actor=request.actor, now=request.now
    )
    return await show_board(request, alert)


async def take_picture(request: Request, state: AwaitPicture) -> list[Reply]:
    """Take the photo that was sent, the first of an album; words that do not fit under one are named at once."""
    back = await answer_typed_back(request, state)
    if back is not None:
        return back
    album, photo = request.incoming.album, request.incoming.photo
    if album and album == state.album:
        return []
    if photo is None:
        await save_state(request, replace(state, album=album))
        return request.reply(wording.no_picture(request.localizer, state.alert_id))
    picture = Picture(file_id=photo.file_id, width=photo.width, height=photo.height)
    try:
        alert = await pictures.set_picture(
            request.tx, state.alert_id, picture, over=state.over, actor=request.actor, now=request.now
        )
    except alerts.WordsChanged as error:
        changed = await alerts.unsent(request.tx, state.alert_id, actor=request.actor)
        return await _ask(request, changed, why=apology(error, request.localizer))
    except TextTooLong as error:
        await save_state(request, replace(state, album=album))
        said = wording.too_long_for_picture(request.localizer, error)
        return request.reply(wording.no_picture(request.localizer, state.alert_id, said))
    opened = int(request.now.timestamp())
    taken = AtBoard(alert_id=alert.id, locale=alert.base, opened=opened, album=album)
    return await show_board(request, alert, state=taken)


async def _ask(request: Request, alert: Alert, *, why: str = "") -> list[Reply]:
    await save_state(request, AwaitPicture(alert_id=alert.id, over=picture_version(alert)))
    return request.replace(wording.ask_picture(request.localizer, alert, why=why))
