"""What is done less often with a draft: it is copied, sent as a file; a file that comes in is a new draft."""

from bot.handlers.board import show_board
from bot.handlers.request import Request
from bot.services import alert_file, alert_file_writing, alerts, drafts
from bot.telegram_io.compose_buttons import AsFile, DuplicateAlert, OpenMore, SetReminds, SetUrgent
from bot.telegram_io.replies import Reply
from bot.telegram_io.updates import ALERT_FILE_BYTES
from bot.telegram_io.uploads import Upload, UploadKind
from bot.wording import alert_files
from bot.wording.drafts import more_screen
from bot.wording.screen import screen


async def set_urgent(request: Request, button: SetUrgent) -> list[Reply]:
    """Let an alert go to who wants urgent alerts only as well, or not any more."""
    alert = await alerts.set_urgent(
        request.tx, button.alert_id, button.urgent, actor=request.actor, now=request.now
    )
    return request.replace(more_screen(request.localizer, alert))


async def set_reminds(request: Request, button: SetReminds) -> list[Reply]:
    """Let an alert remind who began, or not any more."""
    alert = await alerts.set_reminds(
        request.tx, button.alert_id, button.reminds, actor=request.actor, now=request.now
    )
    return request.replace(more_screen(request.localizer, alert))


async def open_more(request: Request, button: OpenMore) -> list[Reply]:
    """Show what else can be done with a draft."""
    alert = await alerts.unsent(request.tx, button.alert_id, actor=request.actor)
    return request.replace(more_screen(request.localizer, alert))


async def duplicate(request: Request, button: DuplicateAlert) -> list[Reply]:
    """Begin a new draft that says the same, and show it below."""
    copy = await drafts.duplicate(request.tx, button.alert_id, actor=request.actor, now=request.now)
    made = alert_files.copied(request.localizer)
    return [*request.acknowledge(), *await show_board(request.below(), copy, above=made)]


async def as_file(request: Request, button: AsFile) -> list[Reply]:
    """Send the alert as one document."""
    alert = await alerts.get(request.tx, button.alert_id, actor=request.actor)
    written = alert_file_writing.write_alert_file(alert)
    upload = Upload(kind=UploadKind.ALERT, name=alert_files.filename(alert), of={"text": written})
    return request.send_file(upload, screen(alert_files.caption(request.localizer, alert)))


async def read_file(request: Request) -> list[Reply]:
    """Take an alert file for a new draft; one that is wrong is refused, with the place."""
    if request.file is None:
        sent = request.incoming.document
        is_large = sent is not None and sent.file_size > ALERT_FILE_BYTES
        return request.reply(alert_files.not_fetched(request.localizer, is_large=is_large))
    try:
        read = alert_file.read_alert_file(
            alert_file.text_of(request.file), strict=True, locales=request.resources.catalogs.locales
        )
    except alert_file.AlertFileInvalid as error:
        return request.reply(alert_files.refused(request.localizer, error))
    draft = await drafts.add(request.tx, read, actor=request.actor, now=request.now)
    return await show_board(request, draft, above=alert_files.taken(request.localizer))
