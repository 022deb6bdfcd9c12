"""Random lives of people who get alerts: they press, pledge, say, undo, pause, leave, come back, move and choose hours.

Time is simulated, hour by hour. What reminds them are the rules of the bot itself (`bot.domain.reminder`), asked as
its freeze and its claim ask them; `Rules` holds these, so that wrong ones can take their place. What must never happen
is written down as it happens, told by what the person did, not by what the rules say.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import reminder
from bot.domain.action_fields import FieldName
from bot.domain.alert import ActionKind, Alert
from bot.domain.outcome import Outcome, Standing
from bot.domain.preferences import CampaignHours, Preferences, QuietHours
from bot.domain.reminder import Reminder, Verdict
from bot.domain.subscriber import SubscriberState

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
ZONES = (
    "Europe/Madrid",
    "America/New_York",
    "Asia/Gaza",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
)
"""Most change their clocks, on other days than each other; Lord Howe by half an hour."""

HOURS = CampaignHours(zone="Europe/Madrid")
KINDS = (ActionKind.SIGN, ActionKind.EMAIL, ActionKind.PLEDGE, ActionKind.ATTEND, ActionKind.MOMENT)

Judge = Callable[..., Verdict]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The bot's own rules. `receives`: whom a claim may send to, by the state of the person at that moment."""

    planned: Callable[..., tuple[Reminder, ...]] = reminder.reminders_of
    is_for: Callable[[Reminder, Standing], bool] = reminder.is_for
    judge: Judge = reminder.judge
    receives: Callable[[SubscriberState], bool] = lambda state: state is SubscriberState.ACTIVE
    resends: bool = False
    """Whether what may have arrived is sent once more."""


@dataclass(kw_only=True, slots=True)
class Life:
    """One person. `state`: None once erased."""

    state: SubscriberState | None = SubscriberState.ACTIVE
    chosen: Preferences = field(default_factory=Preferences)
    standings: dict[int, Standing] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    began: set[int] = field(default_factory=set)
    got: Counter[int] = field(default_factory=Counter)
    waiting: dict[tuple[int, int], datetime] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Lives:
    """People and alerts on one clock."""

    seed: int
    people: int
    weeks: int
    rules: Rules = field(default_factory=Rules)
    broken: Counter[str] = field(default_factory=Counter)
    reminded: int = 0
    person_weeks: int = 0

    def play(self) -> "Lives":
        """Play all weeks. Returns itself, with what was broken and how many reminders there were."""
        chance = random.Random(self.seed)  # noqa: S311  # lives, no secrets
        begins = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=chance.randrange(365))
        ends = begins + self.weeks * WEEK
        lives = [Life(chosen=_choice(chance)) for _ in range(self.people)]
        alerts = _alerts(chance, begins, self.weeks)
        # All that happens, in its order: acts of people at any minute, and the turns of the bot.
        due: list[tuple[datetime, int, Reminder]] = [
            (each.at, number, each)
            for number, (alert, sent_at) in enumerate(alerts)
            for each in self.rules.planned(alert, sent_at=sent_at)
        ]
        due.sort(key=lambda one: one[0])
        acts = self._acts(chance, alerts, begins, ends)
        now = begins
        while now < ends:
            while acts and acts[-1][0] <= now:
                at, who, number = acts.pop()
                _act(chance, lives[who], number, alerts, now=at)
            while due and due[0][0] <= now:
                _, number, one = due.pop(0)
                self._freeze(lives, number, one, now=now)
            for life in lives:
                if life.waiting:
                    self._claim(chance, life, alerts, now=now)
            now += HOUR / 2
        self.person_weeks = self.people * self.weeks
        return self

    def _acts(
        self, chance: random.Random, alerts: list[tuple[Alert, datetime]], begins: datetime, ends: datetime
    ) -> list[tuple[datetime, int, int]]:
        """Return when who does something, about which alert; the last one first."""
        made = []
        minutes = int((ends - begins) / timedelta(minutes=1))
        for who in range(self.people):
            made += [
                (begins + timedelta(minutes=chance.randrange(minutes)), who, -1) for _ in range(self.weeks)
            ]
            for number, (_, sent_at) in enumerate(alerts):
                if chance.random() < 0.5:
                    for _ in range(chance.choice((1, 1, 2, 3))):
                        after = timedelta(minutes=int(chance.expovariate(1 / 3000)))
                        made.append((sent_at + after, who, number))
        made.sort(reverse=True)
        return made

    def _freeze(self, lives: list[Life], number: int, one: Reminder, *, now: datetime) -> None:
        for life in lives:
            standing = life.standings.get(number)
            if standing is None or life.state is None or not self.rules.receives(life.state):
                continue
            if self.rules.is_for(one, standing):
                life.waiting[number, one.number] = now

    def _claim(
        self, chance: random.Random, life: Life, alerts: list[tuple[Alert, datetime]], *, now: datetime
    ) -> None:
        for key, not_before in list(life.waiting.items()):
            if not_before > now:
                continue
            number, which = key
            alert, sent_at = alerts[number]
            [one] = [each for each in self.rules.planned(alert, sent_at=sent_at) if each.number == which]
            if life.state is None or not self.rules.receives(life.state):
                del life.waiting[key]
                continue
            verdict = self.rules.judge(
                one, life.standings.get(number, Standing()), life.chosen, hours=HOURS, now=now
            )
            if verdict.until is not None:
                life.waiting[key] = verdict.until
            elif not verdict.send:
                del life.waiting[key]
            else:
                self._look(life, number, alert, now=now)
                # Now and then nobody knows whether it arrived.
                if not (self.rules.resends and chance.random() < 0.1):
                    del life.waiting[key]

    def _look(self, life: Life, number: int, alert: Alert, *, now: datetime) -> None:
        """Hold a reminder that goes out now against what its reader did and chose."""
        self.reminded += 1
        life.got[number] += 1
        if number in life.done:
            self.broken["done: reminded of what they had done, or declined"] += 1
        if number not in life.began:
            self.broken["began: reminded of what they never began"] += 1
        if life.state is not SubscriberState.ACTIVE:
            self.broken["gone: reminded in a pause, or after they had gone"] += 1
        if life.got[number] > (2 if alert.kind is ActionKind.ATTEND else 1):
            self.broken["often: reminded more than once"] += 1
        if not _is_awake(life.chosen, now):
            self.broken["hours: reminded in their quiet hours"] += 1
        begins = alert.details.get(FieldName.STARTS_AT) if alert.kind is ActionKind.ATTEND else None
        over_at = datetime.fromisoformat(begins).replace(tzinfo=UTC) if begins else alert.deadline
        if over_at is not None and now >= over_at:
            self.broken["late: reminded of what is over"] += 1


def _is_awake(chosen: Preferences, now: datetime) -> bool:
    """Look at a clock on the wall of the person: by no rule of the bot."""
    quiet, zone = chosen.quiet or HOURS.quiet, chosen.zone or HOURS.zone
    shown = now.astimezone(ZoneInfo(zone))
    if shown.fold:
        # The hour that comes twice: hours begin and end in the first of the two, so that the clock says nothing here.
        return True
    minute = shown.hour * 60 + shown.minute
    if quiet.start < quiet.end:
        return not quiet.start <= minute < quiet.end
    return quiet.end <= minute < quiet.start


def _choice(chance: random.Random) -> Preferences:
    quiet = None
    if chance.random() < 0.6:
        start = chance.randrange(0, 24 * 60, 30)
        quiet = QuietHours(start=start, end=(start + chance.randrange(30, 20 * 60, 30)) % (24 * 60))
    zone = chance.choice(ZONES) if quiet is not None or chance.random() < 0.5 else None
    return Preferences(zone=zone, quiet=quiet)


def _alerts(chance: random.Random, begins: datetime, weeks: int) -> list[tuple[Alert, datetime]]:
    made = []
    for number in range(max(1, weeks // 2)):
        sent_at = begins + timedelta(minutes=chance.randrange(weeks * 7 * 24 * 60))
        kind = chance.choice(KINDS)
        within = timedelta(hours=chance.choice((5, 30, 70, 200, 400)))
        details: dict[str, str] = {}
        if kind in (ActionKind.PLEDGE, ActionKind.ATTEND, ActionKind.MOMENT):
            details = {
                FieldName.ZONE: "UTC",
                FieldName.STARTS_AT: (sent_at + within).strftime("%Y-%m-%dT%H:%M"),
            }
        alert = Alert(id=number + 1, author_id=1, kind=kind, base="en", details=details)
        if kind not in (ActionKind.ATTEND, ActionKind.MOMENT) and chance.random() < 0.7:
            alert = replace(alert, deadline=sent_at + within + chance.choice((timedelta(), DAY)))
        made.append((replace(alert, reminds=chance.random() < 0.9), sent_at))
    return made


def _act(
    chance: random.Random, life: Life, number: int, alerts: list[tuple[Alert, datetime]], *, now: datetime
) -> None:
    if life.state is None:
        return
    if number < 0:
        _change(chance, life)
        return
    if life.state in (SubscriberState.LEFT, SubscriberState.BLOCKED):
        return
    before = life.standings.get(number, Standing())
    today, roll = now.date(), chance.random()
    if roll < 0.5 or (before.step is None and roll < 0.8):
        is_pledge = alerts[number][0].kind is ActionKind.PLEDGE
        after = before.pledge(today=today) if is_pledge else before.open(today=today)
        life.began.add(number)
    elif before.outcome is None:
        after = before.say(chance.choice(list(Outcome)), today=today)
        life.done.add(number)
    else:
        after = before.undo()
        life.done.discard(number)
    life.standings[number] = after


def _change(chance: random.Random, life: Life) -> None:
    roll = chance.random()
    if life.state is SubscriberState.ACTIVE:
        if roll < 0.1:
            life.state = SubscriberState.PAUSED
        elif roll < 0.15:
            life.state = chance.choice((SubscriberState.LEFT, SubscriberState.BLOCKED))
        elif roll < 0.17:
            life.state = None
            life.standings.clear()
            life.waiting.clear()
        elif roll < 0.6:
            life.chosen = _choice(chance)
    elif roll < 0.6:
        life.state = SubscriberState.ACTIVE


def main() -> None:
    """Play as many person-weeks as are asked for; exits 1 where anybody is nagged."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("--weeks", type=int, default=1_000_000, help="person-weeks")
    asked.add_argument("--seed", type=int, default=1_000)
    wanted = asked.parse_args()
    broken, weeks, reminded, seed = Counter[str](), 0, 0, wanted.seed
    while weeks < wanted.weeks:
        played = Lives(seed=seed, people=100, weeks=20).play()
        broken += played.broken
        weeks, reminded, seed = weeks + played.person_weeks, reminded + played.reminded, seed + 1
    sys.stdout.write(f"{weeks} person-weeks, {reminded} reminders, broken: {dict(broken) or 'nothing'}\n")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
