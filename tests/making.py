"""What tests make: a key, a moment, people, an alert on its way."""

from datetime import UTC, datetime

from bot.privacy.keys import CampaignKey

KEY = CampaignKey(bytes(range(64)))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
