"""The dashboard and the alert rules ask for metrics and labels that are there."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import figures
from bot.config import ROOT
from bot.domain.health import Sign
from bot.jobs.figures import add_up
from bot.services import health
from bot.store.store import Store
from bot.web.metrics import Shown, exposition
from bot.web.readiness import Report
from tests.making import NOW

RULES = yaml.safe_load((ROOT / "ops/alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
BOARD = json.loads((ROOT / "ops/grafana.json").read_text(encoding="utf-8"))

PROMTOOL = shutil.which("promtool")

METRIC = re.compile(r"\b((?:campaign|process)_\w+)(?:\{([^}]*)\})?")
LABELS = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"')
GROUPED = re.compile(r"\bby \(([^)]*)\)")
OF_PROMETHEUS = {"instance", "job"}


def expressions() -> Iterator[str]:
    """Yield what is asked of Prometheus."""
    yield from (rule["expr"] for rule in RULES)
    for panel in BOARD["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))


async def shown(store: Store) -> dict[str, set[str]]:
    """Return the samples that are shown, each with its labels."""
    figures.drain()
    for figure in figures.FIGURES.values():
        values = ["x"] * len(figure.labels)
        if figure.is_wait:
            figures.observe(figure, 0.1, *values)
        else:
            figures.count(figure, *values)
    await add_up(store)
    async with store.transaction() as tx:
        await tx.health.note(Sign.HEARD, at=NOW, now=NOW)
    async with store.reading() as tx:
        overview = await health.overview(tx, now=NOW)
    report = Report(checks={"database": "ok"})
    text = exposition(Shown(overview=overview, report=report, rate=30.0, now=NOW)).decode()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_every_metric_is_there(store: Store) -> None:
    """No dashboard shows nothing, and no alert sleeps, since a metric or a label was renamed."""
    there = await shown(store)
    asked = [(name, given) for each in expressions() for name, given in METRIC.findall(each)]
    assert {name for name, _ in asked} <= there.keys()
    for name, given in asked:
        assert set(LABELS.findall(given)) <= there[name], name
    for each in expressions():
        labels = set().union(*(there[name] for name, _ in METRIC.findall(each)))
        for grouped in GROUPED.findall(each):
            assert {label.strip() for label in grouped.split(",")} <= labels | OF_PROMETHEUS, each


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_every_metric_is_used(store: Store) -> None:
    """What is shown is on the dashboard: a figure that nobody looks at is none."""
    asked = {name for each in expressions() for name, _ in METRIC.findall(each)}
    there = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for name in await shown(store)
        if name.startswith("campaign_")
    }
    assert there == {
        re.sub(r"_(bucket|sum|count)$", "", name) for name in asked if name.startswith("campaign_")
    }


def test_nothing_is_added_up_over_processes() -> None:
    """Each process shows the totals of all: who adds processes up counts everything as often as there are some."""
    for each in expressions():
        assert not re.search(r"\bsum (?:by|without)", each), each
        assert not re.search(r"\bsum\((?!max by)", each), each


def test_the_five_alerts() -> None:
    """Each says what is wrong and what to do, in words."""
    assert len(RULES) == 5
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"].endswith(".")
        assert len(rule["annotations"]["description"]) > 30


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool is installed")
def test_prometheus_takes_the_rules() -> None:
    """Prometheus itself finds nothing wrong with them."""
    assert PROMTOOL is not None
    checked = subprocess.run(
        [PROMTOOL, "check", "rules", ROOT / "ops/alerts.yml"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "5 rules found" in checked.stdout


def test_the_board_has_one_source() -> None:
    """Each panel asks the source that is chosen above, so that it works in any Grafana."""
    panels: list[dict[str, Any]] = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
