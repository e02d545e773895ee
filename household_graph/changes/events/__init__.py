"""Life events: what happens to a household as a whole, each one change.

Whoever goes ends, whatever comes begins, and nothing that held before is altered: so an event may
be told of late, or arranged for a later day.
"""
