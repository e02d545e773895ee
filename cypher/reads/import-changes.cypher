// Households of an import
//
// The households that a run changed, in the order of ids, after the last one seen.
//
// @mode read
// @param run STRING  the id of the run
// @param after STRING  the last id seen; empty for the first page
// @param limit INTEGER  the size of a page
// @returns household STRING  the id of a household
// @returns changes LIST<STRING>  the ids of the changes of the run, oldest first
// @example {"run": "import-telco-1", "after": "", "limit": 100}
MATCH (:ImportRun {id: $run})<-[:PART_OF]-(change:Change)-[:RECORDED_FOR]->(organization)
WHERE organization.id > $after
WITH organization.id AS household, change
ORDER BY household, change.revision
RETURN household, collect(change.id) AS changes
ORDER BY household
LIMIT $limit
