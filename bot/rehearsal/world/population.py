"""Who the simulated people are: their names, their languages, and how they come to the bot by themselves."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from bot.errors import CampaignError
from bot.rehearsal.page.snapshots import PHONES
from bot.rehearsal.world.actor import Actor
from bot.rehearsal.world.people import Person
from bot.rehearsal.world.world import World

ORGANIZER: Final = "Dana Brooks"
"""Whose phone claims the bot."""

LOWEST_ID, HIGHEST_ID = 5_000_000_000, 8_999_999_999
"""Chat ids are drawn from among those Telegram gives out today."""

AT_ONCE = 5
"""People who come by themselves at the same time: whoever holds a phone is still answered at once."""

NAMES: Final[dict[str, tuple[str, str]]] = {
    "en": ("Emma Noah Grace Liam Maya Owen Ruth Isaac Zoe Adam", "Clarke Bennett Okafor Hughes Malik Doyle"),
    "ar": ("أمل يوسف ليلى كريم سلمى عمر هدى طارق رنا سامي", "حداد منصور خوري درويش سالم نصار"),
    "es": ("Lucía Diego Carmen Mateo Elena Pablo Inés Hugo Rocío Álvaro", "Ferrer Ríos Navarro Soto Vega Molina"),
    "fr": ("Marie Hugo Chloé Louis Inès Jules Nadia Rémi Sofia Théo", "Lefèvre Moreau Benali Girard Petit Roche"),
    "de": ("Jonas Mia Lena Emil Aylin Paul Greta Nils Ida Max", "Becker Yılmaz Krüger Vogel Lorenz Hahn"),
    "it": ("Giulia Marco Sara Luca Chiara Paolo Elisa Dario Anna Nico", "Ricci Conti Greco Fontana Rinaldi Villa"),
    "pt": ("Beatriz João Larissa Pedro Camila Rafael Júlia Caio Marina Davi", "Souza Lima Rocha Alves Nunes Pinto"),
    "tr": ("Elif Emre Zeynep Can Defne Mert Aslı Kerem Ece Deniz", "Kaya Demir Şahin Aydın Öztürk Arslan"),
    "he": ("נועה איתי מאיה יונתן תמר אורי שירה עידו רוני אלון", "לוי כהן פרץ שגב ברק גולן"),
}  # fmt: skip
"""First names and surnames by language; who speaks another has an English one."""

ZONES: Final[dict[str, tuple[str | None, ...]]] = {
    "en": ("Europe/London", "America/Los_Angeles", None),
    "ar": ("Asia/Amman", "Africa/Cairo", None),
    "es": ("Europe/Madrid", "America/Bogota"),
    "fr": ("Europe/Paris", "Africa/Tunis"),
    "de": ("Europe/Berlin", None),
    "it": ("Europe/Rome",),
    "pt": ("America/Sao_Paulo",),
    "tr": ("Europe/Istanbul",),
    "he": ("Asia/Jerusalem",),
}
"""Where the speakers of a language live, by turns; None is somebody who never says where."""

COLLEAGUES: Final = (("Lea Haddad", 1), ("Eddie Clarke", 0))
"""Who joins the organizer's team on a tour, and the place of their language: an approver, then an editor."""


def language_codes(locales: Sequence[str]) -> tuple[str, ...]:
    """Return what the Telegram of a locale's readers tells: `pt-br` for pt_BR."""
    return tuple(locale.replace("_", "-").lower() for locale in locales)


def gather(world: World, *, languages: Sequence[str], people: int, seed: int) -> tuple[Person, list[Person]]:
    """Bring people into the world: an organizer, then so many who speak the languages by turns.

    The same seed brings the same people. Returns the organizer and the others.
    """
    lot = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
    ids = iter(sorted(lot.sample(range(LOWEST_ID, HIGHEST_ID + 1), people + 1)))
    organizer = world.add_person(name=ORGANIZER, language_code=languages[0], chat_id=next(ids))
    others = []
    for number, chat_id in enumerate(ids):
        language = languages[number % len(languages)]
        given, family = NAMES.get(language.partition("-")[0], NAMES["en"])
        name = f"{lot.choice(given.split())} {lot.choice(family.split())}"
        zones = ZONES.get(language.partition("-")[0], (None,))
        zone = zones[number // len(languages) % len(zones)]
        others.append(world.add_person(name=name, language_code=language, chat_id=chat_id, zone=zone))
    return organizer, others


def colleagues(world: World, *, languages: Sequence[str], seed: int) -> list[Person]:
    """Bring the organizer's colleagues into the world."""
    lot = random.Random(seed)  # noqa: S311  a repeatable play, not a secret
    brought = []
    for name, place in COLLEAGUES:
        chat_id = lot.randint(LOWEST_ID, HIGHEST_ID)
        while chat_id in world.people:
            chat_id = lot.randint(LOWEST_ID, HIGHEST_ID)
        language = languages[place % len(languages)]
        brought.append(world.add_person(name=name, language_code=language, chat_id=chat_id))
    return brought


def phones(languages: Sequence[str]) -> int:
    """Return how many people wait for somebody to pick up their phone: every language has at least one."""
    return max(PHONES, len(languages))


async def come(world: World, people: Sequence[Person]) -> None:
    """Let people join, each by /start and the button, a few at a time."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def turn(person: Person) -> None:
        # Whoever tries the rehearsal may have made trouble, or the person leave: that is theirs to see.
        async with turns:
            with suppress(CampaignError):
                await join(world, person.chat_id)

    await asyncio.gather(*map(turn, people))


async def join(world: World, chat_id: int) -> None:
    """Let somebody join as a person does: /start, then the yes under the words of consent.

    Raises NoAnswer, Impossible.
    """
    person = Actor(world, chat_id)
    await person.say("/start")
    await person.press("join:")
