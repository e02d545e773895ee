"""Everything the project raises on purpose, as one tree.

HouseholdGraphError
├── BadInputError              what was asked or handed in cannot be worked with
│   ├── DocumentError          a household document: file, line and field are named
│   ├── InvalidTimeError       a time or a time zone that cannot be read
│   ├── ArgumentNeededError    a change needs an argument that it could do without otherwise
│   ├── InvalidQuestionError   a question that makes no sense, such as a device with `choose`
│   └── UnknownIdError         an id that is not in the graph; the nearest ones are named
├── RefusedError               a law forbids the change; who could make it is named
│   └── AgreementNeededError   it could be made if others agreed
├── ConflictError              something was changed meanwhile; the same may work when tried again
├── OutcomeUnknownError        a change that may have been made, though its answer was lost
├── DatabaseUnavailableError   the database does not answer, or refuses the login
│   └── DeadlineExceededError  it did not answer in the time that it was given
└── LocalServerError           the local Neo4j cannot be installed, started or stopped

`household_graph.cli.exit_codes` maps these to exit codes; nothing else does.
"""

from collections.abc import Iterable, Sequence

_NAMED = 3  # so many households are named in a message


def did_you_mean(nearest: Iterable[str], otherwise: str | None = None) -> str | None:
    """Return a hint that names the words nearest to one that is unknown; if none is, another."""
    near = ", ".join(f"`{candidate}`" for candidate in nearest)
    return f"did you mean {near}?" if near else otherwise


class HouseholdGraphError(Exception):
    """The root of the tree.

    Attributes:
        message: what is wrong: lower case, no full stop, input in backticks.
        hint: what to do about it, or None.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        """Keep the message and the hint apart, so that each can be shown in its own way."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadInputError(HouseholdGraphError):
    """What was asked or handed in cannot be worked with."""


class DocumentError(BadInputError):
    """A household document is wrong; the message has a line for each problem found."""


class InvalidTimeError(BadInputError):
    """A time or a time zone cannot be read."""


class ArgumentNeededError(BadInputError):
    """A change needs an argument that it could do without otherwise, as things are.

    Attributes:
        argument: its name, as of the method of the library.
        question: what to ask people for, such as `Time zone there`.
        choices: values that it may have, the likeliest first; may be empty, or leave some out.
    """

    def __init__(
        self,
        message: str,
        *,
        argument: str,
        question: str,
        choices: Sequence[str] = (),
        hint: str | None = None,
    ) -> None:
        """Take how to ask for the argument beside the message."""
        super().__init__(message, hint=hint)
        self.argument = argument
        self.question = question
        self.choices = tuple(choices)


class InvalidQuestionError(BadInputError):
    """A question makes no sense, such as a device named with `choose`."""


class UnknownIdError(BadInputError):
    """An id is not in the graph.

    Attributes:
        unknown_id: the id that was asked for.
        nearest: the ids most like it, best first; may be empty.
        place: what the id stood for, such as `party`.
    """

    def __init__(self, unknown_id: str, nearest: Sequence[str] = (), *, place: str = "id") -> None:
        """Name the id, what it stood for, and in the hint the ones that may have been meant."""
        super().__init__(f"unknown {place} `{unknown_id}`", hint=did_you_mean(nearest))
        self.unknown_id = unknown_id
        self.nearest = tuple(nearest)
        self.place = place


class RefusedError(HouseholdGraphError):
    """A law forbids the change that was asked for; nothing was written.

    Attributes:
        brief: the message in few words, where several laws forbid it; else None.
    """

    brief: str | None = None


class AgreementNeededError(RefusedError):
    """A law forbids the change to those who make it, but not if others agreed.

    Attributes:
        needs: groups of ids of people; of each group one has to agree.
    """

    def __init__(
        self, message: str, needs: Iterable[tuple[str, ...]] = (), *, hint: str | None = None
    ) -> None:
        """Take who has to agree beside the message."""
        super().__init__(message, hint=hint)
        self.needs = tuple(needs)


class ConflictError(HouseholdGraphError):
    """Something was changed while this was at work; nothing was written, and it may be retried."""


class OutcomeUnknownError(HouseholdGraphError):
    """A change may have been made, but its answer was lost and nobody could look.

    Not to be repeated before the history of the households was looked at.

    Attributes:
        households: the ids of the households that it is about, sorted.
    """

    def __init__(self, households: Iterable[str]) -> None:
        """Name the households, and in the hint where to see whether it was made."""
        self.households = tuple(sorted(households))
        named = ", ".join(f"`{household}`" for household in self.households[:_NAMED])
        more = len(self.households) - _NAMED
        others = f" and {more} more household{'s' if more > 1 else ''}" if more > 0 else ""
        super().__init__(
            f"the change of {named}{others} may have been made: its answer was lost",
            hint="before doing it again, look whether it is there: household-graph history "
            f"{next(iter(self.households), 'HOUSEHOLD')}",
        )


class DatabaseUnavailableError(HouseholdGraphError):
    """The database does not answer, or refuses the login."""


class DeadlineExceededError(DatabaseUnavailableError):
    """The database did not answer in the time that it was given; nothing was written."""


class LocalServerError(HouseholdGraphError):
    """The local Neo4j cannot be installed, started or stopped."""
