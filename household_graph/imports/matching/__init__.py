"""Matching: which records are about one person, and which belong to one household.

Another way to match fills the same tables: `add_features` takes what records are compared by into
a staging database, and `resolve` makes the tables that it documents.
"""

from household_graph.imports.matching.features import MatchFeatures, add_features, features_of
from household_graph.imports.matching.resolve import LABEL_KINDS, Thresholds, resolve

__all__ = ["LABEL_KINDS", "MatchFeatures", "Thresholds", "add_features", "features_of", "resolve"]
