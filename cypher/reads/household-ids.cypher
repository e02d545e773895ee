// Ids of households, some at a time
//
// For going through all of them: those that come after the last one seen, in the order of ids.
//
// @mode read
// @param after STRING  the last id seen; empty for the first ones
// @param limit INTEGER  how many at most
// @returns household STRING  the id of a household or business
// @example {"after": "bakers", "limit": 64}
MATCH (organization:Organization)
WHERE organization.id > $after AND NOT organization.id CONTAINS '/'
RETURN organization.id AS household
ORDER BY household
LIMIT $limit
