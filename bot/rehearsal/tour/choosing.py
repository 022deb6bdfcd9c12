"""What people choose on a tour, in their settings and by buttons alone: their zone, rhythm, quiet hours and topics."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.rehearsal.tour.course import QUIET
from bot.rehearsal.tour.play import Play
from bot.rehearsal.world.actor import Actor, NoAnswer

PAGES = 8
"""More pages of cities have no clock in common."""


async def choose(play: Play) -> None:
    """Let everybody who joined choose: where they live, if they ever say, and some of them how and when alerts come."""
    deeds = play.deeds
    zoned = [chat_id for chat_id in play.parts.joining if play.world.people[chat_id].zone is not None]
    choosing = sorted({*zoned, *deeds.quiet, *deeds.digest, *deeds.urgent})
    topics = len(deeds.quiet) if play.content.campaign.alert_topics else 0
    await play.each("Settings", choosing, lambda chat_id: _settle(play, chat_id))
    play.note(
        "settings",
        f"In /settings {len(zoned):,} chose a time zone, {len(deeds.quiet):,} quiet hours, {len(deeds.digest):,} a "
        f"daily digest, {len(deeds.urgent):,} urgent alerts only"
        + (f", {topics:,} a topic" if topics else ""),
        zones=len(zoned),
        quiet=len(deeds.quiet),
        digest=len(deeds.digest),
        urgent=len(deeds.urgent),
        topics=topics,
    )


async def _settle(play: Play, chat_id: int) -> None:
    person, deeds, zone = Actor(play.world, chat_id), play.deeds, play.world.people[chat_id].zone
    await person.say("/settings", shows="zone")
    if zone is not None:
        await _live_in(play, person, zone)
    if chat_id in deeds.digest and zone is not None:
        await person.press("often", shows="often:is:daily")
        await person.press("often:is:daily", shows="often:at:")
        wanted = f":{play.course.digest_hour(zone)}"
        found = person.button("often:at:", end=wanted)
        # What is chosen already has a tick, and changes nothing.
        if found is None or not found[1]["text"].startswith("✓"):
            await person.press("often:at:", end=wanted)
    if chat_id in deeds.urgent:
        await person.press("often", shows="often:is:urgent")
        await person.press("often:is:urgent")
    if chat_id in deeds.quiet:
        begin, end = (hour * 60 for hour in QUIET)
        await person.press("quiet", shows="quiet:is:")
        await person.press(f"quiet:is:{begin}:{end}")
        if play.content.campaign.alert_topics:
            await person.press("settings", shows="topics")
            await person.press("topics", shows="topics:turn:")
            await person.press("topics:turn:", end=f":{next(iter(play.content.campaign.alert_topics))}")


async def _live_in(play: Play, person: Actor, zone: str) -> None:
    """Find one's city by what the clocks show there, page by page, and choose it."""
    offset = play.now().astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    ahead = 24 * 60 + int(offset.total_seconds()) // 60
    await person.press("zone", shows="zone:now")
    await person.press("zone:now", shows="zone:shows:")
    await person.press("zone:shows:", end=f":{ahead}", shows="zone:is:")
    city = f"zone:is:{zone.replace('/', '.')}"
    for page in range(1, PAGES):
        if person.button(city) is not None:
            await person.press(city, shows="often")
            return
        await person.press(f"zone:shows:{ahead}:{page}", shows="zone:is:")
    raise NoAnswer(f"The settings do not offer {zone} among the cities with its time.")
