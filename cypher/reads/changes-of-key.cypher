// Changes by idempotency key
//
// Shows whether a change was committed if the answer to the commit was lost: by the expected ids of
// its records and the key it was sent with. Correct only while the households are locked.
//
// @mode read
// @param ids LIST<STRING>  the ids of the records
// @param key STRING  the key they were sent with
// @returns id STRING  the id of a record
// @returns revision INTEGER  the revision of its household after the change
// @returns difference STRING  the edits, as JSON text
// @example {"ids": ["bakers/change-1"], "key": "5f0c"}
UNWIND $ids AS id
MATCH (change:Change {id: id})
WHERE change.idempotency_key = $key
RETURN change.id AS id, change.revision AS revision, change.difference AS difference
