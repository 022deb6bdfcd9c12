"""Numbers of people that are estimated: as such, on the board, on cards and while an audience is built."""

from collections.abc import Mapping

from bot.domain.estimate import TOO_FEW, margin
from bot.domain.exclusion import Exclusion
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


def left_out_line(localizer: Localizer, left_out: Mapping[Exclusion, int], *, later: int = 0) -> str:
    """Return whom it leaves out, and why, and who gets it later; empty where that is nobody."""
    counted = (_left_out(localizer, why, left_out.get(why, 0)) for why in Exclusion)
    whys = [why for why in counted if why]
    lines = []
    if whys:
        # Translators: on an organizer's board, under the number it reaches; {whys} is a list: about 40 people (paused),
        # …
        lines.append(localizer.gettext("Left out: {whys}.", whys=localizer.list(whys)))
    if digest := left_out.get(Exclusion.DIGEST, 0):
        # Translators: on an organizer's board; {people} (an estimate: about 40 people) get several alerts as one
        # message, a digest, and find this one there.
        digested = localizer.gettext("Later, in their digest: {people}.", people=about(localizer, digest))
        lines.append(digested)
    if later:
        # Translators: on an organizer's board; of those it reaches, {people} (an estimate: about 40 people) are in the
        # hours in which they want no messages.
        quiet = localizer.gettext("Later, after their quiet hours: {people}.", people=about(localizer, later))
        lines.append(quiet)
    return "\n".join(lines)


def _left_out(localizer: Localizer, why: Exclusion, n: int) -> str:
    if not n:
        return ""
    match why:
        case Exclusion.PAUSED:
            # Translators: part of “Left out: …”; {people} is an estimate: about 40 people.
            return localizer.gettext("{people} (paused)", people=about(localizer, n))
        case Exclusion.BLOCKED:
            # Translators: part of “Left out: …”; {people} is an estimate: about 40 people.
            return localizer.gettext("{people} (blocked the bot)", people=about(localizer, n))
        case Exclusion.URGENT_ONLY:
            # Translators: part of “Left out: …”; {people} is an estimate: about 40 people.
            return localizer.gettext("{people} (want urgent alerts only)", people=about(localizer, n))
        case _:
            return ""  # who has left is nobody's business any more; who wants a digest is not left out


def short(localizer: Localizer, n: int) -> str:
    """Return an estimate in as few letters as a list of languages has room for."""
    return f"< {localizer.number(TOO_FEW)}" if n < TOO_FEW else f"≈ {localizer.number(n)}"
