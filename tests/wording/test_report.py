"""What a report and the growth of the list say: nothing flattered, nothing that tells on one person."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest

from bot.domain.alert import ActionKind, Alert, Translation
from bot.domain.bidi import FSI, PDI
from bot.domain.broadcast import Broadcast, BroadcastKind, BroadcastStatus, Tally
from bot.domain.chart import Chart
from bot.domain.delivery import DeliveryState
from bot.domain.disclosure import FEW, Hidden, Shown
from bot.domain.growth import GrowthBy, GrowthCount, GrowthEvent, week_of, weeks_until
from bot.domain.organizer import Organizer, Role
from bot.domain.outcome import ActionCount, ActionEvent, Outcome, Step
from bot.domain.report import ERASED, BroadcastReport, ReportCount
from bot.domain.rich_text import utf16_length
from bot.domain.source import Source
from bot.i18n.localizer import Localizer
from bot.services.growth import Grown
from bot.telegram_io.report_buttons import ResultsBy
from bot.telegram_io.uploads import CAPTION_LENGTH
from bot.wording.growth import growth_chart, growth_screen
from bot.wording.report import groups_screen, report_screen, results_list
from bot.wording.report_groups import groups
from bot.wording.report_picture import report_chart, report_picture_screen
from bot.wording.report_table import HEAD, report_table
from bot.wording.screen import Press, Screen
from bot.wording.sources import source_screen, sources_screen
from tests import shipped
from tests.making import NOW

CATALOGS = shipped.catalogs()
EN = CATALOGS.words("en")
NAMES = {1: "Poster at the station, north side", 2: "=Page"}
_ISOLATES = str.maketrans("", "", FSI + PDI)
LABEL = 28
"""Letters of a button that a phone shows in half a row, or so."""

ALERT = Alert(
    id=3,
    author_id=1,
    kind=ActionKind.SIGN,
    base="en",
    link="https://example.org",
    translations={"en": Translation(locale="en", title="Ask your council", text="Now")},
)

SENT = {
    ("en", None): 690,
    ("en", 1): 20,
    ("ar", 1): 299,
    ("ar", 2): 30,
    ("es", None): 140,
    ("he", 2): 7,
    (ERASED, None): 10,
}
LEFT = {("en", None): 14, ("ar", 1): 3, ("he", 2): 1}


def report(*, status: BroadcastStatus = BroadcastStatus.FINISHED, is_counted: bool = True) -> BroadcastReport:
    """Return a report of some 1,200 people."""
    counts = [
        ReportCount(locale=locale, source_id=source, state=DeliveryState.SENT, n=n)
        for (locale, source), n in SENT.items()
    ]
    counts.append(ReportCount(locale="en", source_id=None, state=DeliveryState.BLOCKED, n=6))
    departures = [
        GrowthCount(week=week_of(NOW.date()), locale=locale, source_id=source, event=GrowthEvent.LEFT, n=n)
        for (locale, source), n in LEFT.items()
    ]
    return BroadcastReport(
        broadcast=Broadcast(
            id=5,
            alert_id=3,
            kind=BroadcastKind.SEND,
            follows=None,
            status=status,
            audience=1204,
            created_at=NOW,
            starts_at=NOW,
            started_at=NOW,
            ended_at=NOW + timedelta(minutes=5),
        ),
        tally=Tally(
            audience=1204,
            counts={DeliveryState.SENT: 1196, DeliveryState.BLOCKED: 6, DeliveryState.UNKNOWN: 2},
        ),
        counts=tuple(counts) if is_counted else None,
        departures=tuple(departures),
    )


ACTED: dict[tuple[str, int | None, ActionEvent], int] = {
    ("en", None, Outcome.DONE): 150,
    ("ar", 1, Outcome.DONE): 60,
    ("de", 2, Outcome.DONE): 2,
    ("en", None, Outcome.NOT_FOR_ME): 31,
    ("en", None, Step.OPENED): 300,
}


def acted_report() -> BroadcastReport:
    """Return the same report, where people said what came of it; one group of them stands in no delivery."""
    actions = tuple(
        ActionCount(locale=locale, source_id=source, event=event, n=n)
        for (locale, source, event), n in ACTED.items()
    )
    return replace(report(), actions=actions)


def plain(screen: Screen) -> list[str]:
    """Return the lines of a screen, without the invisible marks of direction."""
    return [line for line in screen.text.text.translate(_ISOLATES).split("\n") if line]


def labels(screen: Screen) -> list[list[str]]:
    """Return the rows of its buttons."""
    return [[each.label.translate(_ISOLATES) for each in row] for row in screen.rows]


def test_what_people_say() -> None:
    """The card says what people say they did, labelled so, each of how many it was sent to."""
    assert plain(report_screen(EN, acted_report(), ALERT))[5:] == [
        "tapped the main button: 300 of 1,196 (25.1%)",
        "say they did it: 212 of 1,196 (17.7%)",
        "say it is not for them: 31 of 1,196 (2.6%)",
        "left within two days: 18 of 1,196 (1.5%)",
    ]


def test_reports_are_reached() -> None:
    """The report of an alert that asks questions leads to what was answered."""
    asks = replace(ALERT, kind=ActionKind.REPORT)
    assert labels(report_screen(EN, report(), asks))[1] == ["By language", "By source"]
    assert ["What people reported"] in labels(report_screen(EN, report(), asks))


def test_more_did_it_than_got_it() -> None:
    """Who saw the alert elsewhere did it, too: then there is no share."""
    tally = Tally(audience=100, counts={DeliveryState.SENT: 100})
    assert "say they did it: 212" in plain(report_screen(EN, replace(acted_report(), tally=tally), ALERT))


def test_what_people_say_by_group() -> None:
    """By language and source the same rule holds: none below ten, and none that could be worked out."""
    lines = plain(groups_screen(EN, acted_report(), ALERT, ResultsBy.LOCALE, NAMES))
    assert any(line.startswith("English: sent 710 · say they did it 150 of 710 (21.1%") for line in lines)
    lines = plain(groups_screen(EN, acted_report(), ALERT, ResultsBy.LOCALE, NAMES, page=1))
    assert any("Deutsch" in line and "say they did it fewer than 10" in line for line in lines)
    assert not any("say they did it 2 " in line for line in lines)
    by_source = plain(groups_screen(EN, acted_report(), ALERT, ResultsBy.SOURCE, NAMES))
    assert any(
        line.startswith("no named link: sent 840 · say they did it 150 of 840") for line in by_source
    ), by_source
    # 60 is the smallest that may be shown, and would tell the 2 of the last group by the total.
    assert any(line.startswith("Poster") and "say they did it not shown" in line for line in by_source)


def test_the_table_has_what_people_say() -> None:
    """The table for programs has the same sums, by group as far as they may be shown."""
    rows = list(csv.reader(StringIO(report_table(EN, acted_report(), ALERT, NAMES).of["text"])))
    said = {(row[4], row[5], row[6]): row[7].translate(_ISOLATES) for row in rows[1:]}
    assert said["all", "", "say_done"] == "212"
    assert said["all", "", "opened"] == "300"
    assert said["all", "", "say_could_not"] == "0"
    assert said["locale", "en", "say_done"] == "150"
    assert said["locale", "de", "say_done"] == "fewer than 10"
    assert said["locale", "de", "sent"] == "fewer than 10"


def test_the_picture_has_what_people_say() -> None:
    """The picture has a bar for each, and a column by group; every number of it stands in its words."""
    chart = report_chart(EN, acted_report(), ALERT, NAMES)
    assert "say they did it" in [row.translate(_ISOLATES) for row in chart.sections[0].rows]
    assert "say they did it" in [column.title for column in chart.sections[1].columns]
    words = "\n".join(plain(report_picture_screen(EN, acted_report(), ALERT, NAMES)))
    for section in chart.sections[:1]:
        for column in section.columns:
            assert all(bar.text.translate(_ISOLATES) in words for bar in column.bars)


def test_the_card() -> None:
    """It says how many of how many, names what is unknown, and counts who left among who got it."""
    assert plain(report_screen(EN, report(), ALERT)) == [
        "Report: Ask your council",
        "23 November 2026 · to 1,204 people",
        "sent: 1,196 of 1,204 (99.3%)",
        "had blocked the bot: 6 of 1,204 (0.5%)",
        "unconfirmed: 2 of 1,204 (0.2%)",
        "left within two days: 18 of 1,196 (1.5%)",
    ]
    assert labels(report_screen(EN, report(), ALERT)) == [
        ["Picture", "Table (CSV)"],
        ["By language", "By source"],
        ["Correct or recall", "All reports"],
    ]
    unfinished = report_screen(EN, report(status=BroadcastStatus.SENDING, is_counted=False), ALERT)
    assert plain(unfinished)[-1] == "It is not over yet: these numbers change."


def test_by_language() -> None:
    """Small numbers are not shown, nor one from which a small one follows; compared shares have their intervals."""
    shown = groups_screen(EN, report(), ALERT, ResultsBy.LOCALE, NAMES)
    assert plain(shown) == [
        "By language: Ask your council",
        "English: sent 710 · left 14 of 710 (2%; 1.2%–3.3%)",
        "العربية: sent 329 · left fewer than 10",
        "Español: sent 140 · left fewer than 10",
        "erased since: sent not shown · left fewer than 10",
        "עברית: sent fewer than 10 · left fewer than 10",
        "After each share: where the true one may lie (95%). Two that overlap may be the same.",
    ]
    assert labels(shown)[1] == ["By source", "In all"]


def test_by_source() -> None:
    """Sources have their names, cut where they are long; who came by none is said so."""
    shown = plain(groups_screen(EN, report(), ALERT, ResultsBy.SOURCE, NAMES))
    assert [line.partition(":")[0] for line in shown[1:4]] == ["no named link", "Poster at the…", "=Page"]


def test_not_counted_yet() -> None:
    """A broadcast that has ended just now says when to look again, and its picture has the whole only."""
    early = report(is_counted=False)
    assert "Look again" in plain(groups_screen(EN, early, ALERT, ResultsBy.LOCALE, NAMES))[-1]
    assert len(report_chart(EN, early, ALERT, NAMES).sections) == 1


@pytest.mark.parametrize("locale", CATALOGS.locales)
def test_the_caption_repeats_the_picture(locale: str) -> None:
    """Every number of the picture, and every label, stands in the words below it, in every language."""
    words = CATALOGS.words(locale)
    chart = report_chart(words, report(), ALERT, NAMES)
    shown = report_picture_screen(words, report(), ALERT, NAMES)
    assert chart.rtl == (locale in ("ar", "he"))
    _assert_repeats(chart, shown)
    assert len(chart.sections) == 3
    assert locale != "en" or utf16_length(shown.text.text) <= CAPTION_LENGTH


def _assert_repeats(chart: Chart, shown: Screen) -> None:
    text = shown.text.text
    for section in chart.sections:
        for label in section.rows:
            assert label in text
        for column in section.columns:
            for each in column.bars:
                assert each.text in text


@pytest.mark.parametrize("locale", CATALOGS.locales)
@pytest.mark.parametrize("by", GrowthBy)
def test_growth_in_words(locale: str, by: GrowthBy) -> None:
    """So does growth's, at its longest."""
    words = CATALOGS.words(locale)
    grown = growth(by)
    shown = growth_screen(words, grown)
    _assert_repeats(growth_chart(words, grown), shown)
    assert locale != "en" or utf16_length(shown.text.text) <= CAPTION_LENGTH
    assert labels(shown)[0] != []


def growth(by: GrowthBy) -> Grown:
    """Return growth with large numbers, small ones and those withheld."""
    keys: list[object]
    match by:
        case GrowthBy.WEEK:
            keys = list(weeks_until(NOW.date()))
        case GrowthBy.LOCALE:
            keys = list(CATALOGS.locales)
        case GrowthBy.SOURCE:
            keys = [None, *range(1, 14)]
    row: dict[GrowthEvent, Shown] = {
        GrowthEvent.JOINED: 12_345,
        GrowthEvent.LEFT: Hidden.FEW,
        GrowthEvent.BLOCKED: Hidden.WITHHELD,
    }
    names = dict.fromkeys(range(14), "A name of forty characters, as they fit")
    return Grown(by=by, rows=dict.fromkeys(keys, row), names=names, is_empty=False)


def test_growth_lines() -> None:
    """Each line says what happened; where nothing may be shown it is said once; without any there is a sentence."""
    grown = growth(GrowthBy.WEEK)
    assert plain(growth_screen(EN, grown))[:3] == [
        "Growth by week",
        "joined · left · blocked the bot",
        "5 Oct: 12,345 · <10 · –",
    ]
    quiet = Grown(
        by=GrowthBy.LOCALE,
        rows={"en": dict.fromkeys(GrowthEvent, Hidden.FEW)},
        names={},
        is_empty=False,
    )
    assert plain(growth_screen(EN, quiet))[2] == "English: <10 · <10 · <10"
    nothing = Grown(by=GrowthBy.WEEK, rows={}, names={}, is_empty=True)
    assert plain(growth_screen(EN, nothing))[1] == "Nobody joined or left in the last eight weeks."


def test_growth_in_pages() -> None:
    """Weeks turn to the eight before, while there are any, and back; languages and sources to the smaller ones."""
    weeks = replace(growth(GrowthBy.WEEK), goes_back=True)
    assert labels(growth_screen(EN, weeks))[0] == ["Earlier weeks"]
    assert labels(growth_screen(EN, weeks, page=2))[0] == ["Later weeks", "Earlier weeks"]
    assert labels(growth_screen(EN, replace(weeks, goes_back=False), page=2))[0] == ["Later weeks"]
    sources = growth(GrowthBy.SOURCE)
    first, second = (growth_screen(EN, sources, page=page) for page in (0, 1))
    assert (labels(first)[0], labels(second)[0]) == (["More"], ["Back a page"])
    assert [sum(": 12,345" in line for line in plain(shown)) for shown in (first, second)] == [8, 6]
    nothing = Grown(by=GrowthBy.WEEK, rows={}, names={}, is_empty=True)
    assert plain(growth_screen(EN, nothing, page=1))[1] == "Nobody joined or left in these eight weeks."


def test_groups_in_pages() -> None:
    """A page holds five groups, the largest first; together they are all, each once. The last one is the end."""
    by = ResultsBy.LOCALE
    counts = [
        ReportCount(locale=locale, source_id=None, state=DeliveryState.SENT, n=100 + n)
        for n, locale in enumerate(CATALOGS.locales)
    ]
    made = replace(report(), counts=tuple(counts))
    pages = [groups_screen(EN, made, ALERT, by, NAMES, page=page) for page in range(2)]
    assert groups_screen(EN, made, ALERT, by, NAMES, page=9) == pages[-1]
    lines = [[line for line in plain(each) if ": sent " in line] for each in pages]
    names = [label for group in lines for label in group]
    assert max(map(len, lines)) == 5
    assert len(names) == len(set(names)) == len(groups(EN, made, by, NAMES)) == 9
    assert labels(pages[0])[0] == ["More"]
    assert labels(pages[1])[0][0] == "Back a page"


def test_the_table() -> None:
    """The table has the sums, no small one in a group, times in ISO 8601, and no name that runs as a formula."""
    upload = report_table(EN, report(), ALERT, NAMES)
    head, *rows = csv.reader(StringIO(upload.of["text"].removeprefix("\ufeff"), newline=""))
    assert tuple(head) == HEAD
    assert {row[2] for row in rows} == {NOW.isoformat()}
    found = {tuple(row[4:7]): row[7].translate(_ISOLATES) for row in rows}
    assert found["all", "", "sent"] == "1196"
    assert found["all", "", "unknown"] == "2"
    assert found["all", "", "left_after"] == "18"
    assert found["locale", "en", "sent"] == "710"
    assert found["locale", "en", "left_after"] == "14"
    assert found["locale", "he", "sent"] == "fewer than 10"
    assert found["source", "'=Page", "sent"] == "37"
    assert not [key for key, n in found.items() if key[0] != "all" and n.isdecimal() and int(n) < FEW]


def test_two_links_of_one_name() -> None:
    """Each has its own rows: no sum is lost."""
    upload = report_table(EN, report(), ALERT, dict.fromkeys(NAMES, "Poster"))
    rows = [
        row for row in csv.reader(StringIO(upload.of["text"], newline="")) if row[5:7] == ["Poster", "sent"]
    ]
    assert [row[7] for row in rows] == ["319", "37"]


def test_screens_fit_a_phone() -> None:
    """No label is cut, no screen is longer than a phone shows, and viewers are offered nothing they may not do."""
    viewer, editor = (Organizer(id=1, role=role, since=NOW.date()) for role in (Role.VIEWER, Role.EDITOR))
    source = Source(id=1, code="k7m2p9qa", name="Poster at the station, north side")
    listed = [(source, 12)] * 13
    screens = [
        report_screen(EN, report(), ALERT),
        groups_screen(EN, report(), ALERT, ResultsBy.LOCALE, NAMES),
        results_list(EN, [(report().broadcast, ALERT)] * 8),
        sources_screen(EN, listed, page=1, actor=editor),
        source_screen(EN, source, 12, link="https://t.me/a_bot?start=s_k7m2p9qa"),
    ]
    for screen in screens:
        assert len(plain(screen)) + len(screen.rows) <= 12
        for row in screen.rows:
            limit = LABEL if len(row) > 1 else LABEL + 4
            assert all(len(each.label.translate(_ISOLATES)) <= limit for each in row)
    assert labels(sources_screen(EN, listed, page=1, actor=editor))[-2:] == [
        ["Newer", "Older"],
        ["New link", "Growth"],
    ]
    assert labels(sources_screen(EN, listed, page=1, actor=viewer))[-1] == ["Growth"]
    assert labels(sources_screen(EN, [], page=0, actor=viewer)) == [["Growth"]]
    unnamed = source_screen(EN, source, Hidden.FEW, link=None)
    assert labels(unnamed) == [["All links"]]
    assert "Joined through it: fewer than 10." in plain(unnamed)
    assert not any(isinstance(each, Press) for row in results_list(EN, []).rows for each in row)


def test_a_locale_is_a_localizer() -> None:
    """The short date is written as each language does."""
    day = NOW.date()
    words: dict[str, Localizer] = {locale: CATALOGS.words(locale) for locale in ("en", "de", "ar")}
    assert words["en"].short_date(day) == "23 Nov"
    assert words["de"].short_date(day) == "23. Nov."
    assert words["ar"].short_date(day).startswith("23")
