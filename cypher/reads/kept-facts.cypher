// What is kept of the facts of households
//
// For holding it to what is in the graph.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @param format INTEGER  of what is kept; what has another one is not read
// @returns household STRING  the id of a household of which something is kept
// @returns facts STRING  what is kept
// @example {"households": ["bakers"], "format": 1}
UNWIND $households AS household
MATCH (kept:KeptFacts {id: household, format: $format})
RETURN household, kept.facts AS facts
