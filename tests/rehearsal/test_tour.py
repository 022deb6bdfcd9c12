"""The tour's parts, who does what; and its three days, from one hour to the next."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.preferences import AT_NIGHT
from bot.rehearsal.tour.cast import Parts
from bot.rehearsal.tour.course import Course
from bot.rehearsal.tour.deeds import Deeds
from bot.rehearsal.world.population import ZONES


@given(st.integers(min_value=5, max_value=3000), st.integers())
def test_everybody_has_one_way_out_at_most(people: int, seed: int) -> None:
    """Nobody both leaves and vanishes, and only those who join play on."""
    parts = Parts.draw(range(people), seed=seed)
    leaving = parts.leaving_before + parts.leaving_meanwhile + parts.vanishing + parts.blocking
    assert len(set(leaving)) == len(leaving)
    assert set(leaving) | set(parts.asking) <= set(parts.joining) <= set(range(people))


def test_the_same_seed_gives_the_same_parts() -> None:
    """A tour that went wrong can be played again."""
    assert Parts.draw(range(500), seed=7) == Parts.draw(range(500), seed=7)
    assert Parts.draw(range(500), seed=7) != Parts.draw(range(500), seed=8)


def test_a_large_cast_keeps_its_shares() -> None:
    """Of 2,000 people 90 % join; 2 % of them vanish before the alert, whose messages are refused."""
    parts = Parts.draw(range(2000), seed=1)
    assert (len(parts.joining), len(parts.vanishing), len(parts.blocking)) == (1800, 36, 18)


LIVED_IN = sorted({zone for zones in ZONES.values() for zone in zones if zone is not None})
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))


def test_it_begins_in_the_morning_of_the_zone_furthest_behind() -> None:
    """Tomorrow at 9:00 there; an hour later it is the chosen hour for the last people, and past for everybody else."""
    course = Course.of({"Asia/Amman", "America/Bogota", "UTC"}, today=date(2026, 11, 30))
    assert course.behind == "America/Bogota"
    assert course.begins == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    hour = course.local_hour("UTC")
    assert (str(hour.day), str(hour.hour), hour.zone) == ("2026-12-01", "10:00:00", "UTC")
    assert hour.instant("America/Bogota") == course.hour
    assert hour.instant(None) == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    assert hour.instant("Asia/Amman") == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert (course.digest_hour("Europe/Rome"), course.digest_hour("Asia/Amman")) == (None, 18)


@given(DAYS)
def test_only_the_last_people_wait(today: date) -> None:
    """On whatever day a tour is played: as it begins, the hour is past wherever else the rehearsal's people live."""
    course = Course.of(LIVED_IN, today=today)
    hour = course.local_hour("UTC")
    assert hour.instant(course.behind) == course.hour
    assert all(hour.instant(zone) <= course.begins for zone in LIVED_IN if zone != course.behind)


@given(DAYS)
@example(date(2028, 11, 3))
def test_nobody_sleeps_when_the_bot_writes_by_itself(today: date) -> None:
    """Thanks and reminders come in an hour that is quiet for nobody; the alert reminds a day before its deadline."""
    course = Course.of(LIVED_IN, today=today)
    assert all(AT_NIGHT.not_before(course.next_day, zone) is None for zone in LIVED_IN)
    assert course.deadline - course.next_day == timedelta(days=1)
    assert course.deadline - course.begins > timedelta(days=1, hours=12)
    assert course.moment < course.next_day < course.ends


@given(st.integers(min_value=40, max_value=400), st.integers())
def test_whoever_counts_does_one_thing(people: int, seed: int) -> None:
    """Nobody has two parts that would contradict each other; all parts are played, and all friends come later."""
    parts = Parts.draw(range(people), seed=seed)
    course = Course.of(LIVED_IN, today=date(2026, 11, 30))
    zones = {chat_id: LIVED_IN[chat_id % len(LIVED_IN)] for chat_id in range(people)}
    deeds = Deeds.draw(
        parts, range(people), zones=zones, asks=lambda chat_id: chat_id % 2 == 0, course=course, seed=seed
    )
    apart = deeds.quiet + deeds.digest + deeds.urgent + deeds.reminded + deeds.doing
    apart += deeds.undoing + deeds.refusing + deeds.erasing + deeds.wondering + deeds.friends
    gone = parts.leaving_before + parts.leaving_meanwhile + parts.vanishing + parts.blocking
    assert len(set(apart)) == len(apart)
    assert not set(apart) & set(gone)
    assert not set(deeds.friends) & set(parts.joining)
    assert not set(deeds.unfinished) & set(deeds.done + deeds.refusing + deeds.erasing)
    assert set(deeds.erasing) <= set(deeds.together)
    assert min(len(deeds.digest), len(deeds.reminded), len(deeds.sharing), len(deeds.friends)) >= 2
    assert all((deeds.urgent, deeds.undoing, deeds.refusing, deeds.erasing, deeds.wondering))
    assert len(deeds.together) >= 10, "else no count is told"
