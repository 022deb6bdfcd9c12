"""The checks of a life can fail: of an update's ways to its end which are right, and what no wrong process shows."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from tests.faults import several_by_itself, several_checks
from tests.faults.several_facts import Facts
from tests.faults.several_filling import DIGEST_TITLE, DUE_IN, READER_CHATS, REMIND_TITLE, REMINDED_CHATS
from tests.faults.several_made import came, changed, delivery, made


def life(*steps: tuple[int, str], chats: dict[int, str], withdrawals: Collection[int]) -> Facts:
    """Return a life in which updates of these chats took these steps, one after another."""
    changes = [
        replace(each, beside=None if each.after == "done" else chats[int(each.row)])
        for each in changed("updates", *((str(update_id), state, "web") for update_id, state in steps))
    ]
    return made(changes=changes, pushed=list(chats), withdrawals=frozenset(withdrawals))


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
    seen = replace(life(*UNANSWERED, chats={1: "a"}, withdrawals=()), again=frozenset({1}))
    assert list(several_checks.updates(seen)) == []
    assert list(several_checks.updates(replace(seen, changes=seen.changes[:-1])))


@UPDATES
def test_updates(seen: Facts, *, is_right: bool) -> None:
    """Unanswered is only what came after its chat's withdrawal, and was sent before it."""
    assert (list(several_checks.updates(seen)) == []) is is_right


@pytest.mark.parametrize("left", ["left", "erased", "blocked"])
def test_consent(left: str) -> None:
    """I5: what is claimed after somebody has left is told from what was claimed before, and after they are back."""
    leaves, claims = ("7", left, "web"), ("1 7", "inflight", "sender")

    def says(*steps: tuple[str, tuple[str, str, str]]) -> list[str]:
        changes = [change for table, step in steps for change in changed(table, step)]
        return list(several_checks.consent(made(changes=changes)))

    people, sends = ("subscribers", leaves), ("deliveries", claims)
    assert says(people, sends)
    assert not says(sends, people)
    assert not says(people, ("subscribers", ("7", "active", "web")), sends)


REMINDED = REMINDED_CHATS[0]


def reminded(*, but: int = 0) -> Facts:
    """Return a life in which all are reminded of each alert, but for so many of the last one."""
    titles = [f"{REMIND_TITLE} {number}" for number in range(1, len(DUE_IN) + 1)]
    wanted = [(title, chat_id) for title in titles for chat_id in REMINDED_CHATS]
    return made(
        numbers={title: number for number, title in enumerate(titles, start=1)},
        arrivals=[
            came(chat_id, number, at=1.0, kind=BroadcastKind.REMIND, names=[title])
            for number, (title, chat_id) in enumerate(wanted[: len(wanted) - but])
        ],
    )


def test_reminded() -> None:
    """I3: who is not reminded is seen, unless they have left, have done it, or it is unknown."""
    assert not list(several_by_itself.reminders(reminded()))
    facts, last = reminded(but=1), REMINDED_CHATS[-1]
    title, number = list(facts.numbers.items())[-1]
    assert list(several_by_itself.reminders(facts))
    lost = delivery(last, DeliveryState.UNKNOWN, kind=BroadcastKind.REMIND, title=title)
    for excused in (
        {"should": {last: False}},
        {"done": frozenset({(last, number)})},
        {"deliveries": [lost]},
    ):
        assert not list(several_by_itself.reminders(replace(facts, **excused)))


def test_reminded_of_what_was_said() -> None:
    """I5: a reminder that is claimed after its answer has committed is seen."""
    title = f"{REMIND_TITLE} 1"
    claimed = changed("deliveries", ("9 7", "inflight", "sender"))
    answered = changed("outcomes", ("1 7", "done", "web"))
    facts = replace(
        reminded(),
        deliveries=[
            delivery(REMINDED, DeliveryState.SENT, broadcast=9, kind=BroadcastKind.REMIND, title=title)
        ],
    )
    assert list(several_by_itself.reminders(replace(facts, changes=answered + claimed)))
    assert not list(several_by_itself.reminders(replace(facts, changes=claimed + answered)))


def test_digests() -> None:
    """ONCE, I3: what waited and has not come is seen, and what came twice; not of who has left, nor what is unknown."""
    waited = [f"{DIGEST_TITLE} {number}" for number in range(1, len(DUE_IN) + 1)]

    def digest(chat_id: int, names: list[str]) -> Facts:
        whole = [
            came(each, 1, at=1.0, kind=BroadcastKind.DIGEST, names=waited)
            for each in READER_CHATS
            if each != chat_id
        ]
        return made(arrivals=[*whole, came(chat_id, 2, at=1.0, kind=BroadcastKind.DIGEST, names=names)])

    reader = READER_CHATS[0]
    assert not list(several_by_itself.digests(digest(reader, waited)))
    assert list(several_by_itself.digests(digest(reader, [*waited, waited[0]])))
    less = digest(reader, waited[:-1])
    assert list(several_by_itself.digests(less))
    lost = delivery(reader, DeliveryState.UNKNOWN, kind=BroadcastKind.DIGEST)
    assert not list(several_by_itself.digests(replace(less, deliveries=[lost])))
    assert not list(several_by_itself.digests(replace(less, should={reader: False})))


@pytest.mark.parametrize(
    ("way", "is_right"),
    [
        (("pending", "inflight", "unknown", "pending", "cancelled"), True),
        (("pending", "cancelled"), False),
        (("pending", "inflight", "pending", "cancelled"), False),
        (("pending", "inflight", "unknown"), True),
        (("pending", "inflight"), False),
    ],
)
def test_how_they_end(*, way: tuple[str, ...], is_right: bool) -> None:
    """Nobody is cancelled but who was *unknown* to the end, and then known not to have been written to."""
    state = DeliveryState(way[-1])
    facts = made(
        changes=changed("deliveries", *(("1 1", step, "sender") for step in way)),
        deliveries=[delivery(1, state)],
        broadcasts=[(1, "finished", 1)],
        kept={(1, state): 1},
    )
    assert (list(several_checks.final(facts)) == []) is is_right
