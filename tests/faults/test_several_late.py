"""What comes after others have settled it: told apart by when it was asked for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.delivery import DeliveryState
from tests.faults.several_checks import rate, unknown
from tests.faults.several_facts import Facts
from tests.faults.several_late import posted_later
from tests.faults.several_made import came, changed, delivery, made
from tests.worlds.processes.looks import LOOKS, Looks, sum_of
from tests.worlds.watched_api import Moment

CHAT, MESSAGE = 100, 7
SETTLED = 10.0
ROW = "1 1"


def life(
    folder: Path,
    *,
    asked: tuple[float, ...] = (),
    asked_for_another: tuple[float, ...] = (),
    at: float = 11.0,
    state: DeliveryState = DeliveryState.UNKNOWN,
    later: tuple[str, ...] = (),
    **about: Any,
) -> Facts:
    """Return a life in which one sender claims, another settles that at `SETTLED`, and a message comes."""
    message = came(CHAT, MESSAGE, at=at)
    lines = [f"{each:.6f} {sum_of(CHAT, message.text)} asked\n" for each in asked]
    lines += [f"{each:.6f} {sum_of(CHAT, 'another')} asked\n" for each in asked_for_another]
    (folder / f"sender-1.1{LOOKS}").write_text("".join(lines), encoding="ascii")
    steps = [("pending", "a"), ("inflight", "a"), ("unknown", "b"), *((each, "a") for each in later)]
    return made(
        changes=changed(
            "deliveries", *((ROW, after, source) for after, source in steps), begins_at=SETTLED - 2
        ),
        deliveries=[delivery(CHAT, state, **about)],
        arrivals=[message],
        looks=Looks(folder),
    )


@pytest.mark.parametrize(
    ("asked", "in_time"),
    [
        ((9.9999,), True),
        ((10.5,), False),
        ((9.0, 10.5), False),
        ((9.0, 11.01), False),
        ((9.9, 12.0), True),
        ((), False),
    ],
    ids=[
        "stopped before the write",
        "asked later",
        "asked again",
        "asked as it came",
        "asked after it came",
        "never asked",
    ],
)
def test_late(tmp_path: Path, *, asked: tuple[float, ...], in_time: bool) -> None:
    """What came later is excused only where the last look before it was before others settled it."""
    facts = life(tmp_path, asked=asked)
    assert [each.was_asked_for_in_time for each in posted_later(facts)] == [in_time]
    assert any("posted" in each for each in unknown(facts)) is not in_time


@pytest.mark.parametrize(("asked", "another", "in_time"), [(9.9, 11.2, True), (11.2, 9.9, False)])
def test_another_message(tmp_path: Path, *, asked: float, another: float, in_time: bool) -> None:
    """Another message to the same chat has looks of its own."""
    facts = life(tmp_path, asked=(asked,), asked_for_another=(another,))
    assert [each.was_asked_for_in_time for each in posted_later(facts)] == [in_time]


def test_in_time(tmp_path: Path) -> None:
    """What came before, or at the same time, is not late."""
    for at in (9.0, SETTLED + 0.01):
        assert not list(posted_later(life(tmp_path, at=at)))


def test_heard_later(tmp_path: Path) -> None:
    """Whoever had it may hear of it later and say *sent*: late it is all the same."""
    facts = life(tmp_path, asked=(9.9,), state=DeliveryState.SENT, message_id=MESSAGE, later=("sent",))
    assert len(list(posted_later(facts))) == 1


def test_not_written(tmp_path: Path) -> None:
    """What surely was not written is sent again, and that is not late."""
    again = ("pending", "inflight", "sent")
    facts = life(tmp_path, asked=(12.5,), at=13.0, state=DeliveryState.SENT, message_id=MESSAGE, later=again)
    assert not list(posted_later(facts))


def test_erased(tmp_path: Path) -> None:
    """Of who is erased nobody knows which message was which: what was sent is not taken for late."""
    assert not list(posted_later(life(tmp_path, state=DeliveryState.SENT)))


def test_rate(tmp_path: Path) -> None:
    """What is late counts for no rate, and all else does."""
    facts = replace(life(tmp_path, asked=(9.9,)), rate=1)
    late, other = Moment(11.0, 11.0), Moment(11.1, 11.1)
    assert not list(rate(replace(facts, moments=[late, other])))
    assert list(rate(replace(facts, moments=[late, other, other])))
