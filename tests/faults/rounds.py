"""A round of the kill campaign: one broadcast, killed again and again, and what must hold of it at the end."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bot.delivery.cycle import IN_FLIGHT
from bot.privacy.cipher import Cipher, Table
from tests.faults.trial import FAST, GivenUp, SenderProcess, Trial, prepared

RESUMES_WITHIN = 5.0
"""Seconds from the moment a sender says that it works to the first message accepted from it (I8)."""

KINDS = (("sqlite", 1), ("postgresql", 2), ("sqlite", 2), ("postgresql", 1))
"""Which database, and how many senders race, from round to round."""

AT_START = 0.15
"""The share of kills that hit a sender while it starts, looks for the dead and claims for the first time."""

BOTH = 0.5
"""Of two senders, how often both are killed at the same moment."""

START_SECONDS = 0.2
MOST_BETWEEN = 40
"""Messages accepted before the next kill, at the most."""

NewDatabase = Callable[[str, Path], str]
"""Makes an empty database of a kind, with a folder to use. Returns its DATABASE_URL."""


class Delivery(NamedTuple):
    """A row of the database."""

    subscriber: int
    state: str
    message_id: int | None
    worker: str


@dataclass(kw_only=True)
class Round:
    """One broadcast that was killed, and what came of it. `broken`: what is not as it must be."""

    number: int
    database: str
    senders: int
    rate: int
    people: int
    kills: int = 0
    sent: int = 0
    unknown: int = 0
    unknown_accepted: int = 0
    slowest: float = 0.0
    caught: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    broken: list[str] = field(default_factory=list)

    def says(self) -> str:
        """Return the round in one line."""
        words = (
            f"round {self.number}: {self.database}, {self.senders} at once, {self.rate}/s:"
            f" {self.kills} kills, {self.people} people, {self.sent} sent, {self.unknown} unknown"
            f" ({self.unknown_accepted} of them accepted), resumed within {self.slowest:.1f} s"
        )
        return "\n  BROKEN: ".join([words, *self.broken])


async def play_round(number: int, *, seed: int, kills: int, new_database: NewDatabase, folder: Path) -> Round:
    """Play one round, from a fresh database to the checks."""
    lot = random.Random(f"{seed} {number}")  # noqa: S311  # a repeatable trial
    database, senders = KINDS[number % len(KINDS)]
    # While one of two is away the other goes on, so there it goes slowly, for a broadcast that lasts.
    rate = lot.choice((200, 400, 1000)) if senders == 1 else lot.choice((50, 150))
    answer_seconds = lot.choice((0.02, 0.05, 0.2))
    people = kills * (MOST_BETWEEN + int(rate * (0.5 if senders == 1 else 2.0)))
    played = Round(number=number, database=database, senders=senders, rate=rate, people=people)
    url = new_database(database, folder)
    try:
        async with prepared(folder, url, people=people, rate=rate, answer_seconds=answer_seconds) as trial:
            await _kill_again_and_again(trial, played, lot, kills)
            for _ in range(senders):
                await trial.start(rate=FAST)
            await trial.until(lambda: all(sender.ended for sender in trial.living), "a sender does not end")
            await check(trial, played)
    except GivenUp as error:
        played.broken.append(str(error))
    return played


async def _kill_again_and_again(trial: Trial, played: Round, lot: random.Random, kills: int) -> None:
    """Kill and start again until there were enough kills, or nothing is left to send."""
    while played.kills < kills:
        alone = not trial.living
        new = [await trial.start() for _ in range(played.senders - len(trial.living))]
        if new and lot.random() < AT_START:
            await trial.until(lambda: all(s.started or s.ended for s in new), "a sender does not start")  # noqa: B023  # called at once
            await asyncio.sleep(lot.uniform(0, START_SECONDS))
            await _kill(trial, played, new)
            continue
        before = await trial.count()
        await trial.until(lambda: all(s.started or s.ended for s in trial.living), "a sender does not start")
        took = await trial.until_accepted(before + 1)
        if alone:
            played.slowest = max(played.slowest, took)
        await trial.until_accepted(before + lot.randint(1, MOST_BETWEEN))
        await asyncio.sleep(lot.uniform(0, 0.05))  # the moment within a turn
        if any(sender.ended for sender in trial.living):
            return
        both = lot.random() < BOTH
        await _kill(trial, played, trial.living if both else [lot.choice(trial.living)])


async def _kill(trial: Trial, played: Round, victims: list[SenderProcess]) -> None:
    """Kill them all at once, and look at what they had on the wire."""
    killed = await asyncio.gather(*(sender.kill() for sender in victims))
    trial.living = [sender for sender in trial.living if sender not in victims]
    played.kills += sum(killed)
    # One that was starved of the processor for seconds may have been taken for dead by the other before.
    states = "('inflight')" if played.senders == 1 else "('inflight', 'unknown')"
    query = f"SELECT worker, subscriber_id FROM deliveries WHERE state IN {states}"  # noqa: S608  # our own words
    for worker, subscriber in await trial.rows(query):
        played.caught[worker].add(subscriber)


async def check(trial: Trial, played: Round) -> None:
    """Hold the database against what the Bot API accepted."""
    cipher = Cipher(trial.key)
    people = await trial.rows("SELECT id, ref FROM subscribers")
    chats = {row[0]: cipher.chat_id(Table.SUBSCRIBERS, bytes(row[1])) for row in people}
    deliveries = [
        Delivery(*row)
        for row in await trial.rows("SELECT subscriber_id, state, message_id, worker FROM deliveries")
    ]
    accepted = await trial.accepted()
    messages = dict(accepted)
    if (twice := len(accepted) - len(messages)) > 0:
        played.broken.append(f"I1: {twice} were accepted again for somebody who had got it")
    _check_sums(played, deliveries)
    for each in deliveries:
        _check_one(played, each, messages.pop(chats[each.subscriber], None))
    if messages:
        played.broken.append(f"I3: {len(messages)} got it and are not in the audience")
    if (ended := await trial.rows("SELECT status, audience FROM broadcasts")) != [("finished", trial.people)]:
        played.broken.append(f"I3: the broadcast has not ended: {ended}")
    kept = await trial.rows("SELECT state, sum(n) FROM broadcast_counts GROUP BY state HAVING sum(n) != 0")
    if (counted := Counter(each.state for each in deliveries)) != {state: int(n) for state, n in kept}:
        played.broken.append(f"counts: {kept} kept, {counted} counted")
    if played.slowest > RESUMES_WITHIN:
        played.broken.append(f"I8: a restart took {played.slowest:.1f} s")


def _check_sums(played: Round, deliveries: list[Delivery]) -> None:
    states = Counter(each.state for each in deliveries)
    played.sent, played.unknown = states["sent"], states["unknown"]
    if played.sent + played.unknown != played.people or len(deliveries) != played.people:
        played.broken.append(f"I3: the sums do not match: {dict(states)} of {played.people}")
    lost = Counter(each.worker for each in deliveries if each.state == "unknown")
    if len(lost) > played.kills or any(number > IN_FLIGHT for number in lost.values()):
        played.broken.append(f"I4: {played.unknown} are unknown after {played.kills} kills")


def _check_one(played: Round, delivery: Delivery, got: int | None) -> None:
    if delivery.state == "sent" and got != delivery.message_id:
        played.broken.append("I2: somebody is sent what was not accepted")
    if delivery.state == "unknown":
        played.unknown_accepted += got is not None
        if delivery.subscriber not in played.caught[delivery.worker]:
            played.broken.append("I4: somebody is unknown who was not on the wire at a kill")
