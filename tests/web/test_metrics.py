"""`/metrics`: who may look, what is shown, and what never is."""

from collections.abc import Mapping

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import figures
from bot.domain.health import Episode, Sign, Trouble
from bot.jobs.figures import add_up
from bot.services import health
from bot.services.health import Overview
from bot.store import shared_clock
from bot.store.inbox import NewUpdate
from bot.store.schema import metadata
from bot.store.store import Store
from bot.web.access import metrics_token
from bot.web.app import Figures, web_app
from bot.web.readiness import Readiness
from tests.making import CHAT, KEY, NOW, begin_broadcast

TOKEN = metrics_token(KEY)
LOOPBACK, ELSEWHERE = ("127.0.0.1", 5000), ("203.0.113.7", 5000)


async def ask(
    store: Store,
    path: str = "/metrics",
    *,
    client: tuple[str, int] = LOOPBACK,
    host: str = "127.0.0.1:8080",
    headers: Mapping[str, str] | None = None,
    is_away: bool = False,
) -> httpx.Response:
    """Ask the application as somebody does."""

    async def overview() -> Overview | None:
        if is_away:
            return None
        async with store.reading() as tx:
            return await health.overview(tx, now=NOW)

    app = web_app(
        readiness=Readiness(store, database=None, is_deaf=lambda: False, clock=lambda: NOW),
        webhook=None,
        figures=Figures(overview=overview, token=lambda: TOKEN, rate=30.0, clock=lambda: NOW),
    )
    transport = httpx.ASGITransport(app=app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as asking:
        return await asking.get(path, headers=dict(headers or {}))


def values(answer: httpx.Response) -> dict[str, float]:
    """Return the samples as `name{label,label}`."""
    assert answer.status_code == 200
    return {
        sample.name + (f"{{{','.join(sample.labels.values())}}}" if sample.labels else ""): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (LOOPBACK, {}, 200),
        (("::1", 5000), {}, 200),
        (ELSEWHERE, {}, 401),
        (ELSEWHERE, {"Authorization": f"Bearer {TOKEN}"}, 200),
        (ELSEWHERE, {"authorization": f"bearer {TOKEN}"}, 200),
        (ELSEWHERE, {"Authorization": "Bearer wrong"}, 401),
        (ELSEWHERE, {"Authorization": "Bearer "}, 401),
        (ELSEWHERE, {"Authorization": f"Basic {TOKEN}"}, 401),
        (LOOPBACK, {"Authorization": "Bearer wrong"}, 401),
        (LOOPBACK, {"X-Forwarded-For": "203.0.113.7"}, 401),
        (LOOPBACK, {"X-Forwarded-For": "127.0.0.1"}, 401),
        (LOOPBACK, {"X-Forwarded-Proto": "https"}, 401),
        (LOOPBACK, {"Forwarded": "for=203.0.113.7"}, 401),
        (LOOPBACK, {"X-Real-IP": "127.0.0.1"}, 401),
        (LOOPBACK, {"Via": "1.1 proxy"}, 401),
        (LOOPBACK, {"X-Forwarded-For": "203.0.113.7", "Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_who_may_look(
    store: Store, client: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    """The token opens it from anywhere; without, only a request of this machine itself, which no proxy passes on."""
    answer = await ask(store, client=client, headers=headers)
    assert answer.status_code == status
    assert ("campaign_build_info" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("[::1]:8080", 200),
        ("bot.example.org", 401),
        ("10.0.0.7:8080", 401),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_by_which_name(store: Store, host: str, status: int) -> None:
    """Who asks by another name than this machine's own was sent by a proxy, or by a page in a browser."""
    assert (await ask(store, host=host)).status_code == status


def test_the_token_follows_the_key() -> None:
    """It is made of the campaign key and is no other secret of it."""
    assert metrics_token(KEY) == TOKEN
    assert TOKEN not in {KEY.derive("webhook path"), KEY.derive("webhook secret")}


async def test_what_is_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals, queues, states, signs and troubles are those of the database, whichever process is asked."""
    monkeypatch.setattr(shared_clock, "shared_clock", lambda _dialect: NOW.timestamp())
    figures.drain()
    figures.count(figures.CALLS, figures.BULK, "accepted", n=7)
    figures.count(figures.TOO_MANY, figures.BULK)
    figures.observe(figures.WAITED, 0.2, figures.APPLIED)
    await add_up(store)
    await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.updates.receive([NewUpdate(update_id=1, chat_id=CHAT, payload=b"{}")], now=NOW)
        await tx.health.note(Sign.HEARD, at=NOW, now=NOW)
        await tx.health.save(Episode(trouble=Trouble.DEAF, since=NOW, told=True))
        await tx.health.save(Episode(trouble=Trouble.DATABASE_FULL, since=NOW, over_at=NOW))
    shown = values(await ask(store))
    expected = {
        "campaign_calls_total{bulk,accepted}": 7,
        "campaign_too_many_requests_total{bulk}": 1,
        "campaign_updates_received_total": 0,
        "campaign_update_wait_seconds_bucket{applied,0.1}": 0,
        "campaign_update_wait_seconds_bucket{applied,0.25}": 1,
        "campaign_update_wait_seconds_sum{applied}": 0.2,
        "campaign_update_wait_seconds_count{applied}": 1,
        "campaign_queue_size{inbox}": 1,
        "campaign_queue_size{outbox}": 0,
        "campaign_queue_size{deliveries}": 3,
        "campaign_deliveries{pending}": 3,
        "campaign_deliveries{sent}": 0,
        "campaign_sign_age_seconds{heard}": 0,
        "campaign_trouble{deaf}": 1,
        "campaign_trouble{database full}": 0,
        "campaign_check_ok{database}": 1,
        "campaign_budget_rate": 30,
        "campaign_budget_share": 1,
    }
    # The order of a histogram's labels is the library's.
    found = {
        name.replace("{0.1,applied}", "{applied,0.1}").replace("{0.25,applied}", "{applied,0.25}"): value
        for name, value in shown.items()
    }
    assert {name: found.get(name) for name in expected} == expected


async def test_a_database_that_is_away(store: Store) -> None:
    """What this process knows by itself is shown all the same."""
    shown = values(await ask(store, is_away=True))
    assert shown["campaign_check_ok{telegram}"] == 1
    assert "campaign_queue_size{inbox}" not in shown


async def test_nobody_is_named(store: Store) -> None:
    """No chat id, ref or word of anybody is in the metrics, nor in the tables behind them."""
    await begin_broadcast(store, 3)
    async with store.transaction() as tx:
        await tx.updates.receive([NewUpdate(update_id=77_123_456, chat_id=CHAT, payload=b"{}")], now=NOW)
    text = (await ask(store)).text
    for number in (CHAT, CHAT + 1, 77_123_456):
        assert str(number) not in text
    for table in ("signs", "troubles", "totals"):
        assert not metadata.tables[table].foreign_keys


async def test_readyz_and_healthz(store: Store) -> None:
    """Both answer anybody; /readyz names its checks."""
    assert (await ask(store, "/healthz", client=ELSEWHERE)).text == "ok"
    answer = await ask(store, "/readyz", client=ELSEWHERE)
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
