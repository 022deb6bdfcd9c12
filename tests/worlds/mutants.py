"""Parts that are wrong on purpose: each says in which scenario it is caught, and by which broken invariant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

Apply = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One way to be wrong: `scenario` must show that it breaks `invariant`."""

    name: str
    apply: Apply
    scenario: str
    invariant: str


class Mutants(list[Mutant]):
    """A table of them; `enter` decorates what makes a right part wrong."""

    def enter(self, scenario: str, invariant: str) -> Callable[[Apply], Apply]:
        """Enter a mutant in the table."""

        def entered(apply: Apply) -> Apply:
            name = apply.__name__.replace("_", "-")
            self.append(Mutant(name=name, apply=apply, scenario=scenario, invariant=invariant))
            return apply

        return entered


def assert_caught(wrong: Mutant, broken: Iterable[str]) -> None:
    """Hold that what was broken, `invariant: how`, is what this mutant breaks."""
    assert wrong.invariant in {said.partition(":")[0] for said in broken}, broken
