"""Giving roles and taking them away: functional roles, and the involvement that comes by them."""

from household_graph.changes.functional_roles import end_role, party_role, pays, resource_role
from household_graph.changes.involvement import involve, release
from household_graph.changes.playing import involve_by

__all__ = ["end_role", "involve", "involve_by", "party_role", "pays", "release", "resource_role"]
