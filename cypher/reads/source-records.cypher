// Records of a source, some at a time
//
// What an earlier import read, in the order of keys: those that come after the last one seen.
//
// @mode read
// @param first STRING  the name of the source with a colon, or the last key seen
// @param last STRING  what no key of the source comes after
// @param limit INTEGER  how many at most
// @returns key STRING  the key, with the source in front
// @returns node STRING  the id of the record, with its household in front
// @returns person STRING  the key of the person it is about; null for none
// @returns said STRING  what it says, as JSON text
// @returns run STRING  the id of the run that read that
// @example {"first": "telco:", "last": "telco;", "limit": 2000}
MATCH (record:SourceRecord)
WHERE record.key > $first AND record.key < $last
RETURN
  record.key AS key,
  record.id AS node,
  record.person AS person,
  record.said AS said,
  record.import_run AS run
ORDER BY key
LIMIT $limit
