"""The change of the campaign key while a broadcast goes out: how long it takes, and what it does to the sending."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.report import Figure, Goal
from bench.trial import Api, bot_api, campaign, cores
from bot.privacy.keyring import write_key_file

SECONDS_OF_A_MILLION = 180.0
RATE = 1000
"""Sends per second, if the sender comes to it."""

BEFORE_SECONDS, LOOK_SECONDS = 5.0, 0.05


def measure(people: int) -> list[Figure]:
    """Change the key of a list of so many people, in mid-broadcast."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder, bot_api(people) as api:
        file = Path(folder) / "campaign.key"
        write_key_file(file)
        settings = {"CAMPAIGN_KEY": "", "CAMPAIGN_KEY_FILE": str(file), "SEND_RATE": str(RATE)}
        with campaign(api, **settings) as trial:
            trial.prepare(people)
            with trial.running("sender"):
                api.wait_for(1, seconds=120)
                until = time.monotonic() + BEFORE_SECONDS
                rate, pause = _sent(api, lambda: time.monotonic() < until)
                rotating = trial.bot("keys", "rotate", "--json", core=cores()[0], piped=True).start()
                rate_then, pause_then = _sent(api, lambda: rotating.code is None)
                done = json.loads(rotating.process.communicate()[0])
    goal = Goal(at_most=SECONDS_OF_A_MILLION * max(people, 100_000) / 1_000_000)
    return [
        Figure(what=f"{people:,} people: a new key", value=done["seconds"], unit="s", goal=goal),
        Figure(what="rows written anew", value=sum(done["rows"].values()), unit=""),
        Figure(what="sends before", value=rate, unit="/s"),
        Figure(what="sends meanwhile", value=rate_then, unit="/s"),
        Figure(what="longest time without a send, before", value=pause, unit="s"),
        Figure(what="longest time without a send, meanwhile", value=pause_then, unit="s"),
    ]


def _sent(api: Api, goes_on: Callable[[], bool]) -> tuple[float, float]:
    """Return sends per second as long as this goes on, and the longest time without one."""
    first = last = api.ask("count")["accepted"]
    began = changed = now = time.monotonic()
    longest = 0.0
    while goes_on():
        time.sleep(LOOK_SECONDS)
        count, now = api.ask("count")["accepted"], time.monotonic()
        if count != last:
            longest, last, changed = max(longest, now - changed), count, now
    return (last - first) / max(now - began, LOOK_SECONDS), longest
