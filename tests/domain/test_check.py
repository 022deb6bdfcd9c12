"""The check of an alert as a value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import check, findings
from bot.domain.alert import ActionKind
from bot.domain.check import Acknowledgement, Overlap, Subject, blocks, mark_of, unseen, warnings
from bot.domain.choices import Choice
from bot.domain.findings import Finding, Level
from bot.domain.link_safety import Address, LinkFault
from bot.domain.reach import reach
from tests.making import NOW, draft, words

ALERT = draft(locales=("en", "ar"))
MADRID = ZoneInfo("Europe/Madrid")


def subject(**changes: Any) -> Subject:
    """Return an alert about which nothing is to be said."""
    by_locale = {"en": 60, "ar": 30}
    fine = Subject(
        alert=ALERT,
        reach=reach(by_locale, base="en", written=ALERT.translations),
        at=NOW,
        zone=UTC,
        rate=30.0,
    )
    return replace(fine, **changes)


def found(level: Level, **changes: Any) -> list[str]:
    """Return the names of the findings of a level."""
    return [type(each).__name__ for each in check.check(subject(**changes)) if each.level is level]


def of_readers(readers: dict[str, int], **choices: Choice) -> Any:
    """Return the reach to these readers, with what was chosen."""
    return reach(readers, base="en", written=ALERT.translations, choices=choices)


def test_a_fine_alert() -> None:
    """All that was looked at is said, and nothing of it warns or blocks."""
    names = found(Level.FINE)
    assert names == [
        "TranslationsFine",
        "LengthFine",
        "LinksFine",
        "WithinHours",
        "NotTooOften",
        "Forecast",
    ]
    assert found(Level.BLOCK) == found(Level.WARN) == []
    [forecast] = [each for each in check.check(subject()) if isinstance(each, findings.Forecast)]
    assert (forecast.people, forecast.seconds) == (90, 3.0)


@pytest.mark.parametrize(
    ("choices", "blocked"),
    [
        ({}, ["Undecided"]),
        ({"fr": Choice.WAIT}, ["Waiting"]),
        ({"fr": Choice.BASE}, []),
        ({"fr": Choice.LEAVE_OUT}, []),
    ],
)
def test_missing_languages(choices: dict[str, Choice], blocked: list[str]) -> None:
    """Readers without words of their own block it, until it is decided what they get; to wait blocks, too."""
    reached = of_readers({"en": 60, "fr": 312, "de": 0}, **choices)
    assert found(Level.BLOCK, reach=reached) == blocked
    assert reached.total == (60 if choices.get("fr") is Choice.LEAVE_OUT else 372)
    for each in check.check(subject(reach=reached)):
        if isinstance(each, findings.Undecided | findings.Waiting):
            assert dict(each.readers) == {"fr": 312}


def test_older_words_block() -> None:
    """Older words are undecided whether anybody reads them or not: somebody may join."""
    older = reach({"en": 60}, base="en", written=ALERT.translations, older=["ar"])
    assert found(Level.BLOCK, reach=older) == ["Undecided"]
    kept = reach(
        {"en": 60}, base="en", written=ALERT.translations, older=["ar"], choices={"ar": Choice.AS_IT_IS}
    )
    assert found(Level.BLOCK, reach=kept) == []


def test_no_words_of_the_base() -> None:
    """Without its first language nothing goes out."""
    assert found(Level.BLOCK, alert=replace(ALERT, translations={"ar": words("ar")})) == ["BaseMissing"]


@pytest.mark.parametrize(
    ("length", "level"), [(500, "LengthFine"), (501, "Long"), (1024, "Long"), (1025, "TooLong")]
)
def test_length(length: int, level: str) -> None:
    """The longest words count, in Telegram's units; what is not sent does not."""
    arabic = replace(
        words("ar"), title="x", text="😀" * ((length - 2) // 2) + "y" * (length % 2), entities=()
    )
    alert = replace(ALERT, translations={"en": words(), "ar": arabic})
    assert level in [type(each).__name__ for each in check.check(subject(alert=alert, limit=1024))]
    without = of_readers({"en": 1, "ar": 1}, ar=Choice.LEAVE_OUT)
    assert "LengthFine" in found(Level.FINE, alert=alert, limit=1024, reach=without)


@pytest.mark.parametrize(
    ("link", "level"),
    [
        ("https://example.org", None),
        ("http://example.org", Level.WARN),
        ("https://новости.com", Level.WARN),
        ("https://ex\u0430mple.org", Level.BLOCK),
        ("https://example.org/\u202e", Level.BLOCK),
        ("nothing", Level.BLOCK),
    ],
)
def test_links(link: str, level: Level | None) -> None:
    """What may be honest is to be acknowledged, what cannot be is to be mended."""
    made = check.check(subject(alert=replace(ALERT, link=link)))
    about = [each for each in made if isinstance(each, findings.LinkBad | findings.LinkDoubtful)]
    assert [each.level for each in about] == ([] if level is None else [level])
    assert any(isinstance(each, findings.LinksFine) for each in made) is (level is None)


def test_a_call_without_a_number() -> None:
    """It warns, until there is a number or a button."""
    call = replace(ALERT, kind=ActionKind.CALL, link=None)
    assert "NumberMissing" in found(Level.WARN, alert=call)
    assert found(Level.WARN, alert=replace(call, details={"phone": "030 123456"})) == []


@pytest.mark.parametrize(
    ("seconds", "name"), [(-1, "DeadlinePast"), (0, "DeadlinePast"), (1, "DeadlineAhead")]
)
def test_deadline(seconds: int, name: str) -> None:
    """What is over cannot be asked for."""
    alert = replace(ALERT, deadline=NOW + timedelta(seconds=seconds))
    assert name in [*found(Level.BLOCK, alert=alert), *found(Level.FINE, alert=alert)]


@pytest.mark.parametrize(
    ("hour", "minute", "warned"),
    [(7, 59, True), (8, 0, False), (19, 59, False), (20, 0, True), (23, 30, True)],
)
def test_hours(hour: int, minute: int, *, warned: bool) -> None:
    """From 9 to 21 o'clock in the campaign's zone, which is an hour ahead of UTC here; a correction disturbs nobody."""
    at = datetime(2026, 11, 23, hour, minute, tzinfo=UTC)
    assert ("OutsideHours" in found(Level.WARN, at=at, zone=MADRID)) is warned
    assert "OutsideHours" not in found(Level.WARN, at=at, zone=MADRID, alert=replace(ALERT, corrects=3))


@pytest.mark.parametrize(
    ("looked", "got", "warned"),
    [(100, 30, True), (100, 29, False), (12, 9, False), (12, 10, True), (0, 0, False)],
)
def test_the_same_people(looked: int, got: int, *, warned: bool) -> None:
    """From three in ten on; fewer than ten people are not told of."""
    names = found(Level.WARN, overlap=Overlap(looked=looked, got=got))
    assert ("SamePeople" in names) is warned
    assert ("NotTooOften" in found(Level.FINE, overlap=Overlap(looked=looked, got=got))) is not warned


def test_the_same_words() -> None:
    """What went out lately is said, with when; of a correction that is the point."""
    assert found(Level.WARN, said_at=NOW) == ["SaidLately"]
    assert found(Level.WARN, said_at=NOW, alert=replace(ALERT, corrects=3)) == []


def test_cost() -> None:
    """Paid sending has a price, a correction none."""
    [cost] = [each for each in check.check(subject(paid=True)) if isinstance(each, findings.Cost)]
    assert cost.stars == 9
    assert "Cost" not in found(Level.FINE, paid=True, alert=replace(ALERT, corrects=3))


WARNED = (
    findings.Long(locale="en", length=600),
    findings.OutsideHours(at=NOW, zone=UTC),
    findings.SaidLately(at=NOW),
    findings.NumberMissing(),
)
FINDINGS = st.sets(st.sampled_from(WARNED)).map(lambda chosen: (*chosen, findings.NotTooOften()))
SEEN = st.lists(
    st.sets(st.sampled_from([each.key for each in WARNED])).map(
        lambda keys: Acknowledgement(organizer_id=1, keys=frozenset(keys))
    ),
    max_size=3,
)


@given(FINDINGS, SEEN)
def test_what_nobody_has_seen(findings: tuple[Finding, ...], seen: list[Acknowledgement]) -> None:
    """A warning is unseen exactly if nobody has acknowledged one of its key; what is fine needs nobody."""
    keys = {key for each in seen for key in each.keys}
    assert [each.key for each in unseen(findings, seen)] == [
        each.key for each in warnings(findings) if each.key not in keys
    ]
    assert blocks(findings) == ()


@given(FINDINGS, FINDINGS, st.sampled_from("ab"), st.sampled_from("ab"))
def test_a_mark_is_of_these_warnings(
    one: tuple[Finding, ...], other: tuple[Finding, ...], plan: str, other_plan: str
) -> None:
    """Two marks are the same exactly if they are of the same warnings about the same plan."""
    same = plan == other_plan and {each.key for each in warnings(one)} == {
        each.key for each in warnings(other)
    }
    assert (mark_of(plan, one) == mark_of(other_plan, other)) is same


def test_each_doubt_about_a_link_is_seen_by_itself() -> None:
    """Who has seen that a link is without https has not seen that another mixes alphabets."""
    doubts = {fault: findings.LinkDoubtful(address=Address("x"), fault=fault).key for fault in LinkFault}
    assert len(set(doubts.values())) == len(LinkFault)


@pytest.mark.parametrize(("links", "blocking"), [(5, 0), (300, 295)])
def test_many_doubtful_links(links: int, blocking: int) -> None:
    """A few are warned of; with more than anybody looks through, nothing is sent."""
    text = "".join(f'<a href="http://{n}.example.org/">{n}</a> ' for n in range(links))
    alert = replace(ALERT, translations={**ALERT.translations, "en": replace(words("en"), text=text)})
    assert found(Level.WARN, alert=alert).count("LinkDoubtful") == 5
    assert found(Level.BLOCK, alert=alert).count("LinkBad") == blocking


def test_what_follows_from_an_estimate_is_one() -> None:
    """Where how many it reaches is estimated, so are how long it takes, what it costs, and of how many a share is."""
    overlap = Overlap(looked=100, got=50)
    for is_estimate in (True, False):
        reached = reach({"en": 60}, base="en", written=["en", "ar"], is_estimate=is_estimate)
        made = check.check(subject(reach=reached, overlap=overlap, paid=True))
        about = [
            each for each in made if isinstance(each, findings.Forecast | findings.Cost | findings.SamePeople)
        ]
        assert [each.is_estimate for each in about] == [is_estimate] * 3
    exact = replace(reach({"en": 60}, base="en", written=["en", "ar"], is_estimate=True), counted=57)
    [forecast] = [each for each in check.check(subject(reach=exact)) if isinstance(each, findings.Forecast)]
    assert (forecast.people, forecast.is_estimate) == (57, False)
