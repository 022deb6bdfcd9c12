"""Whom an alert reaches, and in which words: the number that is always on the screen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.domain.choices import Choice
from bot.domain.exclusion import Exclusion


@dataclass(frozen=True, kw_only=True, slots=True)
class Reach:
    """How many people an alert reaches now, by locale.

    `missing` are those who get the base locale's words; `older` those who have words of their locale that are older
    than the base's, and get them. `choices`: what organizers have decided about these; `without` are the readers
    who get nothing by such a choice. `left_out`: how many subscribers of its topic it does not reach, by why.
    `is_estimate`: these numbers are (`bot.domain.estimate`), of which nought may be a few; how many it leaves out, and
    how many get it `later`, after their quiet hours, always are. `everybody`: the exact number of all who get the
    alerts, where it is for them; `counted`: the exact total, where it may be told of others.
    """

    base: str
    by_locale: Mapping[str, int]
    missing: Mapping[str, int]
    left_out: Mapping[Exclusion, int] = field(default_factory=dict)
    older: Mapping[str, int] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, Choice] = field(default_factory=dict)
    is_estimate: bool = False
    counted: int | None = None
    everybody: int | None = None
    later: int = 0

    @property
    def total(self) -> int:
        """Everybody it reaches."""
        if self.counted is not None:
            return self.counted
        if self.everybody is None:
            return sum(self.by_locale.values())
        # Exactly it would tell how many read a language that is left out.
        return max(self.everybody - sum(self.without.values()), min(self.everybody, 1))

    @property
    def is_exact(self) -> bool:
        """Whether that number is no estimate."""
        whole = self.everybody is not None and not self.without
        return not self.is_estimate or self.counted is not None or whole

    @property
    def is_chosen(self) -> bool:
        """Whether it is for people who were chosen among all who get the alerts."""
        return self.is_estimate and self.everybody is None

    @property
    def undecided(self) -> dict[str, int]:
        """The locales with older words, or with readers and no words, of which nobody has decided."""
        return {
            locale: n for locale, n in {**self.older, **self.missing}.items() if locale not in self.choices
        }

    @property
    def waiting(self) -> dict[str, int]:
        """The locales whose words are waited for, by choice."""
        return {locale: self.readers(locale) for locale in self.chosen(Choice.WAIT)}

    def chosen(self, choice: Choice) -> tuple[str, ...]:
        """Return the locales of which this was decided."""
        return tuple(locale for locale, made in self.choices.items() if made is choice)

    def readers(self, locale: str) -> int:
        """Return how many of the audience read this locale, whether they get anything or not."""
        return self.by_locale.get(locale, 0) + self.without.get(locale, 0)


def reach(
    by_locale: Mapping[str, int],
    *,
    base: str,
    written: Collection[str],
    left_out: Mapping[Exclusion, int] | None = None,
    older: Collection[str] = (),
    choices: Mapping[str, Choice] | None = None,
    is_estimate: bool = False,
    everybody: int | None = None,
    later: int = 0,
) -> Reach:
    """Return the reach of an alert with these translations, for an audience of these readers."""
    chosen = choices or {}
    without = {locale: n for locale, n in by_locale.items() if chosen.get(locale) is Choice.LEAVE_OUT}
    reached = {locale: n for locale, n in by_locale.items() if locale not in without}
    gets_base = {locale for locale in reached if locale not in written} | {
        locale for locale in reached if chosen.get(locale) is Choice.BASE
    }
    gets_older = [locale for locale in older if chosen.get(locale) not in (Choice.BASE, Choice.LEAVE_OUT)]
    return Reach(
        base=base,
        by_locale=reached,
        missing={locale: n for locale, n in reached.items() if locale in gets_base and (n or is_estimate)},
        left_out=left_out or {},
        older={locale: reached.get(locale, 0) for locale in gets_older},
        without=without,
        choices=chosen,
        is_estimate=is_estimate,
        everybody=everybody,
        later=later,
    )
