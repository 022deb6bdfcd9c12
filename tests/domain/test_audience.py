"""Audiences as values: their JSON, and which are refused."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audience import (
    Audience,
    AudienceInvalid,
    Did,
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Locality,
    Not,
    Person,
    Sample,
    SegmentRemoved,
    Source,
    Topic,
    Within,
    audience_from_json,
    of_topic,
)
from bot.domain.canonical import canonical_json

DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 1, 20))
PLAIN = st.one_of(
    st.builds(Topic, topic=st.sampled_from(["alerts", "events"])),
    st.builds(Locales, locales=st.frozensets(st.sampled_from(["en", "ar", "es"]), min_size=1)),
    st.builds(JoinedBefore, day=DAYS),
    st.builds(JoinedAfter, day=DAYS),
    st.builds(Source, source_id=st.integers(1, 3)),
    st.builds(Locality, locality=st.sampled_from(["madrid", "bilbao"])),
    st.builds(Got, broadcast_id=st.integers(1, 3)),
    st.builds(Did, alert_id=st.integers(1, 3)),
    st.builds(Sample, drawn=st.integers(1, 99), salt=st.sampled_from(["a", "b"])),
    st.builds(Sample, drawn=st.integers(1, 99), of=st.integers(100, 10**9), salt=st.just("a")),
)


def segment(segment_id: int, terms: list[Topic], removed: bool) -> Within:
    """Return a segment as it stands in an audience: its terms in the order in which they are written."""
    kept = Audience(terms=tuple(terms)).ordered().terms
    return Within(segment_id=segment_id, terms=kept, removed=removed)  # type: ignore[arg-type]  # plain


SEGMENTS = st.builds(
    segment,
    segment_id=st.integers(1, 2),
    terms=st.lists(PLAIN | st.builds(Not, term=PLAIN), min_size=1, max_size=5),
    removed=st.booleans(),
)
ATOMS = PLAIN | SEGMENTS
TERMS = ATOMS | st.builds(Not, term=ATOMS)
AUDIENCES = st.builds(Audience, terms=st.lists(TERMS, min_size=1, max_size=5).map(tuple))
PERSON = Person(id=7, locale="en", joined_on=date(2026, 1, 10), topics=frozenset({"alerts"}))


@given(AUDIENCES)
def test_json(audience: Audience) -> None:
    """An audience comes back from its JSON; the order of its terms says nothing."""
    written = json.loads(canonical_json(audience.as_json()))
    again = audience_from_json(written)
    assert set(again.terms) == set(audience.terms)
    assert again.as_json() == written
    assert Audience(terms=audience.terms[::-1]).as_json() == written


@given(AUDIENCES, AUDIENCES)
def test_json_is_of_the_terms(one: Audience, other: Audience) -> None:
    """Two audiences are written the same exactly if they have the same terms."""
    assert (one.as_json() == other.as_json()) == (set(one.terms) == set(other.terms))


@given(ATOMS)
def test_not(atom: Topic) -> None:
    """Of everybody exactly one holds: the term, or its negation."""
    assert Audience(terms=(atom,)).matches(PERSON) != Audience(terms=(Not(term=atom),)).matches(PERSON)


@pytest.mark.parametrize(
    "written",
    [
        [],
        [{"topic": "alerts"}] * 6,
        [{}],
        [{"unknown": 1}],
        [{"topic": ""}],
        [{"locales": []}],
        [{"sample": 0, "salt": "a"}],
        [{"sample": 100, "salt": "a"}],
        [{"sample": 5, "salt": ""}],
        [{"sample": 5, "salt": "a", "of": 5}],
        [{"joined_before": "yesterday"}],
        [{"source": "poster"}],
        [{"segment": 1, "terms": []}],
        [{"segment": 1}],
        [{"segment": 1, "terms": [{"topic": "alerts"}] * 6}],
        [{"segment": 1, "terms": [{"segment": 2, "terms": [{"topic": "alerts"}]}]}],
        [{"segment": 1, "terms": [{"not": {"segment": 1, "terms": [{"topic": "alerts"}]}}]}],
        [{"not": {"not": {"topic": "alerts"}}}],
        {"topic": "alerts"},
        "alerts",
        None,
    ],
)
def test_what_is_no_audience(written: object) -> None:
    """What has no meaning is refused."""
    with pytest.raises(AudienceInvalid):
        audience_from_json(written)


@pytest.mark.parametrize("percent", [1, 10, 50, 90])
def test_a_sample_is_a_share(percent: int) -> None:
    """A sample has about its share of the people, a greater one holds the smaller, another salt draws others."""
    people = range(1, 20_001)
    drawn = {who for who in people if Sample(drawn=percent, salt="a").draws(who)}
    assert abs(len(drawn) / len(people) - percent / 100) < 0.02
    assert drawn <= {who for who in people if Sample(drawn=percent + 5, salt="a").draws(who)}
    other = {who for who in people if Sample(drawn=percent, salt="b").draws(who)}
    assert abs(len(drawn & other) / len(drawn) - percent / 100) < 0.1
    runs = sum(one + 1 == other for one, other in pairwise(sorted(drawn)))
    assert abs(runs / len(drawn) - percent / 100) < 0.1


def test_a_topic() -> None:
    """Today's audience: who subscribed to a topic."""
    assert of_topic("alerts").matches(PERSON)
    assert not of_topic("events").matches(PERSON)


@given(AUDIENCES)
def test_a_segment_is_its_definition(audience: Audience) -> None:
    """Who is in a segment is in all that it is made of; of one that was removed, the audience says so."""
    for within in audience.segments:
        as_terms = Audience(terms=within.terms)
        assert Audience(terms=(within,)).matches(PERSON) == as_terms.matches(PERSON)
    if any(within.removed for within in audience.segments):
        with pytest.raises(SegmentRemoved):
            audience.require_segments()
    else:
        audience.require_segments()


def test_older_audiences_are_written_as_they_were() -> None:
    """What was approved before there were segments keeps its hash."""
    terms = (Topic(topic="alerts"), Sample(drawn=5, salt="a"), Not(term=Got(broadcast_id=3)))
    assert canonical_json(Audience(terms=terms).as_json()) == (
        '[{"not":{"got":3}},{"salt":"a","sample":5},{"topic":"alerts"}]'
    )
