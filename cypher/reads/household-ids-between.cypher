// Ids of households, from one to another
//
// For a part of all of them: those that come after one id, up to another and with it.
//
// @mode read
// @param after STRING  the id before the first one; empty for the very first
// @param until STRING  the id of the last one
// @returns household STRING  the id of a household or business
// @example {"after": "", "until": "bakers"}
MATCH (organization:Organization)
WHERE organization.id > $after AND organization.id <= $until AND NOT organization.id CONTAINS '/'
RETURN organization.id AS household
ORDER BY household
