"""Plans and their approvals: what was approved is kept as it was, and can be read again."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.approval import Approval, Approvers, stands
from bot.domain.canonical import canonical_json
from bot.domain.plan import Plan
from bot.store.broadcasts import not_undone
from bot.store.connection import Connection
from bot.store.schema import alerts, approvals, broadcasts, plans


class Plans:
    """The plans that were approved, by their hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def approve(self, alert_id: int, plan: Plan, approval: Approval) -> None:
        """Write the approval of a plan, and the plan; neither is ever changed, an approval may be voided."""
        body = {"sha256": plan.sha256, "body": canonical_json(plan.as_json())}
        await self._connection.insert_new(plans, body)
        await self._connection.execute(
            sa.insert(approvals).values(
                alert_id=alert_id,
                organizer_id=approval.organizer_id,
                plan_sha256=plan.sha256,
                revision=approval.revision,
                by_author=approval.by_author,
                approved_at=approval.approved_at,
            )
        )

    async def approvals(self, alert_id: int) -> list[Approval]:
        """Return every approval that an alert was given and that holds, oldest first."""
        query = (
            sa.select(approvals)
            .where(approvals.c.alert_id == alert_id, approvals.c.voided_at.is_(None))
            .order_by(approvals.c.id)
        )
        return [_approval(row) for row in await self._connection.execute(query)]

    async def is_approved(self, alert_id: int, plan: Plan, *, approvers: Approvers | None = None) -> bool:
        """Return whether exactly this plan was approved.

        `approvers`: who may approve now; given, an author's own approval counts only where nobody else may or could.
        """
        found = [each for each in await self.approvals(alert_id) if each.plan_sha256 == plan.sha256]
        return any(
            not each.outdated if approvers is None else stands(each, approvers=approvers) for each in found
        )

    async def void(self, organizer_id: int, *, now: datetime) -> list[int]:
        """Void for good what an organizer approved and what has not begun to go out. Returns the alerts."""
        return await self._void_unbegun(approvals.c.organizer_id == organizer_id, now=now)

    async def void_by_authors(self, *, now: datetime) -> list[int]:
        """Void for good what authors approved alone and what has not begun to go out. Returns the alerts."""
        return await self._void_unbegun(approvals.c.by_author.is_(True), now=now)

    async def _void_unbegun(self, which: sa.ColumnElement[bool], *, now: datetime) -> list[int]:
        begun = sa.exists().where(
            broadcasts.c.alert_id == approvals.c.alert_id, broadcasts.c.started_at.is_not(None)
        )
        these = sa.and_(which, approvals.c.voided_at.is_(None), ~begun)
        voided = sa.update(approvals).where(these).values(voided_at=now).returning(approvals.c.alert_id)
        return sorted(set((await self._connection.execute(voided)).scalars()))

    async def void_all(self, alert_id: int, *, now: datetime) -> None:
        """Void for good every approval of an alert."""
        theirs = sa.and_(approvals.c.alert_id == alert_id, approvals.c.voided_at.is_(None))
        await self._connection.execute(sa.update(approvals).where(theirs).values(voided_at=now))

    async def current(self) -> list[tuple[int, Approval]]:
        """Return the approvals by organizers that hold and of which nothing was begun, each with its alert."""
        begun = sa.exists().where(broadcasts.c.alert_id == approvals.c.alert_id, not_undone())
        query = (
            sa.select(approvals)
            .join(alerts, alerts.c.id == approvals.c.alert_id)
            .where(
                approvals.c.voided_at.is_(None),
                approvals.c.outdated_at.is_(None),
                approvals.c.organizer_id.is_not(None),
                alerts.c.discarded_at.is_(None),
                ~begun,
            )
            .order_by(approvals.c.id)
        )
        return [(row.alert_id, _approval(row)) for row in await self._connection.execute(query)]

    async def outdate(self, alert_id: int, plan_sha256: str, *, now: datetime) -> None:
        """Let the approvals of this plan of an alert count no more for what is sent: the alert was edited since."""
        these = sa.and_(
            approvals.c.alert_id == alert_id,
            approvals.c.plan_sha256 == plan_sha256,
            approvals.c.outdated_at.is_(None),
        )
        await self._connection.execute(sa.update(approvals).where(these).values(outdated_at=now))

    async def body(self, sha256: str) -> dict[str, Any] | None:
        """Return what a plan said, by its hash; None where none of this hash was approved."""
        query = sa.select(plans.c.body).where(plans.c.sha256 == sha256)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))


def _approval(row: Any) -> Approval:
    return Approval(
        organizer_id=row.organizer_id,
        plan_sha256=row.plan_sha256,
        revision=row.revision,
        by_author=row.by_author,
        approved_at=row.approved_at,
        outdated=row.outdated_at is not None,
    )
