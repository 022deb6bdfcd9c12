"""The campaign of erasures: people in the middle of something erase themselves; then the files are searched.

    python -m tests.faults.erase_campaign --times 1000 [--seed S] [--report docs/leave-no-byte.md]

Every round is a broadcast, a digest, a thread or a moment on SQLite or PostgreSQL, in turns.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.domain.delivery import DeliveryState
from bot.store.migrate import migrate
from bot.store.schema import metadata
from bot.telegram_io.replies import Remains
from tests.faults import command_line
from tests.faults.campaign import own_postgres
from tests.faults.erasing_scenes import SCENES
from tests.faults.erasures import Round, play_round
from tests.worlds.postgres import PostgresServer

SCRIPT = "erase-campaign"
PEOPLE = 50
"""Who erase themselves in one round."""

NAME = "erasures"

CHECKED = """\
Each person joins, is in the middle of something, and erases themselves: by `/privacy` and two taps, or by the button of
an older card right after what they did last; one in five writes something else before the receipt comes. Then:

* On SQLite, at the moment when a receipt says that nothing is left, all files of the database (the log and its index
  included) are searched for that person; in the end, once more.
* On PostgreSQL, whose receipt says that traces stay, all files of the database, of its indexes and of its own
  catalogs are searched after what the bot does within a day: `VACUUM` and the rewriting of the tables about people. In
  between the server has sampled its tables (`ANALYZE`), as it does by itself. Its log, `pg_wal`, is not searched: it is
  the server's (see the [threat model](threat-model.md)).
* Searched for are the chat id (digits, hex, bytes in both orders, unkeyed hashes), the person's ref in every table, the
  words they confided, in clear, and whatever was sealed about them since they came: its first bytes, some of the
  middle, and its last. At the receipt this is without what is on its way to an organizer in a thread; in the end,
  with it.
* No row of any table is about the ids that they had on the list; the deliveries that stay counted hold no message; all
  counts add up.
* Two of five of the others come back: they are met with the same words and buttons, and the same is kept of them
  then, as of somebody new.
* The bot failed at no update, and the Bot API refused no reply.
"""
HEAD = (
    "| scene | database | rounds | erased | waiting for it | on the wire | had got it | receipt: nothing | receipt: traces | came back |",  # noqa: E501  # a table's row
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)
BELOW = (
    "*Waiting for it*, *on the wire*, *had got it*: how the deliveries of these people stood when they were erased"
    " (one may have had several)."
)
ABOUT = command_line.About(
    script=SCRIPT,
    title="Leave no byte",
    counted="people erased",
    checked=CHECKED,
    head=HEAD,
    unbroken="Nobody left a byte.",
    below=BELOW,
)


def new_database(kind: str, folder: Path, postgres: PostgresServer) -> tuple[str, Path | None]:
    """Return the DATABASE_URL of an empty database, and the folder of its files where it is SQLite's."""
    if kind == "postgresql":
        return postgres.empty(NAME, metadata.tables), None
    place = Path(tempfile.mkdtemp(dir=folder))
    shutil.copy(folder / "migrated.db", place / "campaign.db")
    return f"sqlite:///{place / 'campaign.db'}", place


def play(
    *, times: int, people: int, seed: int, seconds: float, folder: Path, told: Callable[[str], None]
) -> list[Round]:
    """Play rounds until so many were erased, or the time is over, or something is broken."""
    played: list[Round] = []
    began = time.monotonic()
    with own_postgres() as postgres:
        asyncio.run(migrate(f"sqlite:///{folder / 'migrated.db'}"))
        asyncio.run(migrate(postgres.create(NAME)))
        left = times
        while left > 0 and time.monotonic() - began < seconds:
            number = len(played)
            # Every scene on both databases before any comes again.
            kind = ("sqlite", "postgresql")[(number + number // len(SCENES)) % 2]
            url, files = new_database(kind, folder, postgres)
            playing = play_round(
                number,
                scene=SCENES[number % len(SCENES)],
                people=min(people, left),
                seed=seed,
                url=url,
                folder=files,
            )
            played.append(asyncio.run(playing))
            left -= played[-1].erased
            told(played[-1].says())
            if played[-1].broken:
                break
    return played


def report(rounds: Sequence[Round], *, asked: int, seed: int, seconds: float) -> str:
    """Return the campaign as a page of the documentation."""
    rows = [
        row(scene.name, kind, [each for each in rounds if (each.scene, each.database) == (scene.name, kind)])
        for scene in SCENES
        for kind in ("sqlite", "postgresql")
    ]
    return command_line.report(
        ABOUT,
        rounds,
        [*rows, row("all", "", rounds)],
        done=sum(each.erased for each in rounds),
        asked=asked,
        seed=seed,
        seconds=seconds,
    )


def row(scene: str, kind: str, rounds: Sequence[Round]) -> str:
    """Return a row of the report's table."""
    amid = sum((each.amid for each in rounds), Counter[str]())
    receipts = sum((each.receipts for each in rounds), Counter[Remains]())
    figures = (
        len(rounds),
        sum(each.erased for each in rounds),
        *(amid[state] for state in (DeliveryState.PENDING, DeliveryState.INFLIGHT, DeliveryState.SENT)),
        receipts[Remains.NOTHING],
        receipts[Remains.SOME_BYTES],
        sum(each.returned for each in rounds),
    )
    return f"| {scene} | {kind} | " + " | ".join(str(each) for each in figures) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the campaign. Returns 1 if something is broken."""
    parser = command_line.parser(SCRIPT, __doc__)
    parser.add_argument("--times", type=int, default=200, help="people to erase")
    parser.add_argument("--people", type=int, default=PEOPLE, help="of these in one round")
    parser.add_argument("--minutes", type=float, default=120.0, help="begin no round after these")
    asked = parser.parse_args(arguments)
    command_line.tell(f"seed {asked.seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rounds = play(
            times=asked.times,
            people=asked.people,
            seed=asked.seed,
            seconds=60 * asked.minutes,
            folder=Path(folder),
            told=command_line.tell,
        )
    written = report(rounds, asked=asked.times, seed=asked.seed, seconds=time.monotonic() - began)
    return command_line.end(asked.report, written, broken=any(each.broken for each in rounds))


if __name__ == "__main__":
    sys.exit(main())
