// What is kept of the facts of households
//
// A household of which nothing is kept, in this format, is left out: see `facts/of-households`.
//
// A query of its own: planned together with a walk, the first question to a server that was just
// started waits some seconds longer (measured).
//
// @mode read
// @param households LIST<STRING>  ids of households
// @param format INTEGER  of what is kept; what has another one is not read
// @returns facts LIST<LIST<STRING>>  for each household: its id, its facts, and what they entitle its
//   people to, or null
// @example {"households": ["bakers"], "format": 4}
UNWIND $households AS household
MATCH (kept:KeptFacts {id: household, format: $format})
RETURN collect([household, kept.facts, kept.entitlements]) AS facts
