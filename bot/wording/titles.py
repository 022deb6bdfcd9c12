"""An alert's title where there is little room for it."""

from bot.domain.alert import Alert

TITLE_SHOWN = 80
"""Characters of a title in a message that is about an alert; its organizers know the rest."""

BUTTON_SHOWN = 30
"""Characters of a title on a button; phones cut what is longer, and not at a word."""

NO_TITLE = "…"


def title_of(alert: Alert, *, at_most: int = TITLE_SHOWN) -> str:
    """Return the title in the alert's base locale, else in another, cut with … where it is longer."""
    words = alert.translations.get(alert.base) or next(iter(alert.translations.values()), None)
    return NO_TITLE if words is None else cut(" ".join(words.title.split()), at_most)


def cut(text: str, at_most: int) -> str:
    """Return the text, or its beginning and … in so many characters; at a word's end where one is near."""
    if len(text) <= at_most:
        return text
    begun = text[: at_most - 1]
    word = begun.rpartition(" ")[0]
    return f"{word if len(word) > at_most // 2 else begun}…"
