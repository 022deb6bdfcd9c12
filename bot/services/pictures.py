"""The picture of an alert."""

from dataclasses import replace
from datetime import datetime

from bot.domain.alert import Alert
from bot.domain.organizer import Organizer, Right
from bot.domain.picture import Picture
from bot.domain.staleness import picture_version
from bot.errors import CampaignError
from bot.services.alerts import WordsChanged, revise, unsent
from bot.services.team import authorize
from bot.store.store import Transaction


class PictureStays(CampaignError):
    """A correction changes the words of what was sent; its picture stays, or its having none."""


async def set_picture(
    tx: Transaction,
    alert_id: int,
    picture: Picture | None,
    *,
    actor: Organizer,
    now: datetime,
    over: str | None = None,
) -> Alert:
    """Put the alert's words under a picture or, with None, take it away.

    `over`: the version of the picture that the organizer saw; None where they are not asked about that. Raises
    MayNotCompose, AlertMissing, AlertSent, PictureStays, WordsChanged, TextTooLong where words do not fit under one.
    """
    authorize(actor, Right.COMPOSE)
    alert = await unsent(tx, alert_id, actor=actor)
    if alert.corrects is not None:
        raise PictureStays
    edited = replace(alert, picture=picture)
    if edited != alert and over not in (None, picture_version(alert)):
        raise WordsChanged
    edited.require_room()
    return await revise(tx, alert, edited, actor=actor, now=now)
