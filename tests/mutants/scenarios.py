"""The compact check of an engine: campaigns that each bring out another way of being wrong."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import pytest

from bot.domain.broadcast import UNKNOWN_SEEN
from bot.domain.budget import BULK_SHARE
from tests.worlds.virtual.campaign import Campaign
from tests.worlds.virtual.telegram import Fate

Scenario = Callable[[Campaign], Awaitable[None]]

UNCLEAR = (Fate.LOST, Fate.LOST_ON_THE_WAY_BACK, Fate.BAD_GATEWAY, Fate.GARBLED, Fate.NEVER_ANSWERED)
SETTLED_WITHIN = 45.0


async def answers(campaign: Campaign) -> None:
    """Telegram answers in every way it can, in an order drawn anew in each round."""
    await campaign.join(14)
    campaign.start()
    shuffled = random.Random(5)  # noqa: S311  # the same rounds each time
    for _ in range(3):
        fates = [fate for fate in Fate if fate not in {Fate.UNAUTHORIZED, Fate.LONG_WAIT}]
        campaign.script = shuffled.sample(fates, len(fates))
        await campaign.queue()
        await asyncio.sleep(22.0)
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def unclear(campaign: Campaign) -> None:
    """Nothing that comes back proves anything."""
    await campaign.join(6)
    campaign.script = [*UNCLEAR]
    campaign.start()
    await campaign.queue()
    await asyncio.sleep(40.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def no_connection(campaign: Campaign) -> None:
    """There is no way to Telegram for a while."""
    await campaign.join(3)
    campaign.script = [Fate.NOT_CONNECTED] * 8
    campaign.start()
    await campaign.queue()
    await asyncio.sleep(30.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def kills(campaign: Campaign) -> None:
    """Kill the process again and again, at another step each time, with slow answers on the wire."""
    await campaign.join(16)
    campaign.script = [Fate.SLOW, Fate.ACCEPTED] * 8
    await campaign.queue()
    for steps in range(5, 95, 15):
        process = campaign.start()
        await asyncio.sleep(0.15)
        await campaign.crash(process, after=steps)
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def restarts(campaign: Campaign) -> None:
    """Kill a process with answers under way, and start another."""
    await campaign.join(12)
    campaign.script = [Fate.SLOW] * 6
    await campaign.queue()
    process = campaign.start()
    await asyncio.sleep(0.35)
    await campaign.restart(process)
    await campaign.settle(within=SETTLED_WITHIN)


async def stops(campaign: Campaign) -> None:
    """Tell a process to end while answers are under way."""
    await campaign.join(8)
    campaign.script = [Fate.SLOW] * 8
    await campaign.queue()
    process = campaign.start()
    await asyncio.sleep(0.5)
    await campaign.stop(process)
    await campaign.settle(within=SETTLED_WITHIN)


async def opt_outs(campaign: Campaign) -> None:
    """People leave, pause, block and are erased while the broadcast comes nearer."""
    await campaign.join(20)
    campaign.start()
    await campaign.queue()
    for n, does in enumerate((campaign.leave, campaign.pause, campaign.erase, campaign.block) * 2):
        await asyncio.sleep(0.12)
        await does(campaign.chats[19 - n])
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def languages(campaign: Campaign) -> None:
    """People change to a language that is left out while the broadcast comes nearer."""
    await campaign.join(20)
    campaign.left_out = {"fr"}
    campaign.start()
    await campaign.queue()
    for n in range(6):
        await asyncio.sleep(0.12)
        await campaign.read(campaign.chats[19 - n], "fr")
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def blockers(campaign: Campaign) -> None:
    """Somebody blocks the bot without its hearing of it, and two alerts follow."""
    await campaign.join(4)
    campaign.start()
    for chat_id in campaign.chats[:2]:
        await campaign.block_unheard(chat_id)
    for _ in range(2):
        await campaign.queue()
        await asyncio.sleep(6.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def refusals(campaign: Campaign) -> None:
    """One chat is too much, then several, then Telegram asks for a long silence."""
    await campaign.join(12)
    campaign.start()
    for script in ([Fate.TOO_MANY], [Fate.TOO_MANY] * 2, [Fate.LONG_WAIT]):
        campaign.script = script
        await campaign.queue()
        await asyncio.sleep(10.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def two_processes(campaign: Campaign) -> None:
    """Two processes send two broadcasts beside each other, with slow answers on the wire."""
    await campaign.join(25)
    campaign.script = [Fate.ACCEPTED, Fate.SLOW] * 10
    for _ in range(2):
        await campaign.queue()
        campaign.start()
    for _ in range(10):
        await asyncio.sleep(0.5)
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def storm_of_several(campaign: Campaign) -> None:
    """Refuse a process that answers people in one chat, and a moment later one that sends in another."""
    campaign.telegram.heard_within = 0.5
    await campaign.join(40)
    campaign.start()
    await campaign.queue()
    await asyncio.sleep(1.0)
    campaign.refuse_answer(campaign.chats[0], 4.0)
    await asyncio.sleep(0.5)
    campaign.script = [Fate.TOO_MANY]
    await asyncio.sleep(8.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def chat_of_several(campaign: Campaign) -> None:
    """Tell a process that answers people to leave a chat alone while another sends an alert."""
    campaign.telegram.heard_within = 0.5
    await campaign.join(12)
    campaign.start()
    await campaign.queue()
    await asyncio.sleep(0.2)
    campaign.refuse_answer(campaign.chats[8], 20.0)
    await asyncio.sleep(8.0)
    await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def refused_token(campaign: Campaign) -> None:
    """Refuse the token in the middle, and accept it again."""
    await campaign.join(10)
    campaign.start()
    await campaign.queue()
    await asyncio.sleep(0.35)
    campaign.token_refused = True
    await asyncio.sleep(3.0)
    await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def approvals(campaign: Campaign) -> None:
    """One alert was never approved, another was changed since."""
    await campaign.join(3)
    await campaign.queue(approved=False)
    await campaign.edit(await campaign.queue())
    campaign.start()
    await asyncio.sleep(3.0)
    await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def late_comers(campaign: Campaign) -> None:
    """People join after the audience was frozen, and the process is started anew."""
    await campaign.join(8)
    process = campaign.start()
    await campaign.queue()
    await asyncio.sleep(0.3)
    await campaign.inspect()
    await campaign.join(3)
    await campaign.crash(process)
    await campaign.settle(within=SETTLED_WITHIN)


async def trouble(campaign: Campaign) -> None:
    """Let the database fail before commits, and after some."""
    await campaign.join(30)
    campaign.script = [Fate.SLOW, Fate.SLOW, Fate.ACCEPTED] * 10
    process = campaign.start()
    await campaign.queue()
    for before, after in ((0, 1), (2, 0), (3, 1), (3, 0), (0, 1), (2, 0), (2, 0)):
        await asyncio.sleep(0.93)
        process.store.before_commit, process.store.after_commit = before, after
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def controls(campaign: Campaign) -> None:
    """Pause one broadcast, and cancel another."""
    await campaign.join(12)
    campaign.start()
    for does in (campaign.hold, campaign.cancel):
        broadcast_id = await campaign.queue()
        await asyncio.sleep(0.4)
        await does(broadcast_id)
        await asyncio.sleep(2.0)
        await campaign.inspect()
    await campaign.settle(within=SETTLED_WITHIN)


async def canary(campaign: Campaign) -> None:
    """Three are to go first; one of them is refused for the moment, and the database fails once."""
    await campaign.join(10)
    campaign.script = [Fate.ACCEPTED, Fate.TOO_MANY]
    broadcast_id = await campaign.queue(canary=3)
    process = campaign.start()
    while len(campaign.telegram.fates) < 2:  # noqa: ASYNC110  # the time of a test passes by itself
        await asyncio.sleep(0.01)
    process.store.before_commit = 2
    await asyncio.sleep(12.0)
    went = sum(count for what, count in campaign.telegram.accepted.items() if what[0] == broadcast_id)
    if went != 3:
        campaign.telegram.violated("control", f"{went} of the first 3")
    await campaign.settle(within=SETTLED_WITHIN)


async def canary_of_several(campaign: Campaign) -> None:
    """Six are to go first, through three processes, of which one dies with an answer on the wire."""
    await campaign.join(30)
    campaign.script = [Fate.SLOW, Fate.TOO_MANY]
    processes = [campaign.start() for _ in range(3)]
    await asyncio.sleep(1.0)
    broadcast_id = await campaign.queue(canary=6)
    await asyncio.sleep(0.15)
    await campaign.crash(processes[0])
    await asyncio.sleep(12.0)
    await campaign.inspect()
    went = sum(what[0] == broadcast_id and bool(came) for what, came in campaign.telegram.fates.items())
    if went != 6:
        campaign.telegram.violated("control", f"{went} of the first 6")
    await campaign.settle(within=SETTLED_WITHIN)


async def gone(campaign: Campaign) -> None:
    """Send two alerts to chats of which some are gone, and one answers 429 without end."""
    await campaign.join(24)
    campaign.start()
    for chat_id in campaign.chats[:2]:
        await campaign.vanish(chat_id)
    campaign.overrun.add(campaign.chats[2])
    with pytest.MonkeyPatch.context() as patch:
        # Half an hour is over sooner.
        patch.setattr("bot.domain.attempt.LEAST_WAITED", 300)
        for _ in range(2):
            await campaign.queue()
            await asyncio.sleep(60.0)
        await campaign.settle(within=2 * SETTLED_WITHIN)


async def wrong_token(campaign: Campaign) -> None:
    """Send with another bot, which one person of twelve has started."""
    await campaign.join(12)
    for chat_id in campaign.chats[1:]:
        await campaign.vanish(chat_id)
    campaign.start()
    await campaign.queue()
    await campaign.settle(within=SETTLED_WITHIN)


async def mended_token(campaign: Campaign) -> None:
    """Send with another bot, then with the right one."""
    await campaign.join(320)
    for chat_id in campaign.chats:
        await campaign.vanish(chat_id)
    process = campaign.start()
    broadcast_id = await campaign.queue()
    await asyncio.sleep(15.0)
    await campaign.stop(process)
    asked = sum(len(fates) for fates in campaign.telegram.fates.values())
    if asked > 2 * UNKNOWN_SEEN:
        campaign.telegram.violated("control", f"{asked} requests of the wrong bot")
    await campaign.inspect()
    campaign.gone.clear()
    campaign.start()
    await campaign.go_on(broadcast_id)
    await campaign.settle(within=SETTLED_WITHIN)


async def late_commits(campaign: Campaign) -> None:
    """Three processes hear of their commits late, now more, now less."""
    await campaign.join(120)
    await campaign.queue()
    for number in range(3):
        delays = [0.0, 0.08, 0.01, 0.06, 0.0, 0.03, 0.09]
        campaign.start().store.late = itertools.cycle(delays[number:] + delays[:number])
    await asyncio.sleep(12.0)
    await campaign.settle(within=SETTLED_WITHIN)


async def chatter(campaign: Campaign) -> None:
    """Forty chats ask for more answers than the rate has while an alert goes out."""
    await campaign.join(60)
    campaign.start()
    chatting = campaign.chatter(40)
    await asyncio.sleep(2.0)
    broadcast_id = await campaign.queue()
    await asyncio.sleep(20.0)
    went = sum(count for what, count in campaign.telegram.accepted.items() if what[0] == broadcast_id)
    if went < 0.9 * 20.0 * campaign.rate * BULK_SHARE:
        campaign.telegram.violated("fair", f"{went} alerts in 20 s")
    chatting.cancel()
    await campaign.settle(within=SETTLED_WITHIN)


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        scenario.__name__: scenario
        for scenario in (
            answers,
            unclear,
            no_connection,
            kills,
            restarts,
            stops,
            opt_outs,
            languages,
            blockers,
            refusals,
            two_processes,
            storm_of_several,
            chat_of_several,
            refused_token,
            approvals,
            late_comers,
            trouble,
            controls,
            canary,
            canary_of_several,
            gone,
            wrong_token,
            mended_token,
            late_commits,
            chatter,
        )
    }
)
