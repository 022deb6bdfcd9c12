"""Joining, leaving, pausing, and the language one reads."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.content import Wording
from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.consent import Consent, ConsentEvent, ConsentMethod, last_given
from bot.domain.deep_links import DeepLink
from bot.domain.growth import DAYS_AFTER, GrowthEvent
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.services import sharing, threads
from bot.store.departures import Departed
from bot.store.store import Transaction

NO_LINK = DeepLink()
"""Who came by no link that says anything."""

UNDO_DAYS = timedelta(days=1)
"""How many days after leaving it can be taken back; later, one joins as anybody does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What leaving did: `was` is where they stood, None where there was nothing to leave; `thread`, what it ended.

    `topics`: what they had chosen, of which nothing is stored any more.
    """

    was: SubscriberState | None
    skipped: int
    topics: frozenset[str] = frozenset()
    thread: threads.Ended | None = None


async def find(tx: Transaction, chat_id: int) -> Subscriber | None:
    """Return the subscriber of this chat, if they are on the list."""
    return await tx.subscribers.find(chat_id)


async def language(tx: Transaction, chat_id: int) -> str | None:
    """Return the locale chosen in this chat, if one was."""
    return await tx.languages.chosen(chat_id)


async def greet(tx: Transaction, chat_id: int) -> Subscriber | None:
    """Return who says /start, if they are on the list; whatever a sending made of their chat, they are here."""
    known = await tx.subscribers.find(chat_id)
    if known is not None and known.is_on_list:
        await tx.gone.came_back(known.id)
    return known


async def join(
    tx: Transaction,
    chat_id: int,
    *,
    wording: Wording,
    now: datetime,
    link: DeepLink = NO_LINK,
    about: Collection[str] = (),
) -> Subscriber:
    """Opt in, by the explicit button under this wording; joining twice leaves one consent record under it.

    `link`: the one they came by. Its source is kept, and a friend's counted, of the first time only. A topic that it
    names is subscribed to beside the alerts to everybody, if it is one of these that alerts are `about`.
    """
    today = now.date()
    known = await tx.subscribers.find(chat_id)
    if known is not None:
        await tx.gone.came_back(known.id)
    if known is not None and known.is_on_list:
        joined = known.resume()
        await tx.subscribers.save(joined)
        await _subscribe(tx, joined, link, about)
        await _renew(tx, joined, wording, now)
        return joined
    if known is None:
        source_id = await sharing.source_of(tx, link, joiner=chat_id, now=now)
        joined = await tx.subscribers.add(chat_id, locale=wording.locale, today=today, source_id=source_id)
    else:
        joined = known.join(today=today).with_locale(wording.locale)
        await tx.subscribers.save(joined)
        await tx.notices.ask_no_more(joined.id)
    await tx.subscribers.subscribe(joined.id, DEFAULT_TOPIC)
    await _subscribe(tx, joined, link, about)
    await tx.consents.add(joined.id, _record(ConsentEvent.GIVEN, wording, ConsentMethod.BUTTON, now))
    tx.growth.add(GrowthEvent.JOINED, day=today, locale=joined.locale, source_id=joined.source_id)
    return joined


async def renew(tx: Transaction, chat_id: int, *, wording: Wording, now: datetime) -> bool:
    """Say yes again, by the explicit button under this wording, where that was asked for or the words have changed.

    Returns whether it was so; False too for who gets no alerts.
    """
    known = await tx.subscribers.find(chat_id)
    if known is None or not known.receives_alerts:
        return False
    await tx.gone.came_back(known.id)
    return await _renew(tx, known, wording, now)


async def _renew(tx: Transaction, person: Subscriber, wording: Wording, now: datetime) -> bool:
    was_asked = await tx.notices.ask_no_more(person.id)
    given = last_given(await tx.consents.of(person.id))
    if not was_asked and given is not None and given.wording_version == wording.version:
        return False
    await tx.consents.add(person.id, _record(ConsentEvent.GIVEN, wording, ConsentMethod.BUTTON, now))
    return True


async def _subscribe(tx: Transaction, person: Subscriber, link: DeepLink, about: Collection[str]) -> None:
    if link.topic is not None and link.topic in about:
        await tx.subscribers.subscribe(person.id, link.topic)


async def leave(
    tx: Transaction,
    chat_id: int,
    *,
    wording: Wording,
    now: datetime,
    method: ConsentMethod = ConsentMethod.COMMAND,
) -> Receipt:
    """Withdraw consent; what was to be sent to this person is skipped from this commit on, and their thread erased."""
    known = await tx.subscribers.find(chat_id)
    thread = await threads.close(tx, chat_id, now=now)
    if known is None or known.state is SubscriberState.LEFT:
        return Receipt(was=None, skipped=0, thread=thread)
    if known.is_on_list:
        await note_gone(tx, known, GrowthEvent.LEFT, day=now.date())
    topics = await tx.subscribers.topics_of(known.id)
    record = _record(ConsentEvent.WITHDRAWN, wording, method, now)
    skipped = await take_off(tx, known, chat_id, record=record)
    return Receipt(was=known.state, skipped=skipped, topics=topics, thread=thread)


async def take_off(tx: Transaction, person: Subscriber, chat_id: int, *, record: Consent) -> int:
    """End what somebody agreed to; `record` says how. Returns how many deliveries are skipped by it."""
    await tx.notices.ask_no_more(person.id)
    await tx.subscribers.save(person.leave())
    await tx.subscribers.unsubscribe(person.id)
    await tx.consents.add(person.id, record)
    tx.departures.add(chat_id, Departed.LEFT, day=record.day)
    return await tx.deliveries.skip_pending_of(person.id)


async def undo_leaving(
    tx: Transaction,
    chat_id: int,
    *,
    wording: Wording,
    paused: bool,
    now: datetime,
    topics: Collection[str] = (DEFAULT_TOPIC,),
) -> Subscriber | None:
    """Take back that this person left, under the words they had agreed to, with the topics they had chosen.

    None where that cannot be: it is too long ago, they never joined, or the words are others by now.
    """
    known = await tx.subscribers.find(chat_id)
    if known is None or known.state is not SubscriberState.LEFT:
        return known if known is not None and known.is_on_list else None
    records = await tx.consents.of(known.id)
    left, given = records[-1] if records else None, last_given(records)
    if left is None or left.event is not ConsentEvent.WITHDRAWN or now.date() - left.day > UNDO_DAYS:
        return None
    if given is None or given.wording_version != wording.version:
        return None
    await tx.gone.came_back(known.id)
    await note_gone(tx, known, GrowthEvent.LEFT, day=left.day, n=-1)
    back = known.undo_leaving(paused=paused)
    await tx.subscribers.save(back)
    for topic in sorted(topics):
        await tx.subscribers.subscribe(back.id, topic)
    await tx.consents.add(back.id, replace(given, method=ConsentMethod.BUTTON, day=now.date()))
    return back


async def pause(tx: Transaction, chat_id: int) -> Subscriber | None:
    """Send nothing to them until they resume. Returns None for who is not a subscriber."""
    known = await tx.subscribers.find(chat_id)
    if known is None:
        return None
    await tx.gone.came_back(known.id)
    paused = known.pause()
    await tx.subscribers.save(paused)
    return paused


async def resume(tx: Transaction, chat_id: int) -> Subscriber | None:
    """End their pause. Returns None for who is not a subscriber."""
    known = await tx.subscribers.find(chat_id)
    if known is None:
        return None
    await tx.gone.came_back(known.id)
    resumed = known.resume()
    await tx.subscribers.save(resumed)
    return resumed


async def blocked(tx: Transaction, chat_id: int, *, now: datetime) -> None:
    """Stop once: the person blocked the bot. Unblocking alone does not bring them back; /start and a yes do.

    Their thread is erased: no answer would reach them.
    """
    await threads.close(tx, chat_id, now=now)
    known = await tx.subscribers.find(chat_id)
    if known is not None and known.state is not SubscriberState.BLOCKED:
        if known.is_on_list:
            await note_gone(tx, known, GrowthEvent.BLOCKED, day=now.date())
        await tx.subscribers.save(known.block())
        tx.departures.add(chat_id, Departed.LEFT, day=now.date())
        await tx.deliveries.skip_pending_of(known.id)


async def note_gone(
    tx: Transaction, person: Subscriber, event: GrowthEvent, *, day: date, n: int = 1
) -> None:
    """Count that somebody on the list goes, after which broadcast if after any; -1: that it is taken back.

    Only the sum is kept, never who: of the broadcasts that ended so lately it is the last one that was sent to them.
    """
    since = datetime.combine(day - DAYS_AFTER, time(), tzinfo=UTC)
    after = await tx.deliveries.latest_sent_to(person.id, since=since)
    tx.growth.add(event, day=day, locale=person.locale, source_id=person.source_id, n=n, after=after)


async def choose_language(tx: Transaction, chat_id: int, locale: str) -> None:
    """Set the language of this chat for good, and of the alerts sent into it."""
    await tx.languages.choose(chat_id, locale)
    known = await tx.subscribers.find(chat_id)
    if known is not None:
        await tx.gone.came_back(known.id)
        await tx.subscribers.save(known.with_locale(locale))


def _record(event: ConsentEvent, wording: Wording, method: ConsentMethod, now: datetime) -> Consent:
    return Consent(
        event=event,
        wording_version=wording.version,
        wording_sha256=wording.sha256,
        locale=wording.locale,
        method=method,
        day=now.date(),
    )
