"""The saved segments: listed, named, removed. What one is made of is built like an alert's audience."""

from dataclasses import replace

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import SegmentNested, of_topic
from bot.domain.audience_edit import Whose
from bot.domain.segment import Segment, SegmentNameInvalid
from bot.handlers.audience_lines import builder
from bot.handlers.flows import save_state
from bot.handlers.request import Request
from bot.handlers.states import AwaitSegmentName
from bot.services import audiences, conversations, segments
from bot.services.audiences import Subject
from bot.services.segments import SegmentNameTaken
from bot.telegram_io.audience_buttons import OpenSegments, RemoveSegment, RenameSegment, SaveSegment
from bot.telegram_io.organizer_buttons import Answer
from bot.telegram_io.replies import Reply
from bot.wording import segments as wording
from bot.wording.errors import apology


async def list_segments(request: Request) -> list[Reply]:
    """Show the saved segments."""
    return await _list(request)


async def open_segments(request: Request, button: OpenSegments) -> list[Reply]:
    """Show a page of the saved segments."""
    return await _list(request, page=button.page)


async def save_segment(request: Request, button: SaveSegment) -> list[Reply]:
    """Ask for the name under which an alert's audience is saved."""
    subject = Subject(of=Whose.ALERT, id=button.alert_id)
    built = await audiences.get(request.tx, subject, actor=request.actor)
    if built.audience.segments:
        why = apology(SegmentNested(), request.localizer)
        return request.replace(await builder(request, built, why=why))
    return await _ask(request, AwaitSegmentName(alert_id=button.alert_id))


async def rename_segment(request: Request, button: RenameSegment) -> list[Reply]:
    """Ask for another name of a segment, or for that of a new one."""
    if button.segment_id is not None:
        await segments.get(request.tx, button.segment_id, actor=request.actor)
    return await _ask(request, AwaitSegmentName(segment_id=button.segment_id))


async def take_segment_name(request: Request, state: AwaitSegmentName) -> list[Reply]:
    """Take the name that was typed; one that cannot be used is asked for once more."""
    try:
        segment = await _named(request, state)
    except (SegmentNameInvalid, SegmentNameTaken) as error:
        return await _ask(request, state, why=apology(error, request.localizer))
    await conversations.end(request.tx, request.chat_id)
    if state.alert_id is None:
        subject, why = Subject(of=Whose.SEGMENT, id=segment.id), ""
    else:
        subject = Subject(of=Whose.ALERT, id=state.alert_id)
        why = wording.saved(request.localizer, segment)
    built = await audiences.get(request.tx, subject, actor=request.actor)
    return request.reply(await builder(request, built, why=why))


async def no_name(request: Request, state: AwaitSegmentName) -> list[Reply]:
    """Ask once more whoever sent a picture or the like; once for an album."""
    album = request.incoming.album
    if album and album == state.album:
        return []
    why = apology(SegmentNameInvalid(), request.localizer)
    return await _ask(request, replace(state, album=album), why=why)


async def remove_segment(request: Request, button: RemoveSegment) -> list[Reply]:
    """Ask about removing a segment; with a yes, remove it."""
    if button.answer is Answer.YES:
        gone = await segments.remove(request.tx, button.segment_id, actor=request.actor, now=request.now)
        why = wording.removed(request.localizer, gone.segment.name, alerts=len(gone.alerts))
        return await _list(request, why=why)
    subject = Subject(of=Whose.SEGMENT, id=button.segment_id)
    built = await audiences.get(request.tx, subject, actor=request.actor)
    if button.answer is Answer.NO:
        return request.replace(await builder(request, built))
    return request.replace(wording.ask_remove(request.localizer, built))


async def _list(request: Request, *, page: int = 0, why: str = "") -> list[Reply]:
    await conversations.end(request.tx, request.chat_id)
    found = await segments.listed(request.tx, actor=request.actor)
    return request.replace(wording.segments_screen(request.localizer, found, page=page, why=why))


async def _ask(request: Request, state: AwaitSegmentName, *, why: str = "") -> list[Reply]:
    await save_state(request, state)
    return request.replace(wording.ask_segment_name(request.localizer, alert_id=state.alert_id, why=why))


async def _named(request: Request, state: AwaitSegmentName) -> Segment:
    """Give the name to the segment that it is for.

    Raises SegmentMissing, SegmentNameInvalid, SegmentNameTaken.
    """
    tx, name, actor = request.tx, request.incoming.text, request.actor
    if state.segment_id is not None:
        return await segments.rename(tx, state.segment_id, name, actor=actor, now=request.now)
    audience = of_topic(DEFAULT_TOPIC)
    if state.alert_id is not None:
        subject = Subject(of=Whose.ALERT, id=state.alert_id)
        audience = (await audiences.get(tx, subject, actor=actor)).audience
    return await segments.save(tx, name, audience, actor=actor, now=request.now)
