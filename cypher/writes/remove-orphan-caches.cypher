// Remove access caches without a household
//
// The cache of a deleted household contains names, and no question is answered from it.
//
// @mode write
// @param households LIST<STRING>  ids; existing households are left alone
// @returns household STRING  the id of each household whose cache was removed
// @example {"households": []}
UNWIND $households AS household
MATCH (cache:KeptFacts {id: household})
WHERE NOT EXISTS { MATCH (:Organization {id: household}) }
DELETE cache
RETURN DISTINCT household
