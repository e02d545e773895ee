"""The actor of a change: a party, bound by the laws, or an operator of the provider."""

from dataclasses import dataclass

from household_graph.errors import BadInputError
from household_graph.model.enums import ActorKind

_LONGEST = {ActorKind.PARTY: 500, ActorKind.OPERATOR: 100}  # in characters


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor of a change.

    The kind alone decides whether the laws apply, never the spelling of the name.

    Attributes:
        kind: a party, or an operator.
        name: the full id of the party, such as `bakers/mum`; or the name of the operator, which
            has no slash and at most 100 characters.

    Raises:
        BadInputError: if the name is empty, has a blank at an end or an unprintable character,
            is too long, or is that of an operator and has a slash.
    """

    kind: ActorKind
    name: str

    def __post_init__(self) -> None:
        """Refuse an invalid name."""
        _check(self.kind, self.name)

    @classmethod
    def party(cls, party_id: str) -> "Actor":
        """Return a party by its full id, which the change looks up."""
        return cls(ActorKind.PARTY, party_id)

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """Return an operator of the provider by name."""
        return cls(ActorKind.OPERATOR, name)

    @classmethod
    def of(cls, party: str | None, operator: str | None) -> "Actor":
        """Return the actor, a party by id or an operator by name; exactly one is named.

        Raises:
            BadInputError: if both are named, or none.
        """
        if party is not None and operator is not None:
            raise BadInputError(
                "a party and an operator are named, and a change has one actor",
                hint="leave one of them out",
            )
        if party is not None:
            return cls.party(party)
        if operator is not None:
            return cls.operator(operator)
        raise BadInputError(
            "the change has no actor",
            hint="name a party, to whom the laws apply, or an operator",
        )

    @property
    def is_party(self) -> bool:
        """Whether the laws apply to the actor."""
        return self.kind is ActorKind.PARTY

    @property
    def party_id(self) -> str | None:
        """The id of the party; None for an operator."""
        return self.name if self.is_party else None

    def __str__(self) -> str:
        """Return the name."""
        return self.name


def recorded_kind(name: str, kind: str | None, household: str) -> ActorKind:
    """Return the kind of the actor in a record.

    Args:
        name: the recorded name.
        kind: the recorded kind; None in records of version 0.1, where the spelling decides: an id
            with a slash, or of the household itself, is a party.
        household: the household that was changed.
    """
    if kind is not None:
        return ActorKind(kind)
    return ActorKind.PARTY if "/" in name or name == household else ActorKind.OPERATOR


def _check(kind: ActorKind, name: str) -> None:
    if not name.strip():
        raise BadInputError(
            "the actor is empty", hint="name a party by its id, or an operator by name"
        )
    if not name.isprintable():
        raise BadInputError(f"the actor {name!a} has a character that cannot be shown")
    if name != name.strip():
        raise BadInputError(f"the actor `{name}` has a blank at an end", hint="leave it out")
    if len(name) > _LONGEST[kind]:
        raise BadInputError(
            f"the actor `{name[:20]}…` has {len(name)} characters",
            hint=f"{_LONGEST[kind]} are the most",
        )
    if kind is ActorKind.OPERATOR and "/" in name:
        raise BadInputError(
            f"`{name}` is no name of an operator, because it has a slash",
            hint="a party acts under its id, with `--as` or `Actor.party`",
        )
