// What was changed in this period?
//
// For care and audits: every recorded change, who made it, when, why, and what it did in one line,
// the newest first.
//
// @mode read
// @param household STRING = null  the id of one household or business; all, if none is given
// @param beginning ZONED DATETIME  the first instant of the period
// @param end ZONED DATETIME = null  the first instant after it; now, if none is given
// @returns household STRING  the id of the household or business
// @returns revision INTEGER  the revision it had after the change
// @returns made_at ZONED DATETIME  when the change was made
// @returns effective_at ZONED DATETIME  since when it holds
// @returns actor STRING  who made it
// @returns action STRING  what kind of change
// @returns reason STRING  the reason; null if none was given
// @returns summary STRING  what it did
// @example {"beginning": "2026-01-01T00:00+00:00", "end": "2026-02-01T00:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH coalesce($household, '')
  AND household.id = coalesce($household, household.id) AND NOT household.id CONTAINS '/'
WITH
  household,
  datetime({datetime: $beginning, timezone: 'Z'}) AS low,
  datetime({datetime: coalesce($end, datetime()), timezone: 'Z'}) AS high
MATCH (household)<-[:RECORDED_FOR]-(change:Change)
WHERE low <= change.at AND change.at < high
RETURN
  household.id AS household,
  change.revision AS revision,
  change.at AS made_at,
  change.effective_at AS effective_at,
  change.actor AS actor,
  change.action AS action,
  change.reason AS reason,
  change.summary AS summary
ORDER BY made_at DESC, household, revision DESC
