// Decisions of reviews
//
// Which two persons, or records, of a source are one, and which are not, as somebody decided.
//
// @mode read
// @param source STRING  the name of the source
// @returns first STRING  the key of one
// @returns second STRING  the key of the other
// @returns accepted BOOLEAN  whether they are one
// @example {"source": "telco"}
MATCH (decision:MatchDecision {source: $source})
RETURN decision.first AS first, decision.second AS second, decision.accepted AS accepted
ORDER BY first, second
