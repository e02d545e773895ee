"""What all cleaning shares: tidy text, blanks, capitals, word lists, and the one error."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from household_graph.errors import BadInputError

_P = ParamSpec("_P")
_T = TypeVar("_T")


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

    The reason says what is wrong and names the value; the rejects file has a column for it, and
    another for the hint. Both are in lower case without a full stop.
    """

    hint: str

    def __init__(self, reason: str, *, hint: str, column: str = "") -> None:
        """Keep the reason and the hint apart; name the column, if there is one."""
        super().__init__(reason, hint=hint)
        self.reason, self.column = reason, column


def data_file(name: str) -> dict[str, Any]:
    """Return the content of a TOML file beside this module."""
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


WORDS = data_file("words.toml")
"""Lists of words; see the file."""

_BLANK, _SMALL, _CAPITALS = (frozenset(WORDS[name]) for name in ("blank", "small", "capitals"))
_DESCENT = frozenset(WORDS["name"]["descent"])
# Letters that Unicode does not decompose into a letter and an accent.
_WHOLE_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_INVISIBLE = ("Cc", "Cf", "Co", "Cs")
# Without them words of Persian, Urdu and the languages of India are written wrongly.
_JOINERS = "\u200c\u200d"
_MISPLACED_JOINER = re.compile(f"(?<![^ -\u036f])[{_JOINERS}]+|[{_JOINERS}]+(?![^ -\u036f])")
_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE)
_PIECES = re.compile(r"([-'\u2019./,()&# ])")
_PREFIXED = re.compile(r"Mc[a-z]{3,}")


@lru_cache(maxsize=10_000)  # most columns repeat a few words
def tidied(text: str) -> str:
    """Compose letters and accents (NFC), remove invisible characters, collapse gaps to one blank.

    The result is one line; a line end or tab is a gap as well. A joiner between letters of a script
    that needs it stays.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
    )
    seen = _MISPLACED_JOINER.sub("", seen)
    return " ".join(unicodedata.normalize("NFC", seen).split())


def value_in(text: str) -> str | None:
    """Return tidied text; None if it is a blank, such as `N/A`. Names have fewer blanks."""
    written = tidied(text)
    return None if written.lower() in _BLANK else written


def without_guard(text: str) -> str:
    """Return tidied text without the apostrophe that keeps a spreadsheet from changing a number."""
    return tidied(text).removeprefix("'")


def unless_blank(
    clean: Callable[Concatenate[str, _P], _T],
) -> Callable[Concatenate[str, _P], _T | None]:
    """Let what cleans tidied text take a text as written, and return None if that is blank."""

    @wraps(clean)
    def cleaned(text: str, /, *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        written = value_in(without_guard(text))
        return None if written is None else clean(written, *args, **kwargs)

    return cleaned


def without_accents(text: str) -> str:
    """Fold case, remove accents and joiners, for comparison only: `Straße` gives `strasse`."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(
        letter
        for letter in decomposed
        if not unicodedata.combining(letter) and letter not in _JOINERS
    )
    return bare.translate(_WHOLE_LETTERS)


def locales_of(country: str, *more: str) -> list[Locale]:
    """Return the locales of English, of more languages, and of the official ones of a country."""
    official = get_official_languages(country, de_facto=True)
    found = []
    for language in dict.fromkeys(("en", *more, *official)):
        try:
            found.append(Locale(language, "GB" if language == "en" else None))
        except UnknownLocaleError:
            continue
    return found


def is_one_case(text: str) -> bool:
    """Tell whether a text has letters, and all of them are capitals, or all are small."""
    return text.isupper() or text.islower()


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
        word.lower()
        if word.lower() in _DESCENT or (word.lower() in _SMALL and 0 < place < last)
        else _word_cased(word)
        for place, word in enumerate(words)
    ]
    return unicodedata.normalize("NFC", " ".join(cased))


def _word_cased(word: str) -> str:
    pieces = enumerate(_PIECES.split(word))
    return "".join(_piece_cased(piece, is_first=place == 0) for place, piece in pieces if piece)


def _piece_cased(piece: str, *, is_first: bool) -> str:
    if piece in _CAPITALS:
        return piece
    if any(letter.isdigit() for letter in piece):
        return piece.lower() if _ORDINAL.fullmatch(piece) else piece
    if not is_first and piece.upper() == "S":
        return "s"
    cased = piece[:1].title() + piece[1:].lower()
    return f"Mc{cased[2:].capitalize()}" if _PREFIXED.fullmatch(cased) else cased
