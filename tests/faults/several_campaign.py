"""The campaign of several processes: seven on one PostgreSQL are hit by faults until all that was to be done is done.

    sh scripts/several-campaign --faults 2000 [--seed S] [--report docs/several-campaign.md]

Every life is two webs, two schedulers and three senders: alerts are broadcast, people answered, a schedule begins.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import uvloop

from tests.faults import command_line
from tests.faults.several_faults import EVERYTHING, Aim
from tests.faults.several_rounds import LifeOfSeveral, play_life
from tests.faults.several_stage import own_postgres

SCRIPT = "several-campaign"
LIFE_FAULTS = 100
"""Faults in a life."""

CHECKED = """\
Two webs, two schedulers and three senders, real processes, share one PostgreSQL behind a TCP proxy; a second proxy
stands before the webs, a third before the Bot API. Leases end after 1.5 s. A fault comes some two
tenths of a second after the one before, on a busy machine up to two seconds later, once something was sent; it hits
whom the lot says:

* **kill**: SIGKILL, and another process takes the place;
* **stop**: SIGSTOP for 1.1 to 2 leases, then SIGCONT;
* **clock**: the process that takes the place of a killed one has a clock up to ten minutes ahead or behind;
* **reset one**, **reset all**: connections to the database, to the webs or to the Bot API are reset;
* **database**: PostgreSQL ends as if it were killed, and is started again;
* **stop claimed**: a sender is stopped when its claim has committed, before its last look at that, until others settled
  what it claimed;
* **stop asked**: it is stopped between that look and the first byte, until others settled what it claimed;
* **stop applying**: a web is stopped in the transaction that applies an update, while its chat writes to the other.

Meanwhile alerts are broadcast, people join, leave, ask, tap and erase themselves, owners invite, digests and reminders
are due at three moments, and a schedule falls due. The Bot API answers one message in two hundred with 429, to wait for
8 s. In the end all are killed once more, and those that take their places finish.

Checked by what the Bot API accepted and when, and by what PostgreSQL committed in which order (triggers note each
change of a delivery, an update, a subscriber and a broadcast): nobody got an alert twice (I1); whoever is *sent* got
that message (I2); everybody ended, the sums match, and *cancelled* is only who was *unknown* to the end and then
known not to have been written to (I3); *unknown* is only what was in flight, and nothing is
posted by a sender that looks when others have settled it (I4); nothing is claimed after an opt-out, an erasure or, of a
reminder, an answer has committed (I5); never more requests in any second than the rate, by all together, and none,
alert or answer, to a chat that is to wait, 4 s after the commit that says so, nor to anybody where all is to wait (I7);
each update is applied once, those of a chat in their order but for withdrawals, and what people did is what came of it
(I12); of who erased themselves no table holds anything (I13); the logs name nobody (I11); no digest brings an alert
twice, nobody is reminded twice, and what was due has come unless it is unknown; the schedule began once; the audit is
whole. **Late** is what came after others had settled it though its sender had looked in time: it was stopped in the
microseconds between its look and the first byte, or the request was on its way for so long. The Bot API knows of no
lease, so no sender can prevent it; *unknown* says just this. What is late counts for no rate. That these checks can
fail is shown by processes that are wrong on purpose (`tests/mutants/wrong_processes.py`).
"""


def play(
    *,
    faults: int,
    seed: int,
    seconds: float,
    folder: Path,
    told: Callable[[str], None],
    aim: Aim = EVERYTHING,
) -> list[LifeOfSeveral]:
    """Play lives until there were enough faults, or the time is over, or something is broken."""
    lives: list[LifeOfSeveral] = []
    began = time.monotonic()
    with own_postgres() as postgres:
        while (left := faults - sum(each.faults for each in lives)) > 0:
            if time.monotonic() - began > seconds:
                break
            room = folder / f"life-{len(lives)}"
            room.mkdir()
            life = play_life(
                len(lives), seed=seed, faults=min(LIFE_FAULTS, left), postgres=postgres, folder=room, aim=aim
            )
            lives.append(uvloop.run(life))
            told(lives[-1].says())
            if lives[-1].broken:
                break
    return lives


def report(lives: Sequence[LifeOfSeveral], *, asked: int, seed: int, seconds: float) -> str:
    """Return the campaign as a page of the documentation."""
    faults, broken = sum(each.faults for each in lives), [line for each in lives for line in each.broken]
    short = f" ({asked} were asked for; the time was over before)" if faults < asked and not broken else ""
    about = command_line.played(
        f"{faults} faults{short} in {len(lives)} lives", seed=seed, seconds=seconds, script=SCRIPT
    )
    counts = list(lives[0].counts)
    head = ["life", "faults", *EVERYTHING.kinds, *counts]
    rows = [_row(str(each.number), [each], counts) for each in lives]
    table = [_line(head), _line(["---"] * len(head)), *rows, _row("all", lives, counts)]
    return command_line.page(
        "The campaign of several processes", about, command_line.verdict(broken), CHECKED, table
    )


def _row(name: str, lives: Sequence[LifeOfSeveral], counts: Sequence[str]) -> str:
    hit = sum((Counter(each.hit) for each in lives), Counter[str]())
    figures = [
        max(each.counts[what] for each in lives) if what == MOST else sum(each.counts[what] for each in lives)
        for what in counts
    ]
    return _line(
        [name, sum(each.faults for each in lives), *(hit[kind] for kind in EVERYTHING.kinds), *figures]
    )


MOST = "most in a second"
"""The one figure that is not added up."""


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(each) for each in cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the campaign. Returns 1 if something is broken."""
    parser = command_line.parser(SCRIPT, __doc__)
    parser.add_argument("--faults", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=120.0, help="begin no life after these")
    asked = parser.parse_args(arguments)
    command_line.tell(f"seed {asked.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        lives = play(
            faults=asked.faults,
            seed=asked.seed,
            seconds=60 * asked.minutes,
            folder=Path(folder),
            told=command_line.tell,
        )
    written = report(lives, asked=asked.faults, seed=asked.seed, seconds=time.monotonic() - began)
    return command_line.end(asked.report, written, broken=any(each.broken for each in lives))


if __name__ == "__main__":
    sys.exit(main())
