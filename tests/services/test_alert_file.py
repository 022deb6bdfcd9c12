"""The alert file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from bot.domain.action_fields import FieldName, fields_of, starts_at, with_value
from bot.domain.alert import ActionKind, Alert, TextMissing, Translation
from bot.domain.audience import Audience, Locales, of_topic
from bot.domain.field_values import FieldInvalid
from bot.domain.links import LinkInvalid
from bot.domain.markup import MarkupInvalid
from bot.domain.markup_writing import to_markup
from bot.domain.private_links import PersonLinked
from bot.domain.rich_text import Entity, RichText
from bot.domain.staleness import written_together
from bot.errors import CampaignError
from bot.services import alert_file
from bot.services.alert_file_writing import write_alert_file

FILE = """
kind = "attend"
base = "en"
link = "https://example.org/event"
place = "The square"
deadline = 2026-12-04T18:00:00+02:00
[en]
title = "Come"
text = "One <b>reason</b>."
button = "Take part"
[ar]
title = "تعالوا"
text = "سبب."
"""


def test_alert_file() -> None:
    """A file is read as the alert it describes."""
    alert = alert_file.read_alert_file(FILE, strict=True, locales=("en", "ar"))
    assert (alert.kind, alert.base, alert.audience) == (ActionKind.ATTEND, "en", of_topic("alerts"))
    assert alert.deadline == datetime(2026, 12, 4, 18, tzinfo=timezone(timedelta(hours=2)))
    assert alert.translations["en"].fields == {"place": "The square"}
    assert set(alert.translations) == {"en", "ar"}
    assert alert.words("en").button == "Take part"
    local = alert_file.read_alert_file(FILE.replace("+02:00", ""))
    assert local.deadline == datetime(2026, 12, 4, 18, tzinfo=UTC)


def test_what_a_kind_does_not_ask_for_is_kept() -> None:
    """A file of before may say more than the kind needs: it stays as it is."""
    alert = alert_file.read_alert_file(FILE.replace("attend", "sign") + 'later = "x"\n')
    assert alert.details == {"place": "The square"}


@pytest.mark.parametrize(
    ("old", "new", "error", "place"),
    [
        ("attend", "dance", alert_file.KindUnknown, (2, 8)),
        ("[en]", "[en", alert_file.NotToml, (7, 4)),
        ('base = "en"', 'base = "es"', alert_file.BaseMissing, (3, 8)),
        ('title = "Come"', "", TextMissing, (7, 1)),
        ('text = "One <b>reason</b>."', "text = 5", alert_file.TextExpected, (9, 8)),
        ("2026-12-04T18:00:00+02:00", '"tomorrow"', alert_file.MomentExpected, (6, 12)),
        ("https", "http", LinkInvalid, (4, 8)),
        ("</b>", "", MarkupInvalid, (9, 8)),
        ('"Come"', '" "', TextMissing, (8, 9)),
        ("[ar]", "[xx]", alert_file.LocaleUnknown, (11, 1)),
        ("button", "buton", alert_file.KeyUnknown, (10, 9)),
        ('place = "The square"', 'starts_at = "soon"', alert_file.MomentExpected, (5, 13)),
        ('place = "The square"', 'urgent = "yes"', alert_file.TrueOrFalseExpected, (5, 10)),
        ("The square", "x" * 200, FieldInvalid, (5, 9)),
        ("The square", "tg://user?id=7", PersonLinked, (5, 9)),
        ("The square", "\\u0000", FieldInvalid, (5, 9)),
        ('"The square"', "9" * 5000, alert_file.NotToml, None),
        ('"The square"', "[" * 5000, alert_file.NotToml, None),
        ('place = "The square"', ".".join("a" * 5000) + " = 1", alert_file.NotToml, (5, 1)),
        ("[ar]", "[ar" + ' . "\\""' * 5000 + "]", alert_file.NotToml, (11, 1)),
        ("2026-12-04T18:00:00+02:00", "0001-01-01T00:00:00+02:00", alert_file.MomentExpected, (6, 12)),
        ('place = "The square"', "starts_at = 0001-01-01T00:00:00+02:00", alert_file.MomentExpected, (5, 13)),
        ('place = "The square"', "starts_at = 0012-01-01T00:00:00", alert_file.MomentExpected, (5, 13)),
        ('place = "The square"', 'topic = "\\u0000"', FieldInvalid, (5, 9)),
        ('place = "The square"', 'target = "tg://user?id=7"', PersonLinked, (5, 10)),
        ('"سبب."', '"""\nسبب.\n', alert_file.NotToml, (16, 1)),
    ],
)
def test_alert_file_with_a_mistake(
    old: str, new: str, error: type[Exception], place: tuple[int, int] | None
) -> None:
    """A mistake in a file is refused, with what is wrong and where."""
    assert old in FILE
    with pytest.raises(alert_file.AlertFileInvalid) as caught:
        alert_file.read_alert_file(FILE.replace(old, new, 1), strict=True, locales=("en", "ar"))
    assert type(caught.value.why) is error
    line, column = place or (0, 0)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert place is None or f"line {line}, column {column}" in str(caught.value)


def test_a_file_that_is_no_text() -> None:
    """Bytes that are no UTF-8 are refused with their place; the mark of some editors is passed over."""
    with pytest.raises(alert_file.AlertFileInvalid) as caught:
        alert_file.text_of(b"kind = 1\nx = \xff")
    assert (caught.value.line, caught.value.column) == (2, 5)
    assert alert_file.text_of(b"\xef\xbb\xbfkind") == "kind"


def test_keys_inside_of_texts_are_none() -> None:
    """A line of a text that looks like a key is not taken for its place."""
    text = FILE.replace('text = "One <b>reason</b>."', 'text = """\nbutton = 5\n[ar]\n"""').replace(
        '"Take part"', "7"
    )
    with pytest.raises(alert_file.AlertFileInvalid) as caught:
        alert_file.read_alert_file(text)
    assert (caught.value.line, caught.value.column) == (13, 10)


def test_a_moment_with_an_offset() -> None:
    """It is kept as the clocks of its zone show it; without a zone, in UTC."""
    at = 'starts_at = 2026-12-04T18:00:00+02:00\nplace = "The square"'
    alert = alert_file.read_alert_file(FILE.replace('place = "The square"', at))
    assert alert.details == {"starts_at": "2026-12-04T16:00", "zone": "UTC"}
    zoned = FILE.replace('place = "The square"', f'zone = "Asia/Gaza"\n{at}')
    assert alert_file.read_alert_file(zoned).details == {"starts_at": "2026-12-04T18:00", "zone": "Asia/Gaza"}


def test_a_zone_by_its_city() -> None:
    """A moment without an offset is one of the zone that is named, whichever way that is written."""
    at = 'zone = "los angeles"\nstarts_at = 2026-12-04T18:00:00'
    alert = alert_file.read_alert_file(FILE.replace('place = "The square"', at))
    assert alert.details == {"starts_at": "2026-12-04T18:00", "zone": "America/Los_Angeles"}
    assert starts_at(alert) == datetime(2026, 12, 5, 2, tzinfo=UTC)


YEARS = datetime(2027, 1, 1), datetime(2099, 1, 1)  # noqa: DTZ001  # a zone is given to them
LINES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"\\'\t\x7f#=[]<&🕊"), max_size=30)
TEXTS = st.lists(LINES, max_size=3).map("\n".join)
VALUES: dict[FieldName, st.SearchStrategy[str]] = {
    FieldName.ADDRESS: st.just("office@council.example"),
    FieldName.PHONE: st.just("+442079460000"),
    FieldName.ZONE: st.sampled_from(["Europe/London", "Asia/Gaza", "UTC"]),
    FieldName.STARTS_AT: st.datetimes(*YEARS).map(lambda at: at.strftime("%Y-%m-%dT%H:%M")),
    FieldName.LINK: st.just("https://example.org/ä?a=1&b"),
}


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """Draw an alert with all its fields, as it could have been written in the chat."""
    kind = draw(st.sampled_from(ActionKind))
    translations: dict[str, Translation] = {}
    for locale in draw(st.permutations(["en", "ar", "pt_BR"]))[: draw(st.integers(1, 3))]:
        text = RichText(
            "x" + draw(TEXTS), (Entity(type=draw(st.sampled_from(["bold", "code"])), offset=0, length=1),)
        )
        title, button = draw(LINES.filter(str.strip)), draw(st.none() | st.just("Go"))
        formatted = {"text": text.text, "entities": text.entities}
        plain = {"text": to_markup(text)}
        said = draw(st.sampled_from([formatted, plain]))
        translations[locale] = Translation(locale=locale, title=title, button=button, **said)  # type: ignore[arg-type]
    try:
        translations = {locale: words.checked() for locale, words in translations.items()}
    except CampaignError:
        reject()
    base = next(iter(translations))
    deadline = draw(st.none() | st.datetimes(*YEARS, timezones=st.just(UTC)))
    alert = Alert(id=0, author_id=None, kind=kind, base=base, deadline=deadline, translations=translations)
    alert = replace(alert, urgent=draw(st.booleans()), reminds=draw(st.booleans()))
    for field in fields_of(kind):
        for locale in translations if field.per_locale else ("",):
            written = draw(st.none() | VALUES.get(field.name, TEXTS if field.lines else LINES))
            try:
                value = None if written is None or field.read is None else field.read(written)
            except CampaignError:
                continue
            alert = with_value(alert, field, written if field.read is None else value, locale)
    return written_together(alert)


@given(alerts())
def test_what_is_written_is_read_back(alert: Alert) -> None:
    """An alert that goes out as a file and comes in again says the same, in every language."""
    again = alert_file.read_alert_file(
        write_alert_file(alert), strict=True, locales=tuple(alert.translations)
    )
    assert (again.kind, again.base, again.link, again.deadline) == (
        alert.kind,
        alert.base,
        alert.link,
        alert.deadline,
    )
    assert (again.urgent, again.reminds) == (alert.urgent, alert.reminds)
    assert again.details == alert.details
    assert again.audience == alert.audience
    assert again.translations.keys() == alert.translations.keys()
    for locale, words in alert.translations.items():
        read = again.translations[locale]
        assert (read.rendered(), read.button, read.fields) == (words.rendered(), words.button, words.fields)
    # Written once more it is the same file.
    assert write_alert_file(again) == write_alert_file(alert)


def test_only_a_topic_is_written() -> None:
    """Of the audience a file has the topic alone; any other is chosen in the chat."""
    alert = alert_file.read_alert_file(FILE.replace('base = "en"', 'base = "en"\ntopic = "berlin"'))
    assert 'topic = "berlin"' in write_alert_file(alert)
    chosen = replace(
        alert, audience=Audience(terms=(*alert.audience.terms, Locales(locales=frozenset({"ar"}))))
    )
    assert "topic" not in write_alert_file(chosen)
