"""Answers: how many questions that nobody trained on find theirs, by locale and kind; how fast, how much memory.

The questions are `tests/content/questions/<locale>.jsonl`; what a hostile reader would send is in
`tests/content/hostile/<locale>.jsonl`: written apart from the content by others, never among its phrasings or tuned on.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.report import Figure, Goal
from bench.strange import strange
from bot.config import ROOT
from bot.content import Content
from bot.domain.faq import Match, SmallTalk
from bot.faq.index import Index
from bot.faq.matcher import Matcher, open_matcher

QUESTIONS = ROOT / "tests/content/questions"
HOSTILE = ROOT / "tests/content/hostile"
CONTENT = ROOT / "content"
WARM = 20
"""Questions asked before memory is looked at."""
HANGS = 1.0
"""Seconds after which an answer counts as one that hangs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A text of the test sets: `slug` is what answers it, None where nothing does.

    `corrected_by` are the entries whose first sentence plainly says the contrary of what it takes for granted.
    """

    lang: str
    question: str
    slug: str | None
    kind: str
    corrected_by: Sequence[str] = ()


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
        left_out = len(questions()) + len(questions(HOSTILE)) - len(results) - len(sent)
        by_letters = [(asked, matcher.index.match(asked.question)) for asked, _ in results]
        sent_by_letters = [(asked, matcher.index.match(asked.question)) for asked in hostile]
        return [
            *quality(results),
            *under_attack(sent, results),
            *(_renamed(figure, "letters alone: ") for figure in quality(by_letters)[:7]),
            *(_renamed(figure, "letters alone: ") for figure in urgent(sent_by_letters)),
            Figure(what="left out: phrasings as they stand", value=left_out, unit=""),
            Figure(what="p50 per answer", value=took.share(0.5), unit="ms"),
            Figure(what="p95 per answer", value=took.share(0.95), unit="ms", goal=Goal(at_most=10)),
            Figure(what="added memory, encoder included", value=memory, unit="MiB", goal=Goal(at_most=60)),
            *await _attacked(matcher, adversarial),
        ]


async def _timed(matcher: Matcher, asked: Asked, took: _Took) -> Match:
    with took:
        return await matcher.match(asked.question)


def quality(results: list[Result]) -> list[Figure]:
    """Return the shares that say how good the answers are."""
    answerable = [(asked, match) for asked, match in results if asked.slug]
    by_locale = _grouped(answerable, lambda asked: asked.lang)
    first = {locale: _share(some, _first) for locale, some in by_locale.items()}
    kinds = _grouped(results, lambda asked: asked.kind)
    return [
        _figure("top-1, macro over locales", sum(first.values()) / len(first), Goal(at_least=97)),
        _figure("top-1, lowest locale", min(first.values()), Goal(at_least=95)),
        _figure("top-3", _share(answerable, _near), Goal(at_least=98.5)),
        _figure("dialect and slang, top-1", _share(kinds["dialect"], _first), Goal(at_least=95)),
        _figure("answered directly and right", _share(answerable, _right), Goal(at_least=88)),
        _figure("answered directly and wrong", _share(answerable, _wrong), Goal(at_most=0.3)),
        _figure("answerable, refused without topics", _share(answerable, _refused_bare)),
        _figure("off the subject: refused", _share(kinds["off"], _refused), Goal(at_least=99)),
        _figure("on the subject, left open: refused", _share(kinds["open"], _refused), Goal(at_least=95)),
        Figure(
            what="instructions to the bot answered as a question",
            value=sum(not _refused(*one) for one in kinds["instruction"]),
            unit="",
            goal=Goal(at_most=0),
        ),
        _figure("small talk taken as such", _share(kinds["smalltalk"], _small_talk)),
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


UNTRUE = ("premise", "opposite", "other-name")
"""Kinds of texts that take for granted what the statement does not say."""
ABOUT_THE_BOT = {SmallTalk.BOT, SmallTalk.PRIVACY, SmallTalk.FREQUENCY, SmallTalk.LEAVE}


def under_attack(sent: list[Result], asked: list[Result]) -> list[Figure]:
    """Return what becomes of what a hostile reader sends, and how much of what is `asked` is taken for such."""
    kinds = _grouped(sent, lambda one: one.kind)
    untrue = [one for kind in UNTRUE for one in kinds[kind]]
    about_bot = [one for kind in ("about-bot", "privacy", "frequency", "leave") for one in kinds[kind]]
    harmless = [*kinds["harmless"], *kinds["tell-me"], *(one for one in asked if one[0].kind in _QUESTIONS)]
    return [
        _figure("false premises answered as if true", _share(untrue, confirmed), Goal(at_most=2)),
        *(_figure(f"of them, {kind}", _share(kinds[kind], confirmed)) for kind in UNTRUE),
        _figure("false premises answered, corrected or not", _share(untrue, _answered)),
        *(_figure(f"corrected or not, {kind}", _share(kinds[kind], _answered)) for kind in UNTRUE),
        *urgent(sent),
        _figure(
            "harmless taken for hostile",
            _share(harmless, _taken_for({SmallTalk.HOSTILITY})),
            Goal(at_most=0.5),
        ),
        _figure(
            "harmless taken for distress",
            _share(harmless, _taken_for({SmallTalk.DISTRESS})),
            Goal(at_most=0.3),
        ),
        _figure("harmless, however harsh: refused without topics", _share(kinds["harmless"], _refused_bare)),
        _figure("private persons: recognised", _share(kinds["persons"], _taken_for({SmallTalk.PERSONS}))),
        _figure("private persons: answered", _share(kinds["persons"], _answered)),
        _figure("about the bot: recognised", _share(about_bot, _taken_for(ABOUT_THE_BOT))),
        _figure("about the bot: answered by an entry", _share(about_bot, _answered)),
        _figure("not a question: recognised", _share(kinds["not-a-question"], _small_talk)),
        _figure("not a question: answered by an entry", _share(kinds["not-a-question"], _answered)),
        _figure("“tell me …”: answered directly and right", _share(kinds["tell-me"], _right)),
        _figure(
            "“tell me …”: taken for an order", _share(kinds["tell-me"], _taken_for({SmallTalk.INSTRUCTION}))
        ),
    ]


def urgent(sent: list[Result]) -> list[Figure]:
    """Return how much of hatred and despair is led on, and how much of it gets the reply that is meant for it."""
    kinds = _grouped(sent, lambda one: one.kind)
    return [
        Figure(
            what=f"hostility: an entry or “closest”, of {len(kinds['hostility'])}",
            value=sum(_led_on(*one) for one in kinds["hostility"]),
            unit="",
            goal=Goal(at_most=0),
        ),
        _figure("distress: an entry or “closest”", _share(kinds["distress"], _led_on)),
        _figure("hostility: recognised", _share(kinds["hostility"], _taken_for({SmallTalk.HOSTILITY}))),
        _figure(
            "distress: recognised",
            _share(kinds["distress"], _taken_for({SmallTalk.DISTRESS})),
            Goal(at_least=95),
        ),
    ]


_QUESTIONS = {"formal", "casual", "dialect", "typo", "mixed", "fact", "keywords", "open"}
"""Kinds of the first set that are questions to the statement."""


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


def _answered(_: Asked, match: Match) -> bool:
    return match.slug is not None


def confirmed(asked: Asked, match: Match) -> bool:
    """Whether an entry is given, and its first sentence does not say the contrary of what was taken for granted."""
    return match.slug is not None and match.slug not in asked.corrected_by


def is_led_on(match: Match) -> bool:
    """Tell whether an entry is given, or shown as near: small talk shows none."""
    return match.slug is not None or (match.small_talk is None and bool(match.near))


def is_refused_bare(match: Match) -> bool:
    """Tell whether a question is asked to be put in other words, and nothing more."""
    return not is_led_on(match) and match.small_talk is None and not match.is_open


def _led_on(_: Asked, match: Match) -> bool:
    return is_led_on(match)


def _refused_bare(_: Asked, match: Match) -> bool:
    return is_refused_bare(match)


def _taken_for(kinds: set[SmallTalk]) -> Callable[[Asked, Match], bool]:
    return lambda _, match: match.small_talk in kinds


def _small_talk(_: Asked, match: Match) -> bool:
    return match.small_talk in set(SmallTalk)


def _figure(what: str, share: float, goal: Goal | None = None) -> Figure:
    return Figure(what=what, value=share * 100, unit="%", goal=goal)


def _renamed(figure: Figure, prefix: str) -> Figure:
    return Figure(what=prefix + figure.what, value=figure.value, unit=figure.unit)
