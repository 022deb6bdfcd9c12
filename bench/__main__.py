"""Bulk sends, side by side in one run: the real engine, durable, beside loops that keep no record.

    python -m bench [--people 10000] [--json]

The server is a process of its own on another core; every contender runs alone on one core. Ratios matter, not
the machine's seconds. The engine's seconds are from its process's start of sending to its end, its commits
included; the others keep no record at all.
"""

import argparse
import base64
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:benchmark-of-the-local-bot-api-00000"  # noqa: S105  # of a server on this machine
CONTENDERS = {
    "ptb": ("python-telegram-bot, stock loop", 50),
    "aiogram": ("aiogram, bare loop", 100),
    "aiohttp": ("aiohttp, raw POST loop", 100),
}
"""Name → what it is, and how many in flight suit it best."""

GOALS = {"ptb": 20.0, "aiogram": 2.5, "aiohttp": 0.9}
"""The engine's rate over the contender's (the design's table of speeds)."""

ALERT = """kind = "sign"
base = "en"
link = "https://example.org/petition"
[en]
title = "Ask your council"
text = "One ask, one reason, one button."
"""


def main() -> None:
    """Run every contender and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    server_core, client_core = sorted(os.sched_getaffinity(0))[:2]
    server = start_server(asked.people, server_core)
    assert server.stdout is not None  # noqa: S101  # it is a pipe
    url = server.stdout.readline().strip()
    try:
        rates = {name: contend(name, url, asked.people, client_core) for name in CONTENDERS}
        engine = send_with_engine(url, asked.people, client_core)
    finally:
        server.terminate()
        server.wait()
    show(rates, engine, people=asked.people, as_json=asked.json)


def start_server(people: int, core: int) -> "subprocess.Popen[str]":
    """Start the local Bot API on a core of its own."""
    command = [sys.executable, "-m", "bot.rehearsal.server", "--port", "0", "--token", TOKEN]
    command += ["--crowd", str(people), "--first-id", "1000000"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )


def on_core(command: list[str], core: int, environ: dict[str, str] | None = None) -> str:
    """Run a command on one core. Returns what it printed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    return done.stdout


def contend(name: str, url: str, people: int, core: int) -> float:
    """Return a contender's sends per second."""
    in_flight = CONTENDERS[name][1]
    # The slowest needs a tenth of the people for the same certainty.
    people = people // 10 if name == "ptb" else people
    command = ["-m", "bench.contenders", name, "--url", url, "--token", TOKEN]
    printed = on_core([*command, "--people", str(people), "--in-flight", str(in_flight)], core)
    return people / float(json.loads(printed)["seconds"])


def send_with_engine(url: str, people: int, core: int) -> float:
    """Return the real engine's sends per second: `prepare`, then `run --role sender --until-idle`."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "PATH": os.environ["PATH"],
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": url,
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "CAMPAIGN_KEY": base64.b64encode(os.urandom(64)).decode(),
            "SEND_RATE": "1000000",
            "LOG_FORMAT": "json",
        }
        alert = Path(folder) / "alert.toml"
        alert.write_text(ALERT)
        prepare = ["-m", "bot", "prepare", "--people", str(people), "--alert", str(alert), "--json"]
        on_core(prepare, core, environ)
        on_core(["-m", "bot", "run", "--role", "sender", "--until-idle"], core, environ)
        status = json.loads(on_core(["-m", "bot", "status", "--json"], core, environ))
        sent = status["broadcasts"][0]
        if sent["sent"] != people:
            sys.exit(f"The engine did not send to everybody: {sent}")
        return people / seconds_of_sending(Path(folder) / "bench.db")


def seconds_of_sending(database: Path) -> float:
    """Return the time between a broadcast's start and its end, as the database has them."""
    with sqlite3.connect(database) as connection:
        started, ended = connection.execute("SELECT started_at, ended_at FROM broadcasts").fetchone()
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()


def show(rates: dict[str, float], engine: float, *, people: int, as_json: bool) -> None:
    """Print the table, or the same as JSON."""
    rows = [
        {"name": CONTENDERS[name][0], "per_second": rate, "ratio": engine / rate, "goal": GOALS[name]}
        for name, rate in rates.items()
    ]
    if as_json:
        day = datetime.now(UTC).date().isoformat()
        print(json.dumps({"day": day, "people": people, "engine_per_second": engine, "beside": rows}))
        return
    print(f"{people} people, {platform.machine()}, Python {platform.python_version()}, one core each")
    print(f"{'':34} {'sends/s':>9} {'engine is':>10} {'goal':>6}")
    print(f"{'our engine, durable':34} {engine:9.0f}")
    for row in rows:
        print(f"{row['name']:34} {row['per_second']:9.0f} {row['ratio']:8.2f} x {row['goal']:4.1f} x")


if __name__ == "__main__":
    main()
