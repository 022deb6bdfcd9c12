"""Who has left lately, and what comes too late."""

from datetime import timedelta

import pytest

from bot.domain.rank import Treatment
from bot.inbox import departures
from bot.inbox.departures import BROUGHT_AGAIN, Departures, comes_too_late
from bot.store.inbox import ReceivedUpdate, Withdrawal
from bot.telegram_io.updates import Incoming, Kind
from tests.making import NOW

ANA, BEN = b"ana", b"ben"
STOP, BLOCKED = Withdrawal


def update(update_id: int, chat: bytes | None = ANA, withdrawal: Withdrawal | None = None) -> ReceivedUpdate:
    """Return an update to be applied."""
    return ReceivedUpdate(
        update_id=update_id,
        chat=chat,
        payload=b"{}",
        withdrawal=withdrawal,
        overtaken_by=None,
        in_order=True,
        rank=2,
        treatment=None,
    )


def test_what_is_never_too_late() -> None:
    """A late /halt and a late erasure take effect; they let nobody in."""
    halt = Incoming(kind=Kind.COMMAND, chat_id=1, name="halt")
    erase = Incoming(kind=Kind.BUTTON, chat_id=1, name="erase", argument="yes")
    joins = Incoming(kind=Kind.BUTTON, chat_id=1, name="join", argument="3")
    assert [comes_too_late(one) for one in (halt, erase, joins)] == [False, False, True]


def test_what_was_sent_before_is_overtaken() -> None:
    """Of who left only what was sent before that is overtaken, by the last withdrawal, and for a day."""
    known = Departures()
    known.note([update(1), update(5, None, STOP), update(9, ANA, BLOCKED), update(7, ANA, STOP)], now=NOW)
    late = known.overtaken(update(8), now=NOW)
    assert (late.overtaken_by, late.treatment) == (BLOCKED, Treatment.SILENT)
    for other in (update(10), update(8, BEN), update(4, None)):
        assert known.overtaken(other, now=NOW) == other
    assert known.overtaken(update(8), now=NOW + BROUGHT_AGAIN + timedelta(seconds=1)) == update(8)


def test_who_has_gone_on() -> None:
    """What was sent before somebody left has no effect any more once something was applied that they sent after it."""
    known = Departures()
    known.note([update(5, ANA, STOP), update(4)], now=NOW)
    assert not known.is_outdated(known.overtaken(update(3), now=NOW))
    known.note([update(6)], now=NOW)
    assert known.is_outdated(known.overtaken(update(3), now=NOW))
    assert not known.is_outdated(known.overtaken(update(7), now=NOW))
    known.note([update(8, ANA, STOP)], now=NOW)
    assert not known.is_outdated(known.overtaken(update(3), now=NOW))


def test_not_all_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose time is over is forgotten, and the first of too many."""
    monkeypatch.setattr(departures, "CHATS_KEPT", 2)
    known = Departures()
    for number in range(3):
        known.note([update(9, bytes([number]), STOP)], now=NOW)
    assert list(known._left) == [b"\1", b"\2"]
    known.note([update(9, ANA, STOP)], now=NOW + 2 * BROUGHT_AGAIN)
    assert list(known._left) == [ANA]
