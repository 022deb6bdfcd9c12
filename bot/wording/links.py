"""The screens on which organizers say where a link leads, and in which language."""

from collections.abc import Sequence
from dataclasses import replace

from bot.content import Content, Topic
from bot.domain.deep_links import DeepLink, Leads
from bot.domain.rich_text import RichText, bold, joined
from bot.domain.source import Source
from bot.i18n.localizer import Localizer
from bot.services.sharing import Shareable
from bot.telegram_io.link_buttons import (
    AIMLESS_LENGTH,
    PAYLOAD_LENGTH,
    LinkGoals,
    LinkLanguages,
    LinkPoster,
    OpenLink,
)
from bot.telegram_io.report_buttons import OpenSource
from bot.wording.screen import Control, Copy, Press, Screen, screen
from bot.wording.sources import link_words
from bot.wording.titles import BUTTON_SHOWN, cut

QUESTIONS_SHOWN = 6
"""Questions on one screen."""


def link_screen(
    localizer: Localizer, source: Source, link: DeepLink, *, goal: str, where: str | None
) -> Screen:
    """Show a link: where it leads, in which language, and ways to take it along. `goal`: from `goal_words`."""
    lines = [
        # Translators: of a link into the chat; {goal} is a title, such as that of an answer.
        localizer.gettext("Leads to: {goal}", goal=goal),
        # Translators: of a link into the chat; {language} is what whoever comes by it reads first.
        localizer.gettext("Language: {language}", language=_language(localizer, link)),
        link_words(localizer, where),
    ]
    rows: list[list[Control]] = []
    if where is not None:
        # Translators: button; copies a link.
        copy = Copy(localizer.gettext("Copy the link"), where)
        # Translators: button; sends the link as a QR code to be printed.
        rows.append([copy, Press(localizer.gettext("QR code"), LinkPoster(link.payload))])
    rows.append(choices(localizer, link))
    # Translators: button; back to one of the campaign's named links, with how many joined by it.
    rows.append([Press(localizer.gettext("Back"), OpenSource(source.id))])
    return screen(joined([bold(source.name), "\n".join(lines)]), rows)


def choices(localizer: Localizer, link: DeepLink) -> list[Control]:
    """Return the buttons that change where a link leads, and its language."""
    aimless = replace(link, topic=None, answer=None, alert=None)
    return [
        # Translators: button; chooses where a link into the chat leads: an answer, a topic, an alert.
        Press(localizer.gettext("Where it leads"), LinkGoals(aimless.payload)),
        # Translators: button; opens the choice of language.
        Press(localizer.gettext("Language"), LinkLanguages(link.payload)),
    ]


def languages_screen(localizer: Localizer, link: DeepLink, locales: Sequence[str]) -> Screen:
    """Offer the languages that a link can name, and none."""
    rows: list[list[Control]] = []
    for locale in locales:
        named = replace(link, locale=locale)
        if fits(named):
            mark = "✓ " if locale == link.locale else ""
            rows.append([Press(f"{mark}{localizer.language_name(locale)}", OpenLink(named.payload))])
    rows.append(
        [
            Press(
                _language(localizer, replace(link, locale=None)), OpenLink(replace(link, locale=None).payload)
            )
        ]
    )
    # Translators: above the languages that a link into the chat can name.
    return screen(localizer.gettext("Which language should it open in?"), rows)


def goals_screen(
    localizer: Localizer, link: DeepLink, content: Content, alerts: Sequence[Shareable]
) -> Screen:
    """Offer where a link can lead: the first screen, an alert that goes round, a topic of alerts or questions."""
    rows: list[list[Control]] = [[Press(_first_screen(localizer), OpenLink(link.payload))]]
    for each in alerts:
        title = cut(" ".join(each.alert.words(localizer.locale).title.split()), BUTTON_SHOWN - 8)
        # Translators: button; {title} is an alert's. A link is to lead to it.
        label = localizer.gettext("Alert: {title}", title=title)
        rows.append([Press(label, OpenLink(replace(link, alert=each.code).payload))])
    for slug, name in content.campaign.topics(localizer.locale).items():
        label = cut(_alerts_about(localizer, name), BUTTON_SHOWN)
        rows.append([Press(label, OpenLink(replace(link, topic=slug).payload))])
    rows += [
        [Press(topic.title(localizer.locale), LinkGoals(link.payload, topic.slug))]
        for topic in content.topics
    ]
    # Translators: above the places that a link into the chat can lead to.
    return screen(localizer.gettext("Where does the link lead?"), rows)


def questions_screen(
    localizer: Localizer, link: DeepLink, content: Content, topic: Topic, *, page: int
) -> Screen:
    """Offer the questions of a topic for a link to lead to, and the topic itself."""
    first = page * QUESTIONS_SHOWN
    rows: list[list[Control]] = []
    whole = replace(link, topic=topic.slug)
    if not page and fits(whole):
        # Translators: button; a link is to lead to all questions of a topic.
        rows.append([Press(localizer.gettext("The whole topic"), OpenLink(whole.payload))])
    rows += [
        [Press(content.entry(slug, localizer.locale).label, OpenLink(led.payload))]
        for slug in topic.entries[first : first + QUESTIONS_SHOWN]
        if fits(led := replace(link, answer=slug))
    ]
    turns: list[Control] = []
    if page:
        # Translators: button; the page before, in a list of questions.
        turns.append(Press(localizer.gettext("Back"), LinkGoals(link.payload, topic.slug, page - 1)))
    if first + QUESTIONS_SHOWN < len(topic.entries):
        # Translators: button; the next page of a list of questions.
        turns.append(
            Press(localizer.gettext("More questions"), LinkGoals(link.payload, topic.slug, page + 1))
        )
    rows.append(turns)
    # Translators: button; back to the list of topics.
    rows.append([Press(localizer.gettext("All topics"), LinkGoals(link.payload))])
    return screen(bold(topic.title(localizer.locale)), rows)


def goal_words(localizer: Localizer, link: DeepLink, content: Content, shared: Shareable | None) -> str:
    """Say where a link leads. `shared`: its alert, where there is one that still goes round."""
    match link.leads:
        case Leads.ANSWER if link.answer in content.entries:
            return content.entry(str(link.answer), localizer.locale).question
        case Leads.TOPIC:
            titles = [topic.title(localizer.locale) for topic in content.topics if topic.slug == link.topic]
            named = content.campaign.topics(localizer.locale).get(str(link.topic))
            titles += [] if named is None else [_alerts_about(localizer, named)]
            return titles[0] if titles else _first_screen(localizer)
        case Leads.ALERT if shared is not None:
            return " ".join(shared.alert.words(localizer.locale).title.split())
        case _:
            return _first_screen(localizer)


def fits(link: DeepLink) -> bool:
    """Whether buttons hold the link, as it stands and before it leads anywhere."""
    aimless = replace(link, topic=None, answer=None, alert=None)
    return len(link.payload) <= PAYLOAD_LENGTH and len(aimless.payload) <= AIMLESS_LENGTH


def poster_words(localizer: Localizer, source: Source, *, goal: str, where: str) -> RichText:
    """Return what stands below the QR code of a link."""
    # Translators: below the picture of a QR code for posters; {name} is what the link is for.
    title = bold(localizer.gettext("QR code: {name}", name=source.name))
    return joined([title, localizer.gettext("Leads to: {goal}", goal=goal), where])


def _alerts_about(localizer: Localizer, topic: str) -> str:
    # Translators: where a link into the chat leads, also a button: whoever joins by it gets the alerts about {topic} as
    # well, such as: Universities. Short.
    return localizer.gettext("Alerts: {topic}", topic=topic)


def _first_screen(localizer: Localizer) -> str:
    # Translators: where a link into the chat leads that names no answer and no alert.
    return localizer.gettext("the first screen")


def _language(localizer: Localizer, link: DeepLink) -> str:
    if link.locale is None:
        # Translators: of a link that names no language: whoever comes by it reads that of their phone.
        return localizer.gettext("The phone’s language")
    return localizer.language_name(link.locale)
