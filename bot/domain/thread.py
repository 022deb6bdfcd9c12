"""A thread: what somebody asks a person of the campaign, and what is answered; who they are is not part of it.

It is erased when either side closes it, and after seven days without a message. One organizer at a time has it in
hand: only they read its words and answer, until they hand it back, are removed, or do nothing about it for an hour.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.errors import CampaignError

KEPT = timedelta(days=7)
"""After so long without a message from either side a thread is erased."""

LEASE = timedelta(hours=1)
"""So long an organizer has a thread in hand without doing anything about it."""

QUESTION_LENGTH, ANSWER_LENGTH = 1000, 2000
"""Characters of one message of a person, and of the campaign."""

MESSAGES_A_DAY = 20
"""Messages that one person may pass on in a day, however many threads they open and close."""

MESSAGES_KEPT = 60
"""Of a longer thread the oldest messages are let go."""

LABELS = 16**4
"""Names that threads go by among organizers."""


class ThreadMissing(CampaignError):
    """This conversation is over and erased. Ask anew."""


class ThreadTaken(CampaignError):
    """Another organizer, number `by`, has this thread in hand."""

    def __init__(self, by: int) -> None:
        self.by = by
        super().__init__("A colleague has this thread in hand.")


class ThreadNotTaken(CampaignError):
    """Take the thread first: only who has it in hand reads and answers it."""


class MessageInvalid(CampaignError):
    """A message has words, and at most `limit` characters."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A message has words, and at most {limit} characters.")


class TooManyMessages(CampaignError):
    """No more can be passed on today. Write again tomorrow."""


class Side(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message of a thread."""

    by: Side
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """A thread. `id` is drawn at random. `waits_since`: of a message that is not answered yet.

    `taken_by`: the organizer who took it last, at `taken_at`. `day` and `sent`: how many messages the person passed on
    that day. A closed one has no words; it is there for that number only, and goes when the day is over.
    """

    id: int
    locale: str
    touched_at: datetime
    day: date
    sent: int = 0
    said: tuple[Said, ...] = ()
    waits_since: datetime | None = None
    taken_by: int | None = None
    taken_at: datetime | None = None
    is_open: bool = True

    @property
    def label(self) -> str:
        """What organizers call it: four hexadecimal digits."""
        return label_of(self.id)

    def holder(self, now: datetime) -> int | None:
        """Return who has it in hand, if anybody."""
        return holder(self.taken_by, self.taken_at, now=now)

    def repeats(self, text: str) -> bool:
        """Whether these words were the last that were said: a tap came twice."""
        return bool(self.said) and self.said[-1] == Said(by=Side.PERSON, text=text)

    def ask(self, text: str, *, locale: str, now: datetime) -> "Thread":
        """Return the thread with one more message of the person.

        Raises MessageInvalid, TooManyMessages.
        """
        said = Said(by=Side.PERSON, text=readable(text, at_most=QUESTION_LENGTH))
        sent = self.sent if self.day == now.date() else 0
        if sent >= MESSAGES_A_DAY:
            raise TooManyMessages
        waits_since = self.waits_since or now
        asked = replace(self, locale=locale, waits_since=waits_since, day=now.date(), sent=sent + 1)
        return _with(asked, said, now)

    def answer(self, text: str, *, by: int, now: datetime) -> "Thread":
        """Return the thread with an answer of the organizer who has it in hand.

        Raises MessageInvalid, ThreadTaken.
        """
        said = Said(by=Side.CAMPAIGN, text=readable(text, at_most=ANSWER_LENGTH))
        return _with(replace(self.take(by, now=now), waits_since=None), said, now)

    def take(self, organizer_id: int, *, now: datetime) -> "Thread":
        """Return the thread in the hands of this organizer, for an hour from now.

        Raises ThreadTaken.
        """
        holder = self.holder(now)
        if holder not in (None, organizer_id):
            raise ThreadTaken(holder or 0)
        return replace(self, taken_by=organizer_id, taken_at=now)

    def hand_back(self) -> "Thread":
        """Return the thread for anybody to take."""
        return replace(self, taken_by=None, taken_at=None)

    def close(self) -> "Thread":
        """Return what is left of it until the day is over: how many messages were passed on."""
        return replace(self.hand_back(), is_open=False, said=(), waits_since=None)


def _with(thread: Thread, said: Said, now: datetime) -> Thread:
    return replace(thread, said=(*thread.said, said)[-MESSAGES_KEPT:], touched_at=now)


def begin(thread_id: int, *, locale: str, now: datetime, before: Thread | None = None) -> Thread:
    """Return a new thread; `before`: the closed one of the same person, of which only today's number is taken over."""
    sent = 0 if before is None or before.day != now.date() else before.sent
    return Thread(id=thread_id, locale=locale, touched_at=now, day=now.date(), sent=sent)


def holder(taken_by: int | None, taken_at: datetime | None, *, now: datetime) -> int | None:
    """Return who has a thread in hand that was taken so, if anybody still."""
    # A clock that was ahead by hours gives nobody a thread for days.
    return None if taken_at is None or abs(now - taken_at) >= LEASE else taken_by


def label_of(thread_id: int) -> str:
    """Return what organizers call a thread: four hexadecimal digits."""
    return f"{thread_id % LABELS:04X}"


def readable(text: str, *, at_most: int) -> str:
    """Return the words of a message.

    Raises MessageInvalid.
    """
    words = text.replace("\0", "").strip()
    if not any(character.isprintable() and not character.isspace() for character in words):
        raise MessageInvalid(at_most)
    if len(words) > at_most:
        raise MessageInvalid(at_most)
    return words


def hours_waited(since: datetime, *, now: datetime) -> int:
    """Return for how many whole hours something waits; nothing finer is kept."""
    return max(0, int((now - since) / timedelta(hours=1)))


def are_offered(*, is_on: bool, answerers: int) -> bool:
    """Whether somebody may be asked: the campaign has not switched it off, and there is who may answer."""
    return is_on and answerers > 0
