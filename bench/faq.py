"""Answers: how many questions that nobody trained on find theirs, by locale and by kind; how fast, how much memory.

The questions are `tests/content/questions/<locale>.jsonl`: written apart from the content, never among its phrasings.
"""

import asyncio
import json
import random
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.report import Figure, Goal
from bot.config import ROOT
from bot.content import Content
from bot.domain.faq import Match, SmallTalk
from bot.faq.encoder import Encoder
from bot.faq.matcher import Matcher, open_matcher

QUESTIONS = ROOT / "tests/content/questions"
CONTENT = ROOT / "content"
WARM = 20
"""Questions asked before memory is looked at."""
HANGS = 1.0
"""Seconds after which an answer counts as one that hangs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question of the test set: `slug` is what answers it, None where nothing does."""

    lang: str
    question: str
    slug: str | None
    kind: str


Result = tuple[Asked, Match]


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


def questions() -> list[Asked]:
    """Return the test set, locale by locale."""
    return [
        Asked(**json.loads(line))
        for path in sorted(QUESTIONS.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def measure(adversarial: int) -> list[Figure]:
    """Ask every question of the test set, then so many made to break something."""
    return asyncio.run(_measure(adversarial))


async def _measure(adversarial: int) -> list[Figure]:
    content = Content.load(CONTENT)
    before = _resident("self")
    async with open_matcher(content, CONTENT, patience=HANGS) as matcher:
        await matcher.start()
        await asyncio.gather(*(matcher.match(asked.question) for asked in questions()[:WARM]))
        memory = _resident("self") - before + _encoder_memory(matcher.encoder)
        took, read = _Took(), _Took()
        results: list[Result] = []
        for asked in questions():
            with took:
                results.append((asked, await matcher.match(asked.question)))
        if matcher.encoder is not None:
            for asked in questions()[::WARM]:
                with read:
                    await matcher.encoder.vector(asked.question)
        by_letters = [(asked, matcher.index.match(asked.question)) for asked, _ in results]
        return [
            *quality(results),
            *(_renamed(figure, "letters alone: ") for figure in quality(by_letters)[:6]),
            Figure(what="p50 per answer", value=took.share(0.5), unit="ms"),
            Figure(what="p95 per answer", value=took.share(0.95), unit="ms", goal=Goal(at_most=10)),
            Figure(what="p50 of the encoder alone", value=read.share(0.5), unit="ms"),
            Figure(what="added memory, encoder included", value=memory, unit="MiB", goal=Goal(at_most=100)),
            *await _attacked(matcher, adversarial),
        ]


def quality(results: list[Result]) -> list[Figure]:
    """Return the shares that say how good the answers are."""
    answerable = [(asked, match) for asked, match in results if asked.slug]
    by_locale = _grouped(answerable, lambda asked: asked.lang)
    first = {locale: _share(some, _first) for locale, some in by_locale.items()}
    slang = [(asked, match) for asked, match in answerable if asked.kind == "dialect"]
    refused = {
        kind: [(asked, match) for asked, match in results if asked.kind == kind]
        for kind in ("off", "open", "instruction", "smalltalk")
    }
    return [
        _figure("top-1, macro over locales", sum(first.values()) / len(first), Goal(at_least=94)),
        _figure("top-1, lowest locale", min(first.values()), Goal(at_least=90)),
        _figure("top-3", _share(answerable, _near), Goal(at_least=98.5)),
        _figure("dialect and slang, top-1", _share(slang, _first), Goal(at_least=88)),
        _figure("answered directly and right", _share(answerable, _right), Goal(at_least=85)),
        _figure("answered directly and wrong", _share(answerable, _wrong), Goal(at_most=1)),
        _figure("off the subject: refused", _share(refused["off"], _refused), Goal(at_least=99)),
        _figure("on the subject, left open: refused", _share(refused["open"], _refused), Goal(at_least=90)),
        Figure(
            what="instructions to the bot answered as a question",
            value=sum(not _refused(*one) for one in refused["instruction"]),
            unit="",
            goal=Goal(at_most=0),
        ),
        _figure("small talk taken as such", _share(refused["smalltalk"], _small_talk)),
        _figure("language of the question: found", _share(results, lambda asked, m: m.locale == asked.lang)),
        _figure(
            "language of the question: mistaken",
            _share(results, lambda asked, m: m.locale not in (None, asked.lang)),
        ),
        *(_figure(f"top-1 in {locale}", share) for locale, share in first.items()),
        *(
            _figure(f"top-1, {kind}", _share(some, _first))
            for kind, some in _grouped(answerable, lambda asked: asked.kind).items()
        ),
    ]


def strange(n: int, *, seed: int = 1) -> Iterator[str]:
    """Yield texts made to break something: what unfolds, combines, turns around, or is no text at all."""
    draw = random.Random(seed)  # noqa: S311 -- no secret: the same texts each time
    nasty = [
        "\ufdfa",
        "\u202e",
        "\u2066",
        "\u200d",
        "\x00",
        "\ud800",
        "\ufeff",
        "🏳️‍🌈",
        "ﷺ",
        "Ǆ",
        "ﬃ",
        "㌀",
        "ẛ̣",
        "\U000e0041",
        "ͅ",
    ]
    words = [
        "anyvision",
        "ما",
        "מה",
        "ignore",
        "?",
        "microsoft",
        "https://x.org/",
        "ı",
        "İ",
        "ß",
        "'; --",
        "{run_by}",
    ]
    for _ in range(n):
        match draw.randrange(4):
            case 0:
                yield draw.choice(nasty) * draw.randrange(1, 4096)
            case 1:
                yield "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(300)))
            case 2:
                yield "".join(draw.choice(nasty + words) for _ in range(draw.randrange(200)))
            case _:
                word = unicodedata.normalize(draw.choice(["NFC", "NFD", "NFKD"]), draw.choice(words))
                yield "".join(letter + draw.choice(nasty) * draw.randrange(3) for letter in word * 9)


async def _attacked(matcher: Matcher, n: int) -> list[Figure]:
    """Return how often an answer raised or hung, and how often the encoder was lost."""
    failed = lost = 0
    for text in strange(n):
        began = time.perf_counter()
        try:
            vector = await matcher.encoder.vector(text) if matcher.encoder else None
            matcher.index.match(text, vector)
        except Exception:  # noqa: BLE001 -- what is counted
            failed += 1
        else:
            failed += time.perf_counter() - began > HANGS
            lost += vector is None
    return [
        Figure(what=f"crashes and hangs in {n:,} strange texts", value=failed, unit="", goal=Goal(at_most=0)),
        Figure(what="of them without a vector", value=lost, unit=""),
    ]


def _resident(pid: str) -> float:
    """Return a process's resident memory in MiB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def _encoder_memory(encoder: Encoder | None) -> float:
    return _resident(str(encoder.pid)) if encoder is not None and encoder.pid is not None else 0.0


def _grouped(results: Iterable[Result], key: Callable[[Asked], str]) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {}
    for asked, match in results:
        groups.setdefault(key(asked), []).append((asked, match))
    return dict(sorted(groups.items()))


def _share(results: list[Result], fact: Callable[[Asked, Match], bool]) -> float:
    return sum(fact(*one) for one in results) / len(results)


def _first(asked: Asked, match: Match) -> bool:
    return match.suggestions[0] == asked.slug


def _near(asked: Asked, match: Match) -> bool:
    return asked.slug in match.suggestions


def _right(asked: Asked, match: Match) -> bool:
    return match.slug == asked.slug


def _wrong(asked: Asked, match: Match) -> bool:
    return match.slug not in (None, asked.slug)


def _refused(_: Asked, match: Match) -> bool:
    return match.slug is None


def _small_talk(_: Asked, match: Match) -> bool:
    return match.small_talk in set(SmallTalk)


def _figure(what: str, share: float, goal: Goal | None = None) -> Figure:
    return Figure(what=what, value=share * 100, unit="%", goal=goal)


def _renamed(figure: Figure, prefix: str) -> Figure:
    return Figure(what=prefix + figure.what, value=figure.value, unit=figure.unit)
