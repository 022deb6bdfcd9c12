"""Reports of what was sent: the card, by language and source, as a picture and as a table."""

from bot.domain.rich_text import bold
from bot.handlers.request import Request
from bot.services import reports
from bot.telegram_io.replies import Reply
from bot.telegram_io.report_buttons import OpenResults, OpenResultsList, ReportPicture, ReportTable
from bot.wording.report import groups_screen, report_screen, report_title, results_list
from bot.wording.report_picture import report_picture_screen, report_upload
from bot.wording.report_table import report_table
from bot.wording.screen import screen

LISTED = 8
"""Broadcasts that are listed, the newest: as many rows as a phone shows."""


async def list_reports(request: Request) -> list[Reply]:
    """Show of which broadcasts there are reports."""
    found = await reports.latest(request.tx, limit=LISTED, actor=request.actor)
    return request.replace(results_list(request.localizer, found))


async def open_list(request: Request, _button: OpenResultsList) -> list[Reply]:
    """Show the same, from a button."""
    return await list_reports(request)


async def open_results(request: Request, button: OpenResults) -> list[Reply]:
    """Show what came of a broadcast, in all or by language or source."""
    report, alert, names = await reports.report(request.tx, button.broadcast_id, actor=request.actor)
    if button.by is None:
        return request.replace(report_screen(request.localizer, report, alert))
    shown = groups_screen(request.localizer, report, alert, button.by, names, page=button.page)
    return request.replace(shown)


async def send_picture(request: Request, button: ReportPicture) -> list[Reply]:
    """Send the numbers as a picture, and in words with it."""
    report, alert, names = await reports.report(request.tx, button.broadcast_id, actor=request.actor)
    shown = report_picture_screen(request.localizer, report, alert, names)
    return request.send_file(report_upload(request.localizer, report, alert, names), shown)


async def send_table(request: Request, button: ReportTable) -> list[Reply]:
    """Send the sums as a file for spreadsheets."""
    report, alert, names = await reports.report(request.tx, button.broadcast_id, actor=request.actor)
    shown = screen(bold(report_title(request.localizer, alert)))
    return request.send_file(report_table(request.localizer, report, alert, names), shown)
