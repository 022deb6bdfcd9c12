"""Moments from the card to the thanks, on the phones of people who read one of three languages, by buttons alone."""

from datetime import timedelta

import pytest

from bot.clock import system_clock
from bot.domain.alert import ActionKind
from bot.domain.bidi import is_balanced
from bot.domain.broadcast import BroadcastKind
from bot.domain.moment import OPEN_FOR, Window
from bot.domain.outcome import Outcome
from bot.jobs.moments import settle_moments
from bot.telegram_io.action_buttons import Act, MoreOutcomes, SayOutcome, UndoOutcome
from bot.telegram_io.callbacks import pack
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.supporter_buttons import Why
from bot.wording.outcomes import thanks_for
from tests.flows.test_actions import (
    COMING,
    LANGUAGES,
    TITLES,
    Acting,
    alert_of,
    alert_on,
    meanings,
    plain_of,
    received,
    sent,
)
from tests.worlds.in_process.organizing import supporters
from tests.worlds.in_process.stage import Stage

ALERT = 1


async def pass_time(stage: Stage, *, since_it_opened: timedelta) -> None:
    """Let the instant have come so long ago, by the server's clock."""
    opens_at = system_clock() - since_it_opened
    async with stage.app.store.transaction() as tx:
        kept = await tx.moments.find(ALERT)
        assert kept is not None
        window = Window(opens_at=opens_at, closes_at=opens_at + OPEN_FOR)
        await tx.moments.keep(ALERT, broadcast_id=kept.broadcast_id, window=window)


async def waiting(stage: Stage, language: str) -> Acting:
    """Let somebody have the card of a moment that is still far ahead."""
    return await received(stage, ActionKind.MOMENT, language, starts_at=COMING)


async def settled(stage: Stage) -> bool:
    """Let the job of each minute look for what is over."""
    queued = await settle_moments(stage.app.store, system_clock)
    stage.app.engine.wake()
    return queued


@LANGUAGES
async def test_a_moment_from_the_card_to_the_thanks(stage: Stage, language: str) -> None:
    """The card counts down; a tap is told when, then counted, and can be undone; thanks follow once it is over."""
    acting = await waiting(stage, language)
    words, phone = acting.words, acting.phone
    card = alert_on(acting)
    assert meanings(acting, card) == [
        pack(each) for each in (Act(ALERT), ShareAlert(ALERT), Why(), MoreOutcomes(ALERT))
    ]
    instants = [each for each in card.entities if each["type"] == "date_time"]
    assert [each["date_time_format"] for each in instants] == ["wDT", "r"]
    units = card.text.encode("utf-16-le")
    for each in instants:
        said = units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        assert "Europe/Berlin" in said  # where a phone cannot count down

    await pass_time(stage, since_it_opened=-timedelta(minutes=2, seconds=30))
    early = await acting.noticed(await acting.press(Act(ALERT)))
    assert plain_of(words.ahead(timedelta(minutes=3))) in plain_of(early)
    assert await acting.counts() == {}

    await pass_time(stage, since_it_opened=timedelta(minutes=2))
    message_id = card.message_id
    first = await acting.noticed(await acting.press(Act(ALERT)))
    assert plain_of(words.gettext("You are counted.")) in plain_of(first)
    thanked = await acting.sees(plain_of(thanks_for(words, ActionKind.MOMENT)))
    assert thanked.message_id == message_id  # one's own message changed
    assert await acting.counts() == {"done": 1}

    again = await acting.noticed(phone.forge(pack(Act(ALERT)), message_id))
    assert again == first
    assert await acting.counts() == {"done": 1}

    await acting.press(UndoOutcome(ALERT, here=True))
    await acting.sees(
        words.gettext("Taken back: it is not counted anywhere. You can say it again at any time.")
    )
    assert await acting.counts() == {}
    await acting.press(Act(ALERT, here=True))
    await acting.sees(plain_of(thanks_for(words, ActionKind.MOMENT)))
    assert await acting.counts() == {"done": 1}

    assert not await settled(stage)
    await pass_time(stage, since_it_opened=OPEN_FOR)
    late = await acting.noticed(phone.forge(pack(SayOutcome(ALERT, Outcome.DONE)), message_id))
    assert late
    assert await acting.counts() == {"done": 1}
    phone.look_away()
    assert await settled(stage)
    thanks = await acting.sees(TITLES[language], "/stop", plain_of(thanks_for(words, ActionKind.MOMENT)))
    assert thanks.silent
    assert meanings(acting, thanks) == []
    assert not await settled(stage)
    assert all(is_balanced(each.text) for each in phone.messages)


@LANGUAGES
async def test_the_count_is_told_to_each(stage: Stage, language: str) -> None:
    """Each tap is answered with how many have acted so far, from ten on; the thanks say it to all who took part."""
    phones = await supporters(stage, *[language] * 12)
    alert_id = await sent(stage, alert_of(ActionKind.MOMENT, starts_at=COMING))
    acting = [Acting(stage, phone, alert_id) for phone in phones]
    for each in acting:
        await each.sees(TITLES[language], "/stop")
    await pass_time(stage, since_it_opened=timedelta(0))
    told = [await each.noticed(await each.press(Act(alert_id))) for each in acting[:11]]
    assert [str(n) in plain_of(said) for n, said in enumerate(told, start=1)] == [False] * 9 + [True] * 2
    for phone in phones:
        phone.look_away()
    await pass_time(stage, since_it_opened=OPEN_FOR)
    assert await settled(stage)
    for each in acting[:11]:
        await each.sees(TITLES[language], "11", "/stop")
    assert acting[11].phone.since() == []


async def test_who_has_left_or_paused(stage: Stage) -> None:
    """Whoever has left is told how to join; whoever paused is counted, and thanked by the notice only."""
    acting = await waiting(stage, "en")
    await pass_time(stage, since_it_opened=timedelta(0))
    await acting.phone.say("/stop")
    await acting.phone.settles()
    assert "/start" in await acting.noticed(acting.phone.forge(pack(Act(ALERT))))
    assert await acting.counts() == {}
    stranger = stage.phone("Stranger")
    await stranger.say("/help")
    await stranger.settles()
    assert "/start" in await Acting(stage, stranger, ALERT).noticed(stranger.forge(pack(Act(ALERT))))
    assert await acting.counts() == {}


@LANGUAGES
async def test_recalled_before_the_instant(stage: Stage, language: str) -> None:
    """Who taps what the campaign has taken back is told so, before the instant and after; nobody is thanked."""
    acting = await waiting(stage, language)
    async with stage.app.store.transaction() as tx:
        await tx.broadcasts.add(
            alert_id=ALERT, organizer_id=None, now=system_clock(), kind=BroadcastKind.RECALL, follows=1
        )
    recalled = acting.words.gettext("The campaign has taken this alert back. Please do not act on it.")
    assert await acting.noticed(acting.phone.forge(pack(Act(ALERT)))) == recalled
    await pass_time(stage, since_it_opened=timedelta(0))
    assert await acting.noticed(acting.phone.forge(pack(Act(ALERT)))) == recalled
    assert await acting.counts() == {}
    await pass_time(stage, since_it_opened=OPEN_FOR)
    assert not await settled(stage)


@pytest.mark.parametrize("forged", ["act:99", "act:1:1:1", "act:-1", "act:", "did:1:done:2"])
async def test_forged_taps(stage: Stage, forged: str) -> None:
    """A made-up button counts nothing, and is answered."""
    acting = await waiting(stage, "en")
    await pass_time(stage, since_it_opened=timedelta(0))
    query = acting.phone.forge(forged)
    await acting.phone.settles()
    assert query in stage.world.answers
    assert await acting.counts() == {}


async def test_a_start_again_between_taps(stage: Stage) -> None:
    """What was counted stays counted when the bot starts again; a tap made meanwhile is counted then."""
    acting = await waiting(stage, "en")
    await pass_time(stage, since_it_opened=timedelta(0))
    await acting.press(Act(ALERT))
    await acting.sees("Thank you for acting together.")
    await stage.stop()
    acting.phone.forge(pack(Act(ALERT)), alert_id_message(acting))
    await stage.start()
    await acting.phone.settles()
    assert await acting.counts() == {"done": 1}


def alert_id_message(acting: Acting) -> int:
    """Return the number of the message that was the card."""
    return acting.phone.messages[-1].message_id
