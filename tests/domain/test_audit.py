"""The audit: no entry can be changed, removed, added or moved without a checkpoint telling, and none need be erased."""

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import (
    CHECKPOINT_EVERY,
    Difference,
    Entry,
    Event,
    Fault,
    Kept,
    Subject,
    SubjectKind,
    checkpoint_due,
    commitment_of,
    details_as_text,
    verify,
)
from bot.domain.checkpoint import Checkpoint
from bot.domain.merkle import tree_of
from tests.making import NOW

ORIGIN = "campaign-bot/audit/0123456789abcdef"
SUBJECTS = st.none() | st.builds(Subject, st.sampled_from(SubjectKind), st.integers(1, 9))


def kept(number: int, *, actor: int | None = 1, about: Subject | None = None, revision: int = 1) -> Kept:
    """Return a row as it is written."""
    details, salt = details_as_text({"revision": revision}), f"{number:064x}"
    entry = Entry(
        number=number,
        at=NOW + timedelta(minutes=number),
        actor=actor,
        event=Event.ALERT_EDITED,
        about=about,
        commitment=commitment_of(details, salt),
    )
    return Kept(number=number, entry=entry, leaf=entry.leaf.hex(), salt=salt, details=details)


@st.composite
def logs(draw: st.DrawFn, smallest: int = 1) -> list[Kept]:
    """Draw a log."""
    acts = draw(st.lists(st.tuples(st.none() | st.integers(1, 5), SUBJECTS), min_size=smallest, max_size=12))
    return [kept(number, actor=actor, about=about) for number, (actor, about) in enumerate(acts, start=1)]


def refit(rows: list[Kept]) -> list[Kept]:
    """Give rows new numbers and hashes, as somebody does who knows the program."""
    made = []
    for number, row in enumerate(rows, start=1):
        assert row.entry is not None
        entry = dataclasses.replace(row.entry, number=number)
        made.append(dataclasses.replace(row, number=number, entry=entry, leaf=entry.leaf.hex()))
    return made


def checkpoint(rows: list[Kept], size: int) -> Checkpoint:
    """Return the checkpoint of the first rows."""
    leaves = [row.entry.leaf for row in rows[:size] if row.entry is not None]
    return Checkpoint(origin=ORIGIN, size=size, root=tree_of(leaves).root)


def look(
    rows: list[Kept], against: Checkpoint | None = None, *, noted: list[Kept] | None = None
) -> Difference | None:
    """Return the first difference."""
    head = tree_of(row.entry.leaf for row in (rows if noted is None else noted) if row.entry is not None)
    return verify(rows, origin=ORIGIN, tree=head, checkpoint=against).difference


@given(logs(), st.data())
def test_what_was_not_touched(rows: list[Kept], data: st.DataObject) -> None:
    """Every checkpoint that was ever given fits, and is dated by its last entry."""
    size = data.draw(st.integers(1, len(rows)))
    found = verify(
        rows, origin=ORIGIN, tree=tree_of([_leaf(row) for row in rows]), checkpoint=checkpoint(rows, size)
    )
    assert found.difference is None
    assert found.until == NOW + timedelta(minutes=size)
    assert found.size == len(rows)


def _leaf(row: Kept) -> bytes:
    assert row.entry is not None
    return row.entry.leaf


@given(logs(), st.data())
def test_erased_details(rows: list[Kept], data: st.DataObject) -> None:
    """Salt and details can go, of whichever entries: every checkpoint fits all the same."""
    gone = data.draw(st.sets(st.integers(1, len(rows))))
    erased = [
        dataclasses.replace(row, salt=None, details=None) if row.number in gone else row for row in rows
    ]
    for size in range(1, len(rows) + 1):
        assert look(erased, checkpoint(rows, size), noted=rows) is None


ENTRY_CHANGES: dict[str, Callable[[Entry], object]] = {
    "at": lambda entry: entry.at + timedelta(seconds=1),
    "actor": lambda entry: (entry.actor or 0) + 1,
    "event": lambda _: Event.ALERT_APPROVED,
    "about": lambda entry: Subject("alert", 1 if entry.about is None else entry.about.id + 1),
    "commitment": lambda entry: entry.commitment[::-1] + "0",
}


def test_every_field_is_changed() -> None:
    """The test below leaves no field out."""
    assert set(ENTRY_CHANGES) | {"number"} == {field.name for field in dataclasses.fields(Entry)}


@pytest.mark.parametrize("field", ENTRY_CHANGES)
@given(rows=logs(), data=st.data())
def test_a_changed_entry(field: str, rows: list[Kept], data: st.DataObject) -> None:
    """A field that somebody wrote over is found where it is; made to fit, it is found by any later checkpoint."""
    at = data.draw(st.integers(0, len(rows) - 1))
    entry = rows[at].entry
    assert entry is not None
    changed = dataclasses.replace(entry, **{field: ENTRY_CHANGES[field](entry)})  # type: ignore[arg-type]
    clumsy = [*rows[:at], dataclasses.replace(rows[at], entry=changed), *rows[at + 1 :]]
    assert look(clumsy, noted=rows) == Difference(fault=Fault.CHANGED, number=at + 1)
    skilled = [
        *rows[:at],
        dataclasses.replace(rows[at], entry=changed, leaf=changed.leaf.hex(), salt=None, details=None),
        *rows[at + 1 :],
    ]
    assert look(skilled) is None
    for size in range(1, len(rows) + 1):
        found = look(skilled, checkpoint(rows, size))
        rewritten = Difference(fault=Fault.REWRITTEN, number=size)
        assert found == (rewritten if size > at else None)


@given(logs(), st.data())
def test_other_details(rows: list[Kept], data: st.DataObject) -> None:
    """Details that were written over, or half erased, are found."""
    at = data.draw(st.integers(0, len(rows) - 1))
    for changes in (
        {"details": '{"revision":2}'},
        {"salt": "00"},
        {"salt": None},
        {"details": None},
        {"salt": "x"},
    ):
        changed = [*rows[:at], dataclasses.replace(rows[at], **changes), *rows[at + 1 :]]
        assert look(changed, noted=rows) == Difference(fault=Fault.CHANGED, number=at + 1)


@given(logs(smallest=2), st.data())
def test_a_removed_entry(rows: list[Kept], data: st.DataObject) -> None:
    """A gap is found; closed, and fitted, it is found by the checkpoint."""
    at = data.draw(st.integers(0, len(rows) - 1))
    left = [*rows[:at], *rows[at + 1 :]]
    assert look(left, noted=rows) == Difference(fault=Fault.REMOVED, number=at + 1)
    found = look(refit(left), checkpoint(rows, len(rows)))
    assert found == Difference(fault=Fault.REMOVED, number=len(rows))


@given(logs(), st.data())
def test_a_truncated_log(rows: list[Kept], data: st.DataObject) -> None:
    """Entries missing at the end are found: by what is noted, or by the checkpoint where that was changed, too."""
    size = data.draw(st.integers(0, len(rows) - 1))
    assert look(rows[:size], noted=rows) == Difference(fault=Fault.REMOVED, number=size + 1)
    expected = Difference(fault=Fault.REMOVED, number=size + 1)
    assert look(rows[:size], checkpoint(rows, len(rows))) == expected


@given(logs(), st.data())
def test_an_added_entry(rows: list[Kept], data: st.DataObject) -> None:
    """An entry that was slipped in is found: at the end by what is noted, before it by the checkpoint."""
    assert look([*rows, kept(len(rows) + 1)], noted=rows) == Difference(
        fault=Fault.ADDED, number=len(rows) + 1
    )
    at = data.draw(st.integers(0, len(rows) - 1))
    slipped = refit([*rows[:at], kept(99, actor=7), *rows[at:]])
    assert look(slipped) is None
    expected = Difference(fault=Fault.REWRITTEN, number=len(rows))
    assert look(slipped, checkpoint(rows, len(rows))) == expected
    before = dataclasses.replace(rows[0], number=0)
    assert look([before, *rows], noted=rows) == Difference(fault=Fault.ADDED, number=0)


@given(logs(smallest=2), st.data())
def test_another_order(rows: list[Kept], data: st.DataObject) -> None:
    """Two entries that changed places are found, hashed anew or not."""
    one = data.draw(st.integers(0, len(rows) - 2))
    other = data.draw(st.integers(one + 1, len(rows) - 1))
    swapped = list(rows)
    swapped[one] = dataclasses.replace(rows[other], number=one + 1)
    swapped[other] = dataclasses.replace(rows[one], number=other + 1)
    assert look(swapped, noted=rows) == Difference(fault=Fault.CHANGED, number=one + 1)
    expected = Difference(fault=Fault.REWRITTEN, number=len(rows))
    assert look(refit(swapped), checkpoint(rows, len(rows))) == expected


def test_of_another_log() -> None:
    """A checkpoint of another log fits none; nor does this one's where the log was begun anew."""
    rows = [kept(1), kept(2)]
    other = dataclasses.replace(checkpoint(rows, 2), origin="campaign-bot/audit/other")
    assert look(rows, other) == Difference(fault=Fault.FOREIGN, number=2)


def test_below_the_checkpoint_or_after_it() -> None:
    """A difference after what the checkpoint covers is named, too: what it covers is as it was."""
    rows = [kept(number) for number in range(1, 6)]
    assert rows[4].entry is not None
    changed = [*rows[:4], dataclasses.replace(rows[4], details="{}")]
    assert look(changed, checkpoint(rows, 3), noted=rows) == Difference(fault=Fault.CHANGED, number=5)
    assert look(changed, checkpoint(rows, 5), noted=rows) == Difference(fault=Fault.CHANGED, number=5)


def test_a_row_that_is_no_entry() -> None:
    """What cannot be read at all is a difference, not a failure."""
    rows = [kept(1), kept(2), kept(3)]
    unreadable = [rows[0], Kept(number=2, entry=None, leaf="", salt=None, details=None), rows[2]]
    assert look(unreadable, checkpoint(rows, 3), noted=rows) == Difference(fault=Fault.CHANGED, number=2)


def test_what_is_hashed() -> None:
    """The bytes are JSON that anybody can make; they never change, or no old checkpoint fits any more."""
    entry = Entry(
        number=41, at=NOW, actor=3, event=Event.ALERT_APPROVED, about=Subject("alert", 7), commitment="c" * 64
    )
    written = '{"about":["alert",7],"actor":3,"at":"2026-11-23T12:00:00Z","commitment":"' + "c" * 64
    assert entry.content.decode() == written + '","event":"alert approved","number":41}'
    assert json.loads(dataclasses.replace(entry, about=None, actor=None).content)["about"] is None


EVENTS = {
    "ALERT_APPROVED": "alert approved",
    "ALERT_BEGUN": "alert begun",
    "BROADCAST_QUEUED": "broadcast queued",
    "ROLE_CHANGED": "role changed",
}


def test_events_keep_their_names() -> None:
    """A name that was hashed stays; each fits its column."""
    assert {name: Event[name].value for name in EVENTS} == EVENTS
    assert len({event.value for event in Event}) == len(Event)
    assert all(len(event.value) <= 32 for event in Event)


@pytest.mark.parametrize(
    ("size", "sent", "hours", "approved", "due"),
    [
        (0, 0, None, False, False),
        (1, 0, None, False, True),
        (5, 5, 30, False, False),
        (6, 5, 1, False, False),
        (6, 5, 1, True, True),
        (6, 5, 24, False, True),
        (6, 5, -1, False, True),
        (5, 5, 1, True, False),
    ],
)
def test_when_a_checkpoint_is_due(size: int, sent: int, hours: int | None, approved: bool, due: bool) -> None:
    """After an approval at once, else daily, and never where nothing is new; a clock that was set back hides none."""
    sent_at = None if hours is None else NOW - timedelta(hours=hours)
    found = checkpoint_due(size=size, sent_size=sent, sent_at=sent_at, approved_since=approved, now=NOW)
    assert found is due
    assert timedelta(days=1) == CHECKPOINT_EVERY
