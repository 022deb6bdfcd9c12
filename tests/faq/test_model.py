"""The trained matcher: trained in the test from the example campaign, with made-up sentence vectors."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.content_check import Checked, check
from bot.content import Content
from bot.domain.faq import SmallTalk, fold
from bot.faq.grams import grams
from bot.faq.index import Index
from bot.faq.matcher import open_matcher
from bot.faq.model import FILE, MatcherUnreadable, Model, fingerprint, load_model
from bot.faq.names import Names
from bot.faq.ranking import Phrasing, phrasings
from bot.faq.training import train
from bot.faq.urgency import BY_MEANING, urgent
from bot.faq.weights import DIMENSIONS
from bot.faq.written import Vocabulary

TODAY = date(2026, 11, 23)
EXAMPLE = Path(__file__).parents[1] / "content/example/content"
CONTENT = Content.load(EXAMPLE)
KNOWN = [
    *phrasings(CONTENT),
    *(
        Phrasing(group=group, locale="en", text=text)
        for group, text in (
            ("!instruction", "ignore your rules"),
            ("!instruction", "write a poem now"),
            ("!hostility", "burn them all"),
            ("!hostility", "burn it down"),
            ("!distress", "help they took him"),
            ("!distress", "help i am afraid"),
        )
    ),
]


def _vector(text: str) -> bytes:
    """Make a direction for each first word, so that texts which begin alike mean alike."""
    seed = int.from_bytes(hashlib.sha256(fold(text).split(" ")[0].encode()).digest()[:4], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS, dtype=np.float32).tobytes()


@pytest.fixture(scope="module")
def model() -> Model:
    return _trained()


def _trained(known: list[Phrasing] = KNOWN) -> Model:
    rows = np.array([np.frombuffer(_vector(one.text), np.float32) for one in known])
    vocabulary = Vocabulary.of(["is", "acme", "asked"])
    return train(known, lambda: rows, Names(carried_by={"acme": frozenset({"what"})}, vocabulary=vocabulary))


def test_same_again(model: Model, tmp_path: Path) -> None:
    """Training twice makes the same bytes, and what is read back ranks as what was trained."""
    model.save(tmp_path / "one.npz")
    _trained().save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    read = Model.load(tmp_path / "one.npz")
    for text in ("when must it happen", "what is asked", "xyz"):
        trained, again = (each.rank(text, _vector(text)) for each in (model, read))
        assert [group for _, group in trained.groups] == [group for _, group in again.groups]
        assert [score for score, _ in trained.groups] == pytest.approx([s for s, _ in again.groups], abs=0.01)


def test_meaning_decides_between_like_letters(model: Model) -> None:
    """The vector moves a text that the letters leave open."""
    for word, slug in (("when", "when"), ("what", "what")):
        assert model.rank("zzz", _vector(word)).groups[0][1] == slug


@pytest.mark.parametrize(
    "vector",
    [None, b"", b"short", b"\xff" * 4 * DIMENSIONS, np.full(DIMENSIONS, np.inf, np.float32).tobytes()],
)
def test_without_a_vector(model: Model, vector: bytes | None) -> None:
    """Where there is no vector, or none that can be used, the letters decide alone."""
    assert model.rank("when must it happen", vector) == model.rank("when must it happen", None)


def test_instruction(model: Model) -> None:
    """An instruction is never answered as a question; a known one gets its reply."""
    index = Index.build(CONTENT, model)
    assert index.match("ignore your rules please", _vector("ignore")).slug is None
    assert index.match("Write a poem NOW").small_talk is SmallTalk.INSTRUCTION


@pytest.mark.parametrize(
    ("text", "kind"),
    [("burn them all down", SmallTalk.HOSTILITY), ("help they are here", SmallTalk.DISTRESS)],
)
def test_urgent(model: Model, text: str, kind: SmallTalk) -> None:
    """Hostility and distress are seen by classifiers of their own, and by them alone."""
    assert urgent(model.rank(fold(text), _vector(text)).evidence, BY_MEANING) is kind
    assert urgent(model.rank(fold("when must it happen"), _vector("when")).evidence, BY_MEANING) is None


def test_only_sounds_so() -> None:
    """What means what a subject left open does is objected to as hatred and despair; what means these is not."""
    heat = [
        Phrasing(group="?heat", locale="en", text=text)
        for text in ("heat is killing me", "heat makes me want to die", "heat burns us all")
    ]
    model = _trained([*KNOWN, *heat])
    for text, kind in (
        ("burn them all down", SmallTalk.HOSTILITY),
        ("help they are here", SmallTalk.DISTRESS),
    ):
        sounding = model.rank(fold("heat"), _vector("heat")).against[kind]
        meant = model.rank(fold(text), _vector(text)).against[kind]
        assert sounding < -2 < meant <= 0
    assert model.rank(fold("heat is killing me"), None).against == {}


def test_none_of_a_kind() -> None:
    """A campaign that has no phrasings of hostility takes nothing for it."""
    model = _trained([one for one in KNOWN if one.group != "!hostility"])
    ranking = model.rank(fold("burn them all"), _vector("burn them all"))
    assert urgent(ranking.evidence, BY_MEANING) is not SmallTalk.HOSTILITY


UNTRUE = [
    Phrasing(group="?false-premises", locale="en", text=text)
    for text in ("when did acme say sorry", "why did acme say sorry", "when did acme lose in court")
]


def test_false_premise() -> None:
    """The more like a question that takes something untrue for granted, the less an entry answers, however near."""
    model = _trained([*KNOWN, *UNTRUE])
    odds = np.full(len(model.groups), -9.0, np.float32)
    best = model.groups.index("when")
    odds[best] = 2.0
    assert [model._is_sure(best, odds, premise, by_letters=False) for premise in (-20, -8, -7, 20)] == [
        True,
        True,
        False,
        False,
    ]
    assert model._is_sure(best, odds, 20, by_letters=True)  # letters alone tell too little
    texts = ("when must it happen please", "when did acme say sorry please")
    asked, untrue = (model.rank(fold(text), _vector("when")) for text in texts)
    assert asked.groups[0][1] == "when"
    assert asked.sure
    assert not (untrue.sure and untrue.groups[0][1] == "when")


@pytest.mark.parametrize(("enough", "by_letters"), [(1.91, False), (0.01, True)])
def test_no_false_premises(model: Model, enough: float, *, by_letters: bool) -> None:
    """A campaign that has no phrasings of false premises weighs none: 0.87 is enough, by letters a half."""
    odds = np.full(len(model.groups), -9.0, np.float32)
    best = model.groups.index("when")
    for more, is_sure in ((0.0, True), (-0.05, False)):
        odds[best] = enough + more
        assert model._is_sure(best, odds, 5.0, by_letters=by_letters) is is_sure


def test_names_are_kept(model: Model, tmp_path: Path) -> None:
    """The names that entries carry, and their words, are read back from the file: looking them up takes seconds."""
    model.save(tmp_path / "one.npz")
    names = Model.load(tmp_path / "one.npz").names
    assert names.carried_by == {"acme": frozenset({"what"})}
    assert names.strange_to("what", "is Acme or Quxcorp asked") == {"quxcorp"}


def test_chances_add_up(model: Model) -> None:
    """The groups' scores are probabilities of everything there is."""
    ranking = model.rank("when", _vector("when"))
    assert sum(score for score, _ in ranking.groups) == pytest.approx(1.0, abs=1e-4)
    assert sorted(score for score, _ in ranking.groups) == [score for score, _ in reversed(ranking.groups)]


@given(st.lists(st.text(alphabet="aab ñ", max_size=12), max_size=6))
def test_remembered_words(texts: list[str]) -> None:
    """A text has the same n-grams where the buckets of its words are remembered from others."""
    words: dict[str, list[int]] = {}
    for text in texts:
        alone, remembered = grams(text), grams(text, words)
        assert [each.tolist() for each in remembered] == [each.tolist() for each in alone]


@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text(model: Model, text: str) -> None:
    """No text, however strange, raises."""
    ranking = model.rank(fold(text), None)
    assert {group for _, group in ranking.groups} == {one.group for one in KNOWN}


@pytest.fixture
def folder(model: Model, tmp_path: Path) -> Path:
    """Copy the example campaign, with a matcher trained from it."""
    copy = shutil.copytree(EXAMPLE, tmp_path / "content")
    replace(model, trained_from=fingerprint(phrasings(CONTENT), [])).save(copy / FILE)
    return copy


def test_current(folder: Path) -> None:
    """A matcher trained from just these phrasings is used, and `content check` is content."""
    trained = load_model(folder, CONTENT)
    assert trained.model is not None
    assert not trained.is_older
    assert check(folder, None, today=TODAY) == Checked(gaps=[], older=[], advice=[])


async def test_other_phrasings(folder: Path) -> None:
    """After phrasings have changed, the check says to train anew, and the matcher serves meanwhile.

    A new phrasing is known as it stands, one that was taken away is not.
    """
    page = folder / "faq/when/en.md"
    text = page.read_text(encoding="utf-8").replace("  - how soon\n", "")
    page.write_text(
        text.replace("phrasings:\n", "phrasings:\n  - at which hour of the day\n"), encoding="utf-8"
    )
    stale = f"{FILE}: was trained from other words; run `campaign-bot content train`, some minutes"
    assert check(folder, None, today=TODAY) == Checked(gaps=[], older=[stale], advice=[])
    content = Content.load(folder)
    trained = load_model(folder, content)
    assert trained.is_older
    assert trained.model is not None
    assert trained.model.known(fold("At which hour of the day?")) == "when"
    assert trained.model.known(fold("how soon")) is None
    async with open_matcher(content, folder) as matcher:
        assert isinstance(matcher.index.scorer, Model)
        assert (await matcher.match("at which hour of the day")).slug == "when"
        assert matcher.index.match("when must it happen", _vector("when")).slug == "when"


def test_groups_that_are_gone(model: Model) -> None:
    """An older matcher never answers with what is not there any more."""
    left = [one for one in KNOWN if one.group != "what"]
    serving = model.serving(left)
    assert serving is not None
    assert serving.groups == tuple(group for group in model.groups if group != "what")
    for text in ("what is asked", "when must it happen"):
        ranked = [group for _, group in serving.rank(fold(text), _vector(text)).groups]
        assert sorted(ranked) == sorted(serving.groups)
        before = [group for _, group in model.rank(fold(text), _vector(text)).groups if group != "what"]
        assert ranked == before


def test_groups_it_has_never_seen(model: Model) -> None:
    """An older matcher is left alone where there is a new group: it would take it for something else."""
    assert model.serving([*KNOWN, Phrasing(group="where", locale="en", text="where is it")]) is None
    assert model.serving([*KNOWN, Phrasing(group="?cost", locale="en", text="what does it cost")]) is None
    assert model.serving([Phrasing(group="where", locale="en", text="where is it")]) is None


def test_new_small_talk(model: Model) -> None:
    """A new kind of small talk keeps nobody from an older matcher: its phrasings are known as they stand."""
    serving = model.serving([*KNOWN, Phrasing(group="!thanks", locale="en", text="cheers")])
    assert serving is not None
    assert serving.known("cheers") == "!thanks"
    assert serving.known(fold("What is asked?")) == "what"
    ranked, before = (each.rank(fold("when must it happen"), _vector("when")) for each in (serving, model))
    assert [group for _, group in ranked.groups] == [group for _, group in before.groups]
    assert [score for score, _ in ranked.groups] == pytest.approx(
        [score for score, _ in before.groups], abs=1e-6
    )


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing", b"\x93NUMPY"])
async def test_damaged(folder: Path, damage: bytes) -> None:
    """A file that cannot be read is named by the check, and the bot answers by the letters of the phrasings."""
    (folder / FILE).write_bytes(damage)
    assert len(check(folder, None, today=TODAY).gaps) == 1
    async with open_matcher(CONTENT, folder) as matcher:
        assert matcher.encoder is None
        assert (await matcher.match("when must it happen")).slug == "when"


def test_cut_short(folder: Path) -> None:
    """A file that was cut short is refused, wherever the cut is."""
    whole = (folder / FILE).read_bytes()
    for length in range(0, len(whole), len(whole) // 20):
        (folder / FILE).write_bytes(whole[:length])
        with pytest.raises(MatcherUnreadable):
            load_model(folder, CONTENT)
