"""Who may change what: the laws that bind a party in whose name a change is made.

They are checked on the rows that a change touches, so that every way of changing a household obeys
the same. `rules` says for each label and each type of relationship which rights would do, `rights`
whether a party has one, by the grants of the engine. The laws of guarantors and consent
(`safeguards`) bind operators too.
"""
