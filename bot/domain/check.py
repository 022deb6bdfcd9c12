"""The check of an alert before it is approved: what is fine, what is to be known, what has to be mended first.

A finding that blocks is mended; nothing with one is approved or sent. A warning is acknowledged by an organizer, for
the plan as it is: it has a `key` under which that is kept.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from bot.domain.action_fields import FieldName, field_of, starts_at
from bot.domain.alert import BODY_LIMIT, Alert, lacks_number
from bot.domain.canonical import sha256_of
from bot.domain.choices import Choice
from bot.domain.findings import (
    BaseMissing,
    Cost,
    DeadlineAhead,
    DeadlinePast,
    Finding,
    Forecast,
    LengthFine,
    Level,
    LinkBad,
    LinkDoubtful,
    LinksFine,
    Long,
    MoreThanPromised,
    NotTooOften,
    NumberMissing,
    OutsideHours,
    SaidLately,
    SamePeople,
    TooLong,
    TranslationsFine,
    Undecided,
    Waiting,
    WithinHours,
)
from bot.domain.link_safety import LinkFault, addresses, fault_of
from bot.domain.pacing import paid_stars, seconds_to_send
from bot.domain.reach import Reach
from bot.domain.rich_text import utf16_length

READ_TO_THE_END = 500
"""UTF-16 units of an alert that people read; longer ones are skimmed."""

DAY_BEGINS, DAY_ENDS = time(9), time(21)
"""Between these hours alerts disturb nobody."""

MANY = 0.3
"""From this share on, another alert went to many of the same people."""

FEW = 10
"""Fewer people than this are not counted: it could tell on one of them."""


DOUBTFUL_AT_MOST = 5
"""Doubtful addresses that somebody may take upon themselves; nobody looks through more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """Of so many of the audience that were `looked` at, how many `got` another alert."""

    looked: int
    got: int

    @property
    def is_of_many(self) -> bool:
        """Whether these are many of the same people; of a few nothing is said."""
        return self.got >= FEW and self.got >= MANY * self.looked


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """An alert, and what has to be known of its surroundings to check it. `at`: when it would go out.

    `zone`: in whose hours it should arrive; None leaves these out, which never block.
    `said_at`: when the same words last went out, if lately. `overlap`: whom another alert went to within a day.
    `this_week`: how many others go to many of the same people in the week before it; `promised`: how many a week people
    were told, if a number. `limit`: UTF-16 units that fit into one message.
    `rate`: the most that may be sent per second; None leaves the forecast out.
    """

    alert: Alert
    reach: Reach
    at: datetime
    zone: tzinfo | None = None
    said_at: datetime | None = None
    overlap: Overlap | None = None
    this_week: int = 0
    promised: int | None = None
    limit: int = BODY_LIMIT
    rate: float | None = None
    paid: bool = False


def check(subject: Subject) -> tuple[Finding, ...]:
    """Return what is found, the worst first."""
    found = [
        *_about_translations(subject),
        *_about_length(subject),
        *_about_action(subject.alert),
        *_about_deadline(subject),
        *_about_hours(subject),
        *_about_frequency(subject),
        *_about_sending(subject),
    ]
    order = list(Level)
    return tuple(sorted(found, key=lambda finding: order.index(finding.level)))


def blocks(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Return what has to be mended first."""
    return tuple(finding for finding in findings if finding.level is Level.BLOCK)


def warnings(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """Return what has to be acknowledged."""
    return tuple(finding for finding in findings if finding.level is Level.WARN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """Who has seen which warnings, by their keys, about one plan."""

    organizer_id: int
    keys: frozenset[str]


def unseen(findings: Collection[Finding], seen: Collection[Acknowledgement]) -> tuple[Finding, ...]:
    """Return the warnings that nobody has acknowledged."""
    known = frozenset[str]().union(*(each.keys for each in seen))
    return tuple(finding for finding in warnings(findings) if finding.key not in known)


def mark_of(plan_sha256: str, findings: Collection[Finding]) -> str:
    """Return what tells these warnings about this plan from any others."""
    return sha256_of([plan_sha256, sorted({finding.key for finding in warnings(findings)})])


def _about_translations(subject: Subject) -> Iterator[Finding]:
    alert, reach = subject.alert, subject.reach
    if alert.base not in alert.translations:
        yield BaseMissing()
        return
    if undecided := reach.undecided:
        yield Undecided(readers=undecided)
    if waiting := reach.waiting:
        yield Waiting(readers=waiting)
    if not undecided and not waiting:
        yield TranslationsFine(chosen=len(reach.choices))


def _about_length(subject: Subject) -> Iterator[Finding]:
    lengths = {
        locale: utf16_length(words.title) + 1 + len(words.body())
        for locale, words in subject.alert.translations.items()
        if subject.reach.choices.get(locale) not in (Choice.LEAVE_OUT, Choice.BASE)
    }
    if not lengths:
        return
    longest = max(lengths, key=lambda locale: lengths[locale])
    length = lengths[longest]
    if length > subject.limit:
        yield TooLong(locale=longest, length=length, limit=subject.limit)
    elif length > READ_TO_THE_END:
        yield Long(locale=longest, length=length)
    else:
        yield LengthFine(locale=longest, length=length)


def _about_action(alert: Alert) -> Iterator[Finding]:
    if lacks_number(alert) and alert.base in alert.translations:
        yield NumberMissing()
    found = addresses(alert)
    faults = {address: fault for address in found if (fault := fault_of(address)) is not None}
    doubted = 0
    for address, fault in faults.items():
        if fault in (LinkFault.ALPHABETS, LinkFault.NOT_HTTPS) and doubted < DOUBTFUL_AT_MOST:
            doubted += 1
            yield LinkDoubtful(address=address, fault=fault)
        else:
            yield LinkBad(address=address, fault=fault)
    if found and not faults:
        yield LinksFine(count=len(found))


def _about_deadline(subject: Subject) -> Iterator[Finding]:
    deadline, begins = subject.alert.deadline, _begins(subject.alert)
    # What people were to take part in is a deadline, too: it may have passed since it was written.
    for each in (deadline, begins):
        if each is not None and each <= subject.at:
            yield DeadlinePast(deadline=each)
            return
    if deadline is not None:
        yield DeadlineAhead(deadline=deadline)


def _begins(alert: Alert) -> datetime | None:
    """Return when what an alert asks for begins; a correction says it of what has begun as well."""
    if alert.corrects is not None or field_of(alert.kind, FieldName.STARTS_AT) is None:
        return None
    return starts_at(alert)


def _about_hours(subject: Subject) -> Iterator[Finding]:
    at, zone = subject.at, subject.zone
    if zone is None or subject.alert.corrects is not None:
        return  # nobody is notified of a correction
    by_day = DAY_BEGINS <= at.astimezone(zone).time() < DAY_ENDS
    yield WithinHours(at=at, zone=zone) if by_day else OutsideHours(at=at, zone=zone)


def _about_frequency(subject: Subject) -> Iterator[Finding]:
    if subject.alert.corrects is not None:
        return
    if subject.said_at is not None:
        yield SaidLately(at=subject.said_at)
    too_many = subject.promised is not None and subject.this_week >= subject.promised
    if subject.promised is not None and too_many:
        yield MoreThanPromised(others=subject.this_week, promised=subject.promised)
    overlap = subject.overlap
    if overlap is not None and overlap.is_of_many:
        estimated = not subject.reach.is_exact
        share = overlap.got / overlap.looked
        yield SamePeople(share=share, people=subject.reach.total, is_estimate=estimated)
    elif subject.said_at is None and not too_many:
        yield NotTooOften()


def _about_sending(subject: Subject) -> Iterator[Finding]:
    people, estimated = subject.reach.total, not subject.reach.is_exact
    if subject.rate is not None and people:
        seconds = seconds_to_send(people, rate=subject.rate)
        yield Forecast(people=people, seconds=seconds, rate=subject.rate, is_estimate=estimated)
    if subject.paid and people and subject.alert.corrects is None:
        yield Cost(stars=paid_stars(people), is_estimate=estimated)
