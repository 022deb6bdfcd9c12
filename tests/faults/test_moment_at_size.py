"""A moment while the bot is killed, at a size that fits into a run of all tests. `bench moment` is the large one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.worlds.processes.at_once import Asked, Played, Tap, play


@pytest.mark.timeout(300)
async def test_a_moment_with_three_kills(empty_url: str, tmp_path: Path) -> None:
    """No tap is lost or counted twice, and the count never goes down, however often the bot's process is killed."""
    asked = Asked(people=2000, tapping=600, seconds=6.0, kills=3, patience=90.0)
    played = await play(asked, folder=tmp_path, DATABASE_URL=empty_url)
    assert played.broken() == []
    assert len(played.kills) == 3


def _taps(*told: tuple[float, float, int | None]) -> list[Tap]:
    return [Tap(made_at=made, answered_at=answered, count=count) for made, answered, count in told]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda p: setattr(p, "kept", 2), "3 people tapped, 2 are counted"),
        (lambda p: setattr(p, "rows", 4), "4 are written down"),
        (lambda p: p.samples.append(1), "went down"),
        (lambda p: setattr(p.taps[2], "count", 10), "1 were told less"),
        (lambda p: setattr(p.taps[2], "answered_at", float("nan")), "1 taps were not answered"),
    ],
)
def test_what_is_broken_is_seen(spoil: Callable[[Played], None], says: str) -> None:
    """A lost tap, one counted twice and a count that goes down are each found."""
    taps = _taps((0.0, 1.0, 10), (0.5, 1.5, 11), (2.0, 2.5, 12))
    played = Played(taps=taps, people=3, kept=3, rows=3, samples=[0, 3])
    assert played.broken() == []
    spoil(played)
    assert [line for line in played.broken() if says in line]
