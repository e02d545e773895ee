"""Text without what cannot be seen, and the ways of writing that there is nothing."""

import unicodedata
from functools import lru_cache

BLANKS = frozenset(
    ("", "-", "--", "---", "null", "(null)", "<null>", "\\n", "n/a", "#n/a", "none", "nan", "nil")
)
# Letters that Unicode does not take apart into a letter and an accent.
WHOLE_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
INVISIBLE = ("Cc", "Cf", "Co", "Cs")


@lru_cache(maxsize=10_000)  # what stands in a column is mostly one of a few words
def tidied(text: str) -> str:
    """Compose letters and accents (NFC), take out what is invisible, make every gap one blank.

    Returns:
        The text on one line; a line end or tab is a gap as well.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in INVISIBLE
    )
    return " ".join(unicodedata.normalize("NFC", seen).split())


def is_blank(text: str) -> bool:
    r"""Tell whether tidied text says that there is nothing.

    Returns:
        True for empty text, dashes, `NULL`, `\N`, `N/A`, `#N/A`, `none`, `nan` and `nil`, in any
        case. Names are judged more narrowly: see `names`.
    """
    return text.lower() in BLANKS


def without_accents(text: str) -> str:
    """Fold the case and take the accents off, for comparison only.

    Returns:
        The text in small letters: `straße` gives `strasse`, `Łódź` gives `lodz`.
    """
    apart = unicodedata.normalize("NFD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.translate(WHOLE_LETTERS)


def word_set(text: str) -> frozenset[str]:
    """Read a list of words parted by blanks or line ends; `_` in a word stands for a blank."""
    return frozenset(word.replace("_", " ") for word in text.split())
