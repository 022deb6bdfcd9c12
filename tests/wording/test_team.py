"""The team's screen: page by page, whatever its size."""

from datetime import timedelta

from bot.domain.bidi import FSI, PDI
from bot.domain.organizer import Organizer, Role
from bot.store.team import Invitation
from bot.wording.screen import Screen
from bot.wording.team import PAGE, team_screen
from tests import shipped
from tests.making import NOW, OWNER

WORDS = shipped.catalogs().words("en")
_ISOLATES = str.maketrans("", "", FSI + PDI)


def team(people: int) -> list[Organizer]:
    """Return an owner and so many others, the newest of whom is an owner, too."""
    others = [
        Organizer(id=100 + n, role=Role.EDITOR, since=NOW.date(), name=f"Person {n}")
        for n in range(people - 1)
    ]
    return [OWNER, *others, Organizer(id=999, role=Role.OWNER, since=NOW.date(), name="Zoe")]


def lines(shown: Screen) -> list[str]:
    """Return the lines of a screen as a person reads them."""
    return shown.text.text.translate(_ISOLATES).split("\n")


def labels(shown: Screen) -> list[str]:
    """Return what its buttons say."""
    return [each.label.translate(_ISOLATES) for row in shown.rows for each in row]


def test_a_team_of_hundreds() -> None:
    """Everybody is on one page, owners on the first; each page fits on a phone, and leads to those beside it."""
    people, seen = team(300), []
    invitations = [
        Invitation(mark=f"{n:032x}", role=Role.VIEWER, expires_at=NOW + timedelta(days=1)) for n in range(9)
    ]
    count = -(-(len(people) + len(invitations)) // PAGE)
    for page in range(count):
        shown = team_screen(WORDS, people, invitations, actor=OWNER, page=page)
        listed = [line for line in lines(shown) if ": " in line or ", until " in line]
        assert 0 < len(listed) <= PAGE
        assert len(shown.rows) <= 7
        assert ("Back a page" in labels(shown), "More" in labels(shown)) == (page > 0, page < count - 1)
        seen += listed
    assert len(seen) == len(people) + len(invitations)
    assert "Zoe: owner" in seen[:2]
    assert seen[-1].startswith("viewer, until ")


def test_a_page_that_is_gone() -> None:
    """Who turns to a page that there is no more, since people have left, sees the last one."""
    people = team(8)
    last = team_screen(WORDS, people, [], actor=OWNER, page=1)
    assert team_screen(WORDS, people, [], actor=OWNER, page=7) == last
    assert team_screen(WORDS, people[:1], [], actor=OWNER, page=7) == team_screen(
        WORDS, people[:1], [], actor=OWNER
    )
