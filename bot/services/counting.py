"""How many are in an audience: the total of all who get the alerts exactly, everything else about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audience import Audience, Draw, Locales, atom_of
from bot.domain.estimate import EVERYBODY, at_most, estimated, is_everybody
from bot.domain.exclusion import Exclusion
from bot.domain.organizer import Organizer, Right
from bot.services.team import authorize
from bot.store.store import Transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Who would get an alert now, by locale, and who would not, by why.

    All of it is estimated (`bot.domain.estimate`), but `everybody`: the exact total, where it is for all who get the
    alerts. `later`: how many of the first are in their quiet hours.
    """

    by_locale: Mapping[str, int]
    left_out: Mapping[Exclusion, int]
    later: int = 0
    everybody: int | None = None

    @property
    def total(self) -> int:
        """Everybody who would get it."""
        return sum(self.by_locale.values()) if self.everybody is None else self.everybody

    @property
    def is_estimate(self) -> bool:
        """Whether that number is one."""
        return self.everybody is None


async def count(
    tx: Transaction,
    audience: Audience,
    *,
    actor: Organizer,
    urgent: bool = False,
    now: datetime | None = None,
) -> Count:
    """Count an audience as it may be shown to whoever builds or reads it.

    `urgent`: whether the alert is. `now`: when it would go out, where that is one moment; else nobody is later.
    """
    authorize(actor, Right.LOOK)
    everybody = None
    if is_everybody(audience):
        everybody = sum((await tx.audiences.count_locales(audience, urgent=urgent)).values())
    active, left_out = await tx.audiences.count_panel(audience, urgent=urgent)
    by_locale = estimated(active)
    for draw in (term for term in audience.terms if isinstance(term, Draw)):
        by_locale = at_most(draw.people, by_locale)
    later = 0
    if now is not None:
        later = await tx.audiences.count_panel_quiet(audience, now=now, urgent=urgent)
    return Count(
        by_locale=by_locale,
        left_out=estimated(left_out),
        later=sum(estimated({"": later}).values()),
        everybody=everybody,
    )


async def locales_of_everybody(tx: Transaction, audience: Audience, *, actor: Organizer) -> list[str]:
    """Return the locales that anybody who gets the alerts reads, but for those that the audience rules out.

    It tells nothing: it is the same whoever else is in the audience.
    """
    authorize(actor, Right.LOOK)
    languages = (term for term in audience.terms if isinstance(atom_of(term), Locales))
    return sorted(await tx.audiences.count_locales(Audience(terms=(EVERYBODY, *languages))))


async def count_exactly(
    tx: Transaction, audience: Audience, *, actor: Organizer, urgent: bool = False
) -> int:
    """Return how many would get it now. It tells: to be shown only where another person has approved the audience."""
    authorize(actor, Right.SEND)
    return sum((await tx.audiences.count_locales(audience, urgent=urgent)).values())
