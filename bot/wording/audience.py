"""An audience in words, as its reader's language has them: the one meaning of its terms that people see."""

from typing import assert_never

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.audience import (
    WHOLE,
    Atom,
    Audience,
    Did,
    Draw,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Locality,
    Not,
    Sample,
    Source,
    Term,
    Topic,
    Within,
)
from bot.domain.audience_edit import as_read
from bot.domain.bidi import isolate
from bot.i18n.localizer import Localizer
from bot.services.audiences import Names
from bot.wording.shown import source_words
from bot.wording.titles import BUTTON_SHOWN, NO_TITLE, title_of

BETWEEN = " · "
"""Between terms that stand on one line: all of them hold."""


def audience_line(localizer: Localizer, audience: Audience, names: Names) -> str:
    """Return whom an audience is for, on one line; of a segment that was removed, what is to be done."""
    terms = BETWEEN.join(term_lines(localizer, audience, names))
    # Translators: on an alert’s board and on what a colleague approves; {terms} are short phrases: who they all are.
    line = localizer.gettext("For: {terms}", terms=terms)
    gone = [each for each in audience.segments if each.removed]
    return "\n".join([line, *(_removed_line(localizer, each, names) for each in gone)])


def term_lines(localizer: Localizer, audience: Audience, names: Names) -> list[str]:
    """Return a phrase for each term of an audience, in the order in which they are read."""
    return [term_line(localizer, term, names) for term in as_read(audience)]


def term_line(localizer: Localizer, term: Term, names: Names) -> str:
    """Return what a term says of a person."""
    if not isinstance(term, Not):
        return _phrase(localizer, term, names)
    # Translators: a term of an audience, negated; {term} is a phrase like: Reads Arabic or Hebrew.
    return localizer.gettext("Not: {term}", term=_phrase(localizer, term.term, names))


def _phrase(localizer: Localizer, atom: Atom, names: Names) -> str:  # noqa: C901 -- a table, a line for each term
    match atom:
        case Topic(topic=topic):
            return _topic(localizer, topic, names)
        case Locales(locales=locales):
            languages = [localizer.language_name(locale) for locale in sorted(locales)]
            # Translators: a term of an audience; {languages} is a list: Arabic, Hebrew or Turkish.
            return localizer.gettext("Reads {languages}", languages=localizer.either(languages))
        case JoinedBefore(day=day):
            # Translators: a term of an audience; {day} is a date.
            return localizer.gettext("Joined before {day}", day=localizer.date(day))
        case JoinedAfter(day=day):
            # Translators: a term of an audience; {day} is a date, that day included.
            return localizer.gettext("Joined since {day}", day=localizer.date(day))
        case Source(source_id=source_id):
            name = source_words(localizer, names.sources.get(source_id, NO_TITLE))
            # Translators: a term of an audience; {source} is the name of a link or poster by which people came.
            return localizer.gettext("Came through “{source}”", source=name)
        case Locality(locality=locality):
            # Translators: a term of an audience; {place} is a place of the campaign’s list: Madrid.
            return localizer.gettext("In {place}", place=names.localities.get(locality, locality))
        case Got(broadcast_id=broadcast_id):
            alert = names.sent.get(broadcast_id)
            title = NO_TITLE if alert is None else title_of(alert, at_most=BUTTON_SHOWN)
            # Translators: a term of an audience; {title} is the title of an alert that was sent to them.
            return localizer.gettext("Got “{title}”", title=title)
        case Did(alert_id=alert_id):
            alert = names.asked.get(alert_id)
            title = NO_TITLE if alert is None else title_of(alert, at_most=BUTTON_SHOWN)
            # Translators: a term of an audience; {title} is the title of an alert. They say that they did what it asks
            # for; that is not measured.
            return localizer.gettext("Say they did “{title}”", title=title)
        case Sample():
            return _sample(localizer, atom)
        case Draw(people=people):
            # Translators: a term of an audience; just {n} people are drawn by chance, or all if there are fewer.
            return localizer.ngettext("{n} drawn at random", "{n} drawn at random", people)
        case Within():
            return _within(localizer, atom, names)
        case _:
            assert_never(atom)


def _topic(localizer: Localizer, topic: str, names: Names) -> str:
    if topic == DEFAULT_TOPIC:
        # Translators: a term of an audience: everybody who has subscribed to the alerts.
        return localizer.gettext("Gets the alerts")
    # Translators: a term of an audience; {topic} is what people subscribed to.
    return localizer.gettext("Topic: {topic}", topic=names.topics.get(topic, topic))


def _sample(localizer: Localizer, sample: Sample) -> str:
    if sample.of == WHOLE:
        share = localizer.percent(sample.drawn / WHOLE)
        # Translators: a term of an audience; {share} is a percentage of the people, drawn by chance.
        return localizer.gettext("{share} drawn at random", share=share)
    # Translators: a term of an audience; about {n} people are drawn by chance.
    return localizer.ngettext("About {n} drawn at random", "About {n} drawn at random", sample.drawn)


def _within(localizer: Localizer, within: Within, names: Names) -> str:
    inner = Audience(terms=within.terms)
    # Translators: a term of an audience; {segment} is the name of a saved audience, {terms} what it is made of.
    return localizer.gettext(
        "In “{segment}” ({terms})",
        segment=names.segments.get(within.segment_id, NO_TITLE),
        terms=localizer.directed(BETWEEN.join(map(isolate, term_lines(localizer, inner, names)))),
    )


def _removed_line(localizer: Localizer, within: Within, names: Names) -> str:
    # Translators: on an alert’s board; {segment} is the name of a saved audience that a colleague has removed.
    return localizer.gettext(
        "! The segment “{segment}” was removed. Choose the audience again before it is sent.",
        segment=names.segments.get(within.segment_id, NO_TITLE),
    )
