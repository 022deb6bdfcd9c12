"""Ten thousand, a hundred thousand, a million subscribers: the first send, the speed, and the memory it takes."""

import time
from collections.abc import Sequence

from bench.report import Figure, Goal
from bench.trial import bot_api, campaign, peak_mib

SIZES = (10_000, 100_000, 1_000_000)

FIRST_SEND_GOAL, MEMORY_GOAL, GROWTH_GOAL = 2.0, 150.0, 10.0
"""Seconds from the start of the process; MiB at the peak; per cent more than with the smallest list."""


def measure(sizes: Sequence[int], seconds: float) -> list[Figure]:
    """Prepare each size, start a sender on it, and stop it after so many seconds of sending."""
    figures: list[Figure] = []
    peaks: list[float] = []
    for size in sizes:
        first, rate, peak = _send(size, seconds)
        peaks.append(peak)
        growth = 100 * (peak / peaks[0] - 1)
        figures += [
            Figure(what=f"{size:,}: first send", value=first, unit="s", goal=Goal(at_most=FIRST_SEND_GOAL)),
            Figure(what=f"{size:,}: sends", value=rate, unit="/s"),
            Figure(what=f"{size:,}: peak memory", value=peak, unit="MiB", goal=Goal(at_most=MEMORY_GOAL)),
            Figure(what=f"{size:,}: more memory", value=growth, unit="%", goal=Goal(at_most=GROWTH_GOAL)),
        ]
    return figures


def _send(size: int, seconds: float) -> tuple[float, float, float]:
    """Return the seconds to the first send, sends per second after it, and the peak in MiB."""
    with bot_api(size) as api, campaign(api) as trial:
        trial.prepare(size)
        began = time.monotonic()
        with trial.running("sender") as sender:
            first = api.wait_for(1, seconds=120)
            before, at = api.ask("stats")["accepted"], time.monotonic()
            while time.monotonic() < at + seconds and api.ask("stats")["accepted"] < size:
                time.sleep(0.05)
            after, ended = api.ask("stats")["accepted"], time.monotonic()
            return first - began, (after - before) / (ended - at), peak_mib(sender)
