"""E-mail addresses."""

import re

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.problems import CleaningError

LONGEST = 254
LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
ADDRESS = re.compile(rf"{LOCAL}@(?:{LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE)


def email(text: str) -> str | None:
    """Read one e-mail address.

    Raises:
        CleaningError: it is not one address, and nothing else.

    Returns:
        The address in small letters; None if blank.
    """
    written = tidied(text)
    if is_blank(written):
        return None
    address = written.lower().removeprefix("mailto:")
    if len(address) > LONGEST or not ADDRESS.fullmatch(address):
        raise CleaningError(
            f"`{written}` is not an e-mail address",
            hint="give one address, such as `name@example.com`, and nothing else",
        )
    return address
