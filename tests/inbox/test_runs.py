"""One answer to a run of what cannot be understood."""

from datetime import timedelta

from bot.inbox.runs import CHATS_KEPT, RUN, Runs
from bot.telegram_io.replies import Reply, once, once_for, toast
from tests.making import NOW

ANSWER = [Reply(method="sendMessage", parameters={"text": "Here it is."})]
UNCLEAR = once([Reply(method="sendMessage", parameters={"text": "What do you mean?"})])
CHAT = b"chat"


def test_the_first_of_a_run_is_answered() -> None:
    """Of what comes at once the first is answered; the same update, applied anew, is answered again."""
    runs = Runs()
    assert [runs.cut(CHAT, number, UNCLEAR, now=NOW) for number in (1, 2, 3, 1)] == [UNCLEAR, [], [], UNCLEAR]


def test_a_run_ends() -> None:
    """A run ends with an answer, and after a while."""
    runs = Runs()
    runs.cut(CHAT, 1, UNCLEAR, now=NOW)
    assert runs.cut(CHAT, 2, ANSWER, now=NOW) == ANSWER
    assert runs.cut(CHAT, 3, UNCLEAR, now=NOW) == UNCLEAR
    assert runs.cut(CHAT, 4, UNCLEAR, now=NOW + RUN - timedelta(seconds=1)) == []
    assert runs.cut(CHAT, 5, UNCLEAR, now=NOW + RUN) == UNCLEAR


def test_each_chat_has_its_own() -> None:
    """Other chats, and updates of no chat, are in no run of this one; what is long past is forgotten."""
    runs = Runs()
    for number in range(CHATS_KEPT + 1):
        assert runs.cut(b"%d" % number, number, UNCLEAR, now=NOW) == UNCLEAR
    assert runs.cut(None, 1, UNCLEAR, now=NOW) == UNCLEAR
    assert runs.cut(b"0", CHATS_KEPT + 2, UNCLEAR, now=NOW) == UNCLEAR


def test_a_double_tap() -> None:
    """It is answered twice, and brings its card once; another card, or the same after a while, comes as ever."""
    runs, tap = Runs(), toast("7")
    card, other = (once_for(name, [tap, *ANSWER]) for name in ("act:1", "act:2"))
    assert runs.cut(CHAT, 1, card, now=NOW) == card
    assert runs.cut(CHAT, 2, card, now=NOW) == [tap]
    assert runs.cut(CHAT, 1, card, now=NOW) == card
    assert runs.cut(CHAT, 3, other, now=NOW) == other
    assert runs.cut(CHAT, 4, card, now=NOW) == card
    assert runs.cut(CHAT, 5, card, now=NOW + RUN) == card
    assert runs.cut(CHAT, 6, UNCLEAR, now=NOW + RUN) == UNCLEAR
