"""The kill campaign's own judgement: it sees each way in which a sender could be wrong."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from bot.delivery.cycle import IN_FLIGHT
from bot.privacy.cipher import Cipher, Table
from tests.faults.rounds import RESUMES_WITHIN, Round, check
from tests.faults.trial import Trial
from tests.making import CHAT, KEY

Delivery = tuple[int, str, int | None, str | None]

A, B, C = CHAT + 1, CHAT + 2, CHAT + 3
SENT: list[Delivery] = [(1, "sent", 71, "w"), (2, "sent", 72, "w")]
LOST: Delivery = (3, "unknown", None, "w")


class Told(Trial):
    """A trial that has ended, as the test tells it."""

    def __init__(self, accepted: list[tuple[int, int]], deliveries: list[Delivery], status: str) -> None:
        self.key = KEY
        self.people = 3
        self._accepted = accepted
        ref = Cipher(KEY).ref
        self._tables: dict[str, list[tuple[Any, ...]]] = {
            "subscribers": [(n, ref(Table.SUBSCRIBERS, CHAT + n)) for n in (1, 2, 3)],
            "deliveries": list(deliveries),
            "broadcasts": [(status, 3)],
            "broadcast_counts": list(Counter(state for _, state, *_ in deliveries).items()),
        }

    async def accepted(self) -> list[tuple[int, int]]:
        return self._accepted

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._tables[query.partition(" FROM ")[2].partition(" ")[0]]


async def verdict(
    accepted: list[tuple[int, int]],
    deliveries: list[Delivery],
    *,
    status: str = "finished",
    slowest: float = 0.1,
) -> list[str]:
    """Return the invariants that are broken."""
    played = Round(
        number=0,
        database="sqlite",
        senders=1,
        rate=1,
        people=3,
        kills=1,
        slowest=slowest,
        caught=defaultdict(set, {"w": {3}}),
    )
    await check(Told(accepted, deliveries, status), played)
    return sorted({line.partition(":")[0] for line in played.broken})


@pytest.mark.parametrize("got", [[], [(C, 73)]], ids=["not accepted", "accepted"])
async def test_all_is_well(got: list[tuple[int, int]]) -> None:
    """Who was on the wire at the kill is unknown, and may have got it or not."""
    assert await verdict([(A, 71), (B, 72), *got], [*SENT, LOST]) == []


@pytest.mark.parametrize(
    ("accepted", "deliveries", "broken"),
    [
        pytest.param([(A, 71), (B, 72), (A, 73)], [*SENT, LOST], ["I1", "I2"], id="twice"),
        pytest.param([(A, 71), (B, 72), (C, 73), (C, 74)], [*SENT, LOST], ["I1"], id="twice, and unknown"),
        pytest.param([(A, 71)], [*SENT, LOST], ["I2"], id="sent and never accepted"),
        pytest.param([(A, 71), (B, 79)], [*SENT, LOST], ["I2"], id="another message"),
        pytest.param([(A, 71), (B, 72)], SENT, ["I3"], id="forgotten"),
        pytest.param([(A, 71), (B, 72), (C, 73)], SENT, ["I3"], id="got it without a delivery"),
        pytest.param([(A, 71), (B, 72)], [*SENT, (3, "inflight", None, "w")], ["I3"], id="left on the wire"),
        pytest.param(
            [(A, 71), (B, 72)], [*SENT, (3, "failed", None, "w")], ["I3"], id="failed for no reason"
        ),
        pytest.param([(A, 71)], [SENT[0], LOST, (2, "unknown", None, "w")], ["I4"], id="not on the wire"),
        pytest.param([(A, 71), (B, 72)], [*SENT, (3, "unknown", None, "v")], ["I4"], id="of another sender"),
    ],
)
async def test_what_is_wrong(
    accepted: list[tuple[int, int]], deliveries: list[Delivery], broken: list[str]
) -> None:
    """Each lie of the database is found by holding it against what was accepted."""
    assert await verdict(accepted, deliveries) == broken


async def test_not_ended_or_late() -> None:
    """A broadcast that has not ended, and a restart that took too long, are seen."""
    right = [(A, 71), (B, 72)]
    assert await verdict(right, [*SENT, LOST], status="sending") == ["I3"]
    assert await verdict(right, [*SENT, LOST], slowest=RESUMES_WITHIN + 1) == ["I8"]


async def test_too_many_unknown() -> None:
    """More unknown than one sender can have on the wire are not believed."""
    many: list[Delivery] = [(3, "unknown", None, "w")] * (IN_FLIGHT + 1)
    assert "I4" in await verdict([(A, 71), (B, 72)], [*SENT, *many])
