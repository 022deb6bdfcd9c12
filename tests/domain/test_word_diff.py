"""Which words were changed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rich_text import RichText, utf16_length
from bot.domain.word_diff import LEFT_OUT, changed_words

TEXTS = st.lists(st.sampled_from(["ask", "the", "council", "😀", "لا", "\n\n", "now."]), max_size=30).map(
    " ".join
)


def parts(shown: RichText, style: str) -> list[str]:
    """Return what is shown in this style."""
    return [shown.units(each.offset, each.length) for each in shown.entities if each.type == style]


def lines(text: str) -> list[str]:
    """Return the words, with each break of lines as one of them."""
    return re.sub(r"\s*\n\s*", " BREAK ", text).split()


def test_one_word() -> None:
    """The word that went is struck, the one that came underlined, and a few around tell where."""
    before = "On Friday the council votes on renewing its contract with the company."
    shown = changed_words(before, before.replace("Friday", "Thursday"))
    assert shown.text == "On Friday Thursday the council votes on …"
    assert (parts(shown, "strikethrough"), parts(shown, "underline")) == (["Friday"], ["Thursday"])


def test_lines_stay_lines() -> None:
    """A break of lines stands as one, and no space around it."""
    assert changed_words("Ask\n\nOne reason.", "Ask\n\nAnother reason.").text == "Ask\nOne Another reason."


def test_nothing_is_shown_of_what_is_the_same() -> None:
    """Where only spaces differ, or nothing, there is nothing to show."""
    assert changed_words("a  b", "a b") == RichText("")


@given(TEXTS, TEXTS)
def test_what_is_shown_is_what_changed(before: str, after: str) -> None:
    """Struck words are of the text of before, underlined ones of that of now, and each is where it says it is."""
    shown = changed_words(before, after)
    assert (shown.text == "") == (lines(before) == lines(after))
    for style, source in (("strikethrough", before), ("underline", after)):
        for part in parts(shown, style):
            assert set(part.split()) <= set(source.split())
    for each in shown.entities:
        assert 0 <= each.offset < each.offset + each.length <= utf16_length(shown.text)


@given(TEXTS, TEXTS)
def test_nothing_changed_is_left_out(before: str, after: str) -> None:
    """All that was removed and added is shown, however far apart."""
    shown = changed_words(before, after)
    marked = {*parts(shown, "strikethrough"), *parts(shown, "underline")}
    gone, new = set(before.split()) - set(after.split()), set(after.split()) - set(before.split())
    said = {word for part in marked for word in part.split()}
    assert gone | new <= said | {LEFT_OUT}
