"""What all cleaning shares: tidy text, blanks, capitals, keys, yes and no, and the one error."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import process

from household_graph.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Conventions:
    """How an export writes numbers, days and addresses where a value does not say.

    Attributes:
        country: ISO 3166 code of two letters, upper case: of national phone numbers, of addresses
            that name no country, and of the languages that months are named in beside English.
        date_order: in which order a day that is not in ISO form is written.
        decimal: the decimal mark of amounts.
    """

    country: str
    date_order: Literal["ymd", "dmy", "mdy"]
    decimal: Literal[".", ","]


class CleaningError(BadInputError):
    """A value of a record cannot be understood, and is not guessed.

    Attributes:
        reason: what is wrong, naming the value: lower case, no full stop.
        hint: what to do about it.
    """

    hint: str

    def __init__(self, reason: str, *, hint: str) -> None:
        """Keep the reason and the hint apart, as the rejects file has a column for each."""
        super().__init__(reason, hint=hint)
        self.reason = reason


def word_set(text: str) -> frozenset[str]:
    """Split a list of words at blanks; `_` in a word means a blank."""
    return frozenset(word.replace("_", " ") for word in text.split())


_BLANKS = word_set(r"- -- --- null (null) <null> \n n/a #n/a none nan nil") | {""}
# Letters that Unicode does not decompose into a letter and an accent.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_INVISIBLE = ("Cc", "Cf", "Co", "Cs")


@lru_cache(maxsize=10_000)  # most columns repeat a few words
def tidied(text: str) -> str:
    """Compose letters and accents (NFC), remove invisible characters, collapse gaps to one blank.

    Returns:
        The text on one line; a line end or tab is a gap as well.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in _INVISIBLE
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())


def is_blank(text: str) -> bool:
    r"""Tell whether tidied text means "no value".

    Returns:
        True for empty text, dashes, `NULL`, `\N`, `N/A`, `#N/A`, `none`, `nan` and `nil`, in any
        case. Names are judged more narrowly: see `names`.
    """
    return text.lower() in _BLANKS


def value_in(text: str) -> str | None:
    """Return tidied text; None if it is blank."""
    written = tidied(text)
    return None if is_blank(written) else written


def without_accents(text: str) -> str:
    """Fold case and remove accents, for comparison only.

    Returns:
        The text in small letters: `straße` gives `strasse`, `Łódź` gives `lodz`.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return bare.translate(_WHOLE_LETTERS)


_SMALL = word_set(
    """af al and av da de del della den der des di do dos du el la las le les los of sur sous the
    ten ter van von y zu zum zur"""
)
_ABBREVIATED = word_set("II III IV NE NW SE SW PO")
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE)
_PIECES = re.compile(r"([-'\u2019./,()&# ])")
_PREFIXED = re.compile(r"Mc[a-z]{3,}")


def capitalized(text: str) -> str:
    """Capitalize each word of a text that is all capitals or all small letters.

    `KATIE O'BAKER` gives `Katie O'Baker`. Small words such as `van der` and `de la` stay small
    between others. `Mc` takes a capital behind it; `Mac` does not, as it often is part of the
    name. A word with a digit, such as `2B`, stays as it is, and so does a text in mixed case.
    """
    if not is_one_case(text):
        return text
    words = text.split(" ")
    last = len(words) - 1
    cased = [
        word.lower() if word.lower() in _SMALL and 0 < place < last else _word_cased(word)
        for place, word in enumerate(words)
    ]
    return unicodedata.normalize("NFC", " ".join(cased))


def is_one_case(text: str) -> bool:
    """Tell whether a text has letters, and all of them are capitals, or all are small."""
    return text.isupper() or text.islower()


def _word_cased(word: str) -> str:
    return "".join(
        _piece_cased(piece, place) for place, piece in enumerate(_PIECES.split(word)) if piece
    )


def _piece_cased(piece: str, place: int) -> str:
    if piece in _ABBREVIATED:
        return piece
    if any(letter.isdigit() for letter in piece):
        return piece.lower() if _ORDINAL.fullmatch(piece) else piece
    if place and piece.upper() == "S":
        return "s"
    cased = piece[:1].title() + piece[1:].lower()
    return f"Mc{cased[2:].capitalize()}" if _PREFIXED.fullmatch(cased) else cased


# A spreadsheet always writes the plus; a key such as `4E12` is valid.
_SHORTENED = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+\d+")


def code(text: str) -> str | None:
    """Read a key, case and leading zeros kept.

    Raises:
        CleaningError: a spreadsheet has shortened it, as in `4.42E+11`.

    Returns:
        The key without blanks around it; None if blank.
    """
    written = tidied(text)
    if _SHORTENED.fullmatch(written):
        raise CleaningError(
            f"`{written}` is a number without its last digits",
            hint="the spreadsheet has shortened it: export the column as text",
        )
    return None if is_blank(written) else written


def choice(text: str, values: Mapping[str, str]) -> str | None:
    """Look a word up in a list of what may be written.

    Args:
        text: as written; its case does not matter.
        values: what may be written -> its meaning. It may list a blank, such as `none`.

    Raises:
        CleaningError: it is not in the list; the hint names the nearest ones first.

    Returns:
        The meaning; None if blank and not listed.
    """
    if text in values:
        return values[text]
    if not text:
        return None
    written = tidied(text)
    for known, meaning in values.items():
        if known.casefold() == written.casefold():
            return meaning
    if is_blank(written):
        return None
    near = process.extract(written, list(values), limit=8)
    listed = ", ".join(f"`{known}`" for known, _score, _place in near)
    raise CleaningError(f"unknown value `{written}`", hint=f"known are {listed}")


# In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish and Scandinavian
# languages, and as their spreadsheets write truth values; and a no that says why. Single letters
# only where no language means the opposite.
_TRUE = word_set(
    """1 1.0 x y yes t true on j ja oui si sí sì sim tak wahr vrai vero verdadero verdadeiro
    prawda waar ✓ ✔"""
)
_FALSE = word_set(
    """0 0.0 n no f false off nein non não nao nee nej nei nie falsch faux falso fałsz falsz
    onwaar ✗ ✘ no_phone_service no_internet_service"""
)


@lru_cache(maxsize=1000)
def truth(text: str) -> bool | None:
    """Read a yes or a no.

    Raises:
        CleaningError: it is neither.

    Returns:
        True or False; None if blank.
    """
    written = tidied(text)
    word = written.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    if is_blank(written):
        return None
    raise CleaningError(
        f"`{written}` is neither yes nor no", hint="write `yes` or `no`, or leave it empty"
    )
