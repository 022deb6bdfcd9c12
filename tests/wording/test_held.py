"""The card of what is kept about one person."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.consent import Consent, ConsentEvent, ConsentMethod
from bot.domain.organizer import Organizer, Role
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.domain.thread import begin
from bot.services.privacy import Held
from bot.wording.held import held_text
from tests import shipped

DAY = date(2026, 11, 23)
CATALOGS = shipped.catalogs()


def record(event: ConsentEvent) -> Consent:
    """Return a consent record."""
    return Consent(
        event=event,
        wording_version="1",
        wording_sha256="a",
        locale="en",
        method=ConsentMethod.BUTTON,
        day=DAY,
    )


def card(state: SubscriberState | None, *events: ConsentEvent, locale: str = "en", alerts: int = 0) -> str:
    """Return what the card says."""
    person = None if state is None else Subscriber(id=1, state=state, locale="en", joined_on=DAY)
    held = Held(
        subscriber=person,
        locale=None if state is None else "en",
        consents=[record(event) for event in events],
        alerts=alerts,
    )
    return held_text(CATALOGS.words(locale), held).text.replace("\u2068", "").replace("\u2069", "")


def test_everything_is_there() -> None:
    """Place, language, each consent record with its day, and how many alerts."""
    said = card(SubscriberState.PAUSED, ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, alerts=3)
    assert said.splitlines() == [
        "Kept about you",
        "• On the list since 23 November 2026; paused.",
        "• Language: English.",
        "• You agreed to alerts on 23 November 2026.",
        "• You withdrew that consent on 23 November 2026.",
        "• 3 alerts are recorded as sent to you.",
    ]


def test_what_they_did() -> None:
    """What they opened and said of alerts, and what they reported, each with how it goes."""
    held = Held(subscriber=None, locale=None, consents=[], alerts=0, said=1, begun=2, reported=1)
    said = held_text(CATALOGS.words("en"), held).text.translate({0x2068: None, 0x2069: None})
    assert said.splitlines()[1:] == [
        "• It is noted that you opened 2 actions, so that you can be reminded.",
        "• You said how 1 alert went. You can take that back under the alert.",
        "• 1 report of yours is kept encrypted, until 30 days after an editor has decided.",
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SubscriberState.LEFT, "You have left the list"),
        (SubscriberState.BLOCKED, "You had blocked this bot"),
    ],
)
def test_who_has_left(state: SubscriberState, words: str) -> None:
    """Who has left, or blocked the bot, reads that a record is kept, and not that they are on the list."""
    said = card(state, ConsentEvent.GIVEN)
    assert words in said
    assert "since" not in said


def test_nothing() -> None:
    """Who never joined reads that nothing is kept."""
    assert card(None) == "Nothing is kept about you now."


@pytest.mark.parametrize("locale", sorted(CATALOGS.locales))
@pytest.mark.parametrize("state", [*SubscriberState, None])
def test_in_every_locale(locale: str, state: SubscriberState | None) -> None:
    """Each state has its words in each language."""
    assert card(state, ConsentEvent.GIVEN, ConsentEvent.WITHDRAWN, locale=locale, alerts=2)


def of_team(locale: str, organizer: Organizer | None, removed: int | None) -> list[str]:
    """Return the lines of the card for somebody who is known by the team alone."""
    held = Held(subscriber=None, locale=None, consents=[], alerts=0, organizer=organizer, removed=removed)
    return (
        held_text(CATALOGS.words(locale), held).text.replace("\u2068", "").replace("\u2069", "").splitlines()
    )


def test_an_organizer() -> None:
    """An organizer reads their role, under which number what they do is noted, and the name they chose."""
    assert of_team("en", Organizer(id=12, role=Role.EDITOR, since=DAY, name="Dana"), None) == [
        "Kept about you",
        "• Your role in the campaign’s team: editor. What you do there is noted under number 12.",
        "• The name you chose for the team: Dana. It is encrypted, and only the team sees it.",
    ]


def test_who_was_an_organizer() -> None:
    """Who was removed reads that they are known to have been there."""
    assert of_team("en", None, 12) == [
        "Kept about you",
        "• You were in the campaign’s team. What you did there is noted under number 12.",
    ]


@pytest.mark.parametrize("locale", sorted(CATALOGS.locales))
def test_an_organizer_in_every_locale(locale: str) -> None:
    """Role, number and name stand in each language."""
    said = "\n".join(of_team(locale, Organizer(id=12, role=Role.OWNER, since=DAY, name="Dana"), 12))
    assert ("12" in said, "Dana" in said) == (True, True)
    assert len(said.splitlines()) == 4


def test_a_thread_is_said() -> None:
    """How many messages are kept of a conversation with the campaign; of a closed one, that there was one today."""
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    thread = begin(1, locale="en", now=now).ask("What now?", locale="en", now=now)
    for kept, line in (
        (
            thread,
            "Your conversation with the campaign: 1 message, encrypted. It goes after 7 days without one.",
        ),
        (
            thread.close(),
            (
                "That you wrote 1 message to a person from the campaign today: not the words, and only until "
                "midnight (UTC)."
            ),
        ),
    ):
        held = Held(subscriber=None, locale=None, consents=[], alerts=0, thread=kept)
        assert (
            f"• {line}" in held_text(CATALOGS.words("en"), held).text.translate(WITHOUT_ISOLATES).splitlines()
        )


WITHOUT_ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
