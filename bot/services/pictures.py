"""The picture of an alert."""

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.organizer import Organizer, Right
from bot.domain.picture import Picture
from bot.errors import CampaignError
from bot.services.alerts import revise, unsent
from bot.services.team import authorize
from bot.store.store import Transaction


class PictureStays(CampaignError):
    """A correction changes the words of what was sent; its picture stays, or its having none."""


async def set_picture(
    tx: Transaction, alert_id: int, picture: Picture | None, *, actor: Organizer, now: datetime
) -> Alert:
    """Put the alert's words under a picture or, with None, take it away.

    Raises MayNotCompose, AlertMissing, AlertSent, PictureStays, TextTooLong where words do not fit under one.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    if alert.corrects is not None:
        raise PictureStays
    edited = replace(alert, picture=picture)
    edited.require_room()
    return await revise(tx, alert, edited, actor=actor, now=now)
