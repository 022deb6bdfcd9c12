"""Updates as they were read on arrival, and since when they wait."""

import itertools

from bot.inbox.arrivals import REMEMBERED, TIMED, Arrivals
from bot.telegram_io.updates import Incoming, read_update

INCOMING = read_update(
    {
        "update_id": 1,
        "message": {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "hi"},
    }
)


def test_since_when_they_wait() -> None:
    """The moment of arrival is known until an update is forgotten."""
    assert isinstance(INCOMING, Incoming)
    ticks = itertools.count(1.0)
    arrivals = Arrivals(lambda: next(ticks))
    arrivals.accept({1: INCOMING, 2: INCOMING})
    arrivals.accept({3: INCOMING})
    assert [arrivals.at(number) for number in (1, 2, 3, 4)] == [1.0, 1.0, 2.0, None]
    arrivals.forget([1, 3])
    assert [arrivals.at(number) for number in (1, 2, 3)] == [None, 1.0, None]


def test_what_others_apply_takes_no_room() -> None:
    """What this process never applies is let go of, the oldest first."""
    assert isinstance(INCOMING, Incoming)
    arrivals = Arrivals(lambda: 0.0)
    for number in range(TIMED + 5):
        arrivals.accept({number: INCOMING})
    assert [arrivals.at(4), arrivals.at(5)] == [None, 0.0]
    assert len(arrivals._read) == REMEMBERED
