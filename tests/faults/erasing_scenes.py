"""What people are in the middle of when they erase themselves: a broadcast, a digest, a thread, a moment."""

from dataclasses import replace
from datetime import timedelta

from bot.clock import system_clock
from bot.domain.alert import ActionKind
from bot.domain.moment import OPEN_FOR, Window
from bot.domain.preferences import Preferences, Rhythm
from bot.jobs import by_itself
from bot.jobs.moments import settle_moments
from bot.telegram_io.action_buttons import Act, UndoOutcome
from bot.telegram_io.callbacks import pack
from bot.telegram_io.sharing_buttons import ShareAlert
from bot.telegram_io.thread_buttons import AnswerThread, AskPerson, TakeThread, WriteBack
from tests.faults.erasures import Cast, Scene
from tests.faults.left_behind import words_of
from tests.flows.test_actions import COMING, alert_of, sent
from tests.worlds.in_process.organizing import crowd
from tests.worlds.in_process.stage import Phone

CROWD, TAPPING = 200, 60
"""Who gets the broadcast besides, and who takes part in the moment besides."""

DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)


async def _begin_broadcast(cast: Cast) -> None:
    cast.crowd = await crowd(cast.stage, CROWD)
    kind = cast.chance.choice((ActionKind.REPORT, ActionKind.SIGN))
    cast.alert_id = await sent(cast.stage, alert_of(kind))


async def _amid_a_broadcast(cast: Cast, phone: Phone) -> None:
    """Act on the alert, or share it, where it has come; answer some of a report's questions."""
    await cast.amid()
    doing = cast.chance.randrange(4)
    if doing == 1:
        phone.forge(pack(ShareAlert(cast.alert_id)))
    elif doing > 1:
        phone.forge(pack(Act(cast.alert_id)))
        for _ in range(cast.chance.randrange(1, 4)):
            await phone.say(words_of(phone.chat_id))


async def _begin_digest(cast: Cast) -> None:
    """Let two alerts wait for everybody's digest, and let that be due."""
    stage = cast.stage
    cast.crowd = await crowd(stage, CROWD)
    everybody = [each.chat_id for each in (*cast.crowd, *cast.phones)]
    async with stage.app.store.transaction() as tx:
        for chat_id in everybody:
            person = await tx.subscribers.find(chat_id)
            assert person is not None
            await tx.subscribers.save_preferences(person.with_preferences(DAILY))
    deadline = system_clock() + timedelta(days=4)
    for _ in range(2):
        cast.alert_id = await sent(stage, replace(alert_of(ActionKind.SIGN), deadline=deadline))
    await _ended(cast, 2)
    async with stage.app.store.transaction() as tx:
        for chat_id in everybody:
            person = await tx.subscribers.find(chat_id)
            assert person is not None
            await tx.digests.set_due(person.id, system_clock() - timedelta(seconds=1))


async def _digest_goes_out(cast: Cast) -> None:
    await by_itself.queue_due(cast.stage.app.store, system_clock)
    cast.stage.app.engine.wake()


async def _amid_a_digest(cast: Cast, phone: Phone) -> None:
    """Erase before it goes out, or while it does; some have opened one of its alerts."""
    if cast.chance.random() < 0.2:
        return
    await cast.amid()
    if cast.chance.random() < 0.5:
        phone.forge(pack(Act(cast.alert_id)))


async def _begin_threads(_: Cast) -> None:
    """Nothing begins: everybody asks by themselves."""


async def _amid_a_thread(cast: Cast, phone: Phone) -> None:
    """Ask, and erase before the yes, after it, while somebody takes it, while they answer, or while writing back."""
    stage, editor = cast.stage, cast.editor
    words = stage.words(phone.person.language_code or "en")
    phone.forge(pack(AskPerson()))
    await phone.expects(words.gettext("Ask a person"))
    await phone.say(words_of(phone.chat_id))
    doing = cast.chance.randrange(5)
    await cast.until(phone.since)
    shown = any(
        str(each.get("callback_data")).startswith("person:yes") for each in phone.since()[-1].buttons()
    )
    if doing == 0 or not shown:
        # Some words are not passed on, in some language or other: what is hatred to the index is answered.
        return
    await phone.press("person:yes")
    await phone.expects(words.gettext("Passed on."))
    async with stage.app.store.reading() as tx:
        thread = await tx.threads.of(phone.chat_id)
    assert thread is not None
    if doing == 1:
        return
    editor.forge(pack(TakeThread(thread.id)))
    if doing == 2:
        return
    editor.forge(pack(AnswerThread(thread.id)))
    await editor.say(f"Be calm. {words_of(phone.chat_id)}")
    if doing == 3:
        return
    await phone.expects(words.gettext("The campaign answers"))
    phone.forge(pack(WriteBack(thread.id)))
    await phone.say(words_of(phone.chat_id))


async def _begin_moment(cast: Cast) -> None:
    """Let the card be out, the instant have come, and some of the crowd have taken part."""
    stage = cast.stage
    cast.crowd = await crowd(stage, TAPPING)
    cast.alert_id = await sent(stage, alert_of(ActionKind.MOMENT, starts_at=COMING))
    await _ended(cast, 1)
    await _opened(cast, ago=timedelta(0))
    for each in cast.crowd:
        each.forge(pack(Act(cast.alert_id)))
    await stage.settled()


async def _amid_a_moment(cast: Cast, phone: Phone) -> None:
    """Tap, some twice, some take it back; erase then, or while the thanks go out."""
    for _ in range(cast.chance.randrange(3)):
        phone.forge(pack(Act(cast.alert_id)))
    if cast.chance.random() < 0.3:
        phone.forge(pack(UndoOutcome(cast.alert_id, here=True)))
    if cast.chance.random() < 0.5:
        await cast.amid()


async def _thanks_go_out(cast: Cast) -> None:
    await cast.stage.settled()
    await _opened(cast, ago=OPEN_FOR)
    await settle_moments(cast.stage.app.store, system_clock)
    cast.stage.app.engine.wake()


async def _opened(cast: Cast, *, ago: timedelta) -> None:
    opens_at = system_clock() - ago
    async with cast.stage.app.store.transaction() as tx:
        kept = await tx.moments.find(cast.alert_id)
        assert kept is not None
        window = Window(opens_at=opens_at, closes_at=opens_at + OPEN_FOR)
        await tx.moments.keep(cast.alert_id, broadcast_id=kept.broadcast_id, window=window)


async def _ended(cast: Cast, broadcasts: int) -> None:
    """Wait until so many broadcasts have ended."""
    while True:
        await cast.stage.settled()
        async with cast.stage.app.store.reading() as tx:
            if sum(each.ended_at is not None for each in await tx.broadcasts.all()) >= broadcasts:
                return


SCENES = (
    Scene(name="broadcast", begin=_begin_broadcast, act=_amid_a_broadcast),
    Scene(name="digest", begin=_begin_digest, act=_amid_a_digest, meanwhile=_digest_goes_out),
    Scene(name="thread", begin=_begin_threads, act=_amid_a_thread),
    Scene(name="moment", begin=_begin_moment, act=_amid_a_moment, meanwhile=_thanks_go_out),
)
