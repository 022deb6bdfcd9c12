"""`content status`: how far each locale's words have come."""

from pathlib import Path
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.commands import output
from bot.content.coverage import Coverage, PageState, Survey, survey
from bot.domain.faq import SmallTalk

TRANSLATED = (PageState.CURRENT, PageState.STALE)
WIDTH = 80
"""Characters a row has room for: less than that is cut off."""
_COLUMNS = (
    *("", "answers", "stale", "missing", "digest", "privacy", "consent"),
    *("phrasings", "open", "small talk"),
)
_LEGEND = (
    "phrasings: the fewest of an answer · the median",
    "open: subjects the statement leaves open",
    "small talk: kinds · the fewest phrasings of one",
)


def show(folder: Path, *, as_json: bool) -> None:
    """Print a row for each locale, then what a row has no room for.

    Raises ContentInvalid where the folder cannot be read.
    """
    found = survey(folder)
    if as_json:
        output.show_json(_as_dict(found))
        return
    console = Console(highlight=False)
    console.width = max(WIDTH, console.width)
    console.print(_table(found))
    output.show_lines(_remarks(found))


def _table(found: Survey) -> Table:
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="dim")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column == "" else "right", no_wrap=True)
    for locale in found.locales:
        table.add_row(*_row(locale))
    return table


def _row(locale: Coverage) -> list[str]:
    return [
        locale.locale if locale.listed else f"{locale.locale} *",
        f"{locale.count(*TRANSLATED)}/{len(locale.entries)}",
        _unless_none(locale.count(PageState.STALE)),
        _unless_none(locale.count(PageState.MISSING, PageState.BROKEN)),
        *(_coloured(state) for state in (locale.statement, locale.privacy, locale.consent)),
        f"{locale.least} · {locale.median:g}",
        str(locale.unanswered),
        f"{len(locale.small_talk)}/{len(SmallTalk)} · {locale.least_small_talk}",
    ]


def _remarks(found: Survey) -> list[str]:
    lines = [*_LEGEND]
    listed = ", ".join(
        f"{locale.locale}\N{NO-BREAK SPACE}{sum(locale.suspect.values())}" for locale in found.locales
    )
    lines += wrap(f"suspect words, with which no entry answers: {listed}", WIDTH, subsequent_indent="  ")
    if any(not locale.listed for locale in found.locales):
        lines.append("* not in campaign.toml's locales yet: nobody sees it")
    lines += [f"outdated since {since}: {slug}" for slug, since in found.outdated.items()]
    for locale in found.locales:
        lines += [
            f"{state.value} in {locale.locale}: {', '.join(slugs)}"
            for state in (PageState.STALE, PageState.MISSING)
            if (slugs := [slug for slug, each in locale.entries.items() if each is state])
        ]
        lines += [f"✗ {problem}" for problem in locale.problems]
    return lines


def _as_dict(found: Survey) -> dict[str, Any]:
    return {
        "locales": [
            {
                "locale": locale.locale,
                "listed": locale.listed,
                "entries": {
                    "translated": locale.count(*TRANSLATED),
                    **{
                        state.value: [slug for slug, each in locale.entries.items() if each is state]
                        for state in PageState
                    },
                },
                "statement": locale.statement,
                "privacy": locale.privacy,
                "consent": locale.consent,
                "phrasings": {"least": locale.least, "median": locale.median},
                "unanswered": locale.unanswered,
                "smalltalk": {"kinds": locale.small_talk, "least": locale.least_small_talk},
                "suspect": locale.suspect,
                "problems": locale.problems,
            }
            for locale in found.locales
        ],
        "outdated": found.outdated,
    }


def _unless_none(count: int) -> str:
    return f"[yellow]{count}[/yellow]" if count else "–"


def _coloured(state: PageState) -> str:
    return state.value if state is PageState.CURRENT else f"[yellow]{state.value}[/yellow]"
