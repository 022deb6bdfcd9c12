"""The kill campaign: senders are killed at random moments until a broadcast has ended, over and over.

    sh scripts/kill-campaign --kills 5000 [--seed S] [--report docs/kill-campaign.md]

Every round prepares a broadcast, kills its sender, or one or both of two that race, with SIGKILL, starts it
again, and at the end holds the database against what the Bot API accepted (I1 to I4, I8).
"""

import asyncio
import math
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults import command_line
from tests.faults.rounds import NewDatabase, Round, play_round
from tests.worlds.postgres import PostgresServer, start_postgres

SCRIPT = "kill-campaign"
ROUND_KILLS = 50
"""Kills in a round at the most."""

CHECKED = (
    "Checked after every broadcast, against what the Bot API's process accepted: nobody got it twice (I1); whoever"
    " is *sent* got it, as the message that is written down (I2); everybody ended, the sums match, whoever got it is"
    " *sent* or *unknown* (I3); *unknown* is only who was on the wire at a kill, by the database as the dead process"
    " left it (I4); a sender started alone sends within 5 s of saying that it works (I8)."
)
HEAD = (
    "| round | database | senders | per second | kills | people | sent | unknown | of these accepted | restart, s |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)
"""The last column: the slowest restart of the round."""
ABOUT = command_line.About(
    script=SCRIPT,
    title="The kill campaign",
    counted="kills of real sender processes (SIGKILL)",
    rounds="broadcasts",
    checked=CHECKED,
    head=HEAD,
)


async def play(
    *,
    kills: int,
    seed: int,
    at_once: int,
    new_database: NewDatabase,
    folder: Path,
    told: Callable[[str], None],
) -> list[Round]:
    """Play rounds, some of them beside each other, until there were enough kills."""
    played: list[Round] = []
    begun, left = 0, kills
    most = min(ROUND_KILLS, math.ceil(kills / at_once))

    async def go_on() -> None:
        nonlocal begun, left
        while left > 0:
            number, mine = begun, min(most, left)
            begun, left = begun + 1, left - mine
            room = folder / f"round-{number}"
            room.mkdir()
            # In a thread and a loop of its own: it waits for its processes, and no other round with it.
            playing = play_round(number, seed=seed, kills=mine, new_database=new_database, folder=room)
            ended = await asyncio.to_thread(asyncio.run, playing)
            # A broadcast may end before its kills are used up; the next one gets them.
            left += max(0, mine - ended.kills)
            played.append(ended)
            told(ended.says())
            if ended.broken:
                left = 0

    await asyncio.gather(*(go_on() for _ in range(at_once)))
    return sorted(played, key=lambda each: each.number)


def new_database_of(postgres: PostgresServer) -> NewDatabase:
    """Return what makes the databases of the rounds: files, and databases of this server."""

    def make(kind: str, folder: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder / 'campaign.db'}"
        return postgres.create(f"killed_{secrets.token_hex(4)}")

    return make


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL for the campaign."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-kills-"))
    try:
        server = start_postgres(folder)
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(rounds: Sequence[Round], *, asked: int, seed: int, seconds: float) -> str:
    """Return the campaign as a page of the documentation."""
    kills = sum(each.kills for each in rounds)
    rows = [
        f"| {each.number} | {each.database} | {each.senders} | {each.rate} | {each.kills} | {each.people} |"
        f" {each.sent} | {each.unknown} | {each.unknown_accepted} | {each.slowest:.1f} |"
        for each in rounds
    ]
    total = (
        f"| all | | | | {kills} | {sum(each.people for each in rounds)} | {sum(each.sent for each in rounds)} |"
        f" {sum(each.unknown for each in rounds)} | {sum(each.unknown_accepted for each in rounds)} |"
        f" {max(each.slowest for each in rounds):.1f} |"
    )
    return command_line.report(
        ABOUT, rounds, [*rows, total], done=kills, asked=asked, seed=seed, seconds=seconds
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the campaign. Returns 1 if something is broken."""
    parser = command_line.parser(SCRIPT, __doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4, help="rounds played beside each other")
    asked = parser.parse_args(arguments)
    command_line.tell(f"seed {asked.seed}")
    began = time.monotonic()
    with own_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        playing = play(
            kills=asked.kills,
            seed=asked.seed,
            at_once=asked.at_once,
            new_database=new_database_of(postgres),
            folder=Path(folder),
            told=command_line.tell,
        )
        rounds = asyncio.run(playing)
    written = report(rounds, asked=asked.kills, seed=asked.seed, seconds=time.monotonic() - began)
    return command_line.end(asked.report, written, broken=any(each.broken for each in rounds))


if __name__ == "__main__":
    sys.exit(main())
