"""The checks of a life: which of an update's ways to its end are right."""

from dataclasses import dataclass

import pytest

from tests.faults import several_checks
from tests.worlds.witness import Change


@dataclass(kw_only=True)
class Seen:
    """The part of a life's facts that the check of updates looks at."""

    changes: list[Change]
    pushed: list[int]
    withdrawals: frozenset[int]
    again: frozenset[int] = frozenset()

    def of(self, table: str) -> list[Change]:
        """Return what changed in a table."""
        return [change for change in self.changes if change.table == table]


def life(*steps: tuple[int, str], chats: dict[int, str], withdrawals: set[int]) -> Seen:
    """Return a life in which updates of these chats took these steps, one after another."""
    before: dict[int, str] = {}
    changes = []
    for number, (update_id, state) in enumerate(steps):
        chat = None if state == "done" else chats[update_id]
        changes.append(
            Change(
                number, float(number), "web", "updates", str(update_id), before.get(update_id), state, chat
            )
        )
        before[update_id] = state
    return Seen(changes=changes, pushed=list(chats), withdrawals=frozenset(withdrawals))


ALL = ("received", "applied", "done")
STOPPED = [(2, state) for state in ALL]
UNANSWERED = [(1, "received"), (1, "done")]


UPDATES = pytest.mark.parametrize(
    ("seen", "is_right"),
    [
        (life(*STOPPED, *UNANSWERED, chats={1: "a", 2: "a"}, withdrawals={2}), True),
        (life(*STOPPED, *UNANSWERED, chats={1: "a", 2: "a"}, withdrawals=set()), False),
        (life(*STOPPED, *UNANSWERED, chats={1: "a", 2: "b"}, withdrawals={2}), False),
        (life(*UNANSWERED, *STOPPED, chats={1: "a", 2: "a"}, withdrawals={2}), False),
        (
            life(
                *STOPPED,
                *[(3, state) for state in ("received", "done")],
                chats={2: "a", 3: "a"},
                withdrawals={2},
            ),
            False,
        ),
        (life(*STOPPED, *[(1, state) for state in ALL], chats={1: "a", 2: "a"}, withdrawals={2}), True),
        (life(*STOPPED, (1, "received"), chats={1: "a", 2: "a"}, withdrawals={2}), False),
    ],
    ids=[
        "brought too late",
        "nobody left",
        "another left",
        "in time",
        "sent after it",
        "answered",
        "never done",
    ],
)


def test_asked_again() -> None:
    """Who asks again may have had the answer already; what is never done is wrong all the same."""
    seen = life(*UNANSWERED, chats={1: "a"}, withdrawals=set())
    seen.again = frozenset({1})
    assert list(several_checks.updates(seen)) == []  # type: ignore[arg-type]  # what it looks at
    seen.changes.pop()
    assert list(several_checks.updates(seen))  # type: ignore[arg-type]  # as above


@UPDATES
def test_updates(seen: Seen, *, is_right: bool) -> None:
    """Unanswered is only what came after its chat's withdrawal, and was sent before it."""
    assert (list(several_checks.updates(seen)) == []) is is_right  # type: ignore[arg-type]  # what it looks at
