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
    Got,
    JoinedAfter,
    JoinedBefore,
    Locales,
    Not,
    Person,
    Sample,
    Topic,
    audience_from_json,
    of_topic,
)
from bot.domain.canonical import canonical_json

DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 1, 20))
ATOMS = st.one_of(
    st.builds(Topic, topic=st.sampled_from(["alerts", "events"])),
    st.builds(Locales, locales=st.frozensets(st.sampled_from(["en", "ar", "es"]), min_size=1)),
    st.builds(JoinedBefore, day=DAYS),
    st.builds(JoinedAfter, day=DAYS),
    st.builds(Got, broadcast_id=st.integers(1, 3)),
    st.builds(Sample, percent=st.integers(1, 99), salt=st.sampled_from(["a", "b"])),
)
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
        [{"joined_before": "yesterday"}],
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
    drawn = {who for who in people if Sample(percent=percent, salt="a").draws(who)}
    assert abs(len(drawn) / len(people) - percent / 100) < 0.02
    assert drawn <= {who for who in people if Sample(percent=percent + 5, salt="a").draws(who)}
    other = {who for who in people if Sample(percent=percent, salt="b").draws(who)}
    assert abs(len(drawn & other) / len(drawn) - percent / 100) < 0.1
    runs = sum(one + 1 == other for one, other in pairwise(sorted(drawn)))
    assert abs(runs / len(drawn) - percent / 100) < 0.1


def test_a_topic() -> None:
    """Today's audience: who subscribed to a topic."""
    assert of_topic("alerts").matches(PERSON)
    assert not of_topic("events").matches(PERSON)
