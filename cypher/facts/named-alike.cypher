// Ids of several households with the same local part
//
// Finds candidates for an id without its household: at most 4, from the first 1,000 households.
//
// @mode read
// @param local STRING  the part of an id after the slash
// @returns id STRING  an id within a household
// @example {"local": "internet"}
MATCH (o:Organization) WHERE NOT o.id CONTAINS '/'
WITH o.id + '/' + $local AS candidate
ORDER BY candidate
LIMIT 1000
MATCH (n:Entity {id: candidate})
RETURN n.id AS id
LIMIT 4
