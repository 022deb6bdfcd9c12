"""Measurements, each side by side in one run: `python -m bench [WHICH]`, by default bulk.

The Bot API is a process of its own on another core. Ratios matter, not the machine's seconds; and on a machine
that others use at the same time, neither does.
"""

import argparse
from collections.abc import Callable, Sequence

from bench import (
    backup,
    bulk,
    day,
    desk,
    faq,
    latency,
    limit,
    moment,
    questions,
    rotate,
    senders,
    sizes,
    statements,
    storm,
    storms,
    thresholds,
    webhook,
)
from bench.report import Figure, show

Measure = Callable[[argparse.Namespace], Sequence[Figure]]

MEASURES: dict[str, tuple[str, Measure]] = {
    "bulk": ("Bulk sends, unlimited server", lambda asked: bulk.measure(asked.people)),
    "limit": ("At a limit that is enforced", lambda asked: limit.measure(asked.seconds)),
    "latency": ("Answers to /start", lambda asked: latency.measure(asked.samples)),
    "sizes": ("By the size of the list", lambda asked: sizes.measure(asked.sizes, asked.seconds)),
    "questions": ("Questions at a terminal", lambda asked: questions.measure(asked.samples)),
    "faq": ("Answers to questions set apart", lambda asked: faq.measure(asked.strange)),
    "thresholds": ("The thresholds of the matcher", lambda _: thresholds.measure()),
    "webhook": ("Updates by webhook", lambda asked: webhook.measure(asked.people // 5)),
    "statements": ("The way to a statement", lambda asked: statements.measure(asked.samples * 10)),
    "desk": ("The organizers' desk", lambda _: desk.measure()),
    "moment": (
        "A moment, undisturbed and with three kills",
        lambda asked: moment.measure(asked.moment_seconds),
    ),
    "backup": ("Backup, restore, move", lambda asked: backup.measure(asked.sizes)),
    "senders": ("Senders beside each other", lambda asked: senders.measure(asked.people * 3)),
    "day": ("A simulated day", lambda _: day.measure()),
    "rotate": ("A new campaign key in mid-broadcast", lambda asked: rotate.measure(asked.rotated)),
    "storm": ("Opt-in storm", lambda asked: storm.measure(asked.people // 5)),
    "storms": ("100,000 updates", lambda asked: storms.measure(asked.storm_seconds)),
}


def main() -> None:
    """Measure what is asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("which", nargs="?", choices=[*MEASURES, "all"], default="bulk")
    parser.add_argument(
        "--people", type=int, default=10_000, help="of bulk; a fifth of them of storm and webhook"
    )
    parser.add_argument("--seconds", type=float, default=20.0, help="of limit and sizes")
    parser.add_argument(
        "--moment-seconds", type=float, default=30.0, help="of moment, at 1,000 taps a second"
    )
    parser.add_argument(
        "--storm-seconds", type=float, default=60.0, help="of storms, in which its updates come"
    )
    parser.add_argument(
        "--samples", type=int, default=200, help="of latency, questions; tenfold of statements"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(sizes.SIZES))
    parser.add_argument("--strange", type=int, default=10_000, help="texts of faq that are made to break it")
    parser.add_argument("--rotated", type=int, default=100_000, help="people of rotate")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    wanted = list(MEASURES) if asked.which == "all" else [asked.which]
    measured = [(MEASURES[name][0], MEASURES[name][1](asked)) for name in wanted]
    show(measured, as_json=asked.json)


if __name__ == "__main__":
    main()
