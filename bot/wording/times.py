"""When an alert goes out, in words: its rule, and what the rule comes to."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.domain.alert import Alert
from bot.domain.schedule import (
    ON_CONFIRMATION,
    Late,
    LocalHour,
    Moment,
    OnConfirmation,
    Rule,
    Weekly,
    is_zone,
)
from bot.domain.series import Series, SeriesStatus
from bot.i18n.localizer import Localizer
from bot.services.outlook import Outlook


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of this name; UTC for one that is not known here, so that a time can be shown at all."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def at_in_zone(words: Localizer, at: datetime, zone: str) -> str:
    """Return a time as clocks in the zone show it, with the zone: Fri, 4 Dec, 18:00 (Europe/Madrid)."""
    known = zone_of(zone)
    # Translators: {moment} is a date and time, {zone} the name of the time zone in which clocks show it.
    return words.gettext("{moment} ({zone})", moment=words.moment(at, known), zone=known.key)


def rule_words(words: Localizer, rule: Rule) -> str:
    """Return when an alert goes out by this rule."""
    match rule:
        case OnConfirmation():
            # Translators: when an alert goes out: as soon as an organizer has confirmed it.
            return words.gettext("as soon as it is confirmed")
        case Moment(at=at, zone=zone):
            return at_in_zone(words, at, zone)
        case LocalHour(day=day, hour=hour):
            moment = words.moment(datetime.combine(day, hour, UTC), UTC)
            # Translators: when an alert goes out; {moment} is a date and an hour.
            return words.gettext("{moment} in each person’s zone", moment=moment)
        case Weekly():
            return _weekly_words(words, rule)


def when_line(words: Localizer, alert: Alert) -> str:
    """Return the line of a board or card that says when it goes out; empty where that is as soon as it is confirmed."""
    if alert.start == ON_CONFIRMATION:
        return ""
    # Translators: a line of an organizer's board; {when} is a time, or says how it repeats.
    lines = [words.gettext("When: {when}", when=rule_words(words, alert.start))]
    if isinstance(alert.start, LocalHour):
        lines.append(late_words(words, alert.start.late))
    return "\n".join(lines)


def late_words(words: Localizer, late: Late) -> str:
    """Return what becomes of people whose hour is past when it is confirmed."""
    if late is Late.LEAVE_OUT:
        # Translators: on an organizer's board; an alert goes out at an hour of each person's time zone.
        return words.gettext("Anyone whose hour is past when it is confirmed is left out.")
    # Translators: on an organizer's board; an alert goes out at an hour of each person's time zone.
    return words.gettext("Anyone whose hour is past when it is confirmed gets it at once.")


def outlook_lines(words: Localizer, ahead: Outlook) -> str:
    """Return what an organizer confirms about the time; empty where it starts at once."""
    if ahead.rule == ON_CONFIRMATION:
        return ""
    lines = [goes_out(words, ahead)]
    if ahead.left_out:
        # Translators: above the number to be typed; for {n} people the hour is past, and they get nothing.
        line = words.ngettext(
            "Left out, as their hour is past: {n} person.",
            "Left out, as their hour is past: {n} people.",
            ahead.left_out,
        )
        lines.append(line)
    elif ahead.late:
        # Translators: above the number to be typed; for {n} people the hour is past, and they get it now.
        line = words.ngettext(
            "{n} person’s hour is past: they get it at once.",
            "{n} people’s hour is past: they get it at once.",
            ahead.late,
        )
        lines.append(line)
    # Translators: above the number to be typed; people may join or leave before the alert goes out.
    lines.append(words.gettext("The number is today’s: who gets it is settled when it starts."))
    return "\n".join(lines)


def goes_out(words: Localizer, ahead: Outlook) -> str:
    """Return when it goes out and, where that is not one moment for all, the first and the last."""
    when = rule_words(words, ahead.rule)
    if isinstance(ahead.rule, Weekly) and ahead.occurrences:
        # Translators: {when} says on which days an alert repeats; {moment} is the next time, {zone} its time zone.
        return words.gettext(
            "{when}. Next: {moment} ({zone})",
            when=when,
            moment=words.moment(ahead.occurrences[0], UTC),
            zone="UTC",
        )
    if not isinstance(ahead.rule, LocalHour) or not ahead.occurrences:
        # Translators: when an alert goes out; {when} is a time.
        return words.gettext("Goes out: {when}", when=when)
    first, last = ahead.occurrences[0], ahead.occurrences[-1]
    if ahead.at_once and first == last:
        # Translators: when an alert goes out; {when} is a day and hour in each person's time zone, past for them all.
        return words.gettext("Goes out: {when}: at once, as that is past everywhere", when=when)
    if ahead.at_once:
        # Translators: when an alert goes out; {when} is a day and hour in each person's time zone. It is past for some,
        # who get it at once; {last} is the hour at which it goes to the last of them in the zone {zone}.
        return words.gettext(
            "Goes out: {when}: first at once, last {last} ({zone})",
            when=when,
            last=_in_utc(words, last, ahead.rule.day),
            zone="UTC",
        )
    # Translators: when an alert goes out; {when} is a day and hour in each person's time zone, {first} and {last} the
    # hours at which it goes to the first and the last of them in the zone {zone}.
    return words.gettext(
        "Goes out: {when}: first {first}, last {last} ({zone})",
        when=when,
        first=_in_utc(words, first, ahead.rule.day),
        last=_in_utc(words, last, ahead.rule.day),
        zone="UTC",
    )


def series_line(words: Localizer, series: Series | None) -> str:
    """Return what is to be known on the board of an alert that repeats; empty for one that does not."""
    if series is None or series.next_at is None:
        return ""
    match series.status:
        case SeriesStatus.NOT_APPROVED:
            # Translators: on the board of an alert that repeats each week; an organizer has changed it.
            return words.gettext("It repeats, and was changed: it is on hold until it is approved again.")
        case SeriesStatus.HALTED:
            # Translators: on the board of an alert that repeats each week; {command} is /schedule.
            return words.gettext(
                "It repeats, and was halted. To let it go on, send {command}.", command="/schedule"
            )
        case _:
            # Translators: on the board of an alert that repeats each week; {moment} is the next time, {zone} its zone.
            return words.gettext(
                "It repeats, next {moment} ({zone}). A change stops it until it is approved again.",
                moment=words.moment(series.next_at, UTC),
                zone="UTC",
            )


def _in_utc(words: Localizer, at: datetime, day: date) -> str:
    """Return an hour; with its day, where in UTC that is another one."""
    return words.hour(at.time()) if at.date() == day else words.moment(at, UTC)


def _weekly_words(words: Localizer, rule: Weekly) -> str:
    days = words.list([words.weekday(day) for day in sorted(rule.weekdays)])
    hour, until = words.hour(rule.hour), words.date(rule.until)
    if rule.own_zones:
        # Translators: how an alert repeats; {days} are days of the week, {until} is the last day.
        return words.gettext(
            "{days}, {hour} in each person’s zone, until {until}", days=days, hour=hour, until=until
        )
    # Translators: how an alert repeats; {days} are days of the week, {zone} is a time zone, {until} the last day.
    return words.gettext(
        "{days}, {hour} ({zone}), until {until}",
        days=days,
        hour=hour,
        zone=zone_of(rule.zone).key,
        until=until,
    )
