"""What every engine of the comparison can do, and what it is asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, Self, TypeVar

from household_graph.engine.facts import Facts

__all__ = ["Ask", "Engine", "World", "parts"]

T = TypeVar("T")


def parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of at most so many."""
    left = iter(items)
    while part := list(islice(left, size)):
        yield part


@dataclass(frozen=True, slots=True)
class Ask:
    """May this party use this service on this device at this moment?

    Attributes:
        household: the id of the household.
        party: the id of a person.
        target: the id of a service.
        device: the id of a device.
        at: the moment, ISO 8601 with offset.
        allowed: the answer of the judge.
        context: what an engine that knows no time zones is handed: `now` (seconds since 1970),
            and in the household's own time zone `local_date` (year, month, day as one number),
            `weekday` (0 is Monday) and `minute` (of the day); `rating` of the service in years,
            and `asked_device`.
    """

    household: str
    party: str
    target: str
    device: str
    at: str
    allowed: bool
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The same households, as documents and as the facts that decide."""

    documents: Sequence[dict[str, Any]]
    facts: dict[str, Facts]


class Engine(Protocol):
    """An engine: enter it, prepare it, ask it, leave it."""

    name: str
    kind: str
    """`graph`, `snapshot` or `bare` (whose answers mean nothing); `server` or `library`."""

    def __enter__(self) -> Self:
        """Start it, on loopback and in a directory of its own."""
        ...

    def __exit__(self, *_error: object) -> None:
        """Stop it and remove what it wrote."""
        ...

    @property
    def version(self) -> str:
        """The version measured, and how it is reached."""
        ...

    def prepare(self, world: World) -> None:
        """Load the households."""
        ...

    def check(self, ask: Ask) -> bool:
        """Answer one question."""
        ...

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """Answer many questions, in their order, the fastest way there is."""
        ...

    def services(self, ask: Ask) -> set[str]:
        """Return the services that the party may use on the device."""
        ...

    def who(self, ask: Ask) -> set[str]:
        """Return the people who may use the service on the device."""
        ...
