"""How the list grows, and the links by which people come."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.audit import Event
from bot.domain.deep_links import ALPHABET, CODE_LENGTH
from bot.domain.disclosure import Shown, alike, disclosed
from bot.domain.growth import GrowthBy, GrowthCount, GrowthEvent, summed, weeks_until
from bot.domain.organizer import Organizer, Right
from bot.domain.source import NAME_LENGTH, Source
from bot.errors import CampaignError
from bot.services import audit
from bot.services.team import authorize
from bot.store.store import Transaction


class SourceNameInvalid(CampaignError):
    """A source's name has one line of at most 40 characters."""


class SourceMissing(CampaignError):
    """There is no such source."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """How the list grew over some weeks: for each key, how often each event happened, as far as it may be shown.

    The keys are Mondays, locales, or sources' ids with None for no source; `names` has the sources'. `goes_back`: there
    are weeks before these.
    """

    by: GrowthBy
    rows: Mapping[object, Mapping[GrowthEvent, Shown]]
    names: Mapping[int, str]
    is_empty: bool
    goes_back: bool = False


async def grown(
    tx: Transaction, by: GrowthBy, *, actor: Organizer, now: datetime, weeks_page: int = 0
) -> Grown:
    """Return how the list grew over the last weeks; with a page, over so many before.

    Raises NotAnOrganizer.
    """
    authorize(actor, Right.LOOK)
    weeks = weeks_until(now.date(), page=weeks_page)
    counts = await tx.growth.between(weeks[0], weeks[-1])
    found = await tx.sources.all()
    sums: Mapping[object, Mapping[GrowthEvent, int]]
    match by:
        case GrowthBy.WEEK:
            sums = dict(summed(counts, lambda count: count.week, keys=weeks))
        case GrowthBy.LOCALE:
            sums = dict(summed(counts, lambda count: count.locale))
        case GrowthBy.SOURCE:
            sums = dict(summed(counts, lambda count: count.source_id))
    if by is not GrowthBy.WEEK:
        sums = dict(sorted(sums.items(), key=lambda item: -item[1][GrowthEvent.JOINED]))
    columns: dict[GrowthEvent, Mapping[Any, Shown]] = {
        event: disclosed({key: row[event] for key, row in sums.items()}) for event in GrowthEvent
    }
    if by is GrowthBy.SOURCE:
        lately = _joined_by_source(found, counts)
        columns[GrowthEvent.JOINED], _ = alike(disclosed(lately), disclosed(await _ever_joined(tx, found)))
    rows = {key: {event: columns[event][key] for event in GrowthEvent} for key in sums}
    return Grown(
        by=by,
        rows=rows,
        names={source.id: source.name for source in found},
        is_empty=not any(count.n for count in counts),
        goes_back=await tx.growth.begins_before(weeks[0]),
    )


async def sources(tx: Transaction, *, actor: Organizer, now: datetime) -> list[tuple[Source, Shown]]:
    """Return the sources, newest first, each with how many joined by it: nothing that *growth by source* withholds.

    Raises NotAnOrganizer.
    """
    authorize(actor, Right.LOOK)
    found, weeks = await tx.sources.all(), weeks_until(now.date())
    lately = _joined_by_source(found, await tx.growth.between(weeks[0], weeks[-1]))
    shown, _ = alike(disclosed(await _ever_joined(tx, found)), disclosed(lately))
    return [(source, shown[source.id]) for source in found]


def _joined_by_source(found: Sequence[Source], counts: Sequence[GrowthCount]) -> dict[int | None, int]:
    """Return how many of these joined by each source there is; None: by none."""
    joined = dict[int | None, int].fromkeys([None, *(source.id for source in found)], 0)
    for count in counts:
        if count.event is GrowthEvent.JOINED:
            joined[count.source_id] = joined.get(count.source_id, 0) + count.n
    return joined


async def _ever_joined(tx: Transaction, found: Sequence[Source]) -> dict[int | None, int]:
    return _joined_by_source(found, ()) | await tx.growth.joined()


async def source(tx: Transaction, source_id: int, *, actor: Organizer, now: datetime) -> tuple[Source, Shown]:
    """Return one source, with how many joined by it.

    Raises NotAnOrganizer, SourceMissing.
    """
    for each, joined in await sources(tx, actor=actor, now=now):
        if each.id == source_id:
            return each, joined
    raise SourceMissing


async def source_under(tx: Transaction, code: str, *, actor: Organizer) -> Source:
    """Return the source whose link carries this code.

    Raises NotAnOrganizer, SourceMissing.
    """
    authorize(actor, Right.LOOK)
    found = await tx.sources.find(code)
    source = None if found is None else await tx.sources.get(found)
    if source is None:
        raise SourceMissing
    return source


async def add_source(tx: Transaction, name: str, *, actor: Organizer, now: datetime) -> Source:
    """Make a link under a name that only the team sees.

    Raises MayNotCompose, SourceNameInvalid.
    """
    authorize(actor, Right.COMPOSE)
    name = name.strip()
    if not name or len(name) > NAME_LENGTH or not name.isprintable():
        raise SourceNameInvalid
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    made = await tx.sources.add(code, name, now=now)
    audit.record(tx, Event.SOURCE_MADE, actor=actor, now=now, source=made.id)
    return made
