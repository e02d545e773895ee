"""Household documents: read, checked, made into rows, loaded, and got back out of the graph."""
