"""Building an audience: one screen, edited in place, of its terms and how many they are."""

from collections.abc import Awaitable

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import Did, Got, Locality, SegmentNested, Source, Term, Topic
from bot.domain.audience_edit import AudienceChanged, TermsFull, TopicNeeded, require_seen
from bot.domain.broadcast import BroadcastKind
from bot.handlers.audience_lines import builder, names_of
from bot.handlers.audience_typed import ask_day, ask_sample
from bot.handlers.going_on import titled
from bot.handlers.request import Request
from bot.services import audiences, conversations, overview, segments
from bot.services.audiences import Built, Subject
from bot.services.segments import SegmentMissing
from bot.telegram_io.audience_buttons import (
    AddPlace,
    AddTerm,
    AddTopic,
    ChooseTerm,
    DropTerm,
    NegateTerm,
    OpenAudience,
    OpenTerm,
    StartAnew,
    TermKind,
    TurnLocale,
)
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.replies import Reply
from bot.wording import term_screens as wording
from bot.wording.errors import apology
from bot.wording.shown import source_words
from bot.wording.term_screens import Choice

SENT_OFFERED = 30
"""Alerts that were sent and are offered for a term, the newest."""

REFUSED = (AudienceChanged, SegmentMissing, SegmentNested, TermsFull, TopicNeeded)
"""What is said above the audience as it stands: nothing of it was changed."""


async def open_audience(request: Request, button: OpenAudience) -> list[Reply]:
    """Show an audience; whoever builds is writing or confirming nothing."""
    return await _show(request, await _get(request, button))


async def add_term(request: Request, button: AddTerm) -> list[Reply]:
    """Offer the kinds of terms; with a kind, what it can say, or ask for that to be typed."""
    built = await _get(request, button)
    match button.kind:
        case None:
            has_sources = bool(await audiences.sources(request.tx, actor=request.actor))
            shown = wording.kinds_screen(
                request.localizer,
                built,
                has_sources=has_sources,
                has_places=bool(await _places(request)),
                has_topics=bool(request.resources.content.campaign.alert_topics),
            )
            return request.replace(shown)
        case TermKind.PLACE:
            places = await _places(request)
            return request.replace(wording.places_screen(request.localizer, built, places))
        case TermKind.LOCALES:
            locales = request.resources.catalogs.locales
            return request.replace(wording.locales_screen(request.localizer, built, locales))
        case TermKind.AFTER | TermKind.BEFORE:
            return await ask_day(request, built, button.kind)
        case TermKind.SAMPLE:
            return await ask_sample(request, built)
        case TermKind.TOPIC:
            topics = request.resources.content.campaign.topics(request.locale)
            return request.replace(wording.topics_screen(request.localizer, built, topics))
        case _:
            choices = await _choices(request, button.kind)
    return request.replace(
        wording.choices_screen(request.localizer, built, button.kind, choices, page=button.page)
    )


async def choose_term(request: Request, button: ChooseTerm) -> list[Reply]:
    """Add the term that was chosen."""
    return await _shown(request, button, _chosen(request, button))


async def add_place(request: Request, button: AddPlace) -> list[Reply]:
    """Add the term of a place that enough people have named."""
    if button.place not in await _places(request):
        raise ButtonOutdated
    adding = audiences.add(
        request.tx,
        _subject(button),
        Locality(locality=button.place),
        seen=button.seen,
        actor=request.actor,
        now=request.now,
    )
    return await _shown(request, button, adding)


async def add_topic(request: Request, button: AddTopic) -> list[Reply]:
    """Let it be for who chose alerts about this."""
    if button.topic not in request.resources.content.campaign.alert_topics:
        raise ButtonOutdated
    adding = audiences.add(
        request.tx,
        _subject(button),
        Topic(topic=button.topic),
        seen=button.seen,
        actor=request.actor,
        now=request.now,
    )
    return await _shown(request, button, adding)


async def _places(request: Request) -> dict[str, str]:
    """Return what the places are called that enough people have named."""
    shared = await audiences.shared_places(request.tx, actor=request.actor)
    places = request.resources.content.campaign.places(request.locale)
    return {slug: name for slug, name in places.items() if slug in shared}


async def turn_locale(request: Request, button: TurnLocale) -> list[Reply]:
    """Choose one language more, or less, and go on choosing."""
    locales = request.resources.catalogs.locales
    if button.locale not in locales:
        raise ButtonOutdated
    turning = audiences.turn_locale(
        request.tx,
        _subject(button),
        button.locale,
        seen=button.seen,
        actor=request.actor,
        now=request.now,
    )
    try:
        built = await turning
    except REFUSED as error:
        return await _refused(request, button, error)
    return request.replace(wording.locales_screen(request.localizer, built, locales))


async def open_term(request: Request, button: OpenTerm) -> list[Reply]:
    """Show one term, and what can be done with it."""
    built = await _get(request, button)
    try:
        require_seen(built.audience, button.seen)
        names = await names_of(request, built.audience)
        return request.replace(wording.term_screen(request.localizer, built, names, at=button.at))
    except AudienceChanged as error:
        return await _refused(request, button, error)


async def negate_term(request: Request, button: NegateTerm) -> list[Reply]:
    """Turn a term into its contrary."""
    turning = audiences.negate(
        request.tx, _subject(button), button.at, seen=button.seen, actor=request.actor, now=request.now
    )
    return await _shown(request, button, turning)


async def drop_term(request: Request, button: DropTerm) -> list[Reply]:
    """Remove a term."""
    dropping = audiences.drop(
        request.tx, _subject(button), button.at, seen=button.seen, actor=request.actor, now=request.now
    )
    return await _shown(request, button, dropping)


async def start_anew(request: Request, button: StartAnew) -> list[Reply]:
    """Let it be for all who get the alerts."""
    beginning = audiences.start_anew(
        request.tx, _subject(button), seen=button.seen, actor=request.actor, now=request.now
    )
    return await _shown(request, button, beginning)


AboutAudience = (
    OpenAudience
    | AddTerm
    | AddPlace
    | AddTopic
    | ChooseTerm
    | TurnLocale
    | OpenTerm
    | NegateTerm
    | DropTerm
    | StartAnew
)


def _subject(button: AboutAudience) -> Subject:
    return Subject(of=button.of, id=button.id)


async def _get(request: Request, button: AboutAudience) -> Built:
    return await audiences.get(request.tx, _subject(button), actor=request.actor)


async def _shown(request: Request, button: AboutAudience, work: Awaitable[Built]) -> list[Reply]:
    """Show the audience after an edit, or as it stands, with the reason why nothing was changed."""
    try:
        return await _show(request, await work)
    except REFUSED as error:
        return await _refused(request, button, error)


async def _refused(request: Request, button: AboutAudience, error: Exception) -> list[Reply]:
    return await _show(request, await _get(request, button), why=apology(error, request.localizer))


async def _show(request: Request, built: Built, *, why: str = "") -> list[Reply]:
    await conversations.end(request.tx, request.chat_id)
    return request.replace(await builder(request, built, why=why))


async def _chosen(request: Request, button: ChooseTerm) -> Built:
    tx, subject, actor, now = request.tx, _subject(button), request.actor, request.now
    match button.kind:
        case TermKind.SEGMENT:
            return await audiences.use_segment(
                tx, subject, button.value, seen=button.seen, actor=actor, now=now
            )
        case TermKind.SAMPLE if button.value in wording.PERCENTS:
            term: Term = await audiences.sample(tx, subject, percent=button.value, actor=actor)
        case TermKind.TOPIC:
            term = Topic(topic=DEFAULT_TOPIC)
        case TermKind.SOURCE if await _is_offered(request, button):
            term = Source(source_id=button.value)
        case TermKind.GOT if await _is_offered(request, button):
            term = Got(broadcast_id=button.value)
        case TermKind.DID if await _is_offered(request, button):
            term = Did(alert_id=button.value)
        case _:
            raise ButtonOutdated
    return await audiences.add(tx, subject, term, seen=button.seen, actor=actor, now=now)


async def _is_offered(request: Request, button: ChooseTerm) -> bool:
    return any(each.value == button.value for each in await _choices(request, button.kind))


async def _choices(request: Request, kind: TermKind) -> list[Choice]:
    """Return what a term of this kind can say."""
    tx, actor = request.tx, request.actor
    if kind is TermKind.SOURCE:
        called = await audiences.sources(tx, actor=actor)
        return [Choice(at, source_words(request.localizer, name)) for at, name in called.items()]
    if kind is TermKind.SEGMENT:
        return [Choice(each.id, each.name) for each in await segments.listed(tx, actor=actor)]
    latest = await overview.latest(tx, limit=SENT_OFFERED, actor=actor)
    sent = [each for each in latest if each.broadcast.kind is BroadcastKind.SEND]
    titles = await titled(request, sent)
    if kind is TermKind.DID:
        return [Choice(each.broadcast.alert_id, title) for each, title in titles]
    return [Choice(each.broadcast.id, title) for each, title in titles]
