"""Plans and their approvals."""

import hashlib

from bot.domain.canonical import canonical_json
from bot.domain.plan import plan_of
from bot.store.store import Store
from tests.making import NOW, approve, draft


async def test_approval_is_of_one_hash(store: Store) -> None:
    """Exactly the plan that was approved is approved, and no other alert with it."""
    async with store.transaction() as tx:
        kept, other = [await tx.alerts.add(draft(), now=NOW) for _ in range(2)]
        for _ in range(2):
            plan = await approve(tx, kept)
        assert await tx.plans.is_approved(kept.id, plan)
        assert not await tx.plans.is_approved(kept.id, plan_of(kept, paid=True))
        assert not await tx.plans.is_approved(other.id, plan_of(other, paid=False))


async def test_what_was_approved_can_be_read(store: Store) -> None:
    """The plan is kept as it was hashed."""
    async with store.transaction() as tx:
        plan = await approve(tx, await tx.alerts.add(draft(), now=NOW))
        body = await tx.plans.body(plan.sha256)
        assert body == plan.as_json()
        assert hashlib.sha256(canonical_json(body).encode()).hexdigest() == plan.sha256
        assert await tx.plans.body("0" * 64) is None
