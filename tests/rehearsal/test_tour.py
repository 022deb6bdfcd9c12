"""The tour's parts, who does what; and the hour that is chosen for the last of the zones."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedule import all_zones
from bot.rehearsal.tour.cast import Parts
from bot.rehearsal.tour.writing import next_hour


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
    """Of 2,000 people 95 % join; 2 % of them vanish before the alert, whose messages are refused."""
    parts = Parts.draw(range(2000), seed=1)
    assert (len(parts.joining), len(parts.vanishing), len(parts.blocking)) == (1900, 38, 19)


def test_the_hour_comes_last_where_the_clocks_are_furthest_behind() -> None:
    """It is the next full minute of the zone furthest behind; everywhere else of these it is past."""
    now = datetime(2026, 11, 30, 16, 41, 20, tzinfo=UTC)
    hour = next_hour({"Asia/Amman", "America/Bogota", "UTC"}, zone="UTC", now=now)
    assert (str(hour.day), str(hour.hour), hour.zone) == ("2026-11-30", "11:42:00", "UTC")
    assert hour.instant("America/Bogota") == datetime(2026, 11, 30, 16, 42, tzinfo=UTC)
    assert hour.instant(None) == datetime(2026, 11, 30, 11, 42, tzinfo=UTC)
    assert hour.instant("Asia/Amman") == datetime(2026, 11, 30, 8, 42, tzinfo=UTC)


@given(
    st.sets(st.sampled_from(sorted(all_zones())), min_size=1, max_size=12),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_nobody_waits_longer_than_a_minute(zones: set[str], now: datetime) -> None:
    """Whatever the zones: it is that hour for everybody within a minute, or it was."""
    hour = next_hour(zones, zone="UTC", now=now)
    assert all(hour.instant(zone) <= now + timedelta(minutes=1) for zone in zones)
