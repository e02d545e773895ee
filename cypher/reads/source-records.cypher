// Records of a source, page by page
//
// The records of earlier imports in the order of keys, after the last one seen.
//
// @mode read
// @param first STRING  the name of the source with a colon, or the last key seen
// @param last STRING  an upper bound of the keys of the source
// @param limit INTEGER  the size of a page
// @returns key STRING  the key, prefixed with the source
// @returns node STRING  the id of the record, prefixed with its household
// @returns person STRING  the key of the person it is about; null for none
// @returns said STRING  the cleaned record, as JSON text
// @returns run STRING  the id of the run that read it
// @returns ended_at ZONED DATETIME  when it ended; null while it holds
// @example {"first": "telco:", "last": "telco;", "limit": 2000}
MATCH (record:SourceRecord)
WHERE record.key > $first AND record.key < $last
RETURN
  record.key AS key,
  record.id AS node,
  record.person AS person,
  record.said AS said,
  record.import_run AS run,
  record.ended_at AS ended_at
ORDER BY key
LIMIT $limit
