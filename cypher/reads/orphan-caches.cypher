// Access caches without a household
//
// Of households that were deleted in plain Cypher; includes nodes of an earlier version.
//
// @mode read
// @returns household STRING  the id of the missing household
// @example {}
MATCH (cache:KeptFacts)
WHERE cache.id >= "" AND NOT EXISTS { MATCH (:Organization {id: cache.id}) }
RETURN DISTINCT cache.id AS household
ORDER BY household
