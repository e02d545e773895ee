// Remove access caches without a household
//
// What is cached of a household that somebody deleted holds names, and nothing is answered from it.
//
// @mode write
// @param households LIST<STRING>  ids; one whose household is there is left alone
// @returns household STRING  the id of each that had one
// @example {"households": []}
UNWIND $households AS household
MATCH (cache:KeptFacts {id: household})
WHERE NOT EXISTS { MATCH (:Organization {id: household}) }
DELETE cache
RETURN DISTINCT household
