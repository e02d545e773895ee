// Ids of several households with the same local part
//
// For naming what may be meant by an id without its household; of the first 1,000 households, and
// at most 4.
//
// @mode read
// @param local STRING  the part of an id behind the slash
// @returns id STRING  the id of anything in a household
// @example {"local": "internet"}
MATCH (o:Organization) WHERE NOT o.id CONTAINS '/'
WITH o.id + '/' + $local AS candidate
ORDER BY candidate
LIMIT 1000
MATCH (n:Entity {id: candidate})
RETURN n.id AS id
LIMIT 4
