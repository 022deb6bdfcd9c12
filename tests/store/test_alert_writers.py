"""Who is writing which language of an alert."""

from datetime import timedelta

from bot.domain.organizer import Role
from bot.store.store import Store
from tests.making import CHAT, NOW, draft


async def test_each_writes_in_one_place(store: Store) -> None:
    """The last place counts; who ended, and who began too long ago, is not there."""
    async with store.transaction() as tx:
        alerts = [await tx.alerts.add(draft(), now=NOW) for _ in range(2)]
        people = []
        for chat_id in (CHAT, CHAT + 1):
            await tx.organizers.add(chat_id, Role.EDITOR, today=NOW.date())
            found = await tx.organizers.find(chat_id)
            assert found is not None
            people.append(found.id)
        ada, bo = people
        await tx.alert_writers.begin(ada, alerts[0].id, "en", now=NOW)
        await tx.alert_writers.begin(ada, alerts[1].id, "ar", now=NOW)
        await tx.alert_writers.begin(bo, alerts[1].id, "es", now=NOW - timedelta(hours=1))
    async with store.reading() as tx:
        assert await tx.alert_writers.of_alert(alerts[0].id, since=NOW) == []
        assert await tx.alert_writers.of_alert(alerts[1].id, since=NOW) == [(ada, "ar")]
        assert len(await tx.alert_writers.of_alert(alerts[1].id, since=NOW - timedelta(days=1))) == 2
    async with store.transaction() as tx:
        await tx.alert_writers.end(ada)
        assert await tx.alert_writers.of_alert(alerts[1].id, since=NOW) == []
