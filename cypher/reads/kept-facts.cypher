// What is kept of the facts of households
//
// For holding it to what is in the graph.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @param format INTEGER  of what is kept; what has another one is not read
// @returns household STRING  the id of a household of which something is kept
// @returns facts STRING  its facts
// @returns entitlements STRING  what they entitle its people to, or null
// @example {"households": ["bakers"], "format": 3}
UNWIND $households AS household
MATCH (kept:KeptFacts {id: household, format: $format})
RETURN household, kept.facts AS facts, kept.entitlements AS entitlements
