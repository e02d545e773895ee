// Access caches, stale ones included
//
// Compares caches with the graph. Unknown households are left out.
//
// @mode read
// @param households LIST<STRING>  ids of households
// @returns household STRING  its id
// @returns revision INTEGER  the household's revision
// @returns cache MAP  format, tzdata and content; null without a cache
// @example {"households": ["bakers"]}
UNWIND $households AS household
MATCH (organization:Organization {id: household})
OPTIONAL MATCH (cache:AccessCache {id: household})
RETURN household, organization.revision AS revision, cache {.format, .tzdata, .content} AS cache
