"""The direction of a line where isolates cannot be used: the font has no shape for them, and would draw boxes."""

import unicodedata

from bot.domain.bidi import FSI, PDI, RTL_MARK

LTR_MARK = "\u200e"
"""As the other mark, it is not seen, and gives what stands beside it its direction."""


def reads_rtl(text: str, *, otherwise: bool) -> bool:
    """Whether the first letter of a text is of a script that is read from the right."""
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                return True
            case "L":
                return False
    return otherwise


def marked(text: str, *, rtl: bool) -> str:
    """Return a line that is read this way, with marks around each of its isolated parts in their place."""
    mark = RTL_MARK if rtl else LTR_MARK
    parts = []
    for part in text.split(PDI):
        before, _, isolated = part.partition(FSI)
        parts.append(before)
        if isolated:
            own = RTL_MARK if reads_rtl(isolated, otherwise=rtl) else LTR_MARK
            parts.append(f"{own}{isolated}{own}")
    return f"{mark}{''.join(parts)}{mark}"
