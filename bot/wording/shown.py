"""Counts as they may be shown, and shares with what they are of."""

from bot.domain.disclosure import FEW, Hidden, Shown
from bot.domain.source import FRIENDS_NAME
from bot.domain.statistics import Share
from bot.i18n.localizer import Localizer


def count_words(localizer: Localizer, shown: Shown) -> str:
    """Return a count of people, or why it is not shown."""
    match shown:
        case Hidden.FEW:
            # Translators: in the place of a number of people that is small enough to tell on one of them; {n} is 10.
            return localizer.gettext("fewer than {n}", n=FEW)
        case Hidden.WITHHELD:
            # Translators: in the place of a number of people, since a smaller one could be worked out from it.
            return localizer.gettext("not shown")
        case int(n):
            return localizer.number(n)


def source_words(localizer: Localizer, name: str) -> str:
    """Return what a source is called; all supporters' own links are one, with a name in each language."""
    if name != FRIENDS_NAME:
        return name
    # Translators: in the place of a link's name: people who came by a link that a supporter had shared.
    return localizer.gettext("brought by friends")


def share_words(localizer: Localizer, n: int, of: int) -> str:
    """Return a count with what it is of and the share that makes; of nothing there is no share."""
    if not of:
        return localizer.number(n)
    # Translators: a number of people, of how many, and the share that is, as "12 of 1,196 (1%)".
    return localizer.gettext("{n} of {total} ({share})", n=n, total=of, share=localizer.percent(n / of))


def compared_words(localizer: Localizer, share: Share) -> str:
    """Return a share that stands beside others, with its interval."""
    interval = share.interval
    # Translators: a number of people, of how many, the share that is, and from where to where the true one may lie,
    # as "12 of 1,196 (1%; 0.6%–1.7%)".
    return localizer.gettext(
        "{n} of {total} ({share}; {low}–{high})",
        n=share.n,
        total=share.of,
        share=localizer.percent(share.value),
        low=localizer.percent(interval.low),
        high=localizer.percent(interval.high),
    )


def line_words(localizer: Localizer, what: str, count: str) -> str:
    """Return what was counted, and how many that are."""
    # Translators: a line of a report: what was counted, and the count in words, as "sent: 1,196 of 1,204 (99.3%)".
    return localizer.gettext("{what}: {count}", what=what, count=count)
