"""The graph as neomodel classes, to walk it in Python, and its constraints and indexes.

    from household_graph.store.schema import Individual, objects

    with objects(driver):
        katie = Individual.nodes.get(id="bakers/katie")
        print([household.name for household in katie.member_of.all()])

Objects are for looking. Changes go through `household_graph.store.writer`, which locks the
household, leaves a `Change`, and writes the access cache that questions read; what is saved through
an object does none of these.
"""

from household_graph.store.schema import classes
from household_graph.store.schema.classes import *  # noqa: F403 - the generated names
from household_graph.store.schema.constraints import apply, missing
from household_graph.store.schema.neomodel_types import objects

__all__ = [*classes.__all__, "apply", "missing", "objects"]  # noqa: PLE0604 - they are texts
