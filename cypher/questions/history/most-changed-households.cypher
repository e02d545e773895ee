// Which households changed most?
//
// For analysts who look for households in motion, or for misuse: the number of changes in a period,
// by how many actors, most changes first.
//
// @mode read
// @param beginning ZONED DATETIME  the first instant of the period
// @param end ZONED DATETIME = null  the first instant after it; now, if none is given
// @returns household STRING  the id of the household or business
// @returns changes INTEGER  how many changes
// @returns actors INTEGER  how many different actors made them
// @returns last_change ZONED DATETIME  when the last of them was made
// @example {"beginning": "2026-01-01T00:00+00:00", "end": "2026-02-01T00:00+00:00"}
MATCH (household:Organization)
WHERE household.id STARTS WITH '' AND NOT household.id CONTAINS '/'
WITH
  household,
  datetime({datetime: $beginning, timezone: 'Z'}) AS low,
  datetime({datetime: coalesce($end, datetime()), timezone: 'Z'}) AS high
MATCH (household)<-[:RECORDED_FOR]-(change:Change)
WHERE low <= change.at AND change.at < high
WITH
  household.id AS household,
  count(change) AS changes,
  count(DISTINCT change.actor) AS actors,
  max(change.at) AS last_change
RETURN household, changes, actors, last_change
ORDER BY changes DESC, household
