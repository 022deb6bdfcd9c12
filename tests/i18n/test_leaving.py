"""Words for leaving: whoever writes one is out, and nobody is who asks, thanks or says goodbye."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ROOT
from bot.domain.faq import SmallTalk
from bot.domain.leaving import leaving_form, without_courtesies
from bot.i18n import lint
from bot.i18n.leaving import FILE, LeaveList, is_leaving, may_be_leaving
from bot.telegram_io.updates import Kind, read_update
from tests import shipped

CATALOGS = shipped.catalogs()
LISTS = {locale: LeaveList.read(ROOT / "locales" / locale / FILE) for locale in CATALOGS.locales}
WORDS = [(locale, word) for locale, listed in LISTS.items() for word in listed.words]
QUESTIONS = [
    asked["question"]
    for path in sorted((ROOT / "tests/content/questions").glob("*.jsonl"))
    for asked in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    if asked["kind"] != "smalltalk"
]
CONTENT = shipped.content()
AROUND = st.text(
    st.sampled_from([*" .!,…\n\t\u200f\u2068\u2069\u200b\u00a0\ufe0f\"'«»“”🛑😡👋🙏✋-–*_()"]), max_size=5
)


def update(text: str) -> dict[str, object]:
    """Return the update of a text."""
    return {"message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": text}}


@pytest.mark.parametrize("locale", LISTS)
def test_every_language_has_its_words(locale: str) -> None:
    """Each language has fifteen at the least, the bot's own button words among them."""
    assert len({leaving_form(word) for word in LISTS[locale].words}) >= lint.LEAST_WORDS
    localizer = CATALOGS.words(locale)
    for label in (localizer.gettext("Stop the alerts"), localizer.gettext("Yes, stop")):
        assert is_leaving(label), label


@pytest.mark.parametrize(
    "said",
    [
        "enough; يكفي; basta ya; ça suffit; es reicht; adesso basta; chega; yeter; מספיק",
        "delete me; احذفوني; bórrenme; supprimez-moi; löscht mich; cancellatemi; me apaguem; beni silin; תמחקו אותי",
        "I’m out; أنا خارج; me salgo; je sors; ich bin raus; esco; tô fora; ben yokum; אני בחוץ",
        "I quit; أنسحب; me doy de baja; je quitte; ich steige aus; mi disiscrivo; vou sair; ayrılıyorum; אני פורש",
        (
            "I want to leave; أريد الخروج; quiero salir; je veux sortir; ich will raus; voglio uscire; quero sair;"
            "çıkmak istiyorum; אני רוצה לצאת"
        ),
        (
            "don’t message me; لا تراسلوني; no me escriban más; ne m’écrivez plus; schreibt mir nicht mehr;"
            "non scrivetemi più; não me mandem mais mensagens; bana yazmayın; אל תכתבו לי"
        ),
        (
            "not interested; غير مهتم; no me interesa; ça ne m’intéresse plus; kein Interesse; non mi interessa;"
            "não tenho interesse; ilgilenmiyorum; לא מעוניין"
        ),
        (
            "no more messages; لا مزيد من الرسائل; no más mensajes; plus de messages; keine Nachrichten mehr;"
            "niente più messaggi; sem mais mensagens; mesaj istemiyorum; לא רוצה הודעות"
        ),
    ],
)
def test_every_language_says_the_same(said: str) -> None:
    """What leaves in one language has its words in each of the nine."""
    words = said.split(";")
    assert len(words) == len(LISTS)
    assert [word for word in words if not is_leaving(word)] == []


@given(st.sampled_from(WORDS), AROUND, AROUND, st.booleans())
def test_every_word_leaves(listed: tuple[str, str], before: str, after: str, shouted: bool) -> None:
    """Case, punctuation, emoji and marks of direction around it make no difference to any of them."""
    _, word = listed
    incoming = read_update(update(f"{before}{word.upper() if shouted else word}{after}"))
    assert incoming is not None
    assert incoming.kind is Kind.LEAVE
    assert incoming.withdraws_consent


@given(st.sampled_from(WORDS), st.integers(0, 100), st.integers(1, 6))
def test_drawn_out(listed: tuple[str, str], at: int, times: int) -> None:
    """A letter that is drawn out makes no difference."""
    _, word = listed
    place = at % len(word)
    if word[place].isalpha():
        assert is_leaving(word[:place] + word[place] * times + word[place:])


@given(st.sampled_from(WORDS), st.data())
def test_politely(listed: tuple[str, str], data: st.DataObject) -> None:
    """A “please” before or after it makes no difference."""
    locale, word = listed
    polite = data.draw(st.sampled_from(LISTS[locale].courtesies))
    assert is_leaving(f"{word}, {polite}")
    assert is_leaving(f"{polite} {word}")
    assert not is_leaving(polite)


@given(st.sampled_from(WORDS), st.sampled_from("?؟？"))
def test_a_question_is_asked_back(listed: tuple[str, str], mark: str) -> None:
    """The same words put as a question leave nobody at once: they are asked."""
    _, word = listed
    assert not is_leaving(word + mark)
    assert may_be_leaving(word + mark)


@pytest.mark.parametrize("text", QUESTIONS)
def test_no_question_leaves(text: str) -> None:
    """None of the thousands of questions that people ask takes anybody off the list, nor asks them whether to."""
    assert not is_leaving(text)
    assert not may_be_leaving(text)


@pytest.mark.parametrize("kind", [kind for kind in SmallTalk if kind is not SmallTalk.LEAVE])
def test_no_small_talk_leaves(kind: SmallTalk) -> None:
    """Who greets, thanks, scolds or says goodbye is not taken to leave."""
    said = [text for one in CONTENT.remarks if one.kind is kind for text in one.phrasings]
    assert [text for text in said if is_leaving(text)] == []


def test_no_answer_leaves() -> None:
    """No phrasing of an answer, or of what is left open, is a word for leaving."""
    texts = [
        text
        for slug in CONTENT.entries
        for locale in CONTENT.locales
        for text in (CONTENT.entry(slug, locale).question, *CONTENT.entry(slug, locale).phrasings)
    ]
    texts += [text for subject in CONTENT.unanswered for text in subject.phrasings]
    assert [text for text in texts if is_leaving(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("end of the boycott?", "stop apartheid", "stop anyvision now", "can anyone stop them", "no", "yes"),
        *("why did microsoft stop", "quit your job", "who can cancel the contract", "", "…", "please"),
        *("stop " + "the cameras " * 9, "Ende der Besatzung", "basta con le telecamere", "كفى احتلالا"),
    ],
)
def test_innocent(text: str) -> None:
    """A word for leaving among others is none."""
    assert not is_leaving(text)


@pytest.mark.parametrize("text", ["How do I /stop this", "to leave send /stop, they say", "please: /STOP"])
def test_the_command_within_a_text(text: str) -> None:
    """Whoever names the command within a sentence is asked."""
    assert may_be_leaving(text)
    assert not may_be_leaving("see /stops and http://x.org/stop")


@given(st.lists(st.sampled_from(["please", "now", "stop", "the", "thank", "you"]), max_size=6))
def test_courtesies_never_take_all(words: list[str]) -> None:
    """What is left of a text without its courtesies is one word at the least, if it had any."""
    left = list(without_courtesies(" ".join(words), {"please", "now", "thank you", "stop"}))
    assert left[0] == " ".join(words)
    assert all(bool(each) == bool(words) for each in left)


def test_a_courtesy_of_its_own() -> None:
    """A word for leaving that ends with a “now” itself is known with another courtesy beside it."""
    assert is_leaving("لا أريد رسائل بعد الآن، من فضلكم")
    assert is_leaving("artık istemiyorum, lütfen")


def test_the_check_names_gaps(tmp_path: Path) -> None:
    """A list that is missing, too short, or with words that can never be known again, is named."""
    (tmp_path / "locales/en").mkdir(parents=True)
    shown = Path("locales/en") / FILE
    assert lint._leave_problems(tmp_path, "en") == [f"{shown}: cannot be read: FileNotFoundError"]
    (tmp_path / shown).write_text("# words\nstop\nSTOP!\n+ please\n🛑\nstop?\n", encoding="utf-8")
    assert lint._leave_problems(tmp_path, "en") == [
        f"{shown}: “🛑” is nothing that can be known again",
        f"{shown}: “stop?” is nothing that can be known again",
        f"{shown}: has 2 different words; 15 are the least",
    ]
