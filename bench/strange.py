"""Texts that are made to break whatever reads them."""

import random
import unicodedata
from collections.abc import Iterator


def strange(n: int, *, seed: int = 1) -> Iterator[str]:
    """Yield texts made to break something: what unfolds, combines, turns around, or is no text at all."""
    draw = random.Random(seed)  # noqa: S311 -- no secret: the same texts each time
    nasty = [
        "\ufdfa",
        "\u202e",
        "\u2066",
        "\u200d",
        "\x00",
        "\ud800",
        "\ufeff",
        "🏳️‍🌈",
        "ﷺ",
        "Ǆ",
        "ﬃ",
        "㌀",
        "ẛ̣",
        "\U000e0041",
        "ͅ",
    ]
    words = [
        "anyvision",
        "ما",
        "מה",
        "ignore",
        "?",
        "microsoft",
        "https://x.org/",
        "ı",
        "İ",
        "ß",
        "'; --",
        "{run_by}",
    ]
    for _ in range(n):
        match draw.randrange(4):
            case 0:
                yield draw.choice(nasty) * draw.randrange(1, 4096)
            case 1:
                yield "".join(chr(draw.randrange(0x110000)) for _ in range(draw.randrange(300)))
            case 2:
                yield "".join(draw.choice(nasty + words) for _ in range(draw.randrange(200)))
            case _:
                word = unicodedata.normalize(draw.choice(["NFC", "NFD", "NFKD"]), draw.choice(words))
                yield "".join(letter + draw.choice(nasty) * draw.randrange(3) for letter in word * 9)
