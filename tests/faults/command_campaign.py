"""Campaigns in which a command of the operator's is killed at random moments during broadcasts, over and over.

sh scripts/rotation-campaign --times 100 [--seed S] [--report docs/rotation-campaign.md]
sh scripts/move-campaign --times 100 [--seed S] [--report docs/move-campaign.md]
"""

import asyncio
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults import command_line, move_rounds, rotation_rounds
from tests.faults.campaign import new_database_of, own_postgres
from tests.faults.command_rounds import CommandRound, PlayRound
from tests.faults.rounds import NewDatabase

ROUND_KILLS = 3
"""Kills of the command in a round; a broadcast lasts about as long."""

HEAD = (
    "| round | database | senders | kills | of senders | done | acts meanwhile | sent | unknown |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)

ROTATION_CHECKED = (
    "Checked after every broadcast: the key of the file opens every ref, code and sealed value, no former key"
    " any; everybody on the list is there once, who joined meanwhile too, and everything they did is found in"
    " between; the broadcast was sent to everybody once, by what the Bot API accepted (I1 to I4). *Done*: how"
    " often the key was changed."
)
MOVE_CHECKED = (
    "Each round begins on the database that is named, and moves to the other kind and back as often as it is"
    " *done*; in between it sends. While it is moved people go on acting in the old database until they are"
    " refused, and in two of five moves a sender begins there. Checked after every kill: never do both"
    " databases start. After every broadcast: everybody on the list is there once and can be read, who joined"
    " meanwhile too, and everything they did is found; the broadcast was sent to everybody once, by what the"
    " Bot API accepted (I1 to I4); nothing that was left starts again."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Killed:
    """A command that is killed."""

    about: command_line.About
    play_round: PlayRound


def _about(command: str, **about: str) -> command_line.About:
    return command_line.About(
        counted=f"kills (SIGKILL) of `{command}`", rounds="broadcasts", head=HEAD, **about
    )


KILLED = {
    "rotation": Killed(
        about=_about(
            "keys rotate", script="rotation-campaign", title="The rotation campaign", checked=ROTATION_CHECKED
        ),
        play_round=rotation_rounds.play_round,
    ),
    "move": Killed(
        about=_about("move", script="move-campaign", title="The move campaign", checked=MOVE_CHECKED),
        play_round=move_rounds.play_round,
    ),
}


async def play(
    killed: Killed,
    *,
    kills: int,
    seed: int,
    new_database: NewDatabase,
    folder: Path,
    told: Callable[[str], None],
    each: int = ROUND_KILLS,
    seconds: float = math.inf,
) -> list[CommandRound]:
    """Play rounds, one after the other and of `each` so many kills, until there were enough, or the time is over."""
    played: list[CommandRound] = []
    began = time.monotonic()
    while (left := kills - sum(one.kills for one in played)) > 0:
        room = folder / f"round-{len(played)}"
        room.mkdir()
        ended = await killed.play_round(
            len(played), seed=seed, kills=min(each, left), new_database=new_database, folder=room
        )
        played.append(ended)
        told(ended.says())
        if ended.broken or time.monotonic() - began > seconds:
            break
    return played


def report(killed: Killed, rounds: Sequence[CommandRound], *, asked: int, seed: int, seconds: float) -> str:
    """Return the campaign as a page of the documentation."""
    rows = [_row(each.sending.number, each.sending.database, each.sending.senders, [each]) for each in rounds]
    return command_line.report(
        killed.about,
        rounds,
        [*rows, _row("all", "", "", rounds)],
        done=sum(each.kills for each in rounds),
        asked=asked,
        seed=seed,
        seconds=seconds,
    )


def _row(number: object, database: str, senders: object, rounds: Sequence[CommandRound]) -> str:
    sums = (
        sum(each.kills for each in rounds),
        sum(each.sending.kills for each in rounds),
        sum(each.done for each in rounds),
        sum(each.crowd for each in rounds),
        sum(each.sending.sent for each in rounds),
        sum(each.sending.unknown for each in rounds),
    )
    return f"| {number} | {database} | {senders} | " + " | ".join(map(str, sums)) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play a campaign. Returns 1 if something is broken."""
    which, *others = sys.argv[1:] if arguments is None else arguments
    killed = KILLED[which]
    parser = command_line.parser(killed.about.script, __doc__)
    parser.add_argument("--times", type=int, default=10, help="kills of the command")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no round after these")
    asked = parser.parse_args(others)
    command_line.tell(f"seed {asked.seed}")
    began = time.monotonic()
    with own_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        playing = play(
            killed,
            kills=asked.times,
            seed=asked.seed,
            new_database=new_database_of(postgres),
            folder=Path(folder),
            told=command_line.tell,
            seconds=60 * asked.minutes,
        )
        rounds = asyncio.run(playing)
    written = report(killed, rounds, asked=asked.times, seed=asked.seed, seconds=time.monotonic() - began)
    return command_line.end(asked.report, written, broken=any(each.broken for each in rounds))


if __name__ == "__main__":
    sys.exit(main())
