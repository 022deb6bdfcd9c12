"""Every screen on which people choose for themselves; `test_screens` looks at each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.content import Wording
from bot.domain.consent import ConsentEvent
from bot.domain.preferences import AT_NIGHT, Preferences, Rhythm
from bot.domain.subscriber import Subscriber, SubscriberState
from bot.i18n import zones
from bot.i18n.localizer import Localizer
from bot.services.preferences import SHARED_BY
from bot.services.privacy import Held
from bot.telegram_io.preference_buttons import Region
from bot.wording import preferences as wording
from bot.wording import setting_screens
from bot.wording.held import privacy_screen
from bot.wording.held_file import held_file_screen
from bot.wording.renewal import renewal_screen, renewed_screen
from bot.wording.screen import Screen
from tests.making import NOW, consent

CHOICES = [
    Preferences(),
    *(
        Preferences(
            rhythm=rhythm,
            zone="America/Argentina/Buenos_Aires",
            quiet=AT_NIGHT,
            digest_hour=18,
            digest_day=3,
            locality="sao-paulo",
        )
        for rhythm in Rhythm
    ),
]
PLACES = {f"place-{n}": "São Paulo" for n in range(40)}


def preference_screens(localizer: Localizer) -> Iterator[Screen]:
    """Yield every one of them."""
    yield from _settings(localizer)
    for chosen in CHOICES:
        yield setting_screens.rhythm_screen(localizer, chosen)
        yield setting_screens.quiet_screen(localizer, chosen, campaign=AT_NIGHT)
    yield setting_screens.zone_screen(localizer)
    yield setting_screens.clocks_screen(localizer, now=NOW)
    for region in Region:
        found = zones.of_region(localizer, region)
        for page in {0, (len(found) - 1) // setting_screens.PAGE}:
            yield setting_screens.zones_screen(localizer, found, chosen=found[0], page=page, about=region)
    for offset in zones.offsets(now=NOW):
        found = zones.showing(localizer, offset, now=NOW)
        yield setting_screens.zones_screen(localizer, found, chosen=None, page=0, about=1440)
    for page in range(3):
        yield setting_screens.places_screen(
            localizer, PLACES, chosen="place-3", page=page, shared_by=SHARED_BY
        )
    yield setting_screens.topics_screen(
        localizer, {"alerts": "Alerts", "councils": "City councils"}, ["alerts"]
    )
    yield wording.pause_over_screen(localizer)
    agreed = Wording(version="2", locale=localizer.locale, text="What a yes is to. " * 40, sha256="b" * 64)
    yield renewal_screen(localizer, agreed, until=NOW.date())
    yield renewed_screen(localizer)
    yield held_file_screen(localizer)


def _settings(localizer: Localizer) -> Iterator[Screen]:
    for state in SubscriberState:
        for chosen in CHOICES:
            person = Subscriber(id=1, state=state, locale="en", joined_on=NOW.date(), preferences=chosen)
            paused = state is SubscriberState.PAUSED
            for paused_until in {None, NOW + timedelta(days=30) if paused else None}:
                standing = replace(person, paused_until=paused_until)
                yield wording.settings_screen(
                    localizer,
                    standing,
                    often="About two alerts a week.",
                    zone="Europe/Madrid",
                    place="São Paulo",
                    has_places=True,
                    has_topics=True,
                    now=NOW,
                    answer_until=NOW.date() if standing.receives_alerts else None,
                )
                held = Held(
                    subscriber=standing,
                    locale="en",
                    consents=[consent(event) for event in ConsentEvent],
                    alerts=3,
                    waiting=2,
                    answer_until=NOW.date(),
                    place="Madrid",
                )
                yield privacy_screen(localizer, held, "A notice.")
    yield wording.settings_screen(localizer, None, zone="UTC", now=NOW)
