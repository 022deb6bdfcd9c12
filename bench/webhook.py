"""Updates brought by webhook: ours are durable when they are acknowledged; a bare Starlette app only says 200."""

from bench.contenders import FIRST_CHAT_ID
from bench.report import Figure, Goal
from bench.trial import bot_api, campaign, contender, cores
from bot.chat import webhook_path
from bot.rehearsal.stage import free_port
from tests.worlds.processes.campaign import wait_until_served

GOAL = 0.5
"""Our updates per second over those of the bare app."""

SECRET = "a-secret-of-the-benchmark"  # noqa: S105  # of a server on this machine


def measure(updates: int) -> list[Figure]:
    """Bring so many updates, each from a chat of its own, to us and to the bare app."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        bot_api(updates) as api,
        campaign(api, PORT=str(port), PUBLIC_URL=url, WEBHOOK_SECRET=SECRET) as trial,
    ):
        trial.prepare(1, broadcast=False)
        with trial.running("web"):
            wait_until_served(url)
            ours = _accepted_per_second(url + webhook_path(trial.key), updates)
    bare_url = f"http://127.0.0.1:{free_port()}"
    with contender("starlette", bare_url):
        wait_until_served(bare_url)
        bare = _accepted_per_second(f"{bare_url}/webhook", updates)
    return [
        Figure(what="updates accepted durably by webhook", value=ours, unit="/s"),
        Figure(what="a bare Starlette app", value=bare, unit="/s"),
        Figure(what="ours over the bare app's", value=ours / bare, unit="x", goal=Goal(at_least=GOAL)),
    ]


def _accepted_per_second(url: str, updates: int) -> float:
    """Bring the updates from a process on the other core."""
    crowd = ("--people", str(updates), "--first-id", str(FIRST_CHAT_ID))
    bringing = contender("bring", url, *crowd, token=SECRET, core=cores()[0])
    return updates / float(bringing.output())
