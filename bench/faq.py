"""Answers: how many questions that nobody trained on find theirs, by locale and kind; how fast, how much memory.

The questions are `tests/content/questions/<locale>.jsonl`; what a hostile reader would send is in
`tests/content/hostile/<locale>.jsonl`: written apart from the content by others, never among its phrasings or tuned on.
`tests/content/second/<locale>.jsonl` is of both kinds, written when much had been mended after a look at the first, and
`tests/content/third`, `tests/content/fourth` and `tests/content/fifth` after a look at the set before.
"""

import asyncio
import json
import time
from pathlib import Path

from bench.faq_figures import Asked, of_both_kinds, quality, renamed, under_attack, urgent
from bench.report import Figure, Goal
from bench.strange import strange
from bot.config import ROOT
from bot.content import Content
from bot.domain.faq import Match
from bot.faq.index import Index
from bot.faq.matcher import Matcher, open_matcher

QUESTIONS = ROOT / "tests/content/questions"
HOSTILE = ROOT / "tests/content/hostile"
LATER = {f"{name} set": ROOT / "tests/content" / name for name in ("second", "third", "fourth", "fifth")}
CONTENT = ROOT / "content"
WARM = 20
"""Questions asked before memory is looked at."""
HANGS = 1.0
"""Seconds after which an answer counts as one that hangs."""


class _Took:
    """How long something took, each time."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def __enter__(self) -> None:
        self._times.append(-time.perf_counter())

    def __exit__(self, *_: object) -> None:
        self._times[-1] += time.perf_counter()

    def share(self, part: float) -> float:
        """Return the milliseconds that this part of all times stayed below."""
        return sorted(self._times)[int(len(self._times) * part)] * 1000 if self._times else 0.0


def questions(folder: Path = QUESTIONS) -> list[Asked]:
    """Return a test set, locale by locale."""
    return [
        Asked(**json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def apart(some: list[Asked], index: Index) -> list[Asked]:
    """Return what is no phrasing as it stands: two writers who have not seen each other's both write “who are you”."""
    return [asked for asked in some if not index.knows(asked.question)]


def measure(adversarial: int) -> list[Figure]:
    """Ask every question of the test set, then so many made to break something."""
    return asyncio.run(_measure(adversarial))


async def _measure(adversarial: int) -> list[Figure]:
    content = Content.load(CONTENT)
    before = _resident()
    async with open_matcher(content, CONTENT, patience=HANGS) as matcher:
        await matcher.start()
        for asked in questions()[:WARM]:
            await matcher.match(asked.question)
        memory = _resident() - before
        took = _Took()
        results = [(asked, await _timed(matcher, asked, took)) for asked in apart(questions(), matcher.index)]
        hostile = apart(questions(HOSTILE), matcher.index)
        sent = [(asked, await matcher.match(asked.question)) for asked in hostile]
        later = {name: await _asked_of(matcher, folder) for name, folder in LATER.items()}
        left_out = len(questions()) + len(questions(HOSTILE)) - len(results) - len(sent)
        by_letters = [(asked, matcher.index.match(asked.question)) for asked, _ in results]
        sent_by_letters = [(asked, matcher.index.match(asked.question)) for asked in hostile]
        return [
            *quality(results),
            *under_attack(sent, results),
            *(renamed(figure, "letters alone: ") for figure in quality(by_letters)[:7]),
            *(renamed(figure, "letters alone: ") for figure in urgent(sent_by_letters)),
            *(
                renamed(figure, f"{name}: ")
                for name, matched in later.items()
                for figure in of_both_kinds(matched)
            ),
            Figure(what="left out: phrasings as they stand", value=left_out, unit=""),
            Figure(what="p50 per answer", value=took.share(0.5), unit="ms"),
            Figure(what="p95 per answer", value=took.share(0.95), unit="ms", goal=Goal(at_most=10)),
            Figure(what="added memory, encoder included", value=memory, unit="MiB", goal=Goal(at_most=60)),
            *await _attacked(matcher, adversarial),
        ]


async def _asked_of(matcher: Matcher, folder: Path) -> list[tuple[Asked, Match]]:
    return [(asked, await matcher.match(asked.question)) for asked in apart(questions(folder), matcher.index)]


async def _timed(matcher: Matcher, asked: Asked, took: _Took) -> Match:
    with took:
        return await matcher.match(asked.question)


async def _attacked(matcher: Matcher, n: int) -> list[Figure]:
    """Return how often an answer raised or hung."""
    failed = 0
    for text in strange(n):
        began = time.perf_counter()
        try:
            await matcher.match(text)
        except Exception:  # noqa: BLE001 -- what is counted
            failed += 1
        else:
            failed += time.perf_counter() - began > HANGS
    return [
        Figure(what=f"crashes and hangs in {n:,} strange texts", value=failed, unit="", goal=Goal(at_most=0)),
    ]


def _resident() -> float:
    """Return this process's resident memory in MiB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024
