"""`/metrics`: the campaign's figures as Prometheus reads them. No ids, and no label whose values are not counted here.

Whichever web process is asked says the same of the campaign; `process_…` are its own.
"""

import platform
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.domain.broadcast import BroadcastStatus
from bot.domain.delivery import DeliveryState
from bot.domain.health import Sign, Trouble
from bot.figures import FIGURES, MILLISECONDS, Figure, cumulated
from bot.services.health import Overview
from bot.web.readiness import OK, Report

GAUGES = {
    "campaign_build_info": "Which version runs, on which Python.",
    "campaign_check_ok": "Whether each check of /readyz is well, of the process that was asked.",
    "campaign_trouble": "Whether this is wrong for the campaign, as the owners were told.",
    "campaign_sign_age_seconds": "How long ago each sign of life was seen last.",
    "campaign_queue_size": "What waits: updates, replies, deliveries of broadcasts under way.",
    "campaign_queue_age_seconds": "For how long the oldest of them has waited; updates and replies by the minute.",
    "campaign_deliveries": "Deliveries of all broadcasts by their state.",
    "campaign_broadcasts": "Broadcasts by their status.",
    "campaign_budget_rate": "Requests per second that all processes together may make.",
    "campaign_budget_share": "The share of that rate in use; less after a 429.",
    "campaign_budget_stopped_seconds": "For how long nothing may be posted from now on, after a 429.",
    "campaign_budget_reply_load": "The share of the rate that replies took of late.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What is shown at one moment; without `overview`, which the database has, what this process knows by itself."""

    overview: Overview | None
    report: Report
    rate: float
    now: datetime


def exposition(shown: Shown) -> bytes:
    """Return the metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Campaign(shown))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Campaign(Collector):
    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def collect(self) -> Iterator[Metric]:
        """Return everything that is shown."""
        yield from self._of_process()
        if (overview := self._shown.overview) is not None:
            yield from _totals(overview)
            yield from self._of_health(overview)
            yield from self._of_queues(overview)
            yield from _of_broadcasts(overview)
            yield from self._of_budget(overview)

    def _of_process(self) -> Iterator[Metric]:
        build = _gauge("campaign_build_info", "version", "python")
        build.add_metric([_version(), platform.python_version()], 1)
        yield build
        checks = _gauge("campaign_check_ok", "check")
        for check, said in self._shown.report.checks.items():
            checks.add_metric([check], said == OK)
        yield checks

    def _of_health(self, overview: Overview) -> Iterator[Metric]:
        troubles = _gauge("campaign_trouble", "kind")
        for trouble in Trouble:
            episode = overview.episodes.get(trouble)
            troubles.add_metric([trouble.value], episode is not None and episode.over_at is None)
        yield troubles
        ages = _gauge("campaign_sign_age_seconds", "sign")
        for sign in Sign:
            if sign in overview.signs:
                ages.add_metric([sign.value], self._age(overview.signs[sign]))
        yield ages

    def _of_queues(self, overview: Overview) -> Iterator[Metric]:
        queues = {
            "inbox": (overview.queues.inbox, overview.queues.inbox_since),
            "outbox": (overview.queues.outbox, overview.queues.outbox_since),
            "deliveries": (overview.due, overview.due_since),
        }
        sizes, ages = _gauge("campaign_queue_size", "queue"), _gauge("campaign_queue_age_seconds", "queue")
        for queue, (size, since) in queues.items():
            sizes.add_metric([queue], size)
            ages.add_metric([queue], self._age(since))
        yield sizes
        yield ages

    def _of_budget(self, overview: Overview) -> Iterator[Metric]:
        budget, clock = overview.budget, overview.clock
        for name, value in {
            "campaign_budget_rate": self._shown.rate,
            "campaign_budget_share": budget.slowdown,
            "campaign_budget_stopped_seconds": max(0.0, budget.state.stopped_until - clock),
            "campaign_budget_reply_load": budget.reply_load,
        }.items():
            gauge = _gauge(name)
            gauge.add_metric([], value)
            yield gauge

    def _age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max(0.0, (self._shown.now - since).total_seconds())


def _totals(overview: Overview) -> Iterator[Metric]:
    found: dict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
    for (name, labels), n in overview.totals.items():
        found[name][labels] = n
    for figure in FIGURES.values():
        of = _histogram if figure.is_wait else _counter
        yield of(figure, found[figure.name])


def _of_broadcasts(overview: Overview) -> Iterator[Metric]:
    deliveries = _gauge("campaign_deliveries", "state")
    for state in DeliveryState:
        deliveries.add_metric([state.value], overview.deliveries[state])
    yield deliveries
    broadcasts = _gauge("campaign_broadcasts", "status")
    for status in BroadcastStatus:
        broadcasts.add_metric([status.value], overview.broadcasts[status])
    yield broadcasts


def _gauge(name: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, GAUGES[name], labels=labels)


def _counter(figure: Figure, found: dict[tuple[str, ...], int]) -> Metric:
    family = CounterMetricFamily(figure.name, figure.says, labels=figure.labels)
    for labels, n in sorted((found or ({} if figure.labels else {(): 0})).items()):
        family.add_metric(labels, n)
    return family


def _histogram(figure: Figure, found: dict[tuple[str, ...], int]) -> Metric:
    family = HistogramMetricFamily(figure.name, figure.says, labels=figure.labels)
    by_labels: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for (*labels, bound), n in found.items():
        by_labels[tuple(labels)][bound] = n
    for labels_of, counts in sorted(by_labels.items()):
        seconds = counts.get(MILLISECONDS, 0) / 1000
        family.add_metric(labels_of, buckets=cumulated(counts), sum_value=seconds)
    return family


def _version() -> str:
    try:
        return version("campaign-bot")
    except PackageNotFoundError:
        return "unknown"
