"""Who does what with the second alert and the moment of a tour, and what they chose in their settings before."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.rehearsal.tour.cast import Parts
from bot.rehearsal.tour.course import Course

QUIET, DIGEST, URGENT = 0.04, 0.06, 0.02
"""Of those who stay: who wants nothing at night, who gets all in one message a day, who only wants what is urgent."""

REMINDED, DOING, UNDOING, REFUSING, ERASING = 0.12, 0.2, 0.03, 0.04, 0.02
"""Of the rest: who opens the alert and leaves it at that, who says they did it, who takes that back, who says it is
not for them, and who opens it and is erased before the reminder."""

TOGETHER = 0.6
"""And who acts at the moment."""

SHARERS = 3

FRIENDS = (20, 10, 5, 3)
"""How many may come by one link, as far as there is anybody left: numbers that its owner is told as they are."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deeds:
    """Chat ids of this world's made-up people; nobody is in two of the first nine."""

    quiet: tuple[int, ...]
    digest: tuple[int, ...]
    urgent: tuple[int, ...]
    reminded: tuple[int, ...]
    doing: tuple[int, ...]
    undoing: tuple[int, ...]
    refusing: tuple[int, ...]
    erasing: tuple[int, ...]
    wondering: tuple[int, ...]
    together: tuple[int, ...]
    friends: tuple[int, ...]

    @property
    def sharing(self) -> tuple[int, ...]:
        """Return who shares the alert, having done it; all friends come by the first one's link."""
        return self.doing[:SHARERS]

    @property
    def done(self) -> tuple[int, ...]:
        """Return who says in the end that they did it: one of them in a digest."""
        return self.doing + self.digest[:1]

    @property
    def unfinished(self) -> tuple[int, ...]:
        """Return who has begun, and is still there and undecided when reminders go out: one of them in a digest."""
        return self.reminded + self.undoing + self.digest[1:2]

    @property
    def opened(self) -> tuple[int, ...]:
        """Return who presses the alert's main button."""
        return self.done + self.unfinished + self.refusing + self.erasing

    @property
    def not_at_once(self) -> frozenset[int]:
        """Return who is sent no alert as it goes out."""
        return frozenset(self.digest + self.urgent)

    @classmethod
    def draw(
        cls,
        parts: Parts,
        people: Collection[int],
        *,
        zones: Mapping[int, str | None],
        asks: Callable[[int], bool],
        course: Course,
        seed: int,
    ) -> "Deeds":
        """Give out the deeds; the same seed gives the same. `asks`: whose language somebody's question is in."""
        lot = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
        gone = parts.leaving_before + parts.leaving_meanwhile + parts.vanishing + parts.blocking
        steady = [chat_id for chat_id in lot.sample(parts.joining, len(parts.joining)) if chat_id not in gone]
        share = len(steady)

        def deal(of: float, least: int, *, where: Callable[[int], bool] = lambda _: True) -> tuple[int, ...]:
            chosen = list(_first(steady, max(least, round(share * of)), where))
            for chat_id in chosen:
                steady.remove(chat_id)
            return tuple(chosen)

        def digests(chat_id: int) -> bool:
            zone = zones[chat_id]
            return zone is not None and course.digest_hour(zone) is not None

        quiet = deal(QUIET, 1, where=lambda chat_id: zones[chat_id] == course.behind)
        digest = deal(DIGEST, 2, where=digests)
        urgent = deal(URGENT, 1)
        at_once = tuple(steady)
        wondering = deal(0, 1, where=asks)
        dealt = {
            "reminded": deal(REMINDED, 2),
            "doing": deal(DOING, SHARERS + 1),
            "undoing": deal(UNDOING, 1),
            "refusing": deal(REFUSING, 1),
            "erasing": deal(ERASING, 1),
        }
        others = [chat_id for chat_id in at_once if chat_id not in dealt["erasing"]]
        acting = lot.sample(others, round(len(others) * TOGETHER))
        strangers = [chat_id for chat_id in people if chat_id not in parts.joining]
        return cls(
            quiet=quiet,
            digest=digest,
            urgent=urgent,
            wondering=wondering,
            together=(*acting, *dealt["erasing"]),
            friends=tuple(lot.sample(strangers, next(n for n in FRIENDS if n <= len(strangers)))),
            **dealt,
        )


def _first(deck: Collection[int], size: int, where: Callable[[int], bool]) -> Iterator[int]:
    found = 0
    for chat_id in deck:
        if found < size and where(chat_id):
            found += 1
            yield chat_id
