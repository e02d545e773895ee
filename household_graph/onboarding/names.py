"""The ids that are proposed, and the ones that are taken."""

import re
import unicodedata
from collections.abc import Callable

from household_graph.documents.values import LocalId
from household_graph.errors import BadInputError
from household_graph.onboarding.values import as_kind

_LONGEST = 40  # characters of an id that is proposed: people will type it


def slug(text: str | None, otherwise: str) -> str:
    """Return text as an id: small ASCII letters, digits and `-`.

    Args:
        text: what the id is for, in words.
        otherwise: the id if nothing of the text is left.
    """
    letters = unicodedata.normalize("NFKD", (text or "").lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.replace("'", ""))[:_LONGEST].strip("-") or otherwise


class Ids:
    """The local ids of a household, each of which is given once."""

    def __init__(self, household: str) -> None:
        """Begin with the id of the household, which is nobody else's."""
        self._taken = {household}

    def free(self, wanted: str) -> str:
        """Return an id that is free: the one wanted, or with -2, -3 behind it."""
        number, found = 1, wanted
        while found in self._taken:
            number += 1
            found = f"{wanted}-{number}"
        return found

    def take(self, own_id: str) -> str:
        """Return the id, which is taken from now on."""
        self._taken.add(own_id)
        return own_id

    def take_free(self, wanted: str) -> str:
        """Take the id, or the free one next to it."""
        return self.take(self.free(wanted))

    def reader(self) -> Callable[[str], str]:
        """Return a reader for an id that is free."""
        taken, read = frozenset(self._taken), as_kind(LocalId)

        def read_free(text: str) -> str:
            own_id: str = read(text)
            if "." in own_id:
                raise BadInputError(
                    f"`{own_id}` could be mistaken for the id of a role", hint="use `-` for `.`"
                )
            if own_id in taken:
                raise BadInputError(f"the id `{own_id}` is taken", hint="use another id")
            return own_id

        return read_free
