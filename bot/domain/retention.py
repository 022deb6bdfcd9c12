"""Which backups are kept: few, and not for long, since they hold whom erasing cannot reach any more."""

from collections.abc import Collection
from datetime import datetime

DAYS, WEEKS = 7, 4
"""The newest backup of each of the last so many days, and of each of the last so many weeks, in which there are any."""


def kept(taken: Collection[datetime]) -> set[datetime]:
    """Return which of the backups taken at these moments are kept."""
    days = {at.date(): at for at in sorted(taken)}
    weeks = {at.isocalendar()[:2]: at for at in sorted(taken)}
    return {days[day] for day in sorted(days)[-DAYS:]} | {weeks[week] for week in sorted(weeks)[-WEEKS:]}
