// Changes of households
//
// The records of what was done to them, in the order in which it was done; those of a household
// that was taken back again too.
//
// @mode read
// @param households LIST<MAP>  for each household: id, and after (only what came after this
//   revision; 0 for everything)
// @returns household STRING  the id of the household
// @returns change MAP  all properties of the record
// @example {"households": [{"id": "bakers", "after": 0}]}
UNWIND $households AS household
MATCH (organization:Entity {id: household.id})<-[:RECORDED_FOR]-(change:Change)
WHERE change.revision > household.after
RETURN organization.id AS household, change {.*} AS change
ORDER BY household, change.revision
