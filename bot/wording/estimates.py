"""Numbers of people that are estimated: as such, on the board, on cards and while an audience is built."""

from collections.abc import Mapping

from bot.domain.estimate import TOO_FEW, margin
from bot.domain.subscriber import SubscriberState
from bot.i18n.localizer import Localizer


def about(localizer: Localizer, n: int) -> str:
    """Return how many people an estimate stands for."""
    if n < TOO_FEW:
        # Translators: a number of people that is only estimated; {n} is 10.
        return localizer.ngettext("perhaps fewer than {n} person", "perhaps fewer than {n} people", TOO_FEW)
    # Translators: a number of people that is only estimated, in tens.
    return localizer.ngettext("about {n} person", "about {n} people", n)


def reach_line(localizer: Localizer, n: int) -> str:
    """Return how many an alert reaches, about, and by how much that may be off."""
    people = about(localizer, n)
    if n < TOO_FEW:
        # Translators: {people} is “perhaps fewer than 10 people”, who would get an alert now.
        return localizer.gettext("Reaches {people} now", people=people)
    # Translators: {people} is “about 240 people”, who would get an alert now; {margin} is by how many it may be off.
    return localizer.gettext("Reaches {people} now, give or take {margin}", people=people, margin=margin(n))


def left_out_line(localizer: Localizer, left_out: Mapping[SubscriberState, int]) -> str:
    """Return whom it leaves out, and why; empty where that is nobody."""
    whys = []
    if paused := left_out.get(SubscriberState.PAUSED, 0):
        # Translators: part of “Left out: …”; {people} is an estimate: about 40 people.
        whys.append(localizer.gettext("paused: {people}", people=about(localizer, paused)))
    if blocked := left_out.get(SubscriberState.BLOCKED, 0):
        # Translators: part of “Left out: …”; {people} is an estimate: about 40 people.
        whys.append(localizer.gettext("blocked the bot: {people}", people=about(localizer, blocked)))
    # Translators: on an organizer's board, under the number it reaches; {whys} is a list: 41 have paused and 9 have …
    return localizer.gettext("Left out: {whys}.", whys=localizer.list(whys)) if whys else ""


def short(localizer: Localizer, n: int) -> str:
    """Return an estimate in as few letters as a list of languages has room for."""
    return f"< {localizer.number(TOO_FEW)}" if n < TOO_FEW else f"≈ {localizer.number(n)}"
