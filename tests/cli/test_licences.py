"""What the bot is built on may be passed on with it: every package that is installed has a licence that lets it."""

import re
from importlib.metadata import Distribution, distributions

import pytest

ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|MPL|Mozilla Public|PSF|Python Software Foundation|Zlib|Unlicense"
    r"|LGPL|Lesser General Public",
    re.IGNORECASE,
)
"""Licences that ask for no more than their own text and, of a changed copy of what they cover, its source."""

REFUSED = re.compile(
    r"(?<![L\w])A?GPL|(?<!Lesser )General Public License|SSPL|Commons Clause|BUSL", re.IGNORECASE
)
"""Licences that would bind the campaign's own additions, or what it may do with them."""

SAID_ELSEWHERE = {"axe-playwright-python": "MIT", "pyrage": "MIT"}
"""Where a package's own metadata has none: the licence that its repository states."""


def licence(package: Distribution) -> str:
    """Return what a package says of its licence: the expression or, in older ones, the classifiers."""
    said = package.metadata
    stated = said.json.get("license_expression") or SAID_ELSEWHERE.get(package.name.lower(), "")
    classifiers = [each for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    first_line = str(said.json.get("license", "")).strip().partition("\n")[0]
    return str(stated) or "; ".join(classifiers) or first_line


PACKAGES = sorted({package.name: package for package in distributions()}.items())


@pytest.mark.parametrize("package", [each for _, each in PACKAGES], ids=[name for name, _ in PACKAGES])
def test_licence(package: Distribution) -> None:
    """It says what its licence is, and that one is allowed."""
    said = licence(package)
    assert ALLOWED.search(said), f"{package.name}: {said or 'no licence'}"
    assert not REFUSED.search(said)


@pytest.mark.parametrize(
    "said",
    ["GPL-3.0-or-later", "AGPL-3.0-only", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"],
)
def test_refused(said: str) -> None:
    """A licence that would bind the campaign is seen."""
    assert REFUSED.search(said)
