// Ids of parties by prefix
//
// Completes the actor on the command line; at most 200.
//
// @mode read
// @param prefix STRING  what the ids begin with
// @returns id STRING  the id of an individual or an organization
// @example {"prefix": "bakers/k"}
MATCH (n:Entity) WHERE n.id STARTS WITH $prefix AND n:Party
RETURN n.id AS id
ORDER BY id
LIMIT 200
