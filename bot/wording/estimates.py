"""Numbers of people that are estimated: as such, on the board, on cards and while an audience is built."""

from collections.abc import Mapping, Sequence

from bot.domain.estimate import TOO_FEW, margin
from bot.domain.reach import Reach
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


def written_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    """Say that words are written in a locale, and how many read it."""
    # Translators: a line of the board: the words in this language are written; {people} is an estimate.
    return localizer.gettext(
        "✓ {language}: written, {people}",
        language=localizer.language_name(locale),
        people=about(localizer, reach.by_locale.get(locale, 0)),
    )


def missing_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    """Say that there are no words in a locale, and how many get the base's."""
    # Translators: a line of the board: no words in this language; {people}, an estimate, get those in {base} instead.
    return localizer.gettext(
        "– {language}: missing, {people} get {base}",
        language=localizer.language_name(locale),
        people=about(localizer, reach.by_locale.get(locale, 0)),
        base=localizer.language_name(reach.base),
    )


def others_missing_line(localizer: Localizer, reach: Reach, locales: Sequence[str]) -> str:
    """Say how many of these locales, which have no words, get the base's."""
    # Translators: a line of the board: {people}, an estimate, of other languages get the language {base} instead.
    return localizer.gettext(
        "– other languages: missing, {people} get {base}",
        people=about(localizer, sum(reach.missing[locale] for locale in locales)),
        base=localizer.language_name(reach.base),
    )


def older_line(localizer: Localizer, reach: Reach, locale: str) -> str:
    """Say that the words of a locale are older than the base's, and how many get them."""
    language, base = localizer.language_name(locale), localizer.language_name(reach.base)
    people = about(localizer, reach.older[locale])
    if locale in reach.kept:
        # Translators: a line of the board: the words in this language were written for other words of the language
        # {base} than those of today, and are sent so all the same; {people} is an estimate: about 40 people.
        return localizer.gettext(
            "! {language}: older than {base}, sent as it is, {people}",
            language=language,
            base=base,
            people=people,
        )
    # Translators: a line of the board: the words in this language were written for other words of the language {base}
    # than those of today; {people} is an estimate: about 40 people.
    return localizer.gettext(
        "! {language}: older than {base}, {people}", language=language, base=base, people=people
    )
