"""Whom an alert reaches, and in which words: the number that is always on the screen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.domain.subscriber import SubscriberState


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """How many people an alert reaches now, by locale.

    `missing` are those who get the base locale's words; `older` those who get words of their locale that are older than
    the base's, `kept` the locales of these that are sent so by an organizer's choice. `left_out`: how many subscribers
    of its topic it does not reach, by why. `is_estimate`: how many it reaches is one (`bot.domain.estimate`), and
    `left_out_is_estimate`, how many it leaves out; `counted`: the exact total all the same, where it may be told.
    """

    base: str
    by_locale: Mapping[str, int]
    missing: Mapping[str, int]
    left_out: Mapping[SubscriberState, int] = field(default_factory=dict)
    older: Mapping[str, int] = field(default_factory=dict)
    kept: Collection[str] = ()
    is_estimate: bool = False
    left_out_is_estimate: bool = False
    counted: int | None = None

    @property
    def total(self) -> int:
        """Everybody it reaches."""
        return sum(self.by_locale.values()) if self.counted is None else self.counted


def reach(
    by_locale: Mapping[str, int],
    *,
    base: str,
    written: Collection[str],
    left_out: Mapping[SubscriberState, int] | None = None,
    older: Collection[str] = (),
    kept: Collection[str] = (),
    is_estimate: bool = False,
    left_out_is_estimate: bool = False,
) -> Reach:
    """Return the reach of an alert with these translations."""
    missing = {locale: n for locale, n in by_locale.items() if locale not in written}
    outdated = {locale: by_locale.get(locale, 0) for locale in older}
    return Reach(
        base=base,
        by_locale=by_locale,
        missing=missing,
        left_out=left_out or {},
        older=outdated,
        kept=kept,
        is_estimate=is_estimate,
        left_out_is_estimate=left_out_is_estimate,
    )
