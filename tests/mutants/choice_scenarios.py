"""People who sleep, and people who want digests; each told so that a wrong part breaks an invariant."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.preferences import Preferences, QuietHours, Rhythm
from tests.making import NOW
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.telegram import Fate

NIGHT = QuietHours(start=21 * 60, end=9 * 60)
AFTERNOON = QuietHours(start=11 * 60, end=14 * 60)
TWO, NINE_IN_TOKYO = NOW + timedelta(hours=2), NOW + timedelta(hours=12)
"""At `NOW` it is noon in UTC and 21:00 in Tokyo."""

DAILY = Preferences(rhythm=Rhythm.DAILY, zone="UTC", digest_hour=18)
EVENING = NOW + timedelta(hours=6)
A_DAY = timedelta(days=1)


async def _at(campaign: Campaign, moment: datetime, *, seconds: float = 8.0) -> None:
    """Let it be a bit after this moment, have what is due queued, and let so much time go by."""
    campaign.jump(max(0.0, (moment - campaign.now()).total_seconds()) + 1)
    await campaign.queue_by_itself()
    await asyncio.sleep(seconds)
    await campaign.inspect()


async def _readers(campaign: Campaign, people: int) -> None:
    await campaign.join(people)
    for chat_id in campaign.chats:
        await campaign.choose(chat_id, DAILY)


async def asleep(campaign: Campaign) -> None:
    """Two sleep as an alert goes out, each in a zone of their own, and get it when their hours are over."""
    await campaign.join(3)
    sleeper, far, awake = campaign.chats
    await campaign.choose(sleeper, Preferences(zone="UTC", quiet=AFTERNOON))
    await campaign.choose(far, Preferences(zone="Asia/Tokyo", quiet=NIGHT))
    sent = await campaign.queue()
    campaign.start()
    for moment, times in ((NOW, (0, 0, 1)), (TWO, (1, 0, 1)), (NINE_IN_TOKYO, (1, 1, 1))):
        await _at(campaign, moment)
        campaign.choices.expect_brought(sent, (sleeper, far, awake), times)
    await campaign.settle(within=60.0)


async def other_hours(campaign: Campaign) -> None:
    """Let some choose hours while an alert comes nearer; somebody who sleeps wants it at once."""
    await campaign.join(16)
    first, last = campaign.chats[0], campaign.chats[-4:]
    await campaign.choose(first, Preferences(zone="UTC", quiet=AFTERNOON))
    sent = await campaign.queue()
    campaign.start()
    for chat_id in reversed(last):
        await asyncio.sleep(0.12)
        await campaign.choose(chat_id, Preferences(zone="UTC", quiet=AFTERNOON))
        await campaign.inspect()
    await asyncio.sleep(8.0)
    await campaign.choose(first, Preferences(zone="UTC"))
    await _at(campaign, NOW)
    campaign.choices.expect_brought(sent, [first], [1])
    await _at(campaign, TWO)
    campaign.choices.expect_brought(sent, campaign.chats, [1] * 16)
    await campaign.settle(within=60.0)


async def mended_at_night(campaign: Campaign) -> None:
    """Mend a message while its readers sleep: that makes no sound, and is done at any hour."""
    await campaign.join(2)
    campaign.start()
    sent = await campaign.queue()
    await asyncio.sleep(3.0)
    for chat_id in campaign.chats:
        await campaign.choose(chat_id, Preferences(zone="UTC", quiet=AFTERNOON))
    correction = await campaign.correct(sent)
    await _at(campaign, NOW)
    mended = [campaign.telegram.accepted[correction, chat_id] for chat_id in campaign.chats]
    if mended != [1, 1]:
        campaign.telegram.violated("I3", f"corrected {mended} times")
    await campaign.settle(within=60.0)


async def digests(campaign: Campaign) -> None:
    """Two alerts come as one message in the evening, and not again."""
    await _readers(campaign, 3)
    await campaign.join(1)
    sent = [await campaign.queue() for _ in range(2)]
    campaign.start()
    await _at(campaign, NOW)
    for each in sent:
        campaign.choices.expect_brought(each, campaign.chats, [0, 0, 0, 1])
    for day in range(3):
        await _at(campaign, EVENING + day * A_DAY)
        for each in sent:
            campaign.choices.expect_brought(each, campaign.chats, [1, 1, 1, 1])
    campaign.choices.inspect_shown()
    await campaign.settle(within=60.0)


async def pauses_at_the_digest(campaign: Campaign) -> None:
    """Let some pause, leave or be erased while the digests go out; who comes back from a pause has missed nothing."""
    await _readers(campaign, 24)
    sent = await campaign.queue()
    campaign.start()
    await _at(campaign, NOW)
    await _at(campaign, EVENING, seconds=0.3)
    paused, others = campaign.chats[-6:], campaign.chats[-10:-6]
    for chat_id in paused:
        await campaign.pause(chat_id)
    for n, chat_id in enumerate(others):
        await (campaign.leave if n % 2 else campaign.erase)(chat_id)
    await asyncio.sleep(8.0)
    await campaign.inspect()
    for chat_id in paused:
        await campaign.resume(chat_id)
    await _at(campaign, EVENING + A_DAY)
    stayed = [*campaign.chats[:-10], *paused]
    campaign.choices.expect_brought(sent, stayed, [1] * len(stayed))
    await campaign.settle(within=60.0)


async def _brought(campaign: Campaign, people: int) -> Sequence[int]:
    """Let digests bring two alerts to so many. Returns the sendings."""
    await _readers(campaign, people)
    sent = [await campaign.queue() for _ in range(2)]
    campaign.start()
    await _at(campaign, NOW)
    return sent


async def mended_digests(campaign: Campaign) -> None:
    """One of the alerts in a digest is corrected, the other recalled."""
    first, second = await _brought(campaign, 3)
    await _at(campaign, EVENING)
    await campaign.correct(first)
    await campaign.recall(second)
    await campaign.settle(within=60.0)
    campaign.choices.inspect_shown()


async def corrected_on_the_wire(campaign: Campaign) -> None:
    """Correct words while the digest that carries them is on another process's wire."""
    first, _ = await _brought(campaign, 3)
    await campaign.correct(first, starts_at=EVENING + timedelta(seconds=2))
    campaign.script = [Fate.SLOW] * 3
    await _at(campaign, EVENING, seconds=2.0)
    campaign.start()
    await campaign.settle(within=60.0)
    campaign.choices.inspect_shown()


async def killed_digests(campaign: Campaign) -> None:
    """Kill the process with digests on the wire; what is not known of these is not brought again."""
    await _readers(campaign, 8)
    await campaign.queue()
    process = campaign.start()
    await _at(campaign, NOW)
    campaign.script = [Fate.SLOW] * 4
    await _at(campaign, EVENING, seconds=0.4)
    await campaign.restart(process)
    await _at(campaign, EVENING + A_DAY)
    await campaign.settle(within=60.0)


SCENARIOS: dict[str, Callable[[Campaign], Awaitable[None]]] = {
    "asleep": asleep,
    "other hours": other_hours,
    "mended at night": mended_at_night,
    "digests": digests,
    "pauses at the digest": pauses_at_the_digest,
    "mended digests": mended_digests,
    "corrected on the wire": corrected_on_the_wire,
    "killed digests": killed_digests,
}
