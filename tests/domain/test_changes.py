"""What has changed between two revisions."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alert import ActionKind
from bot.domain.audience import of_topic
from bot.domain.changes import ELIDED, Piece, Was, changes_between, word_changes
from bot.domain.choices import Choice, Chosen
from bot.domain.revision import content_of
from tests.making import NOW, draft, words

TEXTS = st.lists(st.sampled_from(["one", "two", "three", "four"]), max_size=30).map(" ".join)


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    """What was kept and removed is the text before, what was kept and added the text after; the same is no change."""
    pieces = word_changes(before, after, context=100)

    def without(was: Was) -> list[str]:
        return " ".join(each.text for each in pieces if each.was is not was).split()

    if before.split() == after.split():
        assert pieces == ()
    else:
        assert without(Was.ADDED) == before.split()
        assert without(Was.REMOVED) == after.split()


@given(before=TEXTS, after=TEXTS)
def test_a_change_is_not_hidden(before: str, after: str) -> None:
    """However little of a text is shown, every word that was removed or added is."""
    whole, little = word_changes(before, after, context=100), word_changes(before, after, context=1)
    assert [each for each in whole if each.was is not Was.KEPT] == [
        each for each in little if each.was is not Was.KEPT
    ]


def test_far_words_are_left_out() -> None:
    """A few words stand around a change, and … for the rest."""
    before = "a b c d e Friday f g h i j"
    assert word_changes(before, before.replace("Friday", "Thursday"), context=2) == (
        Piece(Was.KEPT, f"{ELIDED} d e"),
        Piece(Was.REMOVED, "Friday"),
        Piece(Was.ADDED, "Thursday"),
        Piece(Was.KEPT, f"f g {ELIDED}"),
    )


def test_everything_that_can_differ() -> None:
    """Words, kind, link, audience and details are each told apart; what is the same is not named."""
    before = draft(locales=("en", "ar"))
    assert not changes_between(content_of(before), content_of(before))
    retold = replace(words(), text="Another reason.")
    new_words = replace(before, translations={**before.translations, "en": retold})
    found = changes_between(content_of(before), content_of(new_words))
    assert [each.locale for each in found.words] == ["en"]
    assert (found.kind, found.link, found.audience, found.other) == (None, None, False, False)
    other = replace(before, kind=ActionKind.CALL, link=None, audience=of_topic("news"), deadline=NOW)
    found = changes_between(content_of(before), content_of(other))
    assert found.words == ()
    assert found.kind == ("sign", "call")
    assert found.link == ("https://example.org", None)
    assert found.audience
    assert found.other


def test_a_choice_is_a_change() -> None:
    """That older words are sent as they are is told, though no word differs."""
    before = draft(locales=("en", "ar"))
    kept = Chosen(choice=Choice.AS_IT_IS, for_base="0123456789abcdef")
    after = replace(before, choices={"ar": kept})
    [change] = changes_between(content_of(before), content_of(after)).words
    assert (change.locale, change.pieces) == ("ar", ())


def test_a_new_language() -> None:
    """A language that was not there before is all added."""
    [change] = changes_between(content_of(draft()), content_of(draft(locales=("en", "ar")))).words
    assert change.locale == "ar"
    assert {each.was for each in change.pieces} == {Was.ADDED}
