"""The number counts within fifteen minutes of the card that asked for it."""

from datetime import timedelta

import pytest

from bot.domain.organizer import Role
from bot.handlers.states import AwaitNumber, dump
from bot.services import alerts, approvals, team, working_alone
from bot.store.store import Transaction
from tests.handlers.conftest import Doing, said
from tests.making import CHAT, NOW, approve, draft, join


@pytest.mark.parametrize(
    ("minutes", "says"),
    [(15, "Confirmed."), (16, "Nothing was sent: the number was asked for a while ago.")],
)
async def test_the_card_grows_old(do: Doing, minutes: int, says: str) -> None:
    """A number that answers a card of a while ago sends nothing, and is asked for again."""

    async def asked(tx: Transaction) -> None:
        await join(tx, 1, first=CHAT + 1)
        alert = await tx.alerts.add(draft(), now=NOW)
        await approve(tx, alert)
        then = int((NOW - timedelta(minutes=minutes)).timestamp())
        seen = approvals.seen_of(alert, paid=False)
        state = AwaitNumber(alert_id=alert.id, seen=seen, asked=then)
        await tx.conversations.save(CHAT, dump(state), now=NOW)

    replies = await do(said("1"), role=Role.OWNER, before=asked)
    [told] = [reply.parameters["text"] for reply in replies if "text" in reply.parameters]
    assert told.startswith(says)


async def test_a_switch_of_yesterday(do: Doing) -> None:
    """A yes to working alone on a card of yesterday is asked for again, and sets nothing."""
    yes = {
        "callback_query": {
            "id": "1",
            "from": {"id": CHAT, "language_code": "en"},
            "data": "alone:on",
            "message": {
                "message_id": 4,
                "date": int((NOW - timedelta(days=1)).timestamp()),
                "chat": {"id": CHAT, "type": "private"},
            },
        }
    }
    replies = await do(yes, role=Role.OWNER)
    told = [reply.parameters["text"] for reply in replies if "text" in reply.parameters]
    assert told[0].startswith("That was asked a while ago.")
    assert told[1].startswith("Work alone?")


async def test_an_alert_of_somebody_elses(do: Doing) -> None:
    """Who works alone and did not write an alert approves it as another person, and reads so on the card."""

    async def written(tx: Transaction) -> None:
        await tx.organizers.add(CHAT + 9, Role.EDITOR, today=NOW.date())
        editor = await team.require(tx, CHAT + 9)
        await working_alone.switch_on(tx, actor=await team.require(tx, CHAT), now=NOW)
        alert = await tx.alerts.add(draft(author_id=editor.id), now=NOW)
        await alerts.set_link(tx, alert.id, "https://example.org/b", actor=editor, now=NOW)

    replies = await do(said("/approve_1"), role=Role.OWNER, before=written)
    card = [reply.parameters["text"] for reply in replies if "text" in reply.parameters][-1]
    assert "This is what would be sent." in card
    assert "You work alone" not in card
