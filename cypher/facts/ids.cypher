// Ids that begin alike
//
// For completing an id on the command line; at most 200.
//
// @mode read
// @param prefix STRING  what the ids begin with
// @returns id STRING  the id of a party, product, service or resource
// @example {"prefix": "bakers/k"}
MATCH (n:Entity) WHERE n.id STARTS WITH $prefix AND (n:Party OR n:Product OR n:Service OR n:Resource)
RETURN n.id AS id
ORDER BY id
LIMIT 200
