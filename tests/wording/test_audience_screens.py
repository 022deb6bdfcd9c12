"""Audiences in words, and the screens on which they are built: in every locale, and short enough for a phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from bot.domain import choices
from bot.domain.alert import Alert
from bot.domain.audience import (
    TERMS,
    Audience,
    AudienceInvalid,
    Did,
    Draw,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Not,
    Sample,
    SegmentNested,
    SegmentRemoved,
    Source,
    Topic,
    Within,
    atom_of,
    of_topic,
)
from bot.domain.audience_edit import AudienceChanged, TermsFull, TopicNeeded, Whose, as_read
from bot.domain.exclusion import Exclusion
from bot.domain.reach import reach
from bot.domain.rich_text import MESSAGE_LIMIT
from bot.domain.segment import NAME_LENGTH, Segment, SegmentNameInvalid
from bot.i18n.localizer import Localizer
from bot.services.alerts import AudienceFixed
from bot.services.audiences import Built, Names, Subject
from bot.services.broadcasts import AudienceTooSmall
from bot.services.checks import Checked
from bot.services.counting import Count
from bot.services.segments import SegmentMissing, SegmentNameTaken
from bot.telegram_io.audience_buttons import TermKind
from bot.telegram_io.callbacks import CALLBACK_BYTES
from bot.wording import approval, audience_builder, board, confirmation, estimates, segments, term_screens
from bot.wording.audience import audience_line, term_lines
from bot.wording.chat import keyboard
from bot.wording.errors import apology
from bot.wording.screen import Screen
from bot.wording.term_screens import PAGE, Choice
from tests.domain.test_audience import AUDIENCES
from tests.making import OWNER, draft, words
from tests.wording.test_screens import ALERT, CATALOGS, LABEL_LENGTH, OLDER

PLAIN = (
    Topic(topic="alerts"),
    Locales(locales=frozenset(CATALOGS.locales)),
    JoinedAfter(day=date(2026, 3, 3)),
    Not(term=Source(source_id=7)),
    Not(term=Got(broadcast_id=5)),
)
SEGMENT = Within(segment_id=3, terms=PLAIN)
LONGEST = Audience(
    terms=(Topic(topic="alerts"), SEGMENT, Not(term=replace(SEGMENT, removed=True)), *PLAIN[2:4])
)


def titled(title: str) -> Alert:
    """Return an alert with this title."""
    return replace(draft(), translations={"en": replace(words(), title=title)})


NAMES = Names(
    segments={1: "One", 2: "Two", 3: "S" * NAME_LENGTH},
    sources={1: "Street", 2: "Fair", 3: "Friends", 7: "P" * 64},
    sent={at: titled(f"Alert {at}") for at in (1, 2, 3)} | {5: ALERT},
    asked={at: titled(f"Action {at}") for at in (1, 2, 3)},
)
EN = CATALOGS.words("en")


def count(*, is_estimate: bool) -> Count:
    """Return a count of many people in every locale, some left out."""
    left_out = dict.fromkeys(Exclusion, 40) | {Exclusion.BLOCKED: 10}
    by_locale = dict.fromkeys(CATALOGS.locales, 1_000_000)
    return Count(
        by_locale=by_locale,
        left_out=left_out,
        later=120,
        everybody=None if is_estimate else 8_999_999,
    )


def shown(localizer: Localizer) -> Iterator[Screen]:
    """Yield every screen on which an audience or a segment is built."""
    largest = 10**18 - 1
    of_alert = Built(subject=Subject(of=Whose.ALERT, id=largest), audience=LONGEST.ordered(), alert=ALERT)
    few = replace(of_alert, audience=of_topic("alerts"))
    of_segment = Built(
        subject=Subject(of=Whose.SEGMENT, id=largest),
        audience=Audience(terms=PLAIN[1:4]).ordered(),
        name="S" * NAME_LENGTH,
        in_use=3,
    )
    for built in (of_alert, few, of_segment):
        for counted in (
            count(is_estimate=True),
            count(is_estimate=False),
            Count(by_locale={}, left_out={}),
        ):
            yield audience_builder.builder_screen(localizer, built, counted, NAMES, why="Why.")
        for at in range(1, len(built.audience.terms) + 1):
            yield term_screens.term_screen(localizer, built, NAMES, at=at)
        yield from [
            term_screens.kinds_screen(localizer, built, has_sources=has, has_places=has, has_topics=has)
            for has in (True, False)
        ]
        yield term_screens.places_screen(localizer, built, {f"place-{n}": "São Paulo" for n in range(9)})
        yield term_screens.topics_screen(localizer, built, {f"topic-{n}": "T" * 28 for n in range(3)})
        yield term_screens.locales_screen(localizer, built, CATALOGS.locales)
        yield term_screens.sample_screen(localizer, built, why="Why.")
        for kind in TermKind:
            offered = [Choice(largest - n, "C" * 80) for n in range(2 * PAGE)]
            for page in (0, 1):
                yield term_screens.choices_screen(localizer, built, kind, offered, page=page)
            yield term_screens.choices_screen(localizer, built, kind, [], page=0)
        yield term_screens.ask_day(localizer, built, TermKind.AFTER, example="2026-03-03", why="Why.")
    some = [Segment(id=largest - n, name="S" * NAME_LENGTH, terms=PLAIN) for n in range(2 * PAGE)]
    yield from [segments.segments_screen(localizer, some, page=page, why="Why.") for page in (0, 1)]
    yield segments.segments_screen(localizer, [], page=0)
    yield from [segments.ask_segment_name(localizer, alert_id=each, why="Why.") for each in (None, largest)]
    yield from [segments.ask_remove(localizer, replace(of_segment, in_use=n)) for n in (0, 2)]


def with_estimates(localizer: Localizer) -> Iterator[Screen]:
    """Yield the screens of an alert whose audience is estimated, and named at its longest."""
    line = audience_line(localizer, LONGEST, NAMES)
    for alert in (ALERT, OLDER):
        for people in (5, 1_000_000):
            reached = reach(
                dict.fromkeys(CATALOGS.locales, people),
                base="en",
                written=alert.translations.keys(),
                left_out={Exclusion.PAUSED: 40},
                older=CATALOGS.locales[1:],
                choices=dict.fromkeys(CATALOGS.locales[1:4], choices.Choice.AS_IT_IS),
                is_estimate=True,
            )
            around = board.Around(audience=line)
            yield board.board_screen(localizer, alert, reached, CATALOGS.locales, around)
            checked = Checked(alert=alert, findings=(), unseen=(), seen=(), mark="f" * 32)
            yield approval.approval_screen(
                localizer,
                checked,
                reached,
                seen="f" * 32,
                paid=True,
                looking=approval.Looking(by=OWNER),
                audience=line,
            )
            for counted in (None, 1_234_567):
                told = replace(reached, counted=counted)
                yield confirmation.confirm_screen(localizer, alert, told, paid=True, audience=line)


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_every_screen_in_every_locale(locale: str) -> None:
    """Each says something, fits into a message, and has buttons that Telegram and a phone take."""
    localizer = CATALOGS.words(locale)
    for each in (*shown(localizer), *with_estimates(localizer)):
        assert each.text.text.strip()
        assert len(each.text) <= MESSAGE_LIMIT
        assert "{" not in each.text.text
        for button in (button for row in keyboard(each, localizer) for button in row):
            assert 0 < len(button["text"]) <= LABEL_LENGTH, button
            assert len(button.get("callback_data", "").encode()) <= CALLBACK_BYTES


@given(AUDIENCES)
def test_one_meaning(audience: Audience) -> None:
    """Whoever reads an audience's words knows its terms: other terms read otherwise, but for which sample is drawn."""
    lines = term_lines(EN, audience, NAMES)
    assert len(lines) == len(as_read(audience))
    told = [term for term in as_read(audience) if not isinstance(atom_of(term), Sample | Draw | Within)]
    assert len({line for line, term in zip(lines, as_read(audience), strict=True) if term in told}) == len(
        told
    )


def test_terms_in_words() -> None:
    """What each kind of term is called, and its contrary."""

    def said(term: object) -> str:
        [line] = term_lines(EN, Audience(terms=(term,)), NAMES)  # type: ignore[arg-type]  # any term
        return "".join(each for each in line if each not in "\u2068\u2069")

    assert said(Topic(topic="alerts")) == "Gets the alerts"
    assert said(Topic(topic="events")) == "Topic: events"
    assert said(Locales(locales=frozenset({"ar", "he"}))) == "Reads العربية or עברית"
    assert said(JoinedAfter(day=date(2026, 3, 3))) == "Joined since 3 March 2026"
    assert said(JoinedBefore(day=date(2026, 3, 3))) == "Joined before 3 March 2026"
    assert said(Source(source_id=1)) == "Came through “Street”"
    assert said(Source(source_id=99)) == "Came through “…”"
    assert said(Not(term=Got(broadcast_id=1))) == "Not: Got “Alert 1”"
    assert said(Did(alert_id=2)) == "Say they did “Action 2”"
    assert said(Did(alert_id=99)) == "Say they did “…”"
    assert said(Sample(drawn=5, salt="a")) == "5% drawn at random"
    assert said(Sample(drawn=200, of=9_000, salt="a")) == "About 200 drawn at random"
    assert said(Draw(people=200, salt="a")) == "200 drawn at random"
    arabic = Within(segment_id=1, terms=(Locales(locales=frozenset({"ar"})), Topic(topic="alerts")))
    assert said(arabic) == "In “One” (Gets the alerts · Reads العربية)"


def test_estimates_in_words() -> None:
    """An estimate says that it is one, and by how much it may be off; what is small is not told."""

    def said(n: int) -> str:
        return "".join(each for each in estimates.reach_line(EN, n) if each not in "\u2068\u2069")

    assert said(0) == "Reaches perhaps fewer than 10 people now"
    assert said(240) == "Reaches about 240 people now, give or take 100"
    assert said(1_000_000) == "Reaches about 1,000,000 people now, give or take 6,000"


@pytest.mark.parametrize(
    "error",
    [
        AudienceChanged(),
        AudienceInvalid(),
        TermsFull(),
        TopicNeeded(),
        AudienceFixed(),
        AudienceTooSmall(),
        SegmentRemoved(),
        SegmentMissing(),
        SegmentNameTaken(),
        SegmentNameInvalid(),
        SegmentNested(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_has_its_sentence(error: Exception) -> None:
    """What cannot be done is said in a sentence of its own."""
    said = apology(error, EN)
    assert "Something went wrong" not in said
    assert said.endswith(".")
    assert "{" not in said
    assert TERMS == 5
