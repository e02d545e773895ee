"""Yes and no, as different systems write them."""

from functools import lru_cache

from household_graph.imports.cleaning.blanks import is_blank, tidied, word_set
from household_graph.imports.cleaning.problems import CleaningError

# In English, German, French, Spanish, Italian, Portuguese, Dutch, Polish and Scandinavian
# languages, and as their spreadsheets write truth values; and a no that says why. Single letters
# only where no language means the opposite.
TRUE = word_set(
    """1 1.0 x y yes t true on j ja oui si sí sì sim tak wahr vrai vero verdadero verdadeiro
    prawda waar ✓ ✔"""
)
FALSE = word_set(
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
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    if is_blank(written):
        return None
    raise CleaningError(
        f"`{written}` is neither yes nor no", hint="write `yes` or `no`, or leave it empty"
    )
