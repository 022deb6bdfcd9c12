"""Checks and choices that are wrong on purpose; `tests/services/test_checks.py` catches each of them."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.delivery import starting
from bot.domain import revision
from bot.domain.alert import Alert
from bot.domain.check import Acknowledgement, warnings
from bot.domain.reach import Reach
from bot.domain.staleness import decided as decide_rightly
from bot.services import checks, translations
from bot.store.acknowledgements import Acknowledgements
from bot.store.alerts import Alerts
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = partial(MUTANTS.enter, "checks")


async def _nothing(*_: Any, **__: Any) -> None:
    return None


@mutant("each choice")
def an_approval_asks_for_no_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "require_seen", _nothing)


@mutant("deadline")
def a_sending_asks_for_no_check(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "require_unblocked", _nothing)


@mutant("each choice")
def whoever_waits_holds_nothing_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "waiting", property(lambda _: {}))


@mutant("each choice")
def whoever_is_missing_gets_the_base(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Reach, "undecided", property(lambda self: dict(self.older)))


@mutant("each choice")
def the_freeze_forgets_who_is_left_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(starting, "recipients", lambda alert: alert.audience)


@mutant("each choice")
def a_choice_is_nobodys(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(translations, "decided", lambda *of, by: decide_rightly(*of, by=0 * by))


@mutant("voids")
def choices_are_the_authors(patch: pytest.MonkeyPatch) -> None:
    revise = Alerts.revise

    async def under_the_author(self: Alerts, alert: Alert, *, editor_id: int | None, **of: Any) -> Alert:
        return await revise(self, alert, editor_id=alert.author_id if alert.choices else editor_id, **of)

    patch.setattr(Alerts, "revise", under_the_author)


@mutant("voids")
def choices_are_no_part_of_what_is_approved(patch: pytest.MonkeyPatch) -> None:
    right = revision.content_of

    def without(alert: Alert) -> dict[str, Any]:
        return right(replace(alert, choices={}))

    patch.setattr("bot.domain.plan.content_of", without)


@mutant("older base")
def a_choice_is_for_any_base(patch: pytest.MonkeyPatch) -> None:
    class Any_(str):  # noqa: N801 - it equals any version
        __slots__ = ()
        __hash__ = str.__hash__

        def __ne__(self, _other: object) -> bool:
            return False

    patch.setattr(translations, "base_version", lambda _: Any_())


@mutant("by name")
def once_seen_is_seen_for_good(patch: pytest.MonkeyPatch) -> None:
    async def of_any_plan(self: Acknowledgements, alert_id: int, _plan: str) -> list[Acknowledgement]:
        found: list[Acknowledgement] = []
        for sha256 in self.__dict__.setdefault("plans", set()):
            found += await about(self, alert_id, sha256)
        return found

    about, add = Acknowledgements.about, Acknowledgements.add

    async def noting(self: Acknowledgements, alert_id: int, plan_sha256: str, *of: Any, **more: Any) -> None:
        self.__dict__.setdefault("plans", set()).add(plan_sha256)
        await add(self, alert_id, plan_sha256, *of, **more)

    patch.setattr(Acknowledgements, "add", noting)
    patch.setattr(Acknowledgements, "about", of_any_plan)


@mutant("by name")
def the_mark_is_not_compared(patch: pytest.MonkeyPatch) -> None:
    class Same(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, _other: object) -> bool:
            return True

    patch.setattr(checks, "_mark", lambda *_: Same())


@mutant("came later")
def one_warning_is_as_good_as_another(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(checks, "unseen", lambda findings, seen: () if seen else warnings(findings))
