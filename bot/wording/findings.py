"""Each finding of a check in one line, what a warning is called, and where it is mended."""

from collections.abc import Mapping
from datetime import UTC

from bot.domain.alert import Alert
from bot.domain.findings import (
    BaseMissing,
    Cost,
    DeadlineAhead,
    DeadlinePast,
    Finding,
    Forecast,
    LengthFine,
    LinkBad,
    LinkDoubtful,
    LinksFine,
    Long,
    MoreThanPromised,
    NotTooOften,
    NumberMissing,
    OutsideHours,
    SaidLately,
    SamePeople,
    TooLong,
    TranslationsFine,
    Undecided,
    Waiting,
    WithinHours,
)
from bot.domain.link_safety import LinkFault
from bot.domain.links import shown_link
from bot.i18n.localizer import Localizer
from bot.telegram_io.compose_buttons import EditLink, WriteWords
from bot.wording.estimates import about
from bot.wording.screen import Press
from bot.wording.titles import cut

MINUTE, HOUR = 60, 3600

LINK_SHOWN = 60
"""Characters of an address in a finding."""


def finding_line(words: Localizer, finding: Finding) -> str:
    """Return what was found, as one line."""
    match finding:
        case BaseMissing():
            # Translators: a finding of a check that stops an alert.
            return words.gettext("no words in its first language yet")
        case Undecided(readers=readers):
            # Translators: a finding of a check that stops an alert; {languages} are missing or older than the first
            # language, and nobody has decided what their readers get.
            return words.gettext("languages not decided: {languages}", languages=_named(words, readers))
        case Waiting(readers=readers):
            # Translators: a finding of a check that stops an alert: words in {languages} are waited for, by decision.
            return words.gettext("waits for words in: {languages}", languages=_named(words, readers))
        case TranslationsFine(chosen=0):
            # Translators: a finding of a check: every reader of the alert gets words in their own language.
            return words.gettext("languages: all are current")
        case TranslationsFine(chosen=chosen):
            # Translators: a finding of a check: it was decided for {n} languages what their readers get.
            return words.ngettext("languages: {n} decided", "languages: {n} decided", chosen)
        case TooLong(locale=locale, length=length, limit=limit):
            # Translators: a finding of a check that stops an alert; {n} and {limit} are numbers of characters.
            return words.gettext(
                "length: {language} has {n}, {limit} fit",
                language=words.language_name(locale),
                n=length,
                limit=limit,
            )
        case Long(locale=locale, length=length):
            # Translators: a warning of a check; {n} is a number of characters, about 500 of which are read to the end.
            return words.gettext(
                "length: {language} has {n}, about 500 are read to the end",
                language=words.language_name(locale),
                n=length,
            )
        case LengthFine(locale=locale, length=length):
            # Translators: a finding of a check; the longest words are those in {language}, with {n} characters.
            return words.gettext(
                "length: longest {language}, {n}", language=words.language_name(locale), n=length
            )
        case _:
            return _about_action(words, finding)


def _about_action(words: Localizer, finding: Finding) -> str:
    match finding:
        case LinkBad(address=address, fault=fault) | LinkDoubtful(address=address, fault=fault):
            return _fault_line(words, fault, _shown(address.link))
        case LinksFine(count=count):
            # Translators: a finding of a check; so many addresses in an alert are plain https, and no look-alikes.
            return words.ngettext(
                "links: {n}, https, no look-alike", "links: {n}, https, no look-alikes", count
            )
        case NumberMissing():
            # Translators: a warning of a check about an alert that asks for a phone call.
            return words.gettext("a call with neither a number nor a button")
        case DeadlinePast(deadline=deadline):
            # Translators: a finding of a check that stops an alert; {moment} is its deadline, {zone} the zone it is in.
            return words.gettext(
                "deadline: {moment} ({zone}) is over", moment=words.moment(deadline, UTC), zone="UTC"
            )
        case DeadlineAhead(deadline=deadline):
            # Translators: a finding of a check; {moment} is the alert's deadline, {zone} the zone it is in.
            return words.gettext(
                "deadline: {moment} ({zone})", moment=words.moment(deadline, UTC), zone="UTC"
            )
        case _:
            return _about_sending(words, finding)


def _about_sending(words: Localizer, finding: Finding) -> str:
    match finding:
        case OutsideHours(at=at, zone=zone):
            # Translators: a warning of a check; {moment} is the time now in the campaign's {zone}, outside of the hours
            # from 9 to 21 in which alerts should arrive. People's own zones are not looked at.
            return words.gettext(
                "hours: {moment} ({zone}) is not between 9 and 21",
                moment=words.moment(at, zone),
                zone=at.astimezone(zone).tzname() or "UTC",
            )
        case WithinHours(zone=zone, at=at):
            # Translators: a finding of a check; the time in the campaign's {zone} is between 9 and 21 o'clock.
            return words.gettext(
                "hours: between 9 and 21 ({zone})", zone=at.astimezone(zone).tzname() or "UTC"
            )
        case SaidLately(at=at):
            # Translators: a warning of a check; {moment} is when the same words were sent, {zone} the zone it is in.
            return words.gettext(
                "repeated: the same went out {moment} ({zone})", moment=words.moment(at, UTC), zone="UTC"
            )
        case SamePeople(share=share, people=people, is_estimate=True):
            # Translators: a warning of a check; {percent} of {people}, an estimate like “about 240 people”, got another
            # alert within the last day.
            return words.gettext(
                "often: {percent} of {people} got another alert within a day",
                people=about(words, people),
                percent=words.percent(round(share, 2)),
            )
        case SamePeople(share=share, people=people):
            # Translators: a warning of a check; {percent} of {n} people got another alert within the last day.
            return words.ngettext(
                "often: about {percent} of {n} person got another alert within a day",
                "often: about {percent} of {n} people got another alert within a day",
                people,
                percent=words.percent(round(share, 2)),
            )
        case MoreThanPromised(others=others, promised=promised):
            # Translators: a warning of a check; {n} other alerts went, or go, to many of the same people within a week,
            # and people were told when they joined that about {promised} come in a week.
            return words.ngettext(
                "often: {n} other alert in the same week; people were told about {promised}",
                "often: {n} other alerts in the same week; people were told about {promised}",
                others,
                promised=promised,
            )
        case NotTooOften():
            # Translators: a finding of a check; the same people got few other alerts lately.
            return words.gettext("often: no repeat, and no other alert to many of these people today")
        case _:
            return _about_cost(words, finding)


def _about_cost(words: Localizer, finding: Finding) -> str:
    match finding:
        case Forecast(people=people, seconds=seconds, rate=rate, is_estimate=True):
            # Translators: a finding of a check; {people} is an estimate like “about 240 people”, {time} is like "40 s"
            # or "9 min", {rate} messages a second.
            return words.gettext(
                "sending: {people}, some {time} at {rate} per second",
                people=about(words, people),
                time=duration(words, seconds),
                rate=words.number(rate),
            )
        case Forecast(people=people, seconds=seconds, rate=rate):
            # Translators: a finding of a check; {n} people, {time} is like "40 s" or "9 min", {rate} messages a second.
            return words.ngettext(
                "sending: {n} person, about {time} at {rate} per second",
                "sending: {n} people, about {time} at {rate} per second",
                people,
                time=duration(words, seconds),
                rate=words.number(rate),
            )
        case Cost(stars=stars, is_estimate=True):
            # Translators: a finding of a check; {n} is about what paid sending costs at the most, in Telegram Stars.
            return words.ngettext(
                "cost: up to about {n} Telegram Star", "cost: up to about {n} Telegram Stars", stars
            )
        case Cost(stars=stars):
            # Translators: a finding of a check; {n} is the most that paid sending costs, in Telegram Stars.
            return words.ngettext("cost: up to {n} Telegram Star", "cost: up to {n} Telegram Stars", stars)
        case _:
            raise TypeError(f"no line for {finding!r}")


def warning_name(words: Localizer, finding: Finding) -> str:
    """Return what a warning is called in the list of those that somebody has seen; empty for what is none."""
    match finding:
        case Long():
            # Translators: a warning that an organizer has seen, in a list after a colon: the length of an alert.
            return words.gettext("its length")
        case LinkDoubtful(fault=LinkFault.NOT_HTTPS):
            # Translators: a warning that an organizer has seen, in a list after a colon: a link without https.
            return words.gettext("a link without https")
        case LinkDoubtful():
            # Translators: a warning that an organizer has seen, in a list after a colon: an address in mixed alphabets.
            return words.gettext("an address of several alphabets")
        case NumberMissing():
            # Translators: a warning that an organizer has seen, in a list after a colon: a call without a number.
            return words.gettext("no number to call")
        case OutsideHours():
            # Translators: a warning that an organizer has seen, in a list after a colon: the hour at which it is sent.
            return words.gettext("the hour")
        case SaidLately():
            # Translators: a warning that an organizer has seen, in a list after a colon: the same went out lately.
            return words.gettext("the same words lately")
        case MoreThanPromised():
            # Translators: a warning that an organizer has seen, in a list after a colon: more alerts than promised.
            return words.gettext("more than was promised")
        case SamePeople():
            # Translators: a warning that an organizer has seen, in a list after a colon: many got another alert today.
            return words.gettext("another alert today")
        case _:
            return ""


def mend_button(words: Localizer, alert: Alert, finding: Finding) -> Press | None:
    """Return the button that leads to where a finding is mended; None where the board has one for it."""
    match finding:
        case BaseMissing():
            return _rewrite(words, alert, alert.base)
        case TooLong(locale=locale) | Long(locale=locale):
            return _rewrite(words, alert, locale)
        case LinkBad(address=address) | LinkDoubtful(address=address) if address.locale is not None:
            return _rewrite(words, alert, address.locale)
        case LinkBad() | LinkDoubtful() | NumberMissing():
            # Translators: button in a check; asks for another address of the alert's main button.
            return Press(words.gettext("Change the link"), EditLink(alert.id))
        case _:
            return None


def duration(words: Localizer, seconds: float) -> str:
    """Return how long something takes, in the largest unit that tells enough."""
    if seconds < 2 * MINUTE:
        # Translators: {n} seconds, as short as units are written.
        return words.ngettext("{n} s", "{n} s", max(1, round(seconds)))
    if seconds < 2 * HOUR:
        # Translators: {n} minutes, as short as units are written.
        return words.ngettext("{n} min", "{n} min", round(seconds / MINUTE))
    # Translators: {n} hours, as short as units are written.
    return words.ngettext("{n} h", "{n} h", round(seconds / HOUR))


def _rewrite(words: Localizer, alert: Alert, locale: str) -> Press:
    # Translators: button in a check; leads to the words in {language}, where something is to be mended. Short.
    label = words.gettext("Words: {language}", language=words.language_name(locale))
    return Press(label, WriteWords(alert.id, locale))


def _shown(link: str) -> str:
    try:
        return shown_link(link)
    except ValueError:  # it is no address at all
        return cut(link, LINK_SHOWN)


def _fault_line(words: Localizer, fault: LinkFault, link: str) -> str:
    match fault:
        case LinkFault.BROKEN:
            # Translators: a finding of a check that stops an alert.
            return words.gettext("link: {link} is no address", link=link)
        case LinkFault.HIDDEN:
            # Translators: a finding of a check that stops an alert.
            return words.gettext("link: {link} has hidden characters", link=link)
        case LinkFault.LOOK_ALIKE:
            # Translators: a finding of a check that stops an alert; letters of one alphabet stand for those of another.
            return words.gettext("link: {link} has look-alike letters", link=link)
        case LinkFault.ELSEWHERE:
            # Translators: a finding of a check that stops an alert; linked words look like another address than {link}.
            return words.gettext("link: its words show another address than {link}", link=link)
        case LinkFault.ALPHABETS:
            # Translators: a warning of a check; the parts of an address are in different alphabets.
            return words.gettext("link: {link} is in several alphabets, as look-alikes are", link=link)
        case LinkFault.NOT_HTTPS:
            # Translators: a warning of a check.
            return words.gettext("link: {link} is without https", link=link)


def _named(words: Localizer, readers: Mapping[str, int]) -> str:
    """Return the names of languages, the most read first."""
    return words.list(
        [words.language_name(each) for each in sorted(readers, key=lambda each: -readers[each])]
    )
