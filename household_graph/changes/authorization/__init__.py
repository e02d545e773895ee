"""Who may change what: the laws that bind a party in whose name a change is made.

They are checked on the rows that are touched, so that every way of changing a household obeys
the same: a rule for each label and each type of relationship (`rules`) says what is asked, as
rights of which one will do (`rights`); `actor` tests whether a party has
one, by the grants of the engine. What a minor may be is judged by the result (`minors`).
"""
