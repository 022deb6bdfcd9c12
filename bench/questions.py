"""The FAQ at a terminal: one question from nothing, and many to a process that has begun."""

import json
import time

from bench.report import Figure, Goal
from bench.trial import Bot, cores

COLD_GOAL, ANSWER_GOAL = 1.5, 10.0
"""Seconds from the call to the answer; milliseconds of the slowest twentieth, once it runs."""

QUESTIONS = (
    ("en", "did microsft leave?"),
    ("en", "what will it cost the city?"),
    ("es", "¿Quién dirige la empresa?"),
    ("ar", "من يدعو إلى هذا؟"),
)


def measure(times: int) -> list[Figure]:
    """Ask from nothing a few times, then so many questions one after another."""
    cold = sorted(_cold() for _ in range(5))[2]
    warm = sorted(_warm(times))
    return [
        Figure(what="ask, from nothing (median of 5)", value=cold, unit="s", goal=Goal(at_most=COLD_GOAL)),
        Figure(what="ask --batch, p50", value=warm[len(warm) // 2], unit="ms"),
        Figure(
            what="ask --batch, p95",
            value=warm[int(len(warm) * 0.95)],
            unit="ms",
            goal=Goal(at_most=ANSWER_GOAL),
        ),
    ]


def _cold() -> float:
    began = time.perf_counter()
    locale, question = QUESTIONS[0]
    Bot("ask", question, "--locale", locale, "--json", core=cores()[1], fresh=True).output()
    return time.perf_counter() - began


def _warm(times: int) -> list[float]:
    """Return the milliseconds of each answer, through the pipe and back."""
    took: list[float] = []
    with Bot("ask", "--batch", core=cores()[1], piped=True, fresh=True) as asked:
        for n in range(times + 1):
            locale, question = QUESTIONS[n % len(QUESTIONS)]
            began = time.perf_counter()
            asked.tell(json.dumps({"lang": locale, "question": question}))
            asked.hear()
            took.append((time.perf_counter() - began) * 1000)
    return took[1:]  # the first waited for the process to begin
