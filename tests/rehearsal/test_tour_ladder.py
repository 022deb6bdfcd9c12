"""The supporters' part of a tour's checks: what fits is quiet, what does not has a sentence."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.outcome import told
from bot.rehearsal.tour.ladder import (
    NOT_COUNTED,
    Ladder,
    count_problems,
    file_problems,
    ladder_problems,
    post_problems,
)

SEEN = Ladder(sent=87, opened=37, done=18, shared=3, joined=5)


def test_the_ladder_in_words() -> None:
    """Its steps stand in their order, as a reader calls them."""
    assert SEEN.in_words() == "sent 87 → opened 37 → said they did it 18 → shared 3 → joined through it 5"


def test_a_ladder_that_fits() -> None:
    """What is unknown came, or did not; of what people said nothing is."""
    assert list(ladder_problems(SEEN, SEEN)) == []
    assert list(ladder_problems(replace(SEEN, sent=86), SEEN, unknown=1)) == []


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("sent", "The bot says sent 88; the world saw 87."),
        ("opened", "The bot says opened 38; the world saw 37."),
        ("done", "The bot says said they did it 19; the world saw 18."),
        ("shared", "The bot says shared 4; the world saw 3."),
        ("joined", "The bot says joined through it 6; the world saw 5."),
    ],
)
def test_a_ladder_that_flatters(step: str, sentence: str) -> None:
    """Each number that differs has its own sentence."""
    assert list(ladder_problems(replace(SEEN, **{step: getattr(SEEN, step) + 1}), SEEN, unknown=9)) == [
        sentence
    ]


@pytest.mark.parametrize(
    ("got", "sentences"),
    [
        ({1: 1, 2: 1}, []),
        ({1: 1}, ["A reminder did not come to 1 of 2."]),
        ({1: 2, 2: 1}, ["A reminder came more than once to 1."]),
        ({1: 1, 2: 1, 3: 1}, ["A reminder came to 1 whom it was not for."]),
    ],
)
def test_a_message_to_many(got: dict[int, int], sentences: list[str]) -> None:
    """It comes once to each whom it is for, and to nobody else."""
    assert list(post_problems("A reminder", got, {1, 2})) == sentences


FITTING: list[int | None] = [*[None] * 9, 10, 11, 12]


@pytest.mark.parametrize("heard", [FITTING, FITTING[::-1], FITTING[:-1], []])
def test_a_count_that_grows(heard: list[int | None]) -> None:
    """From ten on each is told another number; who was answered too late heard none."""
    assert list(count_problems(heard, people=12, told=told)) == []


@pytest.mark.parametrize(
    "heard", [[*[None] * 9, 10, 10, 12], [*[None] * 9, 10, 11, 13], [*[None] * 10, 11, 12], [9, *FITTING[1:]]]
)
def test_a_count_that_does_not(heard: list[int | None]) -> None:
    """A number told twice, one beyond the last, one that is kept back or told too soon."""
    [sentence] = count_problems(heard, people=12, told=told)
    assert sentence == "The numbers told at the moment are not those of one count that grows by each tap."


def test_a_tap_that_is_lost() -> None:
    """Who taps at the moment and is told otherwise was not counted."""
    heard = [*FITTING[:-1], NOT_COUNTED]
    assert list(count_problems(heard, people=12, told=told)) == [
        "Taps at the moment that were not counted: 1."
    ]


FILE: dict[str, Any] = {
    "subscriber": [{"locale": "en", "zone": "Europe/London"}],
    "deliveries": [{"broadcast_id": 3, "state": "sent"}, {"broadcast_id": 1, "state": "sent"}],
    "steps": [{"alert_id": 2}],
    "outcomes": [{"alert_id": 3}],
    "consents": [{"event": "given"}],
}
THEIRS = {
    "locale": "en",
    "zone": "Europe/London",
    "deliveries": [1, 3],
    "steps": [2],
    "outcomes": [3],
    "consents": 1,
}


def test_a_file_of_theirs() -> None:
    """It says what they did and chose, and names nobody."""
    assert list(file_problems(json.dumps(FILE), theirs=THEIRS, others=("Ana", "5000001"))) == []


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ({"steps": []}, "The file of what is kept says steps []; it was [2]."),
        (
            {"deliveries": [*FILE["deliveries"], {"broadcast_id": 2, "state": "sent"}]},
            "The file of what is kept says deliveries [1, 2, 3]; it was [1, 3].",
        ),
        ({"subscriber": []}, "The file of what is kept says locale None; it was en."),
        ({"notes": [{"text": "Ana wrote"}]}, "The file of what is kept names somebody."),
    ],
)
def test_a_file_of_more_or_less(file: dict[str, Any], sentence: str) -> None:
    """A row that is missing, one that is somebody else's, and whatever names anybody."""
    assert sentence in list(file_problems(json.dumps(FILE | file), theirs=THEIRS, others=("Ana", "5000001")))
