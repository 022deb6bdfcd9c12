"""Opening the campaign's database from the settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.errors import MigrationsPending
from bot.privacy.keyring import CampaignKey, read_key
from bot.privacy.keys import Keys
from bot.store.store import Store, open_store


def campaign_key(settings: Settings) -> CampaignKey:
    """Read the key from the setting or the file.

    Raises KeyMissing, KeyInvalid.
    """
    text = settings.campaign_key.get_secret_value() if settings.campaign_key else None
    return read_key(text=text, file=settings.campaign_key_file)


@asynccontextmanager
async def opened(settings: Settings, *, bulk: bool = False) -> AsyncIterator[Store]:
    """Open the store and close it again; a database that is not there is not made.

    `bulk`: see `open_database`.
    Raises KeyMissing, KeyInvalid, and what `open_store` raises.
    """
    keys = Keys(campaign_key(settings), file=settings.key_file)
    file = settings.sqlite_file
    if file is not None and not file.exists():
        raise MigrationsPending(
            "There is no database yet. Run `campaign-bot init` or `campaign-bot migrate`."
        )
    store = await open_store(settings.database_url, keys, bulk=bulk)
    try:
        yield store
    finally:
        await store.close()
