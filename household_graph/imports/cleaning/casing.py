"""Capitals for what was written in capitals only, or in small letters only."""

import re
import unicodedata

from household_graph.imports.cleaning.blanks import word_set

SMALL = word_set(
    """af al and av da de del della den der des di do dos du el la las le les los of sur sous the
    ten ter van von y zu zum zur"""
)
ABBREVIATED = frozenset(("II", "III", "IV", "NE", "NW", "SE", "SW", "PO"))
ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE)
PIECES = re.compile(r"([-'\u2019./,()&# ])")
PREFIXED = re.compile(r"Mc[a-z]{3,}")


def one_case(text: str) -> bool:
    """Tell whether a text has letters, and all of them are capitals, or all are small."""
    return text.isupper() or text.islower()


def recased(text: str) -> str:
    """Begin each word with a capital: `KATIE O'BAKER` gives `Katie O'Baker`.

    Small words such as `van der` and `de la` stay small between others. `Mc` takes a capital
    behind it; `Mac` does not, as it often is a part of the name. What has a digit in it, such as
    `2B`, stays as it is.
    """
    words = text.split(" ")
    last = len(words) - 1
    cased = [
        word.lower() if word.lower() in SMALL and 0 < place < last else word_cased(word)
        for place, word in enumerate(words)
    ]
    return unicodedata.normalize("NFC", " ".join(cased))


def word_cased(word: str) -> str:
    return "".join(
        piece_cased(piece, place) for place, piece in enumerate(PIECES.split(word)) if piece
    )


def piece_cased(piece: str, place: int) -> str:
    if piece in ABBREVIATED:
        return piece
    if any(letter.isdigit() for letter in piece):
        return piece.lower() if ORDINAL.fullmatch(piece) else piece
    if place and piece.upper() == "S":
        return "s"
    cased = piece[:1].title() + piece[1:].lower()
    return f"Mc{cased[2:].capitalize()}" if PREFIXED.fullmatch(cased) else cased
