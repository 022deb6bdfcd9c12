"""Texts add up, and their formatting moves along."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import Entity, RichText, bold, joined, styled, utf16_length

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PIECES = st.lists(st.tuples(TEXTS, st.sampled_from(["plain", "bold", "italic"])), max_size=6)


def made(pieces: list[tuple[str, str]]) -> list[RichText | str]:
    """Return the pieces as they are joined."""
    return [text if style == "plain" else styled(text, style) for text, style in pieces]


def covered(rich: RichText, entity: Entity) -> str:
    """Return the text an entity covers, by UTF-16 units."""
    units = rich.text.encode("utf-16-le")
    return units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")


@given(TEXTS)
def test_length_is_utf16(text: str) -> None:
    """The length is that of the UTF-16 form, in units."""
    assert utf16_length(text) == len(RichText(text)) == len(text.encode("utf-16-le")) // 2


@given(PIECES, TEXTS)
def test_joining_moves_the_formatting(pieces: list[tuple[str, str]], separator: str) -> None:
    """After joining, each entity covers the piece it was made for."""
    whole = joined(made(pieces), separator)
    said = [(text, style) for text, style in pieces if text]
    assert whole.text == separator.join(text for text, _ in said)
    styles = [(covered(whole, entity), entity.type) for entity in whole.entities]
    assert styles == [(text, style) for text, style in said if style != "plain"]


@given(TEXTS, TEXTS, TEXTS)
def test_adding_is_associative(one: str, two: str, three: str) -> None:
    """It does not matter which two are joined first."""
    a, b, c = bold(one), styled(two, "italic"), bold(three)
    assert (a + b) + c == a + (b + c)


def test_entity_as_sent() -> None:
    """An entity is sent with what it has, and nothing empty."""
    link = styled("here", "text_link", url="https://example.org").entities[0]
    assert link.shifted(3).as_dict() == {
        "type": "text_link",
        "offset": 3,
        "length": 4,
        "url": "https://example.org",
    }
    language = Entity(type="pre", offset=0, length=1, custom=(("language", "python"),))
    assert language.as_dict() == {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    assert bold("").entities == ()
