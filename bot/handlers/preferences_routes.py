"""What people do to choose how often, when and from where alerts reach them."""

from bot.handlers import preferences
from bot.handlers.declared import Room
from bot.handlers.route import opens, presses
from bot.telegram_io import preference_buttons, supporter_buttons

ROOM = Room(
    modules=(preferences,),
    buttons=(
        opens(supporter_buttons.OpenSettings, preferences.settings),
        presses(preference_buttons.PauseFor, preferences.pause_for),
        opens(preference_buttons.OpenRhythm, preferences.open_rhythm),
        presses(preference_buttons.ChooseRhythm, preferences.choose_rhythm),
        presses(preference_buttons.ChooseDigestHour, preferences.choose_digest_hour),
        presses(preference_buttons.ChooseDigestDay, preferences.choose_digest_day),
        opens(preference_buttons.OpenQuietHours, preferences.open_quiet_hours),
        presses(preference_buttons.ChooseQuietHours, preferences.choose_quiet_hours),
        presses(preference_buttons.OpenZones, preferences.open_zones),
        opens(preference_buttons.OpenClocks, preferences.open_clocks),
        presses(preference_buttons.ZonesShowing, preferences.zones_showing),
        presses(preference_buttons.ChooseZone, preferences.choose_zone),
        presses(preference_buttons.OpenPlaces, preferences.open_places),
        presses(preference_buttons.ChoosePlace, preferences.choose_place),
        opens(preference_buttons.OpenAlertTopics, preferences.open_topics),
        presses(preference_buttons.TurnTopic, preferences.turn_topic),
    ),
)
