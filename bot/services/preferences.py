"""What people choose for themselves: how often alerts come, when not, from where; and pauses that end."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from bot.domain.preferences import DIGESTS, Pause, Preferences, QuietHours, Rhythm, known_zone
from bot.domain.schedule import is_zone
from bot.domain.subscriber import Subscriber
from bot.errors import CampaignError
from bot.store.store import Transaction

DIGEST_HOUR = 18
"""When a digest comes as long as its reader has not chosen another hour."""

DIGEST_DAY = 5
"""The day of a weekly one: before the weekend, when most people have time to act."""

HOURS, DAYS = range(24), range(1, 8)
"""Of a day; of a week, from Monday on."""

SHARED_BY = 10
"""A place is used for nothing before so many people on the list have named it."""

SHARED_OF = 3
"""These are counted among one in so many: who adds accounts of their own until a place is offered, and sees whether one
person more or less changes that, mostly sees nothing."""


class ChoiceInvalid(CampaignError):
    """This cannot be chosen any more. Open the settings again: /settings."""


Change = Callable[[Preferences], Preferences]


async def set_rhythm(
    tx: Transaction, chat_id: int, rhythm: Rhythm, *, zone: str, now: datetime
) -> Subscriber | None:
    """Let alerts come as often as this; `zone`: the campaign's, for who has named none.

    Returns None for who is not on the list, as everything here does.
    """

    def change(was: Preferences) -> Preferences:
        if rhythm not in DIGESTS:
            return replace(was, rhythm=rhythm, digest_hour=None, digest_day=None)
        return replace(
            was,
            rhythm=rhythm,
            zone=was.zone or zone,
            digest_hour=DIGEST_HOUR if was.digest_hour is None else was.digest_hour,
            digest_day=(was.digest_day or DIGEST_DAY) if rhythm is Rhythm.WEEKLY else None,
        )

    return await _choose(tx, chat_id, change, now=now)


async def set_digest_time(
    tx: Transaction, chat_id: int, *, hour: int | None = None, day: int | None = None, now: datetime
) -> Subscriber | None:
    """Let a digest come at another hour, or on another day of the week.

    Raises ChoiceInvalid where there is no such hour or day, or where they get no such digest.
    """

    def change(was: Preferences) -> Preferences:
        if was.rhythm not in DIGESTS or (day is not None and was.rhythm is not Rhythm.WEEKLY):
            raise ChoiceInvalid
        if (hour is not None and hour not in HOURS) or (day is not None and day not in DAYS):
            raise ChoiceInvalid
        return replace(
            was,
            digest_hour=was.digest_hour if hour is None else hour,
            digest_day=was.digest_day if day is None else day,
        )

    return await _choose(tx, chat_id, change, now=now)


async def set_quiet_hours(
    tx: Transaction,
    chat_id: int,
    quiet: tuple[int, int] | None,
    *,
    zone: str,
    campaign: QuietHours,
    now: datetime,
) -> Subscriber | None:
    """Send nothing between these minutes of the day, or at any hour; `zone`, `campaign`: the campaign's.

    Raises ChoiceInvalid for what are neither full hours nor the campaign's own.
    """
    try:
        hours = None if quiet is None else QuietHours(start=quiet[0], end=quiet[1])
    except ValueError as error:
        raise ChoiceInvalid from error
    if hours is not None and hours != campaign and not hours.is_of_full_hours:
        raise ChoiceInvalid

    def change(was: Preferences) -> Preferences:
        return replace(was, quiet=hours, zone=was.zone if hours is None else was.zone or zone)

    return await _choose(tx, chat_id, change, now=now)


async def set_zone(tx: Transaction, chat_id: int, zone: str, *, now: datetime) -> Subscriber | None:
    """Let hours be those of this zone.

    Raises ChoiceInvalid for one that there is not.
    """
    if not is_zone(zone):
        raise ChoiceInvalid
    return await _choose(tx, chat_id, lambda was: replace(was, zone=zone), now=now)


async def set_locality(
    tx: Transaction, chat_id: int, locality: str | None, *, known: Collection[str], now: datetime
) -> Subscriber | None:
    """Note from which of the campaign's places they are, or that they are of none.

    Raises ChoiceInvalid for a place that is not among those `known`.
    """
    if locality is not None and locality not in known:
        raise ChoiceInvalid
    return await _choose(tx, chat_id, lambda was: replace(was, locality=locality), now=now)


async def turn_topic(
    tx: Transaction, chat_id: int, topic: str, *, known: Collection[str]
) -> Subscriber | None:
    """Let alerts about this come, or not any more.

    Raises ChoiceInvalid for a topic that is not among those `known`.
    """
    if topic not in known:
        raise ChoiceInvalid
    person = await tx.subscribers.find(chat_id)
    if person is None or not person.is_on_list:
        return None
    if topic in await tx.subscribers.topics_of(person.id):
        await tx.subscribers.unsubscribe_from(person.id, topic)
    else:
        await tx.subscribers.subscribe(person.id, topic)
    return person


async def topics_of(tx: Transaction, person: Subscriber) -> frozenset[str]:
    """Return what a person has subscribed to."""
    return await tx.subscribers.topics_of(person.id)


async def pause_for(
    tx: Transaction, chat_id: int, pause: Pause, *, quiet: QuietHours, zone: str, now: datetime
) -> Subscriber | None:
    """Send nothing for so long; the pause ends by itself, at an hour at which it may be said.

    `quiet`, `zone`: the campaign's, for who has chosen none.
    """
    person = await tx.subscribers.find(chat_id)
    if person is None or not person.is_on_list:
        return None
    await tx.gone.came_back(person.id)
    chosen = person.preferences
    hours = chosen.quiet or quiet
    paused = person.pause(until=hours.allowed_from(now + pause.length, known_zone(chosen.zone or zone)))
    await tx.subscribers.save(paused)
    return paused


async def shared_localities(tx: Transaction) -> frozenset[str]:
    """Return the places that so many have named that they may be used (`SHARED_BY`)."""
    counted = await tx.audiences.count_localities(of=SHARED_OF)
    return frozenset(place for place, people in counted.items() if people >= SHARED_BY)


async def _choose(tx: Transaction, chat_id: int, change: Change, *, now: datetime) -> Subscriber | None:
    """Write what somebody on the list chose, and let what waits for their digest go with it."""
    person = await tx.subscribers.find(chat_id)
    if person is None or not person.is_on_list:
        return None
    await tx.gone.came_back(person.id)
    chosen = person.with_preferences(change(person.preferences))
    if chosen == person:
        return person
    await tx.subscribers.save_preferences(chosen)
    await tx.deliveries.look_again(person.id)
    await _move_digest(tx, chosen, now=now)
    return chosen


async def _move_digest(tx: Transaction, person: Subscriber, *, now: datetime) -> None:
    """Let what waits come in the next digest, or once more now for who gets every alert from here on."""
    chosen = person.preferences
    if chosen.rhythm is Rhythm.URGENT:
        await tx.digests.clear(person.id)
        return
    at = chosen.digest_due(now) or chosen.not_before(now) or now
    await tx.digests.set_due(person.id, at)
