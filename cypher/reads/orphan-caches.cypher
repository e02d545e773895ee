// Access caches without a household
//
// Of households that were deleted in plain Cypher; also what an earlier version left of such ones.
//
// @mode read
// @returns household STRING  the id of the household that is not there
// @example {}
MATCH (cache:KeptFacts)
WHERE cache.id >= "" AND NOT EXISTS { MATCH (:Organization {id: cache.id}) }
RETURN DISTINCT cache.id AS household
ORDER BY household
