"""Acting on an alert: counted under the one that was sent first, once per person, and undone without a trace."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.alert import ActionKind, Alert
from bot.domain.audience import Audience, Did, Topic
from bot.domain.broadcast import BroadcastKind, BroadcastStatus
from bot.domain.organizer import Role
from bot.domain.outcome import AlreadySaid, NothingSaid, Outcome, Step
from bot.errors import CampaignError
from bot.i18n.localizer import Localizer
from bot.services import actions, reports, sightings, subscriptions
from bot.services.actions import ActionMissing, ActionRecalled, NotOnList
from bot.services.privacy import held
from bot.store.schema import metadata
from bot.store.store import Store, Transaction
from bot.telegram_io.report_buttons import ResultsBy
from bot.wording.report import card
from bot.wording.report_groups import groups
from bot.wording.report_picture import report_chart
from bot.wording.report_table import report_table
from tests.making import CHAT, NOW, begin_broadcast, draft, join, words
from tests.wording.test_screens import CATALOGS

EN = CATALOGS.words("en")


async def begun(store: Store, people: int = 3, *, kind: ActionKind = ActionKind.SIGN) -> int:
    """Put people on the list and begin to send them an alert of a kind. Returns its number."""
    broadcast_id, _ = await begin_broadcast(store, people)
    async with store.transaction() as tx:
        await tx.broadcasts.set_status(broadcast_id, BroadcastStatus.SENDING, now=NOW)
        alert = await tx.alerts.get((await tx.broadcasts.get(broadcast_id)).alert_id)
        fields = {f"question_{n}": f"Question {n}?" for n in (1, 2, 3)}
        translations = {"en": replace(words(), fields=fields if kind is ActionKind.REPORT else {})}
        await tx.alerts.revise(replace(alert, kind=kind, translations=translations), editor_id=None, now=NOW)
    return alert.id


async def follow_up(tx: Transaction, kind: BroadcastKind, alert: Alert) -> None:
    """Begin a broadcast that follows the first one, with an alert of its own."""
    added = await tx.alerts.add(replace(alert, corrects=1), now=NOW)
    made = await tx.broadcasts.add(
        alert_id=added.id if kind is BroadcastKind.CORRECT else 1,
        organizer_id=None,
        now=NOW,
        kind=kind,
        follows=1,
    )
    await tx.broadcasts.set_status(made, BroadcastStatus.SENDING, now=NOW)


async def test_a_correction_is_the_same_alert(store: Store) -> None:
    """What is said under a correction is counted under what it corrects: once per person, whichever they tap."""
    first = await begun(store)
    async with store.transaction() as tx:
        await follow_up(tx, BroadcastKind.CORRECT, draft())
        corrected = first + 1
        await actions.open_action(tx, CHAT, corrected, now=NOW)
        await actions.say(tx, CHAT, corrected, Outcome.DONE, now=NOW)
        with pytest.raises(AlreadySaid):
            await actions.say(tx, CHAT, first, Outcome.COULD_NOT, now=NOW)
        assert await tx.action_counts.of(corrected) == []
        assert await tx.action_counts.total(first, Outcome.DONE) == 1
        await actions.undo(tx, CHAT, first)
        assert await tx.action_counts.total(first, Outcome.DONE) == 0
        assert await tx.action_counts.total(first, Step.OPENED) == 1


async def test_a_recalled_alert(store: Store) -> None:
    """What the campaign has taken back opens nothing any more, in whatever chat it still stands."""
    alert_id = await begun(store)
    async with store.transaction() as tx:
        await follow_up(tx, BroadcastKind.RECALL, draft())
        for act in (
            actions.open_action(tx, CHAT, alert_id, now=NOW),
            actions.say(tx, CHAT, alert_id, Outcome.DONE, now=NOW),
        ):
            with pytest.raises(ActionRecalled):
                await act
        assert await tx.action_counts.of(alert_id) == []


async def test_who_is_not_on_the_list(store: Store) -> None:
    """Whoever is not on the list may open it, and nothing is kept of them; paused people are on it."""
    alert_id = await begun(store)
    async with store.transaction() as tx:
        await actions.open_action(tx, CHAT + 50, alert_id, now=NOW)
        with pytest.raises(NotOnList):
            await actions.say(tx, CHAT + 50, alert_id, Outcome.DONE, now=NOW)
        with pytest.raises(NothingSaid):
            await actions.undo(tx, CHAT + 50, alert_id)
        assert await tx.action_counts.of(alert_id) == []
        await subscriptions.pause(tx, CHAT)
        assert (await actions.say(tx, CHAT, alert_id, Outcome.DONE, now=NOW)).count is None


async def test_a_draft_is_nobodys(store: Store) -> None:
    """Nobody but an organizer finds out what a draft holds, by whatever number they make up."""
    async with store.transaction() as tx:
        await join(tx, 1)
        alert = await tx.alerts.add(draft(), now=NOW)
        for alert_id in (alert.id, 99):
            with pytest.raises(ActionMissing):
                await actions.open_action(tx, CHAT, alert_id, now=NOW)


async def test_the_count_is_told_from_ten_on(store: Store) -> None:
    """Below ten people no number is told."""
    alert_id = await begun(store, 12)
    told = []
    for n in range(12):
        async with store.transaction() as tx:
            told.append((await actions.say(tx, CHAT + n, alert_id, Outcome.DONE, now=NOW)).count)
    assert told == [None] * 9 + [10, 11, 12]


async def test_a_report_and_its_undo(store: Store) -> None:
    """What is reported counts as done; undone, the report is gone with it, and may be given anew."""
    alert_id = await begun(store, kind=ActionKind.REPORT)
    async with store.transaction() as tx:
        with pytest.raises(actions.QuestionsFirst):
            await actions.say(tx, CHAT, alert_id, Outcome.DONE, now=NOW)
        await sightings.begin(tx, CHAT, alert_id, now=NOW)
        await sightings.give(tx, CHAT, alert_id, ["a", "b", "c"], now=NOW)
        with pytest.raises(AlreadySaid):
            await sightings.begin(tx, CHAT, alert_id, now=NOW)
        kept = await held(tx, CHAT)
        assert (kept.said, kept.begun, kept.reported) == (1, 1, 1)
        await actions.undo(tx, CHAT, alert_id)
        assert await tx.sightings.count() == {}
        await sightings.give(tx, CHAT, alert_id, ["d", "e", "f"], now=NOW)
        assert await tx.action_counts.total(alert_id, Outcome.DONE) == 1


async def test_editors_hear_that_reports_wait(store: Store) -> None:
    """All who write alerts, but for who reported, at most once within an hour however many report."""
    alert_id = await begun(store, 4, kind=ActionKind.REPORT)
    roles = (Role.OWNER, Role.EDITOR, Role.VIEWER, Role.APPROVER)
    told = []
    async with store.transaction() as tx:
        for at, role in enumerate(roles):
            await tx.organizers.add(CHAT + 900 + at, role, today=NOW.date())
        await tx.organizers.add(CHAT + 2, Role.EDITOR, today=NOW.date())
        for at, minutes in enumerate((0, 50, 119, 150)):
            now = NOW + timedelta(minutes=minutes)
            given = await sightings.give(tx, CHAT + at, alert_id, ["a", "b", "c"], now=now)
            told.append(sorted(each.chat_id - CHAT for each in given.team))
    assert told == [[2, 900, 901], [], [], [2, 900, 901]]


@dataclass(frozen=True)
class Life:
    """One thing that somebody does."""

    who: int
    does: str


TAPS = ("open", "done", "could_not", "not_for_me", "undo", "language", "pause", "resume")


async def live(tx: Transaction, alert_id: int, life: Life) -> bool:
    """Let it happen. Returns whether it was refused."""
    chat_id, now = CHAT + life.who, NOW + timedelta(minutes=1)
    try:
        match life.does:
            case "open":
                await actions.open_action(tx, chat_id, alert_id, now=now)
            case "undo":
                await actions.undo(tx, chat_id, alert_id)
            case "language":
                await subscriptions.choose_language(tx, chat_id, "ar")
            case "pause":
                await subscriptions.pause(tx, chat_id)
            case "resume":
                await subscriptions.resume(tx, chat_id)
            case said:
                await actions.say(tx, chat_id, alert_id, Outcome(said), now=now)
    except CampaignError:
        return True
    return False


async def everything(store: Store, alert_id: int, words_: Localizer = EN) -> dict[str, Any]:
    """Return all that can be read of an alert's outcomes: sums, people, segments, report, picture and table."""
    async with store.reading() as tx:
        report, alert, names = await reports.report_of(tx, 1)
        did = Audience(terms=(Topic(topic="alerts"), Did(alert_id=alert_id)))
        found: dict[str, Any] = {
            "sums": await tx.action_counts.of(alert_id),
            "counted": await tx.action_counts.counted(alert_id),
            "segment": await tx.audiences.count_locales(did),
            "card": card(words_, report, alert),
            "groups": [groups(words_, report, by, names) for by in ResultsBy],
            "picture": report_chart(words_, report, alert, names),
            "csv": report_table(words_, report, alert, names),
            "held": [await held(tx, CHAT + n) for n in range(4)],
        }
        for name in ("outcomes", "steps", "sightings"):
            table = metadata.tables[name]
            rows = await tx._connection.execute(sa.select(table).order_by(*table.primary_key))
            found[name] = [tuple(row) for row in rows]
        return found


@pytest.mark.parametrize("seed", range(4))
async def test_undo_is_total(store: Store, seed: int) -> None:
    """After a tap was undone, all that can be read is what it would be had the tap never been.

    In the same life, at any point, somebody says something and takes it back, speaking another language in between.
    """
    chance = random.Random(seed)  # noqa: S311  # a story, not a secret
    alert_id = await begun(store, 4)
    for _ in range(12):
        async with store.transaction() as tx:
            await live(tx, alert_id, Life(chance.randrange(4), chance.choice(TAPS)))
        before = await everything(store, alert_id)
        who, outcome = chance.randrange(4), chance.choice(list(Outcome))
        async with store.transaction() as tx:
            refused = await live(tx, alert_id, Life(who, outcome.value))
        if refused:
            assert await everything(store, alert_id) == before
            continue
        assert await everything(store, alert_id) != before
        async with store.transaction() as tx:
            person = await tx.subscribers.find(CHAT + who)
            assert person is not None
            await tx.subscribers.save(person.with_locale("es"))
        async with store.transaction() as tx:
            await actions.undo(tx, CHAT + who, alert_id)
        async with store.transaction() as tx:
            await tx.subscribers.save(person)
        assert await everything(store, alert_id) == before


async def test_two_phones_at_once(store: Store) -> None:
    """Two taps that arrive together count once."""
    alert_id = await begun(store, 1)

    async def tap() -> None:
        async with store.transaction() as tx:
            with suppress(AlreadySaid):
                await actions.say(tx, CHAT, alert_id, Outcome.DONE, now=NOW)

    await asyncio.gather(*(tap() for _ in range(5)))
    async with store.reading() as tx:
        assert await tx.action_counts.total(alert_id, Outcome.DONE) == 1
