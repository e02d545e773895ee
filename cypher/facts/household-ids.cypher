// Ids of households by prefix
//
// Finds the nearest ids for a message about an unknown id; at most 1,000.
//
// @mode read
// @param prefix STRING  what the ids begin with; may be empty
// @returns household STRING  the id of a household or business
// @example {"prefix": "ba"}
MATCH (o:Organization) WHERE o.id STARTS WITH $prefix AND NOT o.id CONTAINS '/'
RETURN o.id AS household
ORDER BY household
LIMIT 1000
