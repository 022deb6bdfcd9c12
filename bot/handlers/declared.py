"""The table of routes as the router looks things up in it, and the check that nothing is left out."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from bot.handlers.flows import Step
from bot.handlers.request import Request
from bot.handlers.route import AnyHandler, ButtonRoute, Command, FileRoute, Handler
from bot.handlers.states import STATES, State
from bot.telegram_io.callbacks import BUTTONS, Button
from bot.telegram_io.updates import Kind

TEXT = frozenset({Kind.TEXT})
ANYTHING = frozenset({Kind.TEXT, Kind.OTHER})
"""What a step takes: a text alone, or whatever is sent."""


class RouteMissing(Exception):
    """A button, a state or a handler stands in no table: declare it in that of its room, `bot/handlers/…_routes.py`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """The routes of handlers that belong together, and the modules these stand in."""

    modules: tuple[ModuleType, ...]
    buttons: tuple[ButtonRoute, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Commands, buttons and steps by what they are looked up with.

    `otherwise` answers what none of them takes, `leaving` a word for leaving, `file` an alert file. `organizers`: who
    answers people of the team in the place of which handler.
    """

    commands: dict[str, Command]
    numbered: dict[str, Command]
    buttons: dict[type[Button], ButtonRoute]
    steps: dict[type[State], Step]
    otherwise: Handler
    leaving: Handler
    file: FileRoute | None
    organizers: Mapping[AnyHandler, Handler]

    @classmethod
    def of(
        cls,
        *,
        commands: Sequence[Command],
        buttons: Sequence[ButtonRoute],
        steps: Sequence[Step],
        otherwise: Handler,
        leaving: Handler,
        file: FileRoute | None = None,
        organizers: Mapping[AnyHandler, Handler] | None = None,
    ) -> "Table":
        """Return the table of these entries.

        Raises RouteMissing where two have one name.
        """
        made = cls(
            commands={command.name: command for command in commands if not command.numbered},
            numbered={command.name: command for command in commands if command.numbered},
            buttons={route.button: route for route in buttons},
            steps={step.state: step for step in steps},
            otherwise=otherwise,
            leaving=leaving,
            file=file,
            organizers=organizers or {},
        )
        kept = len(made.commands) + len(made.numbered) + len(made.buttons) + len(made.steps)
        if kept != len(commands) + len(buttons) + len(steps):
            raise RouteMissing("a command, a button or a state stands in the table twice")
        return made

    def check(self, modules: Sequence[ModuleType]) -> None:
        """Look whether every button and state has a handler, and every handler of these modules an entry.

        Raises RouteMissing.
        """
        missing = [
            *(f"button {button.__name__}" for button in BUTTONS.values() if button not in self.buttons),
            *(f"state {state.__name__}" for state in STATES.values() if state not in self.steps),
            *(f"handler {name}" for module in modules for name in self._unlisted(module)),
        ]
        if missing:
            raise RouteMissing(f"without a route: {', '.join(missing)}")

    def _handlers(self) -> set[AnyHandler]:
        listed: set[AnyHandler] = {self.otherwise, self.leaving, *self.organizers.values()}
        if self.file is not None:
            listed.add(self.file.handle)
        listed |= {command.handle for command in (*self.commands.values(), *self.numbered.values())}
        listed |= {route.handler for route in self.buttons.values()}
        for step in self.steps.values():
            listed |= {each for each in (step.handle, step.otherwise, step.edited) if each is not None}
        return listed

    def _unlisted(self, module: ModuleType) -> Iterator[str]:
        listed = self._handlers()
        for name, found in vars(module).items():
            own = inspect.iscoroutinefunction(found) and found.__module__ == module.__name__
            if own and not name.startswith("_") and _takes_what_was_done(found) and found not in listed:
                yield f"{module.__name__}.{name}"


def _takes_what_was_done(found: Any) -> bool:
    """Whether it is given a request alone, or with a button, a state or an id: so it answers to a person."""
    given = [parameter.annotation for parameter in inspect.signature(found).parameters.values()]
    if given[:1] != [Request]:
        return False
    return all(
        each is int or (isinstance(each, type) and issubclass(each, Button | State)) for each in given[1:]
    )
