"""What is typed for an audience: a day, or the size of a sample."""

from bot.domain.audience import MOST, WHOLE, JoinedAfter, JoinedBefore, Term
from bot.domain.audience_edit import AudienceChanged, TermsFull, Whose
from bot.handlers.audience_lines import builder
from bot.handlers.flows import save_state
from bot.handlers.numbers import number_in
from bot.handlers.request import Request
from bot.handlers.states import AwaitDay, AwaitSample
from bot.i18n.days import day_in
from bot.services import audiences, conversations
from bot.services.audiences import Built, Subject
from bot.telegram_io.audience_buttons import TermKind
from bot.telegram_io.replies import Reply
from bot.wording import term_screens as wording
from bot.wording.errors import apology

PERCENT_SIGNS = "%٪"
"""Around a number that is a share: in Latin and in Arabic script."""


async def ask_day(
    request: Request, built: Built, kind: TermKind, *, seen: str | None = None, why: str = ""
) -> list[Reply]:
    """Ask for a day to be typed, for a term of the audience that was `seen`."""
    state = AwaitDay(
        of=built.subject.of.value,
        id=built.subject.id,
        kind=kind.value,
        seen=seen or built.seen,
        album=request.incoming.album,
    )
    await save_state(request, state)
    example = request.now.date().replace(day=1).isoformat()
    return request.replace(wording.ask_day(request.localizer, built, kind, example=example, why=why))


async def ask_sample(
    request: Request, built: Built, *, seen: str | None = None, why: str = ""
) -> list[Reply]:
    """Ask how great a sample is."""
    state = AwaitSample(
        of=built.subject.of.value,
        id=built.subject.id,
        seen=seen or built.seen,
        album=request.incoming.album,
    )
    await save_state(request, state)
    return request.replace(wording.sample_screen(request.localizer, built, why=why))


async def take_day(request: Request, state: AwaitDay) -> list[Reply]:
    """Take the day that was typed; what is none, or has not come yet, is asked for once more."""
    today = request.now.date()
    day = day_in(request.incoming.text, request.localizer, today=today)
    if day is None or day > today:
        return await not_typed(request, state)
    term = JoinedAfter(day=day) if state.kind == TermKind.AFTER else JoinedBefore(day=day)
    return await _add(request, state, term)


async def take_sample(request: Request, state: AwaitSample) -> list[Reply]:
    """Take the size that was typed: of people, or with a percent sign, a share."""
    typed = request.incoming.text.strip()
    bare = typed.strip(PERCENT_SIGNS + " ")
    number, is_share = number_in(bare), bare != typed
    if not number or (number >= WHOLE if is_share else number > MOST):
        return await not_typed(request, state)
    return await _add(request, state, await _sample(request, state, number, is_share=is_share))


async def not_typed(request: Request, state: AwaitDay | AwaitSample) -> list[Reply]:
    """Ask once more whoever sent what cannot be taken, a picture or the like; once for an album."""
    if request.incoming.album and request.incoming.album == state.album:
        return []
    built = await audiences.get(request.tx, _subject(state), actor=request.actor)
    if isinstance(state, AwaitSample):
        refused = wording.size_refused(request.localizer)
        return await ask_sample(request, built, seen=state.seen, why=refused)
    refused = wording.day_refused(request.localizer)
    return await ask_day(request, built, TermKind(state.kind), seen=state.seen, why=refused)


async def _sample(request: Request, state: AwaitSample, number: int, *, is_share: bool) -> Term:
    tx, subject, actor = request.tx, _subject(state), request.actor
    if is_share:
        return await audiences.sample(tx, subject, percent=number, actor=actor)
    return await audiences.sample(tx, subject, people=number, actor=actor)


async def _add(request: Request, state: AwaitDay | AwaitSample, term: Term) -> list[Reply]:
    subject, why = _subject(state), ""
    try:
        built = await audiences.add(
            request.tx, subject, term, seen=state.seen, actor=request.actor, now=request.now
        )
    except (AudienceChanged, TermsFull) as error:
        built = await audiences.get(request.tx, subject, actor=request.actor)
        why = apology(error, request.localizer)
    await conversations.end(request.tx, request.chat_id)
    return request.reply(await builder(request, built, why=why))


def _subject(state: AwaitDay | AwaitSample) -> Subject:
    return Subject(of=Whose(state.of), id=state.id)
