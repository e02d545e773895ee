// Changes that were made, or not
//
// Looked for where the answer to a commit was lost, by the ids that the records must have and the
// key that they were sent with. Only right while the households are locked.
//
// @mode read
// @param ids LIST<STRING>  the ids of the records
// @param key STRING  what they were sent with
// @returns id STRING  the id of a record
// @returns revision INTEGER  the revision of its household after it
// @returns difference STRING  what was done
// @example {"ids": ["bakers/change-1"], "key": "5f0c"}
UNWIND $ids AS id
MATCH (change:Change {id: id})
WHERE change.idempotency_key = $key
RETURN change.id AS id, change.revision AS revision, change.difference AS difference
