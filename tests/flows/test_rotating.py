"""A bot that runs while its key is changed: its webhook and its pages follow, and nobody notices."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.chat import webhook_path
from bot.clock import system_clock
from bot.domain.alert import ActionKind
from bot.jobs.rotation import Rotation
from bot.privacy.keyring import CampaignKey, read_key
from bot.rehearsal.api.server import RehearsalServer
from bot.rehearsal.stage import free_port
from bot.rehearsal.world.world import World
from bot.telegram_io.action_buttons import Act
from bot.telegram_io.callbacks import pack
from tests.flows.test_actions import TITLES, alert_of, sent
from tests.flows.test_webhook import HEADER, asking_for_help
from tests.making import KEY
from tests.worlds.in_process.organizing import supporters
from tests.worlds.in_process.stage import PATIENCE, Phone, Stage
from tests.worlds.rotation import key_file, opened, opened_by, rotate

LOOK_SECONDS = 0.05


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the key file."""
    return key_file(tmp_path)


@pytest.fixture
async def hooked(
    world: World, server: RehearsalServer, database: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the bot with its key in a file, where the world can reach it."""
    monkeypatch.setattr("bot.delivery.key_watch.KEY_SECONDS", LOOK_SECONDS)
    monkeypatch.setattr("bot.jobs.rotation.SHOWN_AFTER", 0.5)
    port = str(free_port())
    stage = Stage(
        world=world,
        server=server,
        database=database,
        PORT=port,
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        CAMPAIGN_KEY="",
        CAMPAIGN_KEY_FILE=str(file),
    )
    await stage.start()
    probe = stage.phone("First")
    await probe.say("/help")
    await probe.expects("What this bot can do")
    yield stage
    await stage.stop()


async def bring(stage: Stage, key: CampaignKey, phone: Phone, update_id: int) -> int:
    """Bring an update where this key says. Returns the status."""
    url = f"http://127.0.0.1:{stage.settings.port}{webhook_path(key)}"
    headers = {HEADER: key.derive("webhook secret")}
    update = asking_for_help(phone, update_id)
    async with aiohttp.ClientSession() as session, session.post(url, json=update, headers=headers) as answer:
        return answer.status


async def letter_of(phone: Phone, alert_id: int) -> str:
    """Return the address of the letter that somebody is shown."""
    await phone.press(pack(Act(alert_id)))
    card = await phone.expects("office@council.example")
    return next(str(button["url"]) for button in card.buttons() if "url" in button)


async def test_while_the_key_is_changed(hooked: Stage, file: Path, world: World) -> None:
    """Telegram is told the new address; the old one answers until the old key has gone; old letters still open."""
    ana, bea = await supporters(hooked, "en", "en")
    alert_id = await sent(hooked, alert_of(ActionKind.EMAIL))
    await ana.expects(TITLES["en"], "/stop")
    before = await letter_of(ana, alert_id)
    async with opened(f"sqlite:///{hooked.database}", file) as mine:
        begun = Rotation(store=mine, file=file, clock=system_clock, told=lambda _line: None)
        new, old = await begun._begun()
        assert old == KEY
        await begun._announce(new, old)
        await begun._until_known(new)
        # Another process may be the first to tell Telegram, and the old address is what Telegram still has.
        for number, key in enumerate((new, old)):
            assert await bring(hooked, key, bea, 900_000 + number) == 200
        await rotate(mine, file)
        assert read_key(text=None, file=file) == new
        for _ in range(int(PATIENCE / LOOK_SECONDS)):
            told = world.updates.webhook
            if told and told.url.endswith(webhook_path(new)) and hooked.conversation.key == new:
                break
            await asyncio.sleep(LOOK_SECONDS)  # the bot looks at the file now and then
        await bea.say("/help")
        await bea.expects("What this bot can do")
        assert await bring(hooked, new, bea, 900_010) == 200
        assert await bring(hooked, KEY, bea, 900_011) == 404
        after = await letter_of(bea, alert_id)
        assert after != before
        async with aiohttp.ClientSession() as session:
            for address in (before, after):
                async with session.get(address) as page:
                    assert page.status == 200
        await hooked.settled()
        assert (await opened_by(mine, KEY))[True] == 0
        assert (await opened_by(mine, new))[False] == 0
