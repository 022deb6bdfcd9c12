"""Engines that are wrong about when people get an alert."""

from datetime import datetime
from typing import Any

import pytest

from bot.domain.schedule import LocalHour, Zones, all_zones
from bot.store.audience_counts import Audiences
from bot.store.broadcasts import Broadcasts
from bot.store.freezing import Freezing
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


@mutant("each zone", "I6")
def sends_to_every_zone_at_once(patch: pytest.MonkeyPatch) -> None:
    everybody = Zones(names=frozenset(), negated=True)
    patch.setattr(LocalHour, "due", lambda *_given, **_named: everybody)


@mutant("each zone", "I3")
def ends_with_the_first_zone(patch: pytest.MonkeyPatch) -> None:
    set_next = Broadcasts.set_next

    async def wrong(self: Broadcasts, broadcast_id: int, _next_at: datetime | None, *, tzdata: str) -> None:
        await set_next(self, broadcast_id, None, tzdata=tzdata)

    patch.setattr(Broadcasts, "set_next", wrong)


@mutant("each zone", "I3")
def forgets_who_has_no_zone(patch: pytest.MonkeyPatch) -> None:
    due = LocalHour.due

    def wrong(self: LocalHour, **within: Any) -> Zones:
        found = due(self, **within)
        return Zones(names=all_zones() - found.names) if found.negated else found

    patch.setattr(LocalHour, "due", wrong)


@mutant("each zone", "I3")
def fixes_the_zones_when_it_is_confirmed(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Audiences, *_given: Any, **_named: Any) -> set[str | None]:
        return {"Asia/Tokyo"}

    patch.setattr(Audiences, "zones_left", wrong)


@mutant("somebody moves", "I3")
def freezes_people_once_more(patch: pytest.MonkeyPatch) -> None:
    freeze = Freezing.freeze

    async def wrong(self: Freezing, broadcast_id: int, **about: Any) -> int:
        return await freeze(self, broadcast_id, **about | {"again": False})

    patch.setattr(Freezing, "freeze", wrong)


@mutant("somebody moves", "I3")
def freezes_only_the_zone_whose_hour_it_is(patch: pytest.MonkeyPatch) -> None:
    due = LocalHour.due

    def wrong(self: LocalHour, *, until: datetime, since: datetime | None = None) -> Zones:
        of_this_hour = until.replace(minute=0, second=0, microsecond=0)
        return due(self, until=until, since=max(of_this_hour, since or of_this_hour))

    patch.setattr(LocalHour, "due", wrong)


@mutant("some are left out", "I3")
def sends_to_who_is_left_out(patch: pytest.MonkeyPatch) -> None:
    due = LocalHour.due

    def wrong(self: LocalHour, *, until: datetime, **_named: Any) -> Zones:
        return due(self, until=until)

    patch.setattr(LocalHour, "due", wrong)


@mutant("brought forward", "I6")
def looks_at_no_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("bot.domain.plan.allows", lambda *_given, **_named: True)
