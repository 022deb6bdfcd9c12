"""What each chat has had of its minute."""

from typing import Any

import pytest

from bot.domain.rank import (
    CEILING,
    FIRST,
    FIRST_TAPS,
    MINUTE,
    ORDINARY,
    ORGANIZER,
    ORGANIZERS_CEILING,
    Treatment,
)
from bot.inbox.shares import CHATS_KEPT, Shares
from bot.telegram_io.updates import Incoming, Kind


class People:
    """People who send things, each thing an update of its own, at a time that is set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.shares = Shares(lambda: self.now)
        self._last = 0

    def send(self, kind: Kind = Kind.TEXT, *, chat: int = 1, leaves: bool = False, **about: Any) -> Any:
        """Send something. Returns its rank, how it is treated where that is not as usual, or None: it is dropped."""
        of_organizer = about.pop("of_organizer", False)
        self._last = about.pop("update_id", self._last + 1)
        incoming = Incoming(kind=kind, chat_id=chat, **about)
        place = self.shares.place(self._last, incoming, leaves=leaves, of_organizer=of_organizer)
        return None if place is None else place.treatment or place.rank


@pytest.fixture
def people() -> People:
    """Return people who have sent nothing yet."""
    return People()


def test_each_next_thing_ranks_lower(people: People) -> None:
    """The more a chat has had of its minute, the later its turn comes; other chats' first things come before."""
    assert [people.send() for _ in range(3)] == [ORDINARY, ORDINARY + 1, ORDINARY + 2]
    assert people.send(chat=2) == ORDINARY
    people.now = MINUTE
    assert people.send() == ORDINARY


def test_who_comes_first(people: People) -> None:
    """Organizers are first; then who leaves, the first /start, and the first taps."""
    assert people.send(of_organizer=True) == ORGANIZER
    assert people.send(Kind.COMMAND, chat=2, name="start") == FIRST
    assert people.send(Kind.COMMAND, chat=2, name="start") > FIRST
    taps = [people.send(Kind.BUTTON, chat=3) for _ in range(FIRST_TAPS + 1)]
    assert taps == [FIRST] * FIRST_TAPS + [ORDINARY + FIRST_TAPS]
    assert people.send(chat=2, leaves=True) == FIRST


def test_beyond_the_share(people: People) -> None:
    """What is beyond the share is dropped after it was said once; in the next minute all is well."""
    assert None not in [people.send() for _ in range(CEILING)]
    assert [people.send() for _ in range(3)] == [Treatment.UNREAD, None, None]
    people.now = MINUTE
    assert people.send() == ORDINARY


def test_leaving_is_never_dropped(people: People) -> None:
    """Beyond the share whoever leaves is out, answered once."""
    for _ in range(CEILING):
        people.send()
    assert [people.send(leaves=True) for _ in range(3)] == [FIRST, Treatment.SILENT, Treatment.SILENT]
    assert people.send() is Treatment.UNREAD


def test_an_organizer_has_more(people: People) -> None:
    """An organizer may send more in a minute, and no more than that."""
    sent = [people.send(of_organizer=True) for _ in range(ORGANIZERS_CEILING + 2)]
    assert sent == [ORGANIZER] * ORGANIZERS_CEILING + [Treatment.UNREAD, None]


def test_a_repeated_update_is_no_second_one(people: People) -> None:
    """Telegram may bring an update again: it has the place it had, and takes nothing of the share."""
    assert [people.send(update_id=7) for _ in range(2 * CEILING)] == [ORDINARY] * 2 * CEILING
    assert people.send(update_id=8) == ORDINARY + 1


def test_an_album_is_one_thing(people: People) -> None:
    """Of an album only the first is answered, the rest takes effect; a withdrawal in it is one."""
    assert people.send(Kind.OTHER, album="a") == ORDINARY
    assert [people.send(Kind.OTHER, album="a") for _ in range(2 * CEILING)] == [
        Treatment.SILENT
    ] * 2 * CEILING
    assert people.send(Kind.OTHER, album="a", leaves=True) == FIRST
    assert people.send(Kind.OTHER, album="b") == ORDINARY + 2


def test_an_edited_caption_is_a_thing_of_its_own(people: People) -> None:
    """Who edits an album's caption is answered, and the rest of the album that was coming in is not."""
    assert people.send(Kind.OTHER, album="a") == ORDINARY
    assert people.send(Kind.OTHER, album="a", edited=True) == ORDINARY + 1
    assert people.send(Kind.OTHER, album="b") == ORDINARY + 2
    assert people.send(Kind.OTHER, album="a", edited=True) == ORDINARY + 3
    assert people.send(Kind.OTHER, album="b") is Treatment.SILENT


def test_an_album_beyond_the_share(people: People) -> None:
    """An album beyond the share is dropped, all of it."""
    for _ in range(CEILING):
        people.send()
    assert [people.send(Kind.OTHER, album="a") for _ in range(3)] == [Treatment.UNREAD, None, None]


def test_what_is_over_is_forgotten(people: People) -> None:
    """Chats whose minute is over are not remembered."""
    for chat in range(CHATS_KEPT):
        people.send(chat=chat)
    people.now = MINUTE
    people.send()
    assert len(people.shares._minutes) == 1
