"""What people choose for themselves, in one message that changes in place; by buttons alone."""

from datetime import timedelta

from bot.domain.alert import DEFAULT_TOPIC
from bot.domain.preferences import Preferences
from bot.domain.subscriber import Subscriber
from bot.handlers.request import Request
from bot.i18n import zones
from bot.services import preferences, renewals, subscriptions
from bot.telegram_io.callbacks import ButtonOutdated
from bot.telegram_io.preference_buttons import (
    ChooseDigestDay,
    ChooseDigestHour,
    ChoosePlace,
    ChooseQuietHours,
    ChooseRhythm,
    ChooseZone,
    OpenPlaces,
    OpenZones,
    PauseFor,
    TurnTopic,
    ZonesShowing,
)
from bot.telegram_io.replies import Reply
from bot.wording import preferences as wording
from bot.wording import setting_screens


async def settings(request: Request) -> list[Reply]:
    """Show what can be changed."""
    return await show(request, await subscriptions.find(request.tx, request.chat_id))


async def show(request: Request, person: Subscriber | None) -> list[Reply]:
    """Show what a person chose."""
    campaign = request.resources.content.campaign
    locality = None if person is None else person.preferences.locality
    shown = wording.settings_screen(
        request.localizer,
        person,
        often=campaign.how_often(request.locale) or "",
        zone=campaign.zone,
        place="" if locality is None else campaign.place(locality, request.locale),
        has_places=bool(campaign.localities) or locality is not None,
        has_topics=bool(campaign.alert_topics),
        answer_until=None if person is None else await renewals.answer_until(request.tx, person),
        now=request.now,
    )
    return request.replace(shown)


async def pause_for(request: Request, button: PauseFor) -> list[Reply]:
    """Send them nothing for so long."""
    campaign = request.resources.content.campaign
    person = await preferences.pause_for(
        request.tx,
        request.chat_id,
        button.pause,
        quiet=campaign.quiet,
        zone=campaign.zone,
        now=request.now,
    )
    return await show(request, person)


async def open_rhythm(request: Request) -> list[Reply]:
    """Offer how often alerts come."""
    return await _rhythm(request, await subscriptions.find(request.tx, request.chat_id))


async def choose_rhythm(request: Request, button: ChooseRhythm) -> list[Reply]:
    """Let alerts come as often as this."""
    zone = request.resources.content.campaign.zone
    person = await preferences.set_rhythm(
        request.tx, request.chat_id, button.rhythm, zone=zone, now=request.now
    )
    return await _rhythm(request, person)


async def choose_digest_hour(request: Request, button: ChooseDigestHour) -> list[Reply]:
    """Let the digest come at this hour."""
    person = await preferences.set_digest_time(request.tx, request.chat_id, hour=button.hour, now=request.now)
    return await _rhythm(request, person)


async def choose_digest_day(request: Request, button: ChooseDigestDay) -> list[Reply]:
    """Let the weekly digest come on this day."""
    person = await preferences.set_digest_time(request.tx, request.chat_id, day=button.day, now=request.now)
    return await _rhythm(request, person)


async def open_quiet_hours(request: Request) -> list[Reply]:
    """Offer the hours in which nothing is sent."""
    return await _quiet(request, await subscriptions.find(request.tx, request.chat_id))


async def choose_quiet_hours(request: Request, button: ChooseQuietHours) -> list[Reply]:
    """Send nothing in these hours."""
    hours = None if button.start is None else (button.start, button.end)
    campaign = request.resources.content.campaign
    person = await preferences.set_quiet_hours(
        request.tx, request.chat_id, hours, zone=campaign.zone, campaign=campaign.quiet, now=request.now
    )
    return await _quiet(request, person)


async def open_zones(request: Request, button: OpenZones) -> list[Reply]:
    """Ask for the zone, or show a page of a region's."""
    person = await subscriptions.find(request.tx, request.chat_id)
    if person is None or not person.is_on_list:
        return await show(request, person)
    if button.region is None:
        return request.replace(setting_screens.zone_screen(request.localizer))
    found = zones.of_region(request.localizer, button.region)
    return _zones(request, person.preferences, found, OpenZones(button.region, button.page))


async def open_clocks(request: Request) -> list[Reply]:
    """Ask what time it is where they are."""
    return request.replace(setting_screens.clocks_screen(request.localizer, now=request.now))


async def zones_showing(request: Request, button: ZonesShowing) -> list[Reply]:
    """Show the zones whose clocks show what theirs do."""
    person = await subscriptions.find(request.tx, request.chat_id)
    if person is None or not person.is_on_list:
        return await show(request, person)
    offset = timedelta(minutes=button.ahead) - setting_screens.DAY_BEHIND
    found = zones.showing(request.localizer, offset, now=request.now)
    return _zones(request, person.preferences, found, button)


async def choose_zone(request: Request, button: ChooseZone) -> list[Reply]:
    """Let hours be those of this zone."""
    zone = button.zone.replace(".", "/")
    return await show(request, await preferences.set_zone(request.tx, request.chat_id, zone, now=request.now))


async def open_places(request: Request, button: OpenPlaces) -> list[Reply]:
    """Offer the campaign's places."""
    person = await subscriptions.find(request.tx, request.chat_id)
    if person is None or not person.is_on_list:
        return await show(request, person)
    shown = setting_screens.places_screen(
        request.localizer,
        request.resources.content.campaign.places(request.locale),
        chosen=person.preferences.locality,
        page=button.page,
        shared_by=preferences.SHARED_BY,
    )
    return request.replace(shown)


async def choose_place(request: Request, button: ChoosePlace) -> list[Reply]:
    """Note from which place they are."""
    known = request.resources.content.campaign.localities
    person = await preferences.set_locality(
        request.tx, request.chat_id, button.place, known=known, now=request.now
    )
    return await show(request, person)


async def open_topics(request: Request) -> list[Reply]:
    """Offer what alerts can be about."""
    return await _topics(request, await subscriptions.find(request.tx, request.chat_id))


async def turn_topic(request: Request, button: TurnTopic) -> list[Reply]:
    """Let alerts about this come, or not any more."""
    known = {DEFAULT_TOPIC, *request.resources.content.campaign.alert_topics}
    person = await preferences.turn_topic(request.tx, request.chat_id, button.topic, known=known)
    return await _topics(request, person)


async def _rhythm(request: Request, person: Subscriber | None) -> list[Reply]:
    if person is None or not person.is_on_list:
        return await show(request, person)
    return request.replace(setting_screens.rhythm_screen(request.localizer, person.preferences))


async def _quiet(request: Request, person: Subscriber | None) -> list[Reply]:
    if person is None or not person.is_on_list:
        return await show(request, person)
    quiet = request.resources.content.campaign.quiet
    return request.replace(
        setting_screens.quiet_screen(request.localizer, person.preferences, campaign=quiet)
    )


def _zones(
    request: Request, chosen: Preferences, found: list[str], button: OpenZones | ZonesShowing
) -> list[Reply]:
    about = button.ahead if isinstance(button, ZonesShowing) else button.region
    if about is None or not found[button.page * setting_screens.PAGE :]:
        raise ButtonOutdated
    shown = setting_screens.zones_screen(
        request.localizer, found, chosen=chosen.zone, page=button.page, about=about
    )
    return request.replace(shown)


async def _topics(request: Request, person: Subscriber | None) -> list[Reply]:
    if person is None or not person.is_on_list:
        return await show(request, person)
    localizer, campaign = request.localizer, request.resources.content.campaign
    # Translators: button; the alerts that everybody gets who has joined.
    everything = {DEFAULT_TOPIC: localizer.gettext("Alerts to everybody")}
    named = campaign.topics(request.locale)
    chosen = await preferences.topics_of(request.tx, person)
    return request.replace(setting_screens.topics_screen(localizer, everything | named, chosen))
