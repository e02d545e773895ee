// Changes of households
//
// The records of changes, in the order in which they were made; also those of a household whose
// creation was undone.
//
// @mode read
// @param households LIST<MAP>  for each household: id, and after (only changes after this
//   revision; 0 for all)
// @returns household STRING  the id of the household
// @returns change MAP  all properties of the record
// @example {"households": [{"id": "bakers", "after": 0}]}
UNWIND $households AS household
MATCH (organization:Entity {id: household.id})<-[:RECORDED_FOR]-(change:Change)
WHERE change.revision > household.after
RETURN organization.id AS household, change {.*} AS change
ORDER BY household, change.revision
