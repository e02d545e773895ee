// Decisions of reviews
//
// Which pairs of persons, or records, of a source were decided to be the same or different.
//
// @mode read
// @param source STRING  the name of the source
// @returns first STRING  the key of one
// @returns second STRING  the key of the other
// @returns kind STRING  what it is about: person, household, or empty: both
// @returns accepted BOOLEAN  whether they are the same
// @example {"source": "telco"}
MATCH (decision:MatchDecision {source: $source})
RETURN
  decision.first AS first,
  decision.second AS second,
  coalesce(decision.kind, "") AS kind,
  decision.accepted AS accepted
ORDER BY first, second, kind
