// Access caches, whatever they are worth
//
// For seeing whether they say what the graph says. A household that is not there is left out.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  its id
// @returns revision INTEGER  the household's revision
// @returns cache MAP  format, tzdata and content; null if there is none
// @example {"households": ["bakers"]}
UNWIND $households AS household
MATCH (organization:Organization {id: household})
OPTIONAL MATCH (cache:AccessCache {id: household})
RETURN household, organization.revision AS revision, cache {.format, .tzdata, .content} AS cache
