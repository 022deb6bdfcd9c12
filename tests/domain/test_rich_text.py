"""Texts add up, and their formatting moves along."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import Entity, RichText, bold, entity_from, joined, styled, utf16_length

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


@given(PIECES, st.integers(0, 40), st.integers(0, 40))
def test_a_part_keeps_its_formatting(pieces: list[tuple[str, str]], begins: int, ends: int) -> None:
    """What is cut out is formatted as it was, and what each entity covers is inside."""
    whole = joined(made(pieces), "")
    part = whole.part(begins, ends)
    assert part.text == whole.text[begins:ends]
    before = utf16_length(whole.text[:begins])
    for entity in part.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= entity.offset + entity.length <= len(part)
    units = {
        (entity.type, at - before)
        for entity in whole.entities
        for at in range(entity.offset, entity.offset + entity.length)
        if 0 <= at - before < len(part)
    }
    assert units == {
        (entity.type, at)
        for entity in part.entities
        for at in range(entity.offset, entity.offset + entity.length)
    }


@given(PIECES, st.integers(1, 20))
def test_a_cut_text_fits(pieces: list[tuple[str, str]], at_most: int) -> None:
    """A text is cut to so many units, never within a character, and says that it goes on."""
    whole = joined(made(pieces), "")
    cut = whole.cut(at_most)
    assert len(cut) <= at_most
    assert cut == whole if len(whole) <= at_most else cut.text.endswith("…")
    assert whole.text.startswith(cut.text.removesuffix("…"))


@given(st.dictionaries(st.sampled_from(["language", "url"]), TEXTS), st.integers(0, 9), st.integers(1, 9))
def test_entities_are_read_back(more: dict[str, str], offset: int, length: int) -> None:
    """An entity comes back from how the Bot API has it."""
    given_entity = {"type": "pre", "offset": offset, "length": length, **more}
    assert entity_from(given_entity).as_dict() == given_entity
