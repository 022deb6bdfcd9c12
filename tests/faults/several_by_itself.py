"""What must hold of what the bot does by itself: digests, reminders, erasing, and that it waits where a 429 says so."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from bot.domain.broadcast import BroadcastKind
from bot.domain.delivery import DeliveryState
from bot.domain.pacing import Refusal, silent_until
from bot.store.budget import NO_CHAT, REFUSAL
from tests.faults.several_facts import Brought, Facts, brought_by
from tests.faults.several_filling import (
    ALERT_TITLE,
    DIGEST_TITLE,
    DUE_IN,
    READER_CHATS,
    REMIND_TITLE,
    REMINDED_CHATS,
    SERIES_TITLE,
)
from tests.faults.several_late import in_time, posted_later

NAMED = re.compile(f"{ALERT_TITLE} \\d+|{DIGEST_TITLE} \\d+|{SERIES_TITLE}")

HEARD_WITHIN = 4.0
"""Seconds from the commit that tells of a 429 until every process has heard: those that are stopped wake before."""

ABOUT_THEN = 1.0
"""Seconds by which processes may be wrong about when a 429 came: on a busy machine its answer is on its way."""


def digests(facts: Facts) -> Iterator[str]:
    """ONCE, I3: no alert comes twice to who reads digests; what waited has come, unless that is unknown."""
    named: dict[int, Counter[str]] = defaultdict(Counter)
    for each in facts.arrivals:
        if each.chat_id in READER_CHATS and brought_by(each) is not None:
            named[each.chat_id].update(NAMED.findall(each.text))
    if twice := sum(many > 1 for titles in named.values() for many in titles.values()):
        yield f"ONCE: {twice} alerts came twice to who reads digests"
    waited = {f"{DIGEST_TITLE} {number}" for number in range(1, len(DUE_IN) + 1)}
    missing = [
        chat_id
        for chat_id in READER_CHATS
        if facts.should.get(chat_id, True) and not waited <= named[chat_id].keys()
    ]
    unknown = {each.chat_id for each in _unknown(facts) if each.kind == BroadcastKind.DIGEST}
    if never := sum(chat_id not in unknown for chat_id in missing):
        yield f"I3: {never} did not get all that waited for their digests"


def reminders(facts: Facts) -> Iterator[str]:
    """I3, I5: reminded is who has begun and said nothing; after they said something, nobody is."""
    got, unknown = set(map(brought_by, facts.arrivals)), _unknown(facts)
    never = 0
    for number in range(1, len(DUE_IN) + 1):
        title = f"{REMIND_TITLE} {number}"
        for chat_id in REMINDED_CHATS:
            brought = Brought(BroadcastKind.REMIND, title, chat_id)
            spared = not facts.should.get(chat_id, True) or (chat_id, facts.numbers[title]) in facts.done
            never += not spared and brought not in got and brought not in unknown
    if never:
        yield f"I3: {never} were not reminded"
    alert_of = {
        each.broadcast: facts.numbers[each.title]
        for each in facts.deliveries
        if each.kind == BroadcastKind.REMIND
    }
    said, after = set[str](), 0
    for change in facts.changes:
        if change.table == "outcomes":
            said.add(change.row)
        elif change.table == "deliveries" and change.after == DeliveryState.INFLIGHT:
            broadcast, _, person = change.row.partition(" ")
            after += f"{alert_of.get(int(broadcast))} {person}" in said
    if after:
        yield f"I5: {after} were claimed to be reminded of what they had said something of"


def _unknown(facts: Facts) -> set[Brought]:
    return {each.brings for each in facts.deliveries if each.state == DeliveryState.UNKNOWN}


def erasing(facts: Facts) -> Iterator[str]:
    """I13: of who erased themselves no table holds anything."""
    if left := Counter(table for tables in facts.erased.values() for table in tables):
        yield f"I13: of who was erased {dict(left)} are left"


def waiting(facts: Facts) -> Iterator[str]:
    """I7: nothing is sent to a chat, or to all, while a 429 of which all have heard asks to wait."""
    late = {(chat, each.at) for each in posted_later(facts) for chat in (each.chat_id, None)}
    told = [(change.at, _refusals(change.after)) for change in facts.of("budget")]
    impatient = 0
    for each in facts.impatient:
        marks = [None] if each.chat_id is None else facts.tags[each.chat_id]
        since = each.since + facts.epoch
        heard = [
            at
            for at, refusals in told
            if any(mark in refusals and abs(refusals[mark].at - since) < ABOUT_THEN for mark in marks)
        ]
        at = each.moment.earliest + facts.epoch
        impatient += bool(heard) and at > min(heard) + HEARD_WITHIN and (each.chat_id, at) not in late
    if impatient:
        yield f"I7: {impatient} requests to chats that were told to wait"
    silences = [(at + HEARD_WITHIN, silent_until(refusals)) for at, refusals in told]
    came = [(each.earliest + facts.epoch, each.latest + facts.epoch) for each in in_time(facts)]
    if loud := sum(
        any(begin < earliest and latest < end - ABOUT_THEN for begin, end in silences)
        for earliest, latest in came
    ):
        yield f"I7: {loud} requests while everything was told to wait"


def _refusals(written: str) -> Mapping[int | None, Refusal]:
    rows = REFUSAL.iter_unpack(bytes.fromhex(written.removeprefix("\\x")))
    marks = ((None if mark == NO_CHAT else mark, at, seconds) for mark, at, seconds in rows)
    return {mark: Refusal(chat=mark, at=at, seconds=seconds) for mark, at, seconds in marks}


BY_ITSELF = (digests, reminders, erasing, waiting)
