"""Engines that are wrong about what people chose: their quiet hours, and their digests."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.delivery import starting
from bot.domain.broadcast import NOTIFIES, BroadcastKind
from bot.domain.preferences import Preferences, QuietHours
from bot.store import claims, freezing
from bot.store.brought import Brought
from bot.store.carrying import Carrying
from bot.store.claims import Claimed, Claims
from bot.store.deliveries import Deliveries
from tests.worlds.mutants import Mutants

MUTANTS = Mutants()
mutant = MUTANTS.enter


@mutant("asleep", "I5")
def wakes_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QuietHours, "allowed_from", lambda _self, now, _zone: now)


@mutant("asleep", "I5")
def reckons_in_one_zone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Preferences, "known_zone", property(lambda _self: "UTC"))
    patch.setattr(freezing, "known_zone", lambda _zone: "UTC")


@mutant("asleep", "I5")
def knows_no_hours_over_midnight(patch: pytest.MonkeyPatch) -> None:
    around = QuietHours._around

    def wrong(self: QuietHours, at: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
        return iter(()) if self.end < self.start else around(self, at, zone)

    patch.setattr(QuietHours, "_around", wrong)


@mutant("asleep", "I3")
def lets_them_sleep_on(patch: pytest.MonkeyPatch) -> None:
    not_before = QuietHours.not_before

    def wrong(self: QuietHours, now: datetime, zone: str) -> datetime | None:
        at = not_before(self, now, zone)
        return None if at is None else at + timedelta(hours=3)

    patch.setattr(QuietHours, "not_before", wrong)


@mutant("asleep", "I3")
def leaves_out_who_sleeps(patch: pytest.MonkeyPatch) -> None:
    as_chosen = Claims._as_chosen

    async def wrong(self: Claims, broadcast_id: int, rows: Sequence[Any], urgent: Any, now: Any) -> list[Any]:
        wanted = await as_chosen(self, broadcast_id, rows, urgent, now)
        asleep = [row.subscriber_id for row in rows if row.quiet_from is not None]
        if asleep:
            await self._transitions.skip(broadcast_id, sa.column("subscriber_id").in_(asleep))
        return [row for row in wanted if row.quiet_from is None]

    patch.setattr(Claims, "_as_chosen", wrong)


@mutant("other hours", "I5")
def looks_at_hours_at_the_freeze_only(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Claims, _of: int, rows: Sequence[Any], *_given: Any) -> list[Any]:
        return list(rows)

    patch.setattr(Claims, "_as_chosen", wrong)


@mutant("other hours", "I3")
def keeps_to_hours_of_before(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Deliveries, _subscriber_id: int) -> None:
        return None

    patch.setattr(Deliveries, "look_again", wrong)


@mutant("mended at night", "I3")
def mends_in_the_morning(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(starting, "NOTIFIES", NOTIFIES | {BroadcastKind.CORRECT})


@mutant("digests", "I5")
def sends_each_alert_to_readers_of_digests(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(freezing, "is_sent_it", lambda **_: sa.true())
    patch.setattr(claims, "receives_at_once", lambda *_given, **_named: True)


@mutant("digests", "I1")
def brings_it_in_every_digest(patch: pytest.MonkeyPatch) -> None:
    claim = Claims.claim

    async def wrong(self: Claims, broadcast_id: int, **about: Any) -> list[Claimed]:
        claimed = await claim(self, broadcast_id, **about)
        await self._carrying.give_back(broadcast_id, [each.subscriber_id for each in claimed])
        return claimed

    patch.setattr(Claims, "claim", wrong)


@mutant("pauses at the digest", "I3")
def loses_the_digest_of_who_pauses(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Carrying, *_given: Any) -> None:
        return None

    patch.setattr(Carrying, "give_back", wrong)


@mutant("mended digests", "digest")
def leaves_digests_as_they_are(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(freezing, "REPEATABLE", frozenset())


@mutant("mended digests", "digest")
def puts_one_alert_in_the_place_of_several(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Brought, *_given: Any) -> dict[int, Any]:
        return {}

    patch.setattr(Brought, "messages", wrong)


@mutant("corrected on the wire", "digest")
def corrects_before_the_digest_is_back(patch: pytest.MonkeyPatch) -> None:
    async def wrong(_self: Brought, _broadcast_id: int) -> bool:
        return False

    patch.setattr(Brought, "is_on_the_wire", wrong)


@mutant("killed digests", "I1")
def brings_again_what_is_not_known(patch: pytest.MonkeyPatch) -> None:
    note_ended = Carrying.note_ended

    async def wrong(self: Carrying, digest_id: int, moved: Any) -> None:
        await note_ended(self, digest_id, moved)
        unknown = [who for who, (_, after) in moved.items() if after == "unknown"]
        await self.give_back(digest_id, unknown)

    patch.setattr(Carrying, "note_ended", wrong)
