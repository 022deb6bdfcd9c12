"""What comes after others have settled it: told apart by when it was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from tests.faults.several_facts import Brought, Delivery
from tests.faults.several_late import posted_later
from tests.worlds.processes.looks import Looks, sum_of
from tests.worlds.witness import Change

CHAT = 100
SETTLED = 10.0


@dataclass(kw_only=True)
class Seen:
    """The part of a life's facts that tells what came late: one delivery to one chat."""

    looks: Looks
    came: dict[int, float]
    state: DeliveryState = DeliveryState.UNKNOWN
    message_id: int | None = None
    later: tuple[str, ...] = ()

    def of(self, _table: str) -> Iterator[Change]:
        """Claimed by one, settled by another, and what it became later."""
        before: str | None = None
        for at, (source, state) in enumerate(
            [("a", "pending"), ("a", "inflight"), ("b", "unknown"), *[("a", state) for state in self.later]],
            start=8,
        ):
            yield Change(at, float(at), source, "deliveries", "1 1", before, state, None)
            before = state

    def by_what_they_bring(self) -> dict[Brought, list[Delivery]]:
        """Return the delivery."""
        one = Delivery(
            broadcast=1,
            kind=BroadcastKind.SEND,
            subscriber=1,
            state=self.state,
            message_id=self.message_id,
            title="Alert",
            chat_id=CHAT,
        )
        return {one.brings: [one]}

    def got(self) -> dict[Brought, dict[int, float]]:
        """Return when the messages came."""
        return {Brought(BroadcastKind.SEND, "Alert", CHAT): dict(self.came)}


def looks(folder: Path, *asked: float) -> Looks:
    """Return looks for the chat at these seconds, as a process notes them."""
    chat = sum_of(CHAT)
    lines = [f"{at:.6f} {chat} asked\n" for at in asked]
    (folder / "sender-1.1.looks").write_text("".join(lines), encoding="ascii")
    return Looks(folder)


@pytest.mark.parametrize(
    ("asked", "in_time"),
    [((9.9999,), True), ((10.5,), False), ((9.0, 10.5), False), ((9.9, 11.5), True), ((), False)],
    ids=["stopped before the write", "asked later", "asked again", "asked after it came", "never asked"],
)
def test_late(tmp_path: Path, *, asked: tuple[float, ...], in_time: bool) -> None:
    """What came later is excused only where the last look before it was before others settled it."""
    late = list(posted_later(Seen(looks=looks(tmp_path, *asked), came={7: 11.0})))  # type: ignore[arg-type]  # what it looks at
    assert [each.was_asked_for_in_time for each in late] == [in_time]


def test_in_time(tmp_path: Path) -> None:
    """What came before, or at the same time, is not late."""
    for at in (9.0, SETTLED + 0.01):
        assert not list(posted_later(Seen(looks=looks(tmp_path), came={7: at})))  # type: ignore[arg-type]  # as above


def test_heard_later(tmp_path: Path) -> None:
    """Whoever had it may hear of it later and say *sent*: late it is all the same."""
    seen = Seen(
        looks=looks(tmp_path, 9.9), came={7: 11.0}, state=DeliveryState.SENT, message_id=7, later=("sent",)
    )
    assert len(list(posted_later(seen))) == 1  # type: ignore[arg-type]  # as above


def test_not_written(tmp_path: Path) -> None:
    """What surely was not written is sent again, and that is not late."""
    seen = Seen(
        looks=looks(tmp_path, 12.5),
        came={7: 13.0},
        state=DeliveryState.SENT,
        message_id=7,
        later=("pending", "inflight", "sent"),
    )
    assert not list(posted_later(seen))  # type: ignore[arg-type]  # as above


def test_erased(tmp_path: Path) -> None:
    """Of who is erased nobody knows which message was which: what was sent is not taken for late."""
    seen = Seen(looks=looks(tmp_path), came={7: 11.0}, state=DeliveryState.SENT)
    assert not list(posted_later(seen))  # type: ignore[arg-type]  # as above
