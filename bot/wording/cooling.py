"""What is said while the right to approve is new to somebody."""

from datetime import timedelta

from bot.i18n.localizer import Localizer


def cools_for_you(localizer: Localizer, left: timedelta) -> str:
    """Tell an organizer how long they have to wait; empty where they need not."""
    if not left:
        return ""
    # Translators: to an organizer who was given the right to approve less than an hour ago.
    return localizer.ngettext(
        "Approving is new to you: you can do it in {n} minute.",
        "Approving is new to you: you can do it in {n} minutes.",
        _minutes(left),
    )


def cools_for_them(localizer: Localizer, left: timedelta) -> str:
    """Tell an owner how long somebody new has to wait; empty where they need not."""
    if not left:
        return ""
    # Translators: about somebody who has just joined the team, or changed to a role that approves alerts.
    return localizer.ngettext(
        "They can approve in {n} minute.", "They can approve in {n} minutes.", _minutes(left)
    )


def _minutes(left: timedelta) -> int:
    return -(-int(left.total_seconds()) // 60)
