"""Whether there is a backup to go back to."""

from datetime import datetime

from bot.commands.output import Finding
from bot.config import Settings
from bot.services.backups import is_overdue
from bot.store.installation import Standing

NO_KEY = (
    "Make a key with `campaign-bot backup keygen FILE`, keep FILE off this machine, and set BACKUP_RECIPIENT to what it"
    " prints."
)


def backup_finding(settings: Settings, standing: Standing, *, now: datetime) -> Finding:
    """Return what is found of the backups; without one the bot runs all the same."""
    newest = standing.backed_up_at
    if settings.backup_recipient is None:
        found = "nothing is backed up by itself: BACKUP_RECIPIENT is not set."
        return Finding(subject="backup", found=found, mend=NO_KEY, warns=True)
    if newest is None:
        mend = "Run `campaign-bot backup`; the bot writes one daily as long as it runs."
        return Finding(subject="backup", found="there is none yet.", mend=mend, warns=True)
    if is_overdue(newest, now=now):
        found = f"the newest is {(now - newest).days} days old."
        mend = "Run `campaign-bot backup`, which says what is in the way."
        return Finding(subject="backup", found=found, mend=mend, warns=True)
    return Finding(subject="backup", found=f"the newest is of {newest:%Y-%m-%d %H:%M} UTC")
