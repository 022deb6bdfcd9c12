"""The audit in words: who, what, when; people and alerts under the names they have today."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import Difference, Entry, Event, Fault, Kept, Subject, Verdict, commitment_of
from bot.domain.bidi import FSI, PDI
from bot.domain.checkpoint import Checkpoint, Signed, read_checkpoint
from bot.privacy.signing import Signer
from bot.services.audit_log import Comparison, Page
from bot.wording import audit
from bot.wording.audit_lines import SENTENCES
from bot.wording.screen import Copy, Screen
from tests import shipped
from tests.making import KEY, NOW, OWNER, draft

WORDS = shipped.catalogs().words("en")
ADA = replace(OWNER, id=3, name="Ada")
COUNCIL = replace(draft(), id=7)
_ISOLATES = str.maketrans("", "", FSI + PDI)


def kept(
    event: str, *, actor: int | None = 3, about: Subject | None = None, number: int = 41, details: str = "{}"
) -> Kept:
    """Return an entry as it is kept."""
    salt = "0" * 64
    entry = Entry(
        number=number,
        at=NOW + timedelta(minutes=number),
        actor=actor,
        event=event,
        about=about,
        commitment=commitment_of(details, salt),
    )
    return Kept(number=number, entry=entry, leaf=entry.leaf.hex(), salt=salt, details=details)


def page(*entries: Kept) -> Page:
    """Return a page on which Ada, one alert and one broadcast are known."""
    return Page(entries=list(entries), members={3: ADA}, alerts={7: COUNCIL}, sent={5: COUNCIL})


def lines(shown: Screen) -> list[str]:
    """Return the lines of a screen as a person reads them."""
    return shown.text.text.translate(_ISOLATES).split("\n")


def line(entry: Kept) -> str:
    """Return the line of an entry."""
    return lines(audit.audit_screen(WORDS, page(entry)))[-1]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (kept(Event.ALERT_APPROVED, about=Subject("alert", 7)), "Ada approved “Ask your council”"),
        (kept(Event.BROADCAST_QUEUED, about=Subject("broadcast", 5)), "Ada sent “Ask your council”"),
        (kept(Event.ALERT_BEGUN, about=Subject("alert", 8)), "Ada began alert 8"),
        (
            kept(Event.ALERT_EDITED, actor=9, about=Subject("alert", 8)),
            "somebody who has left (9) edited alert 8",
        ),
        (
            kept(Event.ROLE_CHANGED, about=Subject("organizer", 9), details='{"role":"editor"}'),
            "Ada changed the role of somebody who has left (9): editor",
        ),
        (
            kept(Event.INVITED, actor=None, details='{"role":"owner"}'),
            "Whoever runs the bot invited somebody as owner",
        ),
        (
            kept(Event.BROADCAST_PAUSED, actor=None, about=Subject("broadcast", 5)),
            "“Ask your council” paused by itself",
        ),
        (kept("alert praised"), "Ada: alert praised"),
    ],
)
def test_a_line(entry: Kept, expected: str) -> None:
    """A line has the number, the time of day, and a sentence."""
    assert line(entry) == f"41 · 12:41 · {expected}"


def test_erased_details() -> None:
    """What was erased is left out, and the rest is said."""
    joined = kept(Event.JOINED, details='{"role":"editor"}')
    assert line(joined) == "41 · 12:41 · Ada joined the team as editor"
    assert line(replace(joined, salt=None, details=None)) == "41 · 12:41 · Ada joined the team as …"


def test_what_was_tampered_with() -> None:
    """An entry that does not fit its hash is not told as if it did."""
    entry = kept(Event.ALERT_APPROVED, about=Subject("alert", 7))
    for changed in (
        replace(entry, details='{"a":1}'),
        replace(entry, leaf="0" * 64),
        replace(entry, entry=None),
    ):
        assert line(changed) == "41 · This entry is not what was recorded."


def test_days() -> None:
    """Entries stand under their day, the newest first."""
    entries = [kept(Event.LEFT, number=number) for number in (1441, 41, 40)]
    shown = lines(audit.audit_screen(WORDS, page(*entries)))
    assert shown[2] == "24 November 2026 (UTC)"
    assert shown[5] == "23 November 2026 (UTC)"
    assert [each.split(" ")[0] for each in shown if " · " in each] == ["1441", "41", "40"]


def test_every_event_has_a_sentence() -> None:
    """No event is told by its English name alone."""
    assert set(SENTENCES) == set(Event)


CHECKPOINT = Checkpoint(origin="campaign-bot/audit/0123456789abcdef", size=41, root=bytes(32))


def compared(difference: Difference | None = None, signed: Signed = Signed.OURS) -> str:
    """Return what is answered to a checkpoint of 41 entries."""
    verdict = Verdict(size=50, root=bytes(32), difference=difference, until=NOW)
    found = Comparison(verdict=verdict, checkpoint=CHECKPOINT, signed=signed)
    return "\n".join(lines(audit.comparison_screen(WORDS, found)))


def test_nothing_changed() -> None:
    """The answer names the moment and the entry."""
    said = "Nothing removed or changed since 23 November 2026, 12:00 UTC (entry 41)."
    assert compared() == said
    assert compared(signed=Signed.UNKNOWN).startswith(f"{said}\n\nThe checkpoint is not signed")


def test_the_first_difference() -> None:
    """The answer names the entry; after what the checkpoint covers, it says that up to there all is well."""
    assert compared(Difference(fault=Fault.REMOVED, number=12)).startswith(
        "Entry 12 was removed.\n\nThe bot does"
    )
    later = compared(Difference(fault=Fault.CHANGED, number=45))
    assert later.startswith(
        "Entry 45 was changed.\n\nUp to entry 41, where the checkpoint ends, everything is as it was."
    )
    assert compared(Difference(fault=Fault.REWRITTEN, number=41)).startswith("The audit was rewritten")


def test_a_broken_checkpoint() -> None:
    """A checkpoint that was mistyped raises no alarm and gives no comfort."""
    for difference in (None, Difference(fault=Fault.REWRITTEN, number=41)):
        assert compared(difference, Signed.BROKEN).startswith("This checkpoint was not copied whole")


def test_what_owners_get() -> None:
    """The message holds the checkpoint whole, to copy, forward and paste; also the whole message is read."""
    signed = Signer(KEY).sign(CHECKPOINT)
    shown = audit.checkpoint_screen(WORDS, signed)
    [[copy]] = shown.rows
    assert isinstance(copy, Copy)
    assert read_checkpoint(copy.text) == read_checkpoint(shown.text.text) == signed
    [box] = shown.text.entities
    assert box.type == "pre"
