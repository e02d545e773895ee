// Ids of households, page by page
//
// Iterates over all households in the order of ids, after the last one seen.
//
// @mode read
// @param after STRING  the last id seen; empty for the first page
// @param limit INTEGER  the size of a page
// @returns household STRING  the id of a household or business
// @example {"after": "bakers", "limit": 64}
MATCH (organization:Organization)
WHERE organization.id > $after AND NOT organization.id CONTAINS '/'
RETURN organization.id AS household
ORDER BY household
LIMIT $limit
