"""The rotation campaign: the change of the key is killed at random moments during broadcasts, over and over.

sh scripts/rotation-campaign --times 100 [--seed S] [--report docs/rotation-campaign.md]
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults import command_line
from tests.faults.campaign import new_database_of, own_postgres
from tests.faults.rotation_rounds import RotationRound, play_round
from tests.faults.rounds import NewDatabase

SCRIPT = "rotation-campaign"
ROUND_KILLS = 3
"""Kills of the rotation in a round; a broadcast lasts about as long."""

CHECKED = (
    "Checked after every broadcast: the key of the file opens every ref, code and sealed value, no former key any;"
    " everybody on the list is there once, who joined meanwhile too, and everything they did is found in between;"
    " the broadcast was sent to everybody once, by what the Bot API accepted (I1 to I4)."
)
HEAD = (
    "| round | database | senders | kills | of senders | key changed | acts meanwhile | sent | unknown |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


async def play(
    *, kills: int, seed: int, new_database: NewDatabase, folder: Path, told: Callable[[str], None]
) -> list[RotationRound]:
    """Play rounds, one after the other, until there were enough kills."""
    played: list[RotationRound] = []
    while (left := kills - sum(each.kills for each in played)) > 0:
        room = folder / f"round-{len(played)}"
        room.mkdir()
        ended = await play_round(
            len(played), seed=seed, kills=min(ROUND_KILLS, left), new_database=new_database, folder=room
        )
        played.append(ended)
        told(ended.says())
        if ended.broken:
            break
    return played


def report(rounds: Sequence[RotationRound], *, seed: int, seconds: float) -> str:
    """Return the campaign as a page of the documentation."""
    broken = [line for each in rounds for line in each.broken]
    rows = [_row(each.sending.number, each.sending.database, each.sending.senders, [each]) for each in rounds]
    about = command_line.played(
        f"{sum(each.kills for each in rounds)} kills (SIGKILL) of `keys rotate` in {len(rounds)} broadcasts",
        seed=seed,
        seconds=seconds,
        script=SCRIPT,
    )
    total = _row("all", "", "", rounds)
    return command_line.page(
        "The rotation campaign", about, command_line.verdict(broken), CHECKED, [*HEAD, *rows, total]
    )


def _row(number: object, database: str, senders: object, rounds: Sequence[RotationRound]) -> str:
    sums = (
        sum(each.kills for each in rounds),
        sum(each.sending.kills for each in rounds),
        sum(each.changed for each in rounds),
        sum(each.crowd for each in rounds),
        sum(each.sending.sent for each in rounds),
        sum(each.sending.unknown for each in rounds),
    )
    return f"| {number} | {database} | {senders} | " + " | ".join(map(str, sums)) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the campaign. Returns 1 if something is broken."""
    parser = command_line.parser(SCRIPT, __doc__)
    parser.add_argument("--times", type=int, default=10, help="kills of the rotation")
    asked = parser.parse_args(arguments)
    command_line.tell(f"seed {asked.seed}")
    began = time.monotonic()
    with own_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        playing = play(
            kills=asked.times,
            seed=asked.seed,
            new_database=new_database_of(postgres),
            folder=Path(folder),
            told=command_line.tell,
        )
        rounds = asyncio.run(playing)
    written = report(rounds, seed=asked.seed, seconds=time.monotonic() - began)
    return command_line.end(asked.report, written, broken=any(each.broken for each in rounds))


if __name__ == "__main__":
    sys.exit(main())
