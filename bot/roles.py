"""What a process does. Apart from the rest, for the command line is to answer before anything else is loaded."""

from enum import StrEnum


class Role(StrEnum):
    """What this process does."""

    ALL = "all"
    WEB = "web"
    SENDER = "sender"
    SCHEDULER = "scheduler"


RECEIVING_ROLES = frozenset({Role.ALL, Role.WEB})
"""Roles that receive updates; the others need not know what to answer."""
