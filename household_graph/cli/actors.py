"""Who acts at the command line."""

from getpass import getuser

from household_graph.model.actor import Actor

__all__ = ["acting"]


def acting(name: str | None) -> Actor:
    """Return who `--as` names: an id is a party's, anything else an operator's name.

    Args:
        name: as it was typed; None: whoever is logged in, as an operator.

    Raises:
        BadInputError: if nobody can have that name.
    """
    if name is None:
        return Actor.operator(getuser())
    return Actor.party(name) if "/" in name else Actor.operator(name)
