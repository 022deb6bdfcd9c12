"""What a process counts about itself."""

from collections import Counter

import pytest

from bot import figures
from bot.figures import ABOVE, CALLS, MILLISECONDS, WAITED, cumulated


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    figures.drain()


def test_counting() -> None:
    """What is counted is there once, with its labels; nothing counted is nothing."""
    figures.count(CALLS, figures.REPLY, "accepted")
    figures.count(CALLS, figures.REPLY, "accepted", n=2)
    figures.count(CALLS, figures.BULK, "accepted", n=0)
    assert figures.drain() == {(CALLS.name, ("reply", "accepted")): 3}
    assert figures.drain() == {}


def test_what_could_not_be_written_is_counted_again() -> None:
    """It is added to what was counted meanwhile."""
    figures.count(CALLS, figures.REPLY, "accepted")
    drained = figures.drain()
    figures.count(CALLS, figures.REPLY, "accepted")
    figures.requeue(drained)
    assert figures.drain() == {(CALLS.name, ("reply", "accepted")): 2}


def test_waits() -> None:
    """A wait is in the first bucket that holds it; buckets are cumulative, and the last holds all."""
    for seconds in (0.0, 0.05, 0.0501, 10_000.0):
        figures.observe(WAITED, seconds, figures.APPLIED)
    counts = Counter({labels[-1]: n for (_, labels), n in figures.drain().items()})
    assert counts == {"0.01": 1, "0.05": 1, "0.1": 1, ABOVE: 1, MILLISECONDS: 10_000_100}
    buckets = dict(cumulated(counts))
    assert [buckets[bound] for bound in ("0.01", "0.05", "0.1", "600.0", ABOVE)] == [1, 2, 3, 3, 4]


def test_a_clock_that_went_back() -> None:
    """No wait is shorter than none."""
    figures.observe(WAITED, -1.0, figures.APPLIED)
    assert figures.drain() == {(WAITED.name, ("applied", "0.01")): 1, (WAITED.name, ("applied", "ms")): 0}


def test_names() -> None:
    """Names and labels are as Prometheus wants them; a counter's `_total` is added where it is shown."""
    for figure in figures.FIGURES.values():
        assert figure.name.startswith("campaign_")
        assert not figure.name.endswith("_total")
        assert figure.is_wait == figure.name.endswith("_seconds")
        assert not {"le", "id", "chat", "user"} & set(figure.labels)
