"""The screens on which one term of an audience is chosen, typed or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.audience import Locales, Not, Topic
from bot.domain.audience_edit import Whose, locales_of, term_at
from bot.domain.rich_text import bold, joined
from bot.i18n.localizer import Localizer
from bot.services.audiences import Built, Names
from bot.services.preferences import SHARED_BY
from bot.telegram_io.audience_buttons import (
    AddPlace,
    AddTerm,
    AddTopic,
    ChooseTerm,
    DropTerm,
    NegateTerm,
    OpenAudience,
    TermKind,
    TurnLocale,
)
from bot.wording.audience import term_line
from bot.wording.pages import page_turns
from bot.wording.screen import Control, Press, Screen, in_rows, packed, screen
from bot.wording.titles import BUTTON_SHOWN, cut

PERCENTS = (1, 5, 10, 25, 50)
"""Shares of a sample that are offered; others are typed."""

PAGE = 6
"""Values on one screen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a term can have, by its number."""

    value: int
    name: str


def term_screen(localizer: Localizer, built: Built, names: Names, *, at: int) -> Screen:
    """Show one term, and what can be done with it.

    Raises AudienceChanged.
    """
    term = term_at(built.audience, at)
    of, whose, seen = built.subject.of, built.subject.id, built.seen
    # Translators: button; turns a condition into its contrary.
    label = localizer.gettext("Make it “not”")
    if isinstance(term, Not):
        # Translators: button; turns a negated condition into its contrary.
        label = localizer.gettext("Without the “not”")
    # Translators: button; takes a condition away.
    drop = Press(localizer.gettext("Remove"), DropTerm(of, whose, seen, at))
    rows: list[list[Control]] = [[Press(label, NegateTerm(of, whose, seen, at)), drop]]
    if isinstance(term, Locales):
        # Translators: button; changes the languages of a condition.
        rows.append([Press(localizer.gettext("Languages"), AddTerm(of, whose, TermKind.LOCALES))])
    return screen(bold(term_line(localizer, term, names)), [*rows, [_back(localizer, built)]])


def kinds_screen(
    localizer: Localizer,
    built: Built,
    *,
    has_sources: bool,
    has_places: bool = False,
    has_topics: bool = False,
) -> Screen:
    """Ask what the next term is about. `has_topics`: alerts can be about more than what everybody gets."""
    of, whose = built.subject.of, built.subject.id
    there_are = {TermKind.SOURCE: has_sources, TermKind.PLACE: has_places}
    labels = {
        kind: kind_label(localizer, kind)
        for kind in TermKind
        if there_are.get(kind, True) and _is_offered(kind, built)
    }
    if has_topics:
        # Translators: button; a condition on what people have chosen that alerts are to be about.
        labels[TermKind.TOPIC] = localizer.gettext("Topic")
    presses: list[Control] = [Press(label, AddTerm(of, whose, kind)) for kind, label in labels.items()]
    # Translators: over buttons: Language, Joined since …, Source.
    says = localizer.gettext("What is the term about? All terms must be met.")
    return screen(says, [*in_rows(presses, 2), [_back(localizer, built)]])


def _is_offered(kind: TermKind, built: Built) -> bool:
    match kind:
        case TermKind.SEGMENT:
            return built.subject.of is Whose.ALERT
        case TermKind.TOPIC:
            return not any(isinstance(term, Topic) for term in built.audience.terms)
        case _:
            return True


def kind_label(localizer: Localizer, kind: TermKind) -> str:  # noqa: C901 -- a table, a line for each kind
    """Return what a kind of term is called on its button."""
    match kind:
        case TermKind.LOCALES:
            # Translators: button; a condition on the language people read.
            return localizer.gettext("Language")
        case TermKind.AFTER:
            # Translators: button; a condition on the day people joined.
            return localizer.gettext("Joined since …")
        case TermKind.BEFORE:
            # Translators: button; a condition on the day people joined.
            return localizer.gettext("Joined before …")
        case TermKind.SOURCE:
            # Translators: button; a condition on the link or poster by which people came.
            return localizer.gettext("Source")
        case TermKind.PLACE:
            # Translators: button; a condition on the place people have named, of the campaign's list.
            return localizer.gettext("Place")
        case TermKind.GOT:
            # Translators: button; a condition on which alert people were sent.
            return localizer.gettext("Got an alert")
        case TermKind.DID:
            # Translators: button; a condition on which alert people say they did what it asks for.
            return localizer.gettext("Did an action")
        case TermKind.SAMPLE:
            # Translators: button; a share of the people, drawn by chance.
            return localizer.gettext("Random sample")
        case TermKind.SEGMENT:
            # Translators: button; who is in a saved audience.
            return localizer.gettext("Segment")
        case TermKind.TOPIC:
            # Translators: button; who has subscribed to the alerts.
            return localizer.gettext("Gets the alerts")


def locales_screen(localizer: Localizer, built: Built, locales: Sequence[str]) -> Screen:
    """Let languages be chosen, several at once."""
    term = locales_of(built.audience)
    chosen = frozenset[str]() if term is None else term.locales
    of, whose = built.subject.of, built.subject.id
    presses: list[Control] = [
        Press(
            f"✓ {localizer.language_name(locale)}" if locale in chosen else localizer.language_name(locale),
            TurnLocale(of, whose, built.seen, locale),
        )
        for locale in locales
    ]
    # Translators: over buttons with the languages; those that are chosen have a tick.
    says = localizer.gettext("People who read one of these languages. Tap each to choose it or leave it.")
    return screen(says, [*packed(presses, at_most=3), [_back(localizer, built)]])


def choices_screen(
    localizer: Localizer, built: Built, kind: TermKind, choices: Sequence[Choice], *, page: int
) -> Screen:
    """Let one of these be chosen: sources, alerts that were sent, or segments."""
    of, whose = built.subject.of, built.subject.id
    shown = choices[page * PAGE :][:PAGE]
    rows: list[list[Control]] = [
        [Press(cut(each.name, BUTTON_SHOWN), ChooseTerm(of, whose, built.seen, kind, each.value))]
        for each in shown
    ]
    turns = page_turns(
        localizer, page, count=len(choices), each=PAGE, to=lambda to: AddTerm(of, whose, kind, to)
    )
    says = kind_label(localizer, kind) if shown else _nothing_yet(localizer, kind)
    return screen(bold(says) if shown else says, [*rows, turns, [_back(localizer, built)]])


def _nothing_yet(localizer: Localizer, kind: TermKind) -> str:
    match kind:
        case TermKind.SEGMENT:
            # Translators: an organizer wants to use a saved audience, and none was saved.
            return localizer.gettext("No segment is saved yet. Build an audience, then save it as one.")
        case TermKind.GOT | TermKind.DID:
            # Translators: an organizer wants a condition on alerts that were sent, and none was.
            return localizer.gettext("No alert was sent yet.")
        case _:
            # Translators: an organizer wants a condition on the links by which people came, and there is none.
            return localizer.gettext("There is no source yet.")


def places_screen(localizer: Localizer, built: Built, places: Mapping[str, str]) -> Screen:
    """Let one of these places be chosen: those that enough people have named."""
    of, whose = built.subject.of, built.subject.id
    presses = [
        Press(cut(name, BUTTON_SHOWN), AddPlace(of, whose, built.seen, slug)) for slug, name in places.items()
    ]
    # Translators: over buttons with places; {n} is how many people must have named one.
    says = localizer.ngettext(
        "Places that at least {n} person has named", "Places that at least {n} people have named", SHARED_BY
    )
    return screen(bold(says), [*in_rows(presses, 2), [_back(localizer, built)]])


def topics_screen(localizer: Localizer, built: Built, topics: Mapping[str, str]) -> Screen:
    """Let one of these be chosen: the alerts to everybody, or what else alerts can be about."""
    of, whose = built.subject.of, built.subject.id
    everybody = ChooseTerm(of, whose, built.seen, TermKind.TOPIC)
    presses = [Press(kind_label(localizer, TermKind.TOPIC), everybody)]
    presses += [
        Press(cut(name, BUTTON_SHOWN), AddTopic(of, whose, built.seen, slug)) for slug, name in topics.items()
    ]
    # Translators: over buttons with topics, such as Universities: what people chose that alerts are to be about.
    says = localizer.gettext("Who chose alerts about this")
    return screen(bold(says), [*([press] for press in presses), [_back(localizer, built)]])


def sample_screen(localizer: Localizer, built: Built, *, why: str = "") -> Screen:
    """Ask how great a sample is; `why`: what was wrong with the last answer."""
    of, whose = built.subject.of, built.subject.id
    presses: list[Control] = [
        Press(localizer.percent(each / 100), ChooseTerm(of, whose, built.seen, TermKind.SAMPLE, each))
        for each in PERCENTS
    ]
    # Translators: over buttons with percentages; {people} and {share} are examples: 200 and 12%.
    says = localizer.gettext(
        "How many, drawn at random? Choose, or type a number of people or a share: {people} or {share}.",
        people="200",
        share=localizer.percent(0.12),
    )
    return screen(joined([why, says]), [presses, [_back(localizer, built)]])


def ask_day(localizer: Localizer, built: Built, kind: TermKind, *, example: str, why: str = "") -> Screen:
    """Ask for a day; `example` is one as it can be typed, `why` what was wrong with the last answer."""
    label = kind_label(localizer, kind)
    # Translators: an organizer is to type a date; {example} is one, like 2026-03-03.
    says = localizer.gettext("Type the day, for example {example}.", example=example)
    return screen(joined([why, bold(label), says]), [[_back(localizer, built)]])


def day_refused(localizer: Localizer) -> str:
    """Say that what was typed is no day that has come."""
    # Translators: an organizer typed something that is no date, or a date in the future.
    return localizer.gettext("That is not a day that has come.")


def size_refused(localizer: Localizer) -> str:
    """Say that what was typed is no size of a sample."""
    # Translators: an organizer typed something that is neither a number of people nor a percentage below 100.
    return localizer.gettext("That is neither a number of people nor a share below 100 %.")


def _back(localizer: Localizer, built: Built) -> Press:
    # Translators: button; back to whom an alert is for.
    return Press(localizer.gettext("Back to the audience"), OpenAudience(built.subject.of, built.subject.id))
