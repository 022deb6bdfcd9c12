"""Four senders against one, on PostgreSQL, at a server without limits; the cores there are bound it."""

import tempfile
import time
from pathlib import Path

from bench.report import Figure
from bench.trial import bot_api
from tests.faults.campaign import own_postgres
from tests.worlds.postgres import PostgresServer
from tests.worlds.processes.campaign import campaign

SENDERS = (1, 2, 4)

WARM_UP = 0.1
"""The share of the people that is sent before the clock runs: nobody is measured while processes start."""


def measure(people: int) -> list[Figure]:
    """Send to so many people with one sender, and with more."""
    figures: list[Figure] = []
    with own_postgres() as postgres, tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        rates = {}
        for senders in SENDERS:
            rates[senders], cpu = _send(people, senders, postgres, folder)
            figures += [
                Figure(what=f"{senders} at once: sends", value=rates[senders], unit="/s"),
                Figure(what=f"{senders} at once: their processor, of 1,000 sends", value=cpu, unit="s"),
            ]
    for senders in SENDERS[1:]:
        figures.append(Figure(what=f"{senders} over one", value=rates[senders] / rates[1], unit="x"))
    return figures


def _send(people: int, senders: int, postgres: PostgresServer, folder: Path) -> tuple[float, float]:
    """Return the sends per second, and the seconds of processor that the senders took for a thousand."""
    with bot_api(people) as api:
        room = folder / f"senders-{senders}"
        room.mkdir()
        trial = campaign(api, room, DATABASE_URL=postgres.create(f"senders_{senders}"))
        trial.prepare(people)
        bots = [trial.bot("run", "--role", "sender", log=room / f"{n}.log") for n in range(senders)]
        try:
            for bot in bots:
                bot.start()
            begun = int(people * WARM_UP)
            while not all(bot.started for bot in bots):
                time.sleep(0.02)
            at = api.wait_for(begun)
            before, starting = api.ask("count")["accepted"], sum(bot.cpu_seconds for bot in bots)
            ended = api.wait_for(people, seconds=600)
            cpu = sum(bot.cpu_seconds for bot in bots) - starting
        finally:
            for bot in bots:
                bot.end()
        if (twice := api.ask("stats")["duplicates"]) or api.ask("count")["accepted"] != people:
            raise SystemExit(f"{twice} were sent it twice.")
        return (people - before) / (ended - at), 1000 * cpu / (people - before)
