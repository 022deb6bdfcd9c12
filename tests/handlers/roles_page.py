"""Writes `docs/roles.md` from the table of routes: `python -m tests.handlers.roles_page > docs/roles.md`."""

from collections.abc import Iterator

from bot.domain.organizer import RIGHTS, Right, Role
from bot.handlers.routes import BUTTONS, COMMANDS, FILE, STEPS

HEAD = """# Who may do what

Written from the tables of routes, `bot/handlers/*routes.py`; a test compares them. To write it anew:
`python -m tests.handlers.roles_page > docs/roles.md`.

A person who is not on the team may do what needs no right. The services look at the right themselves, too.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_rights(), "", *_routes(), ""])


def _rights() -> Iterator[str]:
    yield f"| right | {' | '.join(Role)} |"
    yield "| --- |" + " --- |" * len(Role)
    for right in Right:
        yield f"| {right} | {' | '.join('yes' if right in RIGHTS[role] else '' for role in Role)} |"


def _routes() -> Iterator[str]:
    yield "| what is done | needs | listed in |"
    yield "| --- | --- | --- |"
    for command in COMMANDS:
        name = f"`/{command.name}_12`" if command.numbered else f"`/{command.name}`"
        listed = [where for where, stands in (("menu", command.menu), ("/help", command.help)) if stands]
        yield f"| {name} | {command.needs or ''} | {', '.join(listed)} |"
    for route in BUTTONS:
        yield f"| button `{route.button.wire}`: {_says(route.button)} | {route.needs or ''} | |"
    for step in STEPS:
        kinds = ", ".join(sorted(step.takes))
        yield f"| a {kinds} while {step.flow.name}: {_says(step.state)} | {step.flow.needs or ''} | |"
    yield f"| an alert file, wherever one stands: {_says(FILE.handle)} | {FILE.needs} | |"


def _says(documented: object) -> str:
    first = (documented.__doc__ or "").strip().splitlines()[0]
    return first[:1].lower() + first[1:].rstrip(".")


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 - this is what it is for
