"""A plan: its hash covers all that is decided, and which broadcasts it covers."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.audience import Audience, Got, of_topic
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus
from bot.domain.choices import Choice, Chosen
from bot.domain.picture import Picture
from bot.domain.plan import Plan, plan_of
from bot.domain.revision import alert_from, content_of
from bot.domain.schedule import Moment

WORDS = st.text(max_size=8)
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the zone is given beside it
FIELDS = st.dictionaries(st.sampled_from(["letter", "place"]), WORDS, max_size=1)
TRANSLATIONS = st.tuples(WORDS, WORDS, st.none() | WORDS, FIELDS)
CONTENTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(ActionKind),
        "base": st.sampled_from(["en", "ar"]),
        "audience": st.sampled_from([of_topic("alerts"), of_topic("events")]),
        "link": st.none() | st.sampled_from(["https://example.org/a", "https://example.org/b"]),
        "deadline": st.none() | MOMENTS,
        "details": st.dictionaries(st.sampled_from(["place", "phone"]), WORDS),
        "translations": st.dictionaries(st.sampled_from(["en", "ar", "es"]), TRANSLATIONS),
        "urgent": st.booleans(),
        "reminds": st.booleans(),
        "picture": st.none() | st.builds(Picture, file_id=WORDS, width=st.just(4), height=st.just(3)),
    }
)
ALERT = Alert(id=7, author_id=3, kind=ActionKind.SIGN, base="en")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def hash_of(alert: Alert) -> str:
    """Return what an approval of this alert would approve."""
    return plan_of(alert, paid=False).sha256


def alert_of(content: dict[str, object]) -> Alert:
    """Make an alert that says this."""
    written: dict[str, tuple[str, str, str | None, dict[str, str]]] = content["translations"]  # type: ignore[assignment]
    translations = {
        locale: Translation(locale=locale, title=title, text=text, button=button, fields=needs)
        for locale, (title, text, button, needs) in written.items()
    }
    return replace(ALERT, **(content | {"translations": translations}))  # type: ignore[arg-type]


def words() -> Translation:
    """Return words that can be sent."""
    return Translation(locale="en", title="Ask", text="One ask.")


@given(CONTENTS, CONTENTS)
def test_hash_is_of_the_content(one: dict[str, object], other: dict[str, object]) -> None:
    """Two alerts have the same hash exactly if they say the same, to the same people, until the same time."""
    same = hash_of(alert_of(one)) == hash_of(alert_of(other))
    assert same == (one == other)


def test_older_approvals_stay_good() -> None:
    """What starts when it is confirmed has the hash that it had before there were other rules."""
    assert hash_of(ALERT) == "75886cd8876776592a2d2fb30b5ded6fd9ebba8772081afa9997eb0f61866a50"


SILENT = {"id": 8, "author_id": None, "revision": 4}
"""What says nothing to a reader; an approval does not cover it."""

SAID: dict[str, object] = {
    "kind": ActionKind.CALL,
    "base": "ar",
    "audience": of_topic("events"),
    "link": "https://example.org",
    "deadline": datetime(2026, 12, 4, tzinfo=UTC),
    "details": {"place": "x"},
    "start": Moment(at=datetime(2026, 12, 4, tzinfo=UTC), zone="UTC"),
    "translations": {"en": words()},
    "picture": Picture(file_id="p", width=4, height=3),
    "urgent": True,
    "reminds": False,
    "choices": {"ar": Chosen(choice=Choice.LEAVE_OUT, by=3)},
}
"""Another value for each field that says something; a field that is new here gets a number."""


@pytest.mark.parametrize("name", [field.name for field in fields(Alert) if field.name not in SILENT])
def test_every_edit_changes_the_hash(name: str) -> None:
    """No field can be edited under an approval, one that was added later neither (I6)."""
    edited = replace(ALERT, **{name: SAID.get(name, 9)})  # type: ignore[arg-type]  # any field
    assert hash_of(edited) != hash_of(ALERT)


def test_what_an_approval_leaves_open() -> None:
    """Who wrote it and how often it was edited are not part of what is approved."""
    assert hash_of(replace(ALERT, **SILENT)) == hash_of(ALERT)  # type: ignore[arg-type]


def test_hash_knows_moments() -> None:
    """The same moment is the same, in whichever zone it was written."""
    moment = datetime(2026, 12, 4, 18, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=2)))
    in_utc, in_zone = replace(ALERT, deadline=moment), replace(ALERT, deadline=elsewhere)
    assert hash_of(in_utc) == hash_of(in_zone)


@given(CONTENTS)
def test_a_revision_says_all(content: dict[str, object]) -> None:
    """An alert comes back from its revision as it was."""
    alert = alert_of(content)
    again = alert_from(content_of(alert), alert_id=7, author_id=3, corrects=None, revision=0)
    assert again == alert


PLAN = plan_of(ALERT, paid=False)


class Later(StrEnum):
    """Choices that are not there yet."""

    WAIT = "wait"


OTHERWISE: dict[str, object] = {
    "words": {"kind": "call"},
    "audience": of_topic("events"),
    "start": Moment(at=NOW, zone="UTC"),
    "missing": Later.WAIT,
    "canary": False,
    "paid": True,
    "corrects": 5,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Plan)])
def test_every_decision_changes_the_hash(name: str) -> None:
    """Nothing of a plan can be decided otherwise under an approval (I6)."""
    changed = replace(PLAN, **{name: OTHERWISE[name]})  # type: ignore[arg-type]  # any field
    assert changed.sha256 != PLAN.sha256


def test_a_correction_is_for_who_got_it() -> None:
    """Its audience is whom the broadcast it corrects was sent to."""
    assert plan_of(replace(ALERT, corrects=5), paid=False).audience == Audience(terms=(Got(broadcast_id=5),))


def broadcast(kind: BroadcastKind, *, of: int | None = None, canary: int | None = None) -> Broadcast:
    """Return a broadcast of this kind."""
    return Broadcast(
        id=9,
        alert_id=7,
        kind=kind,
        follows=of,
        canary=canary,
        status=BroadcastStatus.QUEUED,
        audience=0,
        created_at=NOW,
        starts_at=NOW,
    )


@pytest.mark.parametrize(
    ("kind", "of", "corrects", "covered"),
    [
        (BroadcastKind.SEND, None, None, True),
        (BroadcastKind.SEND, None, 5, False),
        (BroadcastKind.CORRECT, 5, 5, True),
        (BroadcastKind.CORRECT, 6, 5, False),
        (BroadcastKind.CORRECT, 5, None, False),
        (BroadcastKind.RESEND, 5, None, True),
        (BroadcastKind.RESEND, 5, 5, True),
        (BroadcastKind.RESEND, 6, 5, False),
        (BroadcastKind.RECALL, 5, None, True),
    ],
)
def test_what_a_plan_covers(kind: BroadcastKind, of: int | None, corrects: int | None, covered: bool) -> None:
    """A broadcast does what its plan says and no more."""
    plan = replace(PLAN, corrects=corrects)
    assert plan.covers(broadcast(kind, of=of)) is covered


def test_a_canary_is_allowed_or_not() -> None:
    """Letting the first few go alone is within a plan that allows it."""
    careful = broadcast(BroadcastKind.SEND, canary=50)
    assert PLAN.covers(careful)
    assert not replace(PLAN, canary=False).covers(careful)
