"""Which backups are kept."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retention import DAYS, WEEKS, kept

moments = st.integers(0, 365 * 24).map(
    lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)


@given(st.sets(moments))
def test_few(taken: set[datetime]) -> None:
    """The newest of all and of each of the last seven days is kept, of four weeks one each, and no more."""
    staying = kept(taken)
    assert staying <= taken
    assert len(staying) <= DAYS + WEEKS
    if taken:
        assert max(taken) in staying
    days = sorted({at.date() for at in taken})[-DAYS:]
    assert {max(at for at in taken if at.date() == day) for day in days} <= staying


def test_daily_for_a_year() -> None:
    """Taken each day for a year, the last seven are there, and three Sundays before."""
    first = datetime(2026, 1, 1, 3, tzinfo=UTC)
    staying: set[datetime] = set()
    for day in range(365):
        staying = kept({*staying, first + timedelta(days=day)})
    assert [f"{at:%m-%d}" for at in sorted(staying)] == [
        *("12-13", "12-20", "12-25", "12-26", "12-27", "12-28", "12-29", "12-30", "12-31"),
    ]
