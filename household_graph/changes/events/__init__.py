"""Life events: what happens to a household as a whole, each recorded as one change.

Whatever a person gives up ends, whatever they take over begins, and nothing that held before is
altered: so an event may be recorded late, or arranged for a later day.
"""
