"""Who the simulated people are."""

from bot.domain.schedule import is_zone
from bot.rehearsal.world.population import (
    HIGHEST_ID,
    LOWEST_ID,
    ZONES,
    colleagues,
    gather,
    language_codes,
    phones,
)
from bot.rehearsal.world.world import World

LANGUAGES = ("en", "ar", "pt-br", "xx")


def test_the_same_seed_brings_the_same_people() -> None:
    """Names, languages and chat ids are repeated with the seed, and only with it."""

    def drawn(seed: int) -> list[tuple[int, str]]:
        organizer, others = gather(World(), languages=LANGUAGES, people=50, seed=seed)
        return [(person.chat_id, person.first_name) for person in (organizer, *others)]

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_languages_come_by_turns() -> None:
    """So many people speak each language, named as its speakers are; nobody has written to the bot yet."""
    world = World()
    organizer, others = gather(world, languages=LANGUAGES, people=8, seed=1)
    assert [person.language_code for person in others] == [*LANGUAGES, *LANGUAGES]
    assert len(world.people) == 9
    assert not any(person.started for person in world.people.values())
    assert all(LOWEST_ID <= chat_id <= HIGHEST_ID for chat_id in world.people)
    assert organizer.chat_id == min(world.people), "the organizer is listed first"
    assert "\u0600" <= others[1].first_name[0] <= "\u06ff"


def test_language_codes_are_telegrams() -> None:
    """A locale's readers have the code that Telegram tells."""
    assert language_codes(["en", "pt_BR"]) == ("en", "pt-br")


def test_every_language_has_a_phone() -> None:
    """There are six phones at hand, and one for each language where there are more."""
    assert phones(["en", "ar"]) == 6
    assert phones(list("123456789")) == 9


def test_people_live_by_the_clocks_of_their_language() -> None:
    """Speakers of a language live in its zones by turns; some never say where, as those of other languages."""
    world = World()
    _, others = gather(world, languages=LANGUAGES, people=12, seed=1)
    assert [person.zone for person in others if person.language_code == "en"] == list(ZONES["en"])
    assert {person.zone for person in others if person.language_code == "xx"} == {None}
    assert all(is_zone(zone) for zones in ZONES.values() for zone in zones if zone is not None)


def test_colleagues_are_brought_beside_everybody_else() -> None:
    """The same seed brings the same colleagues, who are nobody of those who were there."""
    world = World()
    organizer, others = gather(world, languages=LANGUAGES, people=8, seed=1)
    brought = colleagues(world, languages=LANGUAGES, seed=1)
    assert [person.language_code for person in brought] == ["ar", "en"]
    assert len(world.people) == 1 + len(others) + len(brought)
    again = World()
    gather(again, languages=LANGUAGES, people=8, seed=1)
    assert colleagues(again, languages=LANGUAGES, seed=1) == brought
    assert organizer not in brought
