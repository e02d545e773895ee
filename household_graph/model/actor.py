"""The actor of a change: parties, bound by the laws, or an operator of the provider."""

from collections.abc import Iterable
from dataclasses import dataclass

from household_graph.errors import BadInputError
from household_graph.model.enums import ActorKind

_LONGEST = {ActorKind.PARTY: 500, ActorKind.OPERATOR: 100}  # in characters


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of a change: a party by full id, or several together, or an operator by name.

    The kind alone decides whether the laws apply, never the spelling of the name. That of an
    operator has no slash and at most 100 characters.

    Attributes:
        others: full ids of the parties who make the change together with the first.

    Raises:
        BadInputError: if a name is empty, too long, has a blank at an end, or characters that
            it cannot have; or if an operator has others.
    """

    kind: ActorKind
    name: str
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an invalid name."""
        if self.others and not self.is_party:
            raise BadInputError(
                f"the operator `{self.name}` makes a change alone", hint="leave the others out"
            )
        for name in (self.name, *self.others):
            self._check(name)

    def _check(self, name: str) -> None:
        if not name.strip():
            raise BadInputError(
                "the actor is empty", hint="name a party by its id, or an operator by name"
            )
        if not name.isprintable():
            raise BadInputError(f"the actor {name!a} has a character that cannot be shown")
        if name != name.strip():
            raise BadInputError(f"the actor `{name}` has a blank at an end", hint="leave it out")
        if len(name) > _LONGEST[self.kind]:
            raise BadInputError(
                f"the actor `{name[:20]}…` has {len(name)} characters",
                hint=f"{_LONGEST[self.kind]} are the most",
            )
        if self.kind is ActorKind.OPERATOR and "/" in name:
            raise BadInputError(
                f"`{name}` is no name of an operator, because it has a slash",
                hint="a party acts under its id, with `--as` or `Actor.party`",
            )

    @classmethod
    def party(cls, party_id: str) -> "Actor":
        """Return a party by its full id, which the change looks up."""
        return cls(ActorKind.PARTY, party_id)

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """Return an operator of the provider by name."""
        return cls(ActorKind.OPERATOR, name)

    @classmethod
    def joint(cls, parties: Iterable[str]) -> "Actor":
        """Return parties who make a change together, by full ids, each once.

        Raises:
            BadInputError: if there is none.
        """
        name, *others = dict.fromkeys(parties) or ("",)
        return cls(ActorKind.PARTY, name, tuple(others))

    @classmethod
    def of(cls, party: str | Iterable[str] | None, operator: str | None) -> "Actor":
        """Return the actor, a party by id, or several, or an operator by name; one of the two.

        Raises:
            BadInputError: if both are named, or none.
        """
        if party is not None and operator is not None:
            raise BadInputError(
                "a party and an operator are named, and a change has one actor",
                hint="leave one of them out",
            )
        if party is None and operator is None:
            hint = "name a party, to whom the laws apply, or an operator"
            raise BadInputError("the change has no actor", hint=hint)
        if party is None:
            return cls.operator(operator or "")
        return cls.joint([party] if isinstance(party, str) else party)

    @property
    def is_party(self) -> bool:
        """Whether the laws apply to the actor."""
        return self.kind is ActorKind.PARTY

    @property
    def party_id(self) -> str | None:
        """The id of the party, the first of several; None for an operator."""
        return self.name if self.is_party else None

    @property
    def parties(self) -> tuple[str, ...]:
        """The ids of the parties; none for an operator."""
        return (self.name, *self.others) if self.is_party else ()

    def __str__(self) -> str:
        """Return the name, or those of all who make the change together."""
        return ", ".join((self.name, *self.others))


def recorded_kind(name: str, kind: str | None, household: str) -> ActorKind:
    """Return the kind of the actor in a record.

    Records of version 0.1 name none. There the spelling decides: an id with a slash, or of the
    household that was changed itself, is a party.
    """
    if kind is not None:
        return ActorKind(kind)
    return ActorKind.PARTY if "/" in name or name == household else ActorKind.OPERATOR
