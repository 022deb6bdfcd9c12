"""What a table may show: no count that could tell on one person, nor one from which such a count follows."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disclosure import FEW, Hidden, alike, disclosed, stepwise

TABLES = st.dictionaries(st.text(max_size=3), st.integers(0, 40) | st.integers(0, 10**6), max_size=9)


@given(TABLES)
def test_small_counts_are_hidden(counts: dict[str, int]) -> None:
    """No count below ten is shown, and what is shown is true."""
    for key, shown in disclosed(counts).items():
        if counts[key] < FEW:
            assert shown is Hidden.FEW
        else:
            assert shown in (counts[key], Hidden.WITHHELD)


@given(TABLES)
def test_no_single_one_follows_from_the_total(counts: dict[str, int]) -> None:
    """Beside the total no hidden count can be worked out: none is the only one, unless there is no other."""
    shown = disclosed(counts)
    hidden = [key for key, n in shown.items() if isinstance(n, Hidden)]
    assert len(hidden) != 1 or len(counts) == 1
    assert list(shown) == list(counts)


def test_no_more_is_hidden_than_must_be() -> None:
    """With two small ones nothing else is hidden; with one, the smallest of the others."""
    few = Hidden.FEW
    assert disclosed({"a": 3, "b": 4, "c": 50}) == {"a": few, "b": few, "c": 50}
    assert disclosed({"a": 3, "b": 90, "c": 50}) == {"a": few, "b": 90, "c": Hidden.WITHHELD}
    assert disclosed({"a": 10, "b": 11}) == {"a": 10, "b": 11}
    assert disclosed({"a": 0, "b": 0, "c": 50}) == {"a": few, "b": few, "c": 50}


def test_noughts_hide_nothing() -> None:
    """Links that nobody has come by do not make up for the one small count: their maker knows that they are nought."""
    unused = dict.fromkeys("uvw", 0)
    shown = disclosed({"a": 3, "b": 90, "c": 50, **unused})
    assert shown == {"a": Hidden.FEW, "b": 90, "c": Hidden.WITHHELD, **dict.fromkeys(unused, Hidden.FEW)}


@given(TABLES, TABLES)
def test_two_tables_withhold_the_same(one: dict[str, int], other: dict[str, int]) -> None:
    """No count that one table withholds is shown in another of the same people."""
    tables = alike(disclosed(one), disclosed(other))
    withheld = {key for table in tables for key, n in table.items() if n is Hidden.WITHHELD}
    assert all(isinstance(table.get(key, Hidden.FEW), Hidden) for table in tables for key in withheld)
    assert [list(table) for table in tables] == [list(one), list(other)]


@given(st.integers(0, 10**6))
def test_a_link_is_told_in_steps(n: int) -> None:
    """A supporter's own link tells nothing below three, never too many, and of most who join nothing at all."""
    told = stepwise(n)
    assert (told is None) is (n < 3)
    assert told is None or told <= n
    assert [stepwise(each) for each in (3, 4, 5, 9, 10, 19, 20)] == [3, 3, 5, 5, 10, 10, 20]
