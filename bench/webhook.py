"""Updates brought by webhook: ours are durable when they are acknowledged; a bare Starlette app only says 200."""

import sys
import time
import urllib.error
import urllib.request

from bench.report import Figure, Goal
from bench.trial import (
    FIRST_CHAT_ID,
    TOKEN,
    bot_api,
    campaign,
    cores,
    free_port,
    on_core,
    start,
    stopped_after,
)
from bot.chat import webhook_path
from bot.privacy.keyring import parse_key

GOAL = 0.5
"""Our updates per second over those of the bare app."""

SECRET = "a-secret-of-the-benchmark"  # noqa: S105  # of a server on this machine
PATIENCE = 30.0


def measure(updates: int) -> list[Figure]:
    """Bring so many updates, each from a chat of its own, to us and to the bare app."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        bot_api(people=updates) as api,
        campaign(api.url, PORT=str(port), PUBLIC_URL=url, WEBHOOK_SECRET=SECRET) as trial,
    ):
        trial.prepare(1, broadcast=False)
        path = webhook_path(parse_key(trial.environ["CAMPAIGN_KEY"]))
        with stopped_after(trial.running("web")):
            _wait_until_served(f"{url}/readyz")
            ours = _accepted_per_second(url + path, updates)
    bare_url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "bench.contenders", "starlette", "--url", bare_url, "--token", TOKEN]
    with stopped_after(start(command, cores()[1])):
        _wait_until_served(f"{bare_url}/readyz")
        bare = _accepted_per_second(f"{bare_url}/webhook", updates)
    return [
        Figure(what="updates accepted durably by webhook", value=ours, unit="/s"),
        Figure(what="a bare Starlette app", value=bare, unit="/s"),
        Figure(what="ours over the bare app's", value=ours / bare, unit="x", goal=Goal(at_least=GOAL)),
    ]


def _accepted_per_second(url: str, updates: int) -> float:
    """Bring the updates from a process on the other core."""
    arguments = ["-m", "bench.contenders", "bring", "--url", url, "--token", SECRET]
    printed = on_core(
        [*arguments, "--people", str(updates), "--first-id", str(FIRST_CHAT_ID)],
        cores()[0],
    )
    return updates / float(printed)


def _wait_until_served(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  # on this machine
                return
        except urllib.error.URLError:
            time.sleep(0.05)
    sys.exit(f"Nothing was served within {PATIENCE:.0f} s.")
