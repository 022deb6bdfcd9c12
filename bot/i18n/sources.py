"""The interface strings as they stand in the sources: collected for the catalogs, and checked themselves."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

from bot.domain.templates import COUNT, has_loose_brace, places

_KEYWORDS = {"gettext": None, "gettext_noop": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
"""Functions whose arguments are strings of the interface, as Babel's extraction names them."""

_TEXTS = {"gettext": slice(0, 1), "ngettext": slice(0, 2), "pgettext": slice(1, 2)}
"""Which of a call's positional arguments are templates; its named ones fill them."""

_COMMENT = "Translators:"


def collect(root: Path) -> Catalog:
    """Return the template of all catalogs: every string in the sources that `[tool.babel]` names."""
    template = Catalog()
    found = extract_from_dir(
        root,
        method_map=_mappings(root),
        keywords=_KEYWORDS,
        comment_tags=[_COMMENT],
        strip_comment_tags=True,
    )
    for file, line, message, comments, context in found:
        template.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return template


def source_problems(root: Path, template: Catalog) -> list[str]:
    """Return what is wrong with the strings in the sources: one line each."""
    problems = []
    for message in template:
        texts = (message.id,) if isinstance(message.id, str) else message.id
        at = message.locations[0][0] if message.locations else ""
        if texts[0] and not message.auto_comments:
            problems.append(f"{at}: “{texts[0]}” has no `# {_COMMENT}` comment saying where it is seen")
        problems += [
            f"{at}: “{text}” has a brace that is not a {{place}}" for text in texts if has_loose_brace(text)
        ]
    for file in sorted({file for message in template for file, _ in message.locations}):
        if file.endswith(".py"):
            problems += _call_problems(root, file)
    return problems


def _mappings(root: Path) -> list[tuple[str, str]]:
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]
    return [(mapping["pattern"], mapping["method"]) for mapping in settings["mappings"]]


def _call_problems(root: Path, file: str) -> Iterator[str]:
    """Yield the calls whose values are not what their string has places for, or that hide their string."""
    for node in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        texts = node.args[_TEXTS[name]] if name in _TEXTS else []
        if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts):
            yield f"{file}:{node.lineno}: {name} is given a string put together; use {{places}}"
        literal = [
            text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)
        ]
        given = {keyword.arg for keyword in node.keywords}
        if not literal or len(literal) < len(texts) or None in given:
            continue
        wanted = frozenset().union(*map(places, literal))
        if name == "ngettext":
            wanted -= {COUNT}
        if given != wanted:
            named = ", ".join(sorted(wanted)) or "no values"
            yield f"{file}:{node.lineno}: {name} is not given what its string has places for: {named}"
