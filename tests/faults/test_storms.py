"""A storm over the real bot, at a size that fits into a run of all tests. `bench storms` is the large one."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.worlds.processes.storm import play
from tests.worlds.processes.storm_world import Done
from tests.worlds.processes.stormed import SAID, Asked, Stormed

ASKED = Asked(chats=120, loud=600, seconds=6.0, patience=90.0)


@pytest.mark.timeout(300)
async def test_a_storm(empty_url: str, tmp_path: Path) -> None:
    """Everybody gets what one alone gets, once and in order; who writes without end takes nothing from the others.

    Who joined is on the list, who left is not, organizers are answered, and nobody gets messages without end.
    """
    stormed = await play(ASKED, folder=tmp_path, DATABASE_URL=empty_url)
    assert stormed.broken() == []
    assert len(stormed.alone) == len(SAID)
    assert len(stormed.got[stormed.loud]) < ASKED.loud / 5
    assert min(len(stormed.waits(leaves=leaves)) for leaves in (True, False)) > 10


def _stormed() -> Stormed:
    few = [
        Done(chat_id=5, leaves=False, said_at=0.0, taken_at=0.1, answered_at=0.4),
        Done(chat_id=6, leaves=True, said_at=0.0, taken_at=0.1, committed_at=0.2),
    ]
    return Stormed(
        asked=ASKED,
        few=few,
        got={1: [*range(3)], 2: [*range(3)], 9: [7] * 40},
        alone=[*range(3)],
        crowd=range(1, 3),
        loud=9,
        wrong=0,
        left_open=False,
        memory=[100.0] * 6,
        minutes=0.5,
        cpu=1.0,
        behind=0,
    )


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda s: s.got[1].append(0), "1 chats did not get"),
        (lambda s: s.got[2].pop(), "1 chats did not get"),
        (lambda s: s.got[2].reverse(), "1 chats did not get"),
        (lambda s: s.got[9].extend([7] * 40), "got 80 answers, more than 62"),
        (lambda s: setattr(s, "wrong", 1), "1 chats are not where"),
        (lambda s: setattr(s, "left_open", True), "updates have not taken effect"),
        (lambda s: setattr(s.few[0], "answered_at", math.nan), "1 commands of organizers"),
        (lambda s: setattr(s.few[1], "committed_at", math.nan), "1 who left"),
    ],
)
def test_what_is_broken_is_seen(spoil: Callable[[Stormed], None], says: str) -> None:
    """An answer too many, one lost, two in the wrong order, a flood and whoever is forgotten are each found."""
    stormed = _stormed()
    assert stormed.broken() == []
    spoil(stormed)
    assert [line for line in stormed.broken() if says in line]


def test_growth() -> None:
    """Memory that grows is told as a share of what it was."""
    stormed = _stormed()
    assert stormed.growth() == 0
    stormed.memory[-2:] = [120.0, 140.0]
    assert stormed.growth() == pytest.approx(0.3)
