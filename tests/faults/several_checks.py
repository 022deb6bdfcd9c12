"""What must hold after a life of several processes, by what PostgreSQL and the Bot API saw of it."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from bot.delivery.cycle import IN_FLIGHT
from bot.domain.delivery import DeliveryState
from bot.domain.subscriber import SubscriberState
from tests.faults.several_by_itself import BY_ITSELF
from tests.faults.several_facts import Facts, brought_by
from tests.faults.several_late import in_time, posted_later
from tests.worlds.watched_api import most_in_a_second

FINAL = {DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SKIPPED}
"""How deliveries end in such a life: nobody blocks the bot, and the Bot API refuses nothing for good."""


def check(facts: Facts) -> list[str]:
    """Return what is broken, `invariant: how`."""
    return [said for look in CHECKS for said in look(facts)]


def once(facts: Facts) -> Iterator[str]:
    """I1: nobody got an alert, or a reminder of it, twice. Of digests: see `several_by_itself`."""
    titles = {each.title for each in facts.deliveries}
    got = Counter(map(brought_by, facts.arrivals))
    if twice := sum(many > 1 for what, many in got.items() if what is not None and what.title in titles):
        yield f"I1: {twice} were sent an alert twice"


def accepted(facts: Facts) -> Iterator[str]:
    """I2, I3: whoever is *sent* got that message; whoever got one is in the audience, *sent* or *unknown*."""
    got = facts.got()
    not_accepted, not_sent = 0, 0
    for brought, mine in facts.by_what_they_bring().items():
        came = got.pop(brought, {})
        sent = [each.message_id for each in mine if each.state == DeliveryState.SENT]
        unknown = sum(each.state == DeliveryState.UNKNOWN for each in mine)
        known = {message_id for message_id in sent if message_id is not None}
        of_erased, more = len(sent) - len(known), len(came.keys() - known)
        not_accepted += len(known - came.keys()) + max(0, of_erased - more)
        not_sent += max(0, more - of_erased - unknown)
    if not_accepted:
        yield f"I2: {not_accepted} are sent and were not accepted"
    if not_sent:
        yield f"I3: {not_sent} were accepted and are neither sent nor unknown"
    if got:
        yield f"I3: {len(got)} got an alert and are not in its audience"


def final(facts: Facts) -> Iterator[str]:
    """I3: everybody has ended, and the sums match."""
    given_up = _given_up(facts)
    for number, status, audience in facts.broadcasts:
        mine = [each for each in facts.deliveries if each.broadcast == number]
        states = Counter(each.state for each in mine)
        ended = {each.state for each in mine if each.row not in given_up}
        if status != "finished" or len(mine) != audience or not ended <= FINAL:
            yield f"I3: broadcast {number} is {status}, {dict(states)} of {audience}"
        kept = {state: many for (broadcast, state), many in facts.kept.items() if broadcast == number}
        if kept != states:
            yield f"I3: of broadcast {number} {kept} are kept, {dict(states)} counted"


def _given_up(facts: Facts) -> set[str]:
    """Return which rows were settled by others, then said by whoever had them not to be written: too late to try again.

    The last *unknown* ends a broadcast; it is not begun anew for what comes to be known after.
    """
    ways: dict[str, list[str]] = defaultdict(list)
    for change in facts.of("deliveries"):
        ways[change.row].append(str(change.after))
    known_late = [DeliveryState.UNKNOWN, DeliveryState.PENDING, DeliveryState.CANCELLED]
    return {row for row, way in ways.items() if way[-3:] == known_late}


def unknown(facts: Facts) -> Iterator[str]:
    """I4: *unknown* is only what was on the wire, and who has become it is not posted to any more."""
    claimed: dict[str, str] = {}
    lost, elsewhere = Counter[str](), 0
    for change in facts.of("deliveries"):
        if change.after == DeliveryState.INFLIGHT:
            claimed[change.row] = change.source
        elif change.after == DeliveryState.UNKNOWN:
            elsewhere += change.before != DeliveryState.INFLIGHT
            lost[claimed[change.row] if claimed[change.row] != change.source else ""] += 1
    own = lost.pop("", 0)
    if elsewhere:
        yield f"I4: {elsewhere} became unknown and were not in flight"
    if own > facts.lost_calls:
        yield f"I4: {own} answers were lost on {facts.lost_calls} connections"
    if (most := max(lost.values(), default=0)) > IN_FLIGHT:
        yield f"I4: {most} are unknown of one process"
    if late := [str(each) for each in posted_later(facts) if not each.was_asked_for_in_time]:
        yield f"I4: {len(late)} were posted after others had settled them: {'; '.join(late)}"


def consent(facts: Facts) -> Iterator[str]:
    """I5: nothing is claimed for who has left or is erased, by the order of the commits."""
    off, claimed = set[str](), 0
    for change in facts.changes:
        if change.table == "subscribers":
            (off.discard if change.after == SubscriberState.ACTIVE else off.add)(change.row)
        elif change.table == "deliveries" and change.after == DeliveryState.INFLIGHT:
            claimed += change.row.partition(" ")[2] in off
    if claimed:
        yield f"I5: {claimed} were claimed for who had left"


def rate(facts: Facts) -> Iterator[str]:
    """I7: never more than the rate in any second, by all together, but for what is late."""
    if (most := most_in_a_second(in_time(facts))) > facts.rate:
        yield f"I7: {most} requests in a second, at {facts.rate}"


def updates(facts: Facts) -> Iterator[str]:
    """I12: each update was applied once; those of a chat in their order, but for withdrawals, which go ahead.

    Who asks or taps again within seconds may have had the answer already, and what is brought again after its chat's
    withdrawal was applied may have none: then it is done at once.
    """
    seen: dict[str, Counter[int]] = {state: Counter() for state in ("received", "applied", "done")}
    last: dict[str | None, int] = defaultdict(int)
    for change in facts.of("updates"):
        update_id = int(change.row)
        seen[change.after][update_id] += 1
        if change.after == "applied" and update_id not in facts.withdrawals:
            if update_id < last[change.beside]:
                yield f"I12: {update_id} was applied after {last[change.beside]} of its chat"
            last[change.beside] = max(last[change.beside], update_id)
    wanted = Counter(facts.pushed)
    seen["applied"].update(_done_unanswered(facts))
    for state, found in seen.items():
        if found != wanted:
            more, less = found - wanted, wanted - found
            yield f"I12: {len(less)} updates were never {state}, {len(more)} more than once"


def _done_unanswered(facts: Facts) -> Iterator[int]:
    """Yield what was done unanswered, and might be."""
    chats: dict[int, str | None] = {}
    withdrawn: dict[str | None, int] = {}
    applied = set[int]()
    for change in facts.of("updates"):
        update_id = int(change.row)
        match change.after:
            case "received":
                chats[update_id] = change.beside
            case "applied":
                applied.add(update_id)
                if update_id in facts.withdrawals:
                    withdrawn[change.beside] = max(update_id, withdrawn.get(change.beside, 0))
            case "done" if update_id not in applied:
                if update_id in facts.again or update_id < withdrawn.get(chats.get(update_id), 0):
                    yield update_id


def effects(facts: Facts) -> Iterator[str]:
    """I12: what they did is what came of it: who is on the list, and whom owners invited, in their order."""
    wrong = [
        chat_id
        for chat_id, is_on in facts.should.items()
        if (facts.stands.get(chat_id) == SubscriberState.ACTIVE) is not is_on
    ]
    if wrong:
        yield f"I12: {len(wrong)} of {len(facts.should)} do not stand as they chose"
    if facts.done != facts.should_have_done:
        yield "I12: what came of alerts is not what people said"
    if {chat: list(roles) for chat, roles in facts.invited.items()} != facts.should_invite:
        yield "I12: the owners did not invite whom they invited, in their order"


def rest(facts: Facts) -> Iterator[str]:
    """ONCE, AUDIT, I11: what repeats began once, the audit is whole, the logs name nobody."""
    if facts.fired != 1:
        yield f"ONCE: what was due began {facts.fired} times"
    if facts.audit_differs is not None:
        yield f"AUDIT: {facts.audit_differs}"
    if facts.traces:
        yield f"I11: {', '.join(facts.traces)}"


CHECKS = (once, accepted, final, unknown, consent, rate, updates, effects, rest, *BY_ITSELF)
