"""Texts of the graph made safe to display.

Control characters move the cursor of a terminal and are not allowed in XML, and changes of
direction let a text look like another one. Joiners and all kinds of spaces stay: names need them.
"""

import json
import re
from unicodedata import category

_ALLOWED = frozenset("\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_LAST_OF_FOUR_DIGITS = 0xFFFF
_UNUSUAL = re.compile(r"[^ -~\n]")


def printable(text: str) -> str:
    """Return text with a replacement character for every unprintable one."""
    return _UNUSUAL.sub(
        lambda found: found[0] if _is_printable(found[0]) else "\N{REPLACEMENT CHARACTER}", text
    )


def escape_unprintable(text: str, *, beyond: str | None = None) -> str:
    r"""Return JSON, or other quoted text, with `\uXXXX` for unprintable characters.

    A parser reads the same characters as before.

    Args:
        text: unprintable characters are inside quotes only.
        beyond: how a character beyond `\uFFFF` is written, for `str.format`; None: as in JSON.
    """

    def escape(found: re.Match[str]) -> str:
        letter = found[0]
        if _is_printable(letter):
            return letter
        if beyond is not None and ord(letter) > _LAST_OF_FOUR_DIGITS:
            return beyond.format(ord(letter))
        return "\\u007f" if letter == "\x7f" else json.dumps(letter)[1:-1]  # `json` leaves DELETE

    return _UNUSUAL.sub(escape, text)


def _is_printable(letter: str) -> bool:
    return letter.isprintable() or letter in _ALLOWED or category(letter) == "Zs"
