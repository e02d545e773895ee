// Ids of households in a range
//
// A partition of all households: after one id, up to and including another.
//
// @mode read
// @param after STRING  the id before the first one; empty to start at the beginning
// @param until STRING  the id of the last one
// @returns household STRING  the id of a household or business
// @example {"after": "", "until": "bakers"}
MATCH (organization:Organization)
WHERE organization.id > $after AND organization.id <= $until AND NOT organization.id CONTAINS '/'
RETURN organization.id AS household
ORDER BY household
