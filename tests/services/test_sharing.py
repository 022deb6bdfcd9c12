"""What may be shared: what goes to everybody, and is neither over nor taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content import Wording
from bot.domain.alert import DEFAULT_TOPIC, ActionKind, Alert
from bot.domain.audience import Audience, of_topic
from bot.domain.audience_terms import Locales, Topic
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.deep_links import DeepLink
from bot.domain.disclosure import stepwise
from bot.services import privacy, sharing, subscriptions
from bot.services.sharing import TOLD_FROM, CodeMissing, NothingToShare, OwnLink
from bot.store.store import Store, Transaction
from tests.making import CHAT, NOW, draft, words

WORDING = Wording(version="1", locale="en", text="Yes", sha256="a" * 64)
SOME = Audience(terms=(Topic(topic=DEFAULT_TOPIC), Locales(locales=frozenset({"es"}))))


async def begun(
    tx: Transaction,
    alert: Alert | None = None,
    *,
    status: BroadcastStatus = BroadcastStatus.FINISHED,
    canary: int | None = None,
) -> tuple[Alert, int]:
    """Let a sending begin, and stand like this. Returns its alert, and its id."""
    made = await tx.alerts.add(alert or draft(), now=NOW)
    sent = await tx.broadcasts.add(alert_id=made.id, organizer_id=None, now=NOW, canary=canary)
    await tx.broadcasts.set_status(sent, BroadcastStatus.SENDING, now=NOW)
    if status is not BroadcastStatus.SENDING:
        await tx.broadcasts.set_status(sent, status, now=NOW)
    return made, sent


async def is_shared(tx: Transaction, alert_id: int) -> bool:
    """Return whether an alert may be shared; whether it goes round says the same."""
    goes_round = [each.alert_id for each in await sharing.going_round(tx, now=NOW)]
    try:
        found = await sharing.shareable(tx, alert_id, now=NOW)
    except NothingToShare:
        assert alert_id not in goes_round
        return False
    assert found.alert_id == alert_id
    assert alert_id in goes_round
    return True


@pytest.mark.parametrize(
    ("status", "canary", "shared"),
    [
        (BroadcastStatus.SENDING, None, True),
        (BroadcastStatus.FINISHED, None, True),
        (BroadcastStatus.FINISHED, 50, True),
        # Between the hours of two zones.
        (BroadcastStatus.QUEUED, None, True),
        (BroadcastStatus.SENDING, 50, False),
        (BroadcastStatus.PAUSED, 50, False),
        (BroadcastStatus.PAUSED, None, False),
        (BroadcastStatus.HALTED, None, False),
        (BroadcastStatus.CANCELLED, None, False),
    ],
)
async def test_where_a_sending_stands(
    store: Store, status: BroadcastStatus, canary: int | None, shared: bool
) -> None:
    """An alert is shared once it goes to all of its people, and not while somebody has stopped it."""
    async with store.transaction() as tx:
        alert, _ = await begun(tx, status=status, canary=canary)
        assert await is_shared(tx, alert.id) is shared


async def test_a_draft_is_not_shared(store: Store) -> None:
    """What has not begun is nobody's to see."""
    async with store.transaction() as tx:
        alert = await tx.alerts.add(draft(), now=NOW)
        assert not await is_shared(tx, alert.id)
        await tx.broadcasts.add(alert_id=alert.id, organizer_id=None, now=NOW)
        assert not await is_shared(tx, alert.id)
        assert not await is_shared(tx, 99)


async def test_what_is_for_some_only(store: Store) -> None:
    """What went to a segment, or to another topic, is not shown to everybody."""
    async with store.transaction() as tx:
        for audience in (SOME, of_topic("local")):
            alert, _ = await begun(tx, replace(draft(), audience=audience))
            assert not await is_shared(tx, alert.id)


@pytest.mark.parametrize(("left", "shared"), [(timedelta(seconds=1), True), (timedelta(0), False)])
async def test_what_is_over(store: Store, left: timedelta, shared: bool) -> None:
    """From its deadline on an alert is not shared."""
    async with store.transaction() as tx:
        alert, _ = await begun(tx, replace(draft(), deadline=NOW + left))
        assert await is_shared(tx, alert.id) is shared


@pytest.mark.parametrize("kind", [ActionKind.ATTEND, ActionKind.PLEDGE, ActionKind.MOMENT])
@pytest.mark.parametrize(("ago", "shared"), [(timedelta(hours=23), True), (timedelta(days=1), False)])
async def test_what_has_been(store: Store, kind: ActionKind, ago: timedelta, shared: bool) -> None:
    """Nobody is called to what began a day ago, where no deadline says when it is over."""
    begins = (NOW - ago).strftime("%Y-%m-%dT%H:%M")
    at = replace(draft(), kind=kind, details={"zone": "UTC", "starts_at": begins})
    async with store.transaction() as tx:
        alert, _ = await begun(tx, at)
        assert await is_shared(tx, alert.id) is shared
        longer, _ = await begun(tx, replace(at, deadline=NOW + timedelta(hours=1)))
        assert await is_shared(tx, longer.id)


async def test_what_was_taken_back(store: Store) -> None:
    """From a recall on an alert is not shared, and its link leads nowhere; of an undone recall nothing is left."""
    async with store.transaction() as tx:
        alert, sent = await begun(tx)
        code = (await sharing.shareable(tx, alert.id, now=NOW)).code
        recall = await tx.broadcasts.add(
            alert_id=alert.id, organizer_id=None, now=NOW, kind=BroadcastKind.RECALL, follows=sent
        )
        assert not await is_shared(tx, alert.id)
        with pytest.raises(NothingToShare):
            await sharing.shared(tx, code, now=NOW)
        assert await sharing.named(tx, code, now=NOW) is None
        await tx.broadcasts.set_status(recall, BroadcastStatus.CANCELLED, now=NOW)
        assert (await sharing.shared(tx, code, now=NOW)).code == code


async def test_corrected_words(store: Store) -> None:
    """Of a corrected alert the new words are shared, under the same code, from either message."""
    async with store.transaction() as tx:
        alert, sent = await begun(tx)
        before = await sharing.shareable(tx, alert.id, now=NOW)
        better = replace(words(), title="Ask your mayor")
        correction = await tx.alerts.add(
            replace(draft(), corrects=sent, translations={"en": better}), now=NOW
        )
        await tx.broadcasts.add(
            alert_id=correction.id, organizer_id=None, now=NOW, kind=BroadcastKind.CORRECT, follows=sent
        )
        for alert_id in (alert.id, correction.id):
            found = await sharing.shareable(tx, alert_id, now=NOW)
            assert found.alert.words("en").title == "Ask your mayor"
            assert (found.code, found.alert_id) == (before.code, alert.id)


async def test_the_newest_goes_round(store: Store) -> None:
    """Of several the newest goes round; until its code was made, whoever only reads is told that it is missing."""
    async with store.transaction() as tx:
        await begun(tx)
        newest, _ = await begun(tx)
        await begun(tx, replace(draft(), audience=SOME))
    async with store.reading() as tx:
        with pytest.raises(CodeMissing):
            await sharing.current(tx, now=NOW)
    async with store.transaction() as tx:
        await sharing.going_round(tx, now=NOW, limit=1)
    async with store.reading() as tx:
        found = await sharing.current(tx, now=NOW)
    assert found is not None
    assert found.alert_id == newest.id


async def test_ones_own_link(store: Store) -> None:
    """A person's link is made once, differs from everybody's, and is nothing of their id."""
    async with store.transaction() as tx:
        assert await sharing.known_link(tx, CHAT) is None
        own = await sharing.own_link(tx, CHAT)
        assert await sharing.own_link(tx, CHAT) == own == await sharing.known_link(tx, CHAT)
        assert (await sharing.own_link(tx, CHAT + 1)).code != own.code
        await privacy.erase(tx, CHAT, now=NOW)
        assert (await sharing.own_link(tx, CHAT)).code != own.code


async def test_joining_by_a_friend(store: Store) -> None:
    """Who joins is counted to a link once, ever; by a link that is nobody's any more one still comes from a friend."""
    async with store.transaction() as tx:
        own = await sharing.own_link(tx, CHAT)
        link = DeepLink(friend=own.code)
        friends = await tx.sources.friends(now=NOW)
        for _ in range(2):
            joined = await subscriptions.join(tx, CHAT + 1, wording=WORDING, now=NOW, link=link)
            assert joined.source_id == friends
            await subscriptions.leave(tx, CHAT + 1, wording=WORDING, now=NOW)
    async with store.transaction() as tx:
        assert (await sharing.own_link(tx, CHAT)).joined == 1
        await privacy.erase(tx, CHAT, now=NOW)
        late = await subscriptions.join(tx, CHAT + 2, wording=WORDING, now=NOW, link=link)
        assert late.source_id == friends


@pytest.mark.parametrize(("joined", "told"), [(2, None), (3, 3), (4, 3), (5, 5), (9, 5), (10, 10), (26, 20)])
def test_told_in_steps_from_three_on(joined: int, told: int | None) -> None:
    """Fewer are not told, nor each one more: whoever sent the link to one person would know what that person did."""
    assert OwnLink(code="k7m2p9qa", joined=joined).told == told
    assert stepwise(TOLD_FROM) == TOLD_FROM
    assert stepwise(TOLD_FROM - 1) is None
