"""Who may change what: the laws that bind a party in whose name a change is made."""

from collections.abc import Mapping

from household_graph.changes.draft import Draft

__all__ = ["check_authority"]


def check_authority(drafts: Mapping[str, Draft], actor: str) -> None:
    """Refuse a change that its actor may not make.

    Args:
        drafts: the households concerned, by id, with the change in them.
        actor: the id of a party, or the name of an operator, whom no law binds.

    Raises:
        RefusedError: naming the law, and who could make the change.
        UnknownIdError: if it is the id of nobody.
    """
