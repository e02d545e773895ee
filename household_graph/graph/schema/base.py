"""What every node of a household has in common."""

from neomodel import StringProperty, StructuredNode

__all__ = ["Entity", "Identified"]


class Identified(StructuredNode):
    """A node with an id of its own; not a label."""

    # Abstract for two reasons: it is no label, and only in an abstract class does neomodel let a
    # property be called `id`, which is what it is called in the graph. (The name it forbids is
    # its old word for Neo4j's internal id; that is `element_id` today.)
    __abstract_node__ = True

    id = StringProperty(  # type: ignore[assignment] # neomodel's own `id` is the number it had once
        name="id",
        unique_index=True,
        required=True,
        help_text="its one name in the graph: `bakers`, `bakers/katie`, `bakers/change-3`",
    )


class Entity(Identified):
    """Any node of a household; what its other labels are says which."""
